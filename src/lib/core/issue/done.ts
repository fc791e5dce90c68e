import type {Issue} from './issue.js'
import {hasLabel} from './labels.js'

/** Closed because the work is there, as opposed to not planned or a duplicate. Issues that were closed before GitHub asked why say nothing. */
export const isCompletedReason = ({stateReason}: Pick<Issue, 'stateReason'>): boolean => stateReason === 'completed' || stateReason === null

/**
 * Does an issue that another one waits for block it no longer? Closed as completed, or marked by pilot, which does that after the merge and before it closes.
 * A pull request, where one is waited for: merged. GitHub gives no reason for a closed one.
 */
export const isDone = (issue: Pick<Issue, 'labels' | 'state' | 'stateReason' | 'isPull' | 'merged'>): boolean =>
  issue.isPull ? issue.merged : hasLabel(issue.labels, 'pilot-done') || (issue.state === 'closed' && isCompletedReason(issue))
