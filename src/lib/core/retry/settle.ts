import type {Action} from '../action.js'
import {hasLabel, RETRY_LABELS, spelledAs} from '../issue/labels.js'

/** Labels of a child whose pull request is merged: `pilot-done` on, then the whole ladder off and what said it failed or ran. */
export function settleLabels(issue: number, labels: readonly string[]): Action[] {
  const done: Action[] = hasLabel(labels, 'pilot-done') ? [] : [{kind: 'add-labels', issue, labels: ['pilot-done']}]
  return [...done, ...takeOff(issue, labels, [...RETRY_LABELS, 'pilot-failed', 'pilot-in-progress'])]
}

/** Removals of those labels that are there, as they are spelled there. */
export const takeOff = (issue: number, labels: readonly string[], names: readonly string[]): Action[] =>
  names.map((name) => spelledAs(labels, name)).filter((label) => label !== undefined).map((label) => ({kind: 'remove-label', issue, label}))
