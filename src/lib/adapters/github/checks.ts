import {z} from 'zod'
import {checkRunFromApi, newestChecks, type SeenCheck, statusFromApi} from '../../core/issue/checks.js'
import type {Checks} from '../../ports.js'
import type {Client} from './client.js'
import type {About} from './errors.js'

const BRANCH = 'GET /repos/{owner}/{repo}/branches/{branch}'
const COMMIT = 'GET /repos/{owner}/{repo}/commits/{ref}'

const contexts = z.looseObject({contexts: z.array(z.string()).default([]), checks: z.array(z.looseObject({context: z.string()})).nullish()})
  .transform((it) => [...it.contexts, ...(it.checks ?? []).map((check) => check.context)])
const protectedBranch = z.looseObject({protection: z.looseObject({required_status_checks: contexts.nullish()}).nullish()})
  .transform((branch) => branch.protection?.required_status_checks ?? [])
const ruleContexts = z.looseObject({required_status_checks: z.array(z.looseObject({context: z.string()})).nullish()})
const rule = z.looseObject({type: z.string(), parameters: ruleContexts.nullish()}).transform(({type, parameters}) => (
  type === 'required_status_checks' ? parameters?.required_status_checks ?? [] : []).map(({context}) => context))

const runs = z.looseObject({check_runs: z.array(checkRunFromApi)}).transform((page) => page.check_runs)
const statuses = z.looseObject({statuses: z.array(statusFromApi)}).transform((page) => page.statuses)

export function githubChecks(client: Client): Checks {
  const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
    const all: T[] = []
    for await (const item of items) all.push(item)
    return all
  }

  /** From branch protection. Reading it takes admin rights; the branch itself carries a summary that everyone may read. */
  const fromProtection = async (branch: string, about: About): Promise<string[]> => {
    const route = `${BRANCH}/protection/required_status_checks`
    const full = await client.readOr({route, params: {branch}, about, schema: contexts}, [403, 404])
    if (full.ok) return full.data
    if (/branch not protected|required status checks not enabled/i.test(full.refusal.message)) return []
    const summary = await client.readOr({route: BRANCH, params: {branch}, about, schema: protectedBranch}, [403, 404])
    return summary.ok ? summary.data : []
  }

  /** From rulesets; servers older than those answer 404. */
  const fromRules = async (branch: string, about: About): Promise<string[]> => {
    const params = {branch, per_page: 100}
    const route = 'GET /repos/{owner}/{repo}/rules/branches/{branch}'
    const answer = await client.readOr({route, params, about, schema: z.array(rule)}, [404])
    return answer.ok ? answer.data.flat() : []
  }

  return {
    async of(sha) {
      const about: About = {kind: 'thing', name: `checks of commit ${sha.slice(0, 12)}`}
      const seen: SeenCheck[] = [
        ...await collect(client.pages({route: `${COMMIT}/check-runs`, params: {ref: sha, filter: 'latest'}, schema: runs, about})),
        ...await collect(client.pages({route: `${COMMIT}/status`, params: {ref: sha}, schema: statuses, about})),
      ]
      return newestChecks(seen)
    },
    async required(branch) {
      const about: About = {kind: 'thing', name: `rules of branch ${branch}`}
      return [...new Set([...await fromProtection(branch, about), ...await fromRules(branch, about)])]
    },
  }
}
