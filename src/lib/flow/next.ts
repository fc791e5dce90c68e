import type {Issue} from '../core/issue/issue.js'
import {planSchema} from '../core/plan/plan.js'
import {nextIssues, type Candidate} from '../core/run/next.js'
import {PilotError} from '../errors.js'
import {readMemory, readPlan} from './snapshot.js'
import {isUnmade} from './unmade.js'
import type {World} from './world.js'

/** What could be executed now: the pages of open issues, the open pull requests, and the live claims. */
export async function next(world: World, limit: number | null): Promise<Candidate[]> {
  const open: Issue[] = []
  for await (const issue of world.issues.list({state: 'open'})) open.push(slim(issue))
  const [claimed, branches] = await Promise.all([world.claims.live(), world.pulls.openBranches()])
  const byNumber = new Map(open.map((issue) => [issue.number, issue]))
  const found: Candidate[] = []
  for (const candidate of nextIssues(open, claimed, branches)) {
    if (found.length === limit) break
    if (!await isPlannedHere(world, byNumber.get(candidate.issue)!)) found.push(candidate)
  }
  return found
}

/**
 * Is it an epic whose plan this machine has and of which nothing is made yet? Only of those few the plan comment is read, which says whether another
 * machine planned it otherwise since; on other machines it is `execute` that says so. Where GitHub does not count sub-issues, or a plan cannot be
 * read, nothing is known.
 */
async function isPlannedHere(world: World, issue: Issue): Promise<boolean> {
  if (issue.counts.children !== 0 || issue.counts.comments === 0) return false
  const file = await world.artifacts.read(`epics/${issue.number}/plan.json`, planSchema).catch(unread)
  if (!isUnmade(issue, file ?? null)) return false
  const memory = await readMemory(world, issue.number).catch(unread)
  // without its comment it is the plan of another repository's issue, or of a run that was killed
  if (memory === undefined || memory.plan === null) return false
  return isUnmade(issue, await readPlan({...world, report: {...world.report, warn: () => undefined}}, issue.number, memory, new Set()).catch(unread) ?? null)
}

const unread = (error: unknown): undefined => {
  if (!(error instanceof PilotError)) throw error
}

/** Bodies are long and only their markers matter here; native strings cut from a page would keep the whole page in memory. */
const slim = (issue: Issue): Issue => ({...issue, body: issue.body.length > 4096 ? `${issue.body.slice(0, 1024)}\n${issue.body.slice(-3072)}` : issue.body})
