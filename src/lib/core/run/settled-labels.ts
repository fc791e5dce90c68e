import type {Action} from '../action.js'
import {hasLabel} from '../issue/labels.js'
import type {Attempt} from './attempt.js'
import {lastVainStart} from './attempt-log.js'
import {FAILURES, type FailureClass} from './failure.js'

/** Does an attempt that ended so leave the issue to a person: work that no retry mends, or one start in vain too many? */
export const needsHuman = (attempt: Attempt, failure: FailureClass): boolean =>
  FAILURES[failure].group === 'work' ? !FAILURES[failure].retryable : lastVainStart(attempt, failure)

/**
 * The labels after an attempt: what is new goes on before `pilot-in-progress` comes off, so that an issue is never without a state.
 * Only a failed piece of work becomes retry-ready; a third start in vain asks for a person.
 */
export function settledLabels(issue: {number: number; labels: readonly string[]}, attempt: Attempt, failure: FailureClass | null): Action[] {
  const add: string[] = []
  if (failure !== null && FAILURES[failure].group === 'work') add.push('pilot-failed')
  if (failure !== null && FAILURES[failure].retryable) add.push('pilot-retry-ready')
  if (failure !== null && needsHuman(attempt, failure)) add.push('pilot-needs-human')
  const stale = failure === null ? ['pilot-failed', 'pilot-retry-ready'].filter((label) => hasLabel(issue.labels, label)) : []
  return [
    ...(add.length > 0 ? [{kind: 'add-labels', issue: issue.number, labels: add} as const] : []),
    ...[...stale, 'pilot-in-progress'].map((label) => ({kind: 'remove-label', issue: issue.number, label} as const)),
  ]
}
