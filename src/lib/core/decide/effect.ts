import type {Action} from '../action.js'
import {hasLabel} from '../issue/labels.js'
import type {AppliedDecision} from './applied.js'
import type {Facts} from './facts.js'

export type Standing = {number: number; labels: readonly string[]}

/**
 * The writes that a decision still needs on its issues. Nothing is closed. What is so already is left out, so a run that died half way is
 * finished by the next; and so is what the decision is no longer about: tried since, merged, closed or in the hands of a person.
 */
export function effectOf({pending = []}: AppliedDecision, facts: Facts, children: readonly Standing[]): Action[] {
  const stands = ({issue, attempt}: {issue: number; attempt: number}): boolean => (attempt === 0
    ? facts.remaining.some(({number}) => number === issue)
    : facts.failed.some((child) => child.number === issue && child.attempt === attempt))
  return pending.flatMap((due): Action[] => {
    const child = children.find(({number}) => number === due.issue)
    return child === undefined || hasLabel(child.labels, due.label) || !stands(due) ? [] : [{kind: 'add-labels', issue: due.issue, labels: [due.label]}]
  })
}

/** The decision once its effect is made: nobody makes it a second time. */
export function settled(applied: AppliedDecision): AppliedDecision {
  const {pending, ...rest} = applied
  return pending === undefined ? applied : rest
}
