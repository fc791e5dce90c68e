import type {Action} from '../action.js'
import {hasLabel} from '../issue/labels.js'
import type {AppliedDecision} from './applied.js'

export type Standing = {number: number; labels: readonly string[]}

/**
 * The writes that a decision still needs on its issues: a retry has to be ready for the ladder, a skip is handed to a person. Nothing is
 * closed. What is so already is left out, so a run that died half way is finished by the next.
 */
export function effectOf(applied: AppliedDecision, children: readonly Standing[]): Action[] {
  const add = (issue: number, label: string): Action[] => {
    const child = children.find(({number}) => number === issue)
    return child === undefined || hasLabel(child.labels, label) || hasLabel(child.labels, 'pilot-done') ? [] : [{kind: 'add-labels', issue, labels: [label]}]
  }
  return [
    ...applied.retries.filter(({action}) => action !== 'decompose').flatMap(({issue}) => add(issue, 'pilot-retry-ready')),
    ...applied.skipped.flatMap(({issue}) => add(issue, 'pilot-needs-human')),
  ]
}
