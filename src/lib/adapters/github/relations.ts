import {z} from 'zod'
import {type Issue, issueFromApi} from '../../core/issue/issue.js'
import {PilotError} from '../../errors.js'
import type {Relations} from '../../ports.js'
import {anything, type Client, type Write} from './client.js'
import {onIssue} from './errors.js'
import type {Refusal} from './failure.js'
import {explain} from './missing.js'
import type {Params} from './transport.js'

const ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}'
const CHILDREN = `${ISSUE}/sub_issues`
const BLOCKERS = `${ISSUE}/dependencies/blocked_by`
/** Two adds to one parent at the same moment collide; the loser is told so and may try again. */
const COLLISION = /priority has already been taken/i
/** GitHub's words at its limit of sub-issues of one parent. */
const FULL = /more than \d+ sub-?issues/i
const FULL_PAGE = 100
const COLLISION_WAITS_MS = [250, 1000, 3000] as const

/** Whether the server has the endpoint: known after the first answer that can only mean one thing. */
type Support = {answer: 'unknown' | 'yes' | 'no'}

/**
 * Native sub-issues and dependencies. Servers without them (older GitHub Enterprise Server) are recognised by a 404 below an issue that
 * exists, once a process.
 */
export function githubRelations(client: Client): Relations {
  const subIssues: Support = {answer: 'unknown'}
  const dependencies: Support = {answer: 'unknown'}
  // Links are added one after the other, because GitHub refuses parallel ones.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work)
    last = turn.catch(() => undefined)
    return turn
  }

  /** Throws ISSUE_NOT_FOUND and the like when the issue is not there; costs nothing for an issue seen before. */
  const assertIssue = async (issue: number): Promise<void> => {
    if (client.known.has(issue)) return
    await client.read({route: `GET ${ISSUE}`, ...onIssue(issue), schema: anything})
    client.known.add(issue)
  }

  const list = async (path: string, support: Support, issue: number): Promise<Issue[] | null> => {
    if (support.answer === 'no') return null
    const {params, about} = onIssue(issue)
    const request = {route: `GET ${path}`, about, schema: z.array(issueFromApi)}
    const first = await client.readOr({...request, params: {...params, per_page: FULL_PAGE}}, support.answer === 'yes' ? [] : [404])
    if (!first.ok) {
      await assertIssue(issue)
      support.answer = 'no'
      return null
    }
    support.answer = 'yes'
    const all = first.data
    if (all.length === FULL_PAGE) for await (const each of client.pages({...request, params: {...params, page: 2}})) all.push(each)
    return all
  }

  /** Adds the edge: true when it is there in the end, false where the server cannot, else the refusal for the caller to look into. */
  const add = async (path: string, support: Support, issue: number, body: Params, otherId: number): Promise<boolean | Refusal> => {
    if (support.answer === 'no') return false
    const {params, about} = onIssue(issue)
    for (let collisions = 0; ; collisions += 1) {
      const request: Write<unknown> = {route: `POST ${path}`, params: {...params, ...body}, about, schema: anything, repeat: 'again'}
      const answer = await client.writeOr(request, [404, 422])
      if (answer.ok) {
        support.answer = 'yes'
        return true
      }
      const there = await list(path, support, issue)
      if (there === null) return false
      if (there.some((each) => each.id === otherId)) return true
      const wait = COLLISION_WAITS_MS[collisions]
      if (wait === undefined || !COLLISION.test(answer.refusal.words)) return answer.refusal
      await client.sleep(wait)
    }
  }

  const parentOf = async (issue: number): Promise<Issue | null> => {
    if (subIssues.answer === 'no') return null
    const answer = await client.readOr({route: `GET ${ISSUE}/parent`, ...onIssue(issue), schema: issueFromApi}, [404])
    if (answer.ok) {
      subIssues.answer = 'yes'
      return answer.data
    }
    // 404 is also GitHub's way to say "no parent", so it proves nothing about the server.
    await assertIssue(issue)
    return null
  }

  return {
    children: (issue) => list(CHILDREN, subIssues, issue),
    parent: parentOf,
    link: (parent, child) => inTurn(async () => {
      const linked = await add(CHILDREN, subIssues, parent, {sub_issue_id: child.id}, child.id)
      if (typeof linked === 'boolean') return linked
      if (FULL.test(linked.words)) {
        throw new PilotError('TOO_MANY_CHILDREN', `#${parent} has as many sub-issues as GitHub allows, so #${child.number} cannot become one.`,
          ['split the epic into several epics'], {cause: linked})
      }
      const other = await parentOf(child.number)
      if (other === null || linked.status === 404) throw await explain(client, linked, {kind: 'issue', number: parent}, 'write')
      throw new PilotError('GITHUB_REJECTED',
        `#${child.number} is already a sub-issue of ${other.url}, so it cannot become one of #${parent}.`,
        [`gh issue view ${child.number}`], {cause: linked})
    }),
    blockers: (issue) => list(BLOCKERS, dependencies, issue),
    block: async (issue, blocker) => {
      const added = await add(BLOCKERS, dependencies, issue, {issue_id: blocker.id}, blocker.id)
      if (typeof added === 'boolean') return added
      throw await explain(client, added, {kind: 'issue', number: issue}, 'write')
    },
  }
}
