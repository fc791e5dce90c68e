import type {Issue} from '../core/issue/issue.js'
import {nextIssues, type Candidate} from '../core/run/next.js'
import type {World} from './world.js'

/** What could be executed now: the pages of open issues, the open pull requests, and the live claims. */
export async function next(world: World, limit: number | null): Promise<Candidate[]> {
  const open: Issue[] = []
  for await (const issue of world.issues.list({state: 'open'})) open.push(slim(issue))
  const [claimed, branches] = await Promise.all([world.claims.live(), world.pulls.openBranches()])
  const candidates = nextIssues(open, claimed, branches)
  return limit === null ? candidates : candidates.slice(0, limit)
}

/** Bodies are long and only their markers matter here; native strings cut from a page would keep the whole page in memory. */
const slim = (issue: Issue): Issue => ({...issue, body: issue.body.length > 4096 ? `${issue.body.slice(0, 1024)}\n${issue.body.slice(-3072)}` : issue.body})
