import {z} from 'zod'
import {PilotError} from '../../errors.js'
import type {Client} from './client.js'
import {type About, capital, named, refused, repositoryMoved, repositoryNotFound} from './errors.js'
import type {Refusal} from './failure.js'

export const MOVED = [301, 302, 307, 308] as const
const repository = z.looseObject({full_name: z.string()})

const forbidden = (about: About, repo: string, cause: Refusal): PilotError => new PilotError('FORBIDDEN',
  `The token may read ${named(about)} of ${repo} but not change it.`, ['pilot doctor', 'give the token write access'], {cause})

const notFound = (about: About, repo: string, cause: Refusal): PilotError => new PilotError('ISSUE_NOT_FOUND',
  `${repo} has no ${named(about)}.`, ['pilot next', 'check the name behind --repo'], {cause})

/** The name behind the address something went to: …/repositories/1296269/issues/5 on GitHub, …/repos/owner/name/issues/5 elsewhere. */
async function nameBehind(client: Client, location: string | undefined): Promise<string | null> {
  const plain = /\/repos\/([^/]+\/[^/?#]+)/.exec(location ?? '')?.[1]
  if (plain !== undefined) return plain
  const id = /\/repositories\/(\d+)/.exec(location ?? '')?.[1]
  if (id === undefined) return null
  const about: About = {kind: 'repository'}
  const answer = await client.readOr({route: 'GET /repositories/{id}', params: {id}, schema: repository, about}, [404, ...MOVED])
  return answer.ok ? answer.data.full_name : null
}

async function issueThere(client: Client, number: number): Promise<{isPull: boolean} | null> {
  const answer = await client.readOr({
    route: 'GET /repos/{owner}/{repo}/issues/{issue_number}', params: {issue_number: number},
    schema: z.looseObject({pull_request: z.unknown().optional()}), about: {kind: 'issue', number},
  }, [404, 410, ...MOVED])
  return answer.ok ? {isPull: answer.data.pull_request !== undefined && answer.data.pull_request !== null} : null
}

/**
 * Turns a refusal into the error people see. GitHub answers 404 for a missing issue, a missing repository, and a write without the right
 * to it, so those are told apart with one or two more reads; redirects name where a repository or an issue went.
 */
export async function explain(client: Client, refusal: Refusal, about: About, intent: 'read' | 'write'): Promise<PilotError> {
  const moved = MOVED.some((status) => status === refusal.status)
  if (refusal.status !== 404 && !moved) return refused(refusal, about)
  const {repo} = client
  const location = refusal.headers['location']
  const home = about.kind === 'repository' && intent === 'read'
    ? {ok: false as const, refusal}
    : await client.readOr({route: 'GET /repos/{owner}/{repo}', schema: repository, about: {kind: 'repository'}}, [404, ...MOVED])
  if (!home.ok) {
    return home.refusal.status === 404 ? repositoryNotFound(repo, refusal)
      : repositoryMoved(repo, await nameBehind(client, home.refusal.headers['location']), refusal)
  }
  if (moved) {
    const to = await nameBehind(client, location)
    const number = /\/issues\/(\d+)/.exec(location ?? '')?.[1]
    const where = to === null ? '' : ` to ${to}${number === undefined ? '' : `#${number}`}`
    return new PilotError('ISSUE_NOT_FOUND', `${capital(named(about))} was transferred${where}.`,
      to === null ? [] : [`use --repo ${to}`], {cause: refusal})
  }
  return explainMissing(client, refusal, about, intent)
}

/** The repository is there, so what is missing is inside it, or is the right to change it. */
async function explainMissing(client: Client, refusal: Refusal, about: About, intent: 'read' | 'write'): Promise<PilotError> {
  const {repo} = client
  switch (about.kind) {
    case 'issue':
      if (intent === 'read' || await issueThere(client, about.number) === null) return notFound(about, repo, refusal)
      // The bare words are GitHub's veil over a missing right; any others speak of something else in the request.
      return refusal.message === 'Not Found' ? forbidden(about, repo, refusal) : refused(refusal, about)
    case 'pull': {
      const issue = await issueThere(client, about.number)
      if (issue === null) return notFound(about, repo, refusal)
      return issue.isPull ? forbidden(about, repo, refusal)
        : new PilotError('NOT_A_PULL_REQUEST', `#${about.number} is an issue, not a pull request.`, ['gh pr list'], {cause: refusal})
    }
    case 'repository': return forbidden(about, repo, refusal)
    case 'thing': return refused(refusal, about)
  }
}
