import type {Issue} from '../issue/issue.js'
import {childMark, dependsOn, parentOf} from '../issue/child-body.js'
import {isDone} from '../issue/done.js'
import {hasLabel, type PilotLabel} from '../issue/labels.js'
import {branchOf} from './branch.js'

export type Candidate = {issue: number; title: string; branch: string}

/** Any of these means that the issue is done, failed, or waiting for somebody. */
const NOT_NOW: readonly PilotLabel[] = ['pilot-done', 'pilot-failed', 'pilot-retry-ready', 'pilot-retry-exhausted', 'pilot-needs-human']

/**
 * What could be executed now, oldest first, from list payloads alone: `open` are all open issues and pull requests. Blockers and sub-issues are
 * those that a body names and that are open, and those that GitHub counts; trust, and what was closed without being done, is left to `execute`.
 */
export function nextIssues(open: readonly Issue[], claimed: ReadonlySet<number>, openBranches: ReadonlySet<string>): Candidate[] {
  const waitedFor = open.filter((issue) => issue.state === 'open' && !isDone(issue))
  const numbers = new Set(waitedFor.map((issue) => issue.number))
  const issues = waitedFor.filter((issue) => !issue.isPull)
  const parents = new Set(issues.flatMap((issue) => [childMark(issue.body)?.parent ?? parentOf(issue.body) ?? 0]))
  return issues
    .filter((issue) => hasLabel(issue.labels, 'pilot') && !NOT_NOW.some((label) => hasLabel(issue.labels, label)))
    .filter((issue) => !claimed.has(issue.number) && !openBranches.has(branchOf(issue.number)) && !parents.has(issue.number))
    .filter((issue) => !dependsOn(issue.body).some((n) => numbers.has(n)))
    .filter(({counts}) => (counts.openBlockers ?? 0) === 0 && (counts.openChildren ?? 0) === 0)
    .toSorted((a, b) => a.number - b.number)
    .map(({number, title}) => ({issue: number, title, branch: branchOf(number)}))
}
