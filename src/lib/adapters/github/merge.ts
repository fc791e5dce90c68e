import {z} from 'zod'
import {PilotError, type Code} from '../../errors.js'
import type {Client} from './client.js'
import {type About, refused} from './errors.js'
import type {Refusal} from './failure.js'

const PULL = '/repos/{owner}/{repo}/pulls/{pull_number}'

type Merge = {sha: string; method: 'squash' | 'merge' | 'rebase'}
type Now = {merged: boolean; closed: boolean; headSha: string; mergeable: boolean | null; mergeSha: string | null}

const pullNow = z.looseObject({
  state: z.string(), merged: z.boolean(), mergeable: z.boolean().nullish(), merge_commit_sha: z.string().nullish(),
  head: z.looseObject({sha: z.string()}),
}).transform((p): Now => ({
  merged: p.merged, closed: p.state === 'closed', headSha: p.head.sha, mergeable: p.mergeable ?? null, mergeSha: p.merge_commit_sha ?? null,
}))
const mergedAnswer = z.looseObject({sha: z.string()})

/** The base got a new commit while GitHub was merging, or GitHub has not worked out yet whether there is a conflict: try again. */
const isPassing = ({words}: Refusal, {mergeable}: Now): boolean => /base branch was modified/i.test(words) || (mergeable === null && /not mergeable/i.test(words))
const AGAIN_MS = [1000, 3000] as const

const headMoved = (pull: number, verified: string, head: string, cause: Refusal): PilotError => new PilotError('HEAD_MOVED',
  `The head of pull request #${pull} is ${head}, not ${verified}.`,
  [`gh pr view ${pull} --json commits`, 'verify the new head before it is merged'], {cause})

const METHODS: readonly Merge['method'][] = ['squash', 'merge', 'rebase']
/** The repository, or a rule of the branch, wants another `land.method`. */
const OTHER_METHOD = /(merge commits?|squash\w*|rebas\w+)[^.;\n]* not (allowed|permitted|enabled)|must not contain merge commits/i

/**
 * What a 405 means, by GitHub's words, which are all there is to tell most of its reasons apart. What none of them fits is for a person to look at;
 * a conflict is only what GitHub itself calls one.
 */
function notMergeable(refusal: Refusal, pull: number, {method}: Merge, now: Now): PilotError {
  const words = refusal.words
  const make = (code: Code, what: string, ...next: string[]): PilotError => new PilotError(code, `Pull request #${pull} ${what}: ${words}`, next, {cause: refusal})
  if (now.closed) return make('GITHUB_REJECTED', 'is closed without a merge', `gh pr reopen ${pull}`)
  if (/merge queue/i.test(words)) return make('WAITING', 'is merged by a queue, which a person puts it in', `gh pr merge ${pull}`)
  if (OTHER_METHOD.test(words)) {
    return make('INVALID_CONFIG', `cannot be merged with land.method ${method}`, `set land.method to ${METHODS.filter((other) => other !== method).join(' or ')} in .pilot/config.yaml`, `pilot land ${pull}`)
  }
  if (/status check|check run|required check/i.test(words)) {
    return /fail/i.test(words)
      ? make('CHECKS_RED', 'has a failed required check', `gh pr checks ${pull}`)
      : make('CHECKS_PENDING', 'waits for a required check', `gh pr checks ${pull} --watch`)
  }
  if (/(still|is) a draft/i.test(words)) return make('NEEDS_HUMAN', 'is a draft', `gh pr ready ${pull}`, `pilot land ${pull}`)
  if (now.mergeable === false) return make('MERGE_CONFLICT', 'conflicts with its base', `pilot land ${pull}`, `gh pr view ${pull} --web`)
  return isPassing(refusal, now) ? make('WAITING', 'cannot be merged yet', `pilot land ${pull}`) : make('NEEDS_HUMAN', 'needs a person', `gh pr view ${pull} --web`)
}

/**
 * Merges exactly `sha`. The sha makes the request safe to repeat: after silence it is sent again, and a refusal is judged by the pull
 * request as it is then, so a merge that went through unheard reads as the success it was.
 */
export async function mergePull(client: Client, pull: number, merge: Merge): Promise<{sha: string}> {
  const params = {pull_number: pull}
  const about: About = {kind: 'pull', number: pull}
  for (let again = 0; ; again += 1) {
    const answer = await client.writeOr({
      route: `PUT ${PULL}/merge`, params: {...params, sha: merge.sha, merge_method: merge.method},
      about, schema: mergedAnswer, repeat: 'again',
    }, [405, 409, 422])
    if (answer.ok) return {sha: answer.data.sha}
    const now = await client.read({route: `GET ${PULL}`, params, about, schema: pullNow})
    if (now.headSha !== merge.sha) throw headMoved(pull, merge.sha, now.headSha, answer.refusal)
    if (now.merged && now.mergeSha !== null) return {sha: now.mergeSha}
    if (answer.refusal.status === 409) throw headMoved(pull, merge.sha, 'another one by now', answer.refusal)
    const wait = AGAIN_MS[again]
    if (wait !== undefined && !now.closed && isPassing(answer.refusal, now)) await client.sleep(wait)
    else throw answer.refusal.status === 422 ? refused(answer.refusal, about) : notMergeable(answer.refusal, pull, merge, now)
  }
}
