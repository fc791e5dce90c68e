import type {Action} from '../action.js'
import type {Code} from '../../errors.js'
import {hasLabel, RETRY_LABELS, type PilotLabel} from '../issue/labels.js'
import {counted, nextAttemptNumber, type Attempts} from '../run/attempt.js'
import {takeOff} from './settle.js'

/** The rungs. The counter lives in labels, so that it survives restarts and people can read it. */
export const RUNGS = ['pilot-retry-1', 'pilot-retry-2', 'pilot-retry-exhausted'] as const

export type RetryInput = {
  issue: number
  /** read fresh */
  labels: readonly string[]
  attempts: Attempts
  closed: boolean
  /** a person named this issue, as opposed to one found by its label */
  named?: boolean
}

export type RetryStep = {
  outcome: 'dispatch' | 'stop' | 'noop'
  /** the rung that the issue stands on afterwards; 0 = none */
  step: 0 | 1 | 2 | 3
  /** the number that the start gets */
  attempt: number
  /** the rung was reached before, but its attempt never counted: it is used again */
  resumed: boolean
  reason: string
  code?: Code
  /** to be done first, in order: what is added stands before what is removed */
  before: Action[]
  /** dispatch: once the claim is held and the start is recorded. stop: after `parentComment`. A crash before them is resumed. */
  afterStart: Action[]
  /** stop at the end of the ladder: one comment on the parent, unless an own one there begins with `head` */
  parentComment?: {head: string; body: string}
}

const add = (issue: number, labels: readonly string[], wanted: readonly PilotLabel[]): Action[] => {
  const missing = wanted.filter((label) => !hasLabel(labels, label))
  return missing.length === 0 ? [] : [{kind: 'add-labels', issue, labels: missing}]
}
/**
 * One step of the ladder, from labels and attempts alone. The highest rung counts. A rung is used once: one that no counted attempt was made on
 * (a crash, an infrastructure failure) is resumed. Where nothing at all is recorded, the labels are the only witness and are believed: a lost
 * record must not buy further attempts.
 */
export function nextRetry(input: RetryInput): RetryStep {
  const {issue, labels, attempts} = input
  const rung = rungOf(labels)
  const base = {step: rung, attempt: nextAttemptNumber(attempts), resumed: false, before: [], afterStart: []}
  const noop = (reason: string): RetryStep => ({...base, outcome: 'noop', reason})

  if (hasLabel(labels, 'pilot-done')) return noop('already done')
  if (input.closed) return noop('the issue is closed')
  const unused = isUnused(rung, attempts)
  if (rung === 3 || rung === 2 && !unused && wants(input, unused)) return exhausted(input, base)
  if (hasLabel(labels, 'pilot-needs-human')) {
    const reason = 'labelled pilot-needs-human: take the label off when the cause is dealt with'
    return {...base, outcome: 'stop', code: 'NEEDS_HUMAN', reason}
  }
  if (!wants(input, unused)) return noop('nothing to retry')

  const step = unused ? rung : (rung + 1) as 1 | 2
  const target = RUNGS[step - 1]!
  return {
    ...base, outcome: 'dispatch', step, resumed: unused,
    reason: unused ? `retry ${step} never came to an attempt: resumed` : `retry ${step}${rung > 0 ? ` after ${RUNGS[rung - 1]}` : ''}`,
    before: [...add(issue, labels, [target]), ...takeOff(issue, labels, RUNGS.slice(0, step - 1))],
    // retry-ready goes last: it is what a later run finds an issue by that was left half way
    afterStart: takeOff(issue, labels, ['pilot-failed', 'pilot-retry-ready']),
  }
}

type Rung = RetryStep['step']
const rungOf = (labels: readonly string[]): Rung => (RUNGS.findLastIndex((label) => hasLabel(labels, label)) + 1) as Rung
/** The rung that the issue stands on once those labels are added, which every attempt that begins records. */
export const rungAfter = (labels: readonly string[], before: readonly Action[]): Rung =>
  rungOf([...labels, ...before.flatMap((action) => (action.kind === 'add-labels' ? action.labels : []))])

/**
 * Was it reached before its attempt counted? The newest counted attempt says which rung it was made on: attempts by hand before the first retry use
 * up none. Earlier versions did not record that; there retry k is taken for attempt k+1. Where nothing is recorded the label is believed.
 */
function isUnused(rung: Rung, attempts: Attempts): boolean {
  if (rung === 0 || rung === 3 || attempts.attempts.length === 0) return false
  const made = counted(attempts)
  const on = made.at(-1)?.rung
  return on === undefined ? made.length <= rung : on !== rung
}

/** Failures that an issue is given: the first attempt and one a retry. */
const MAX_FAILURES = 3

/**
 * Why `execute` may start no further attempt; null where it may. While a label of the ladder stands, what comes after the third failure is the
 * ladder's to give; a person who takes those labels off begins anew.
 */
export function whyNoMore(labels: readonly string[], attempts: Attempts): string | null {
  if (counted(attempts).at(-1)?.outcome === 'passed' || !RETRY_LABELS.some((label) => hasLabel(labels, label))) return null
  const rung = rungOf(labels)
  if (rung === 2 && !isUnused(rung, attempts)) return 'both retries failed'
  const failures = counted(attempts).filter(({outcome}) => outcome === 'failed').length
  return failures >= MAX_FAILURES ? `it failed ${failures} times` : null
}

/** Ready by label; or named by a person, and something did fail or a rung waits for its attempt. */
function wants({labels, attempts, named}: RetryInput, unused: boolean): boolean {
  if (hasLabel(labels, 'pilot-retry-ready')) return true
  if (named !== true) return false
  return hasLabel(labels, 'pilot-failed') || unused || counted(attempts).at(-1)?.outcome === 'failed'
}

/**
 * The end of the ladder. `pilot-retry-2` goes only after the comment on the parent, so its presence beside `pilot-retry-exhausted`
 * says that a run was killed in between and the rest is still to be done.
 */
function exhausted({issue, labels}: RetryInput, base: Pick<RetryStep, 'attempt' | 'resumed'>): RetryStep {
  const stop = {...base, outcome: 'stop', step: 3, code: 'RETRIES_EXHAUSTED', reason: 'both retries failed: a person has to look'} as const
  const last = takeOff(issue, labels, ['pilot-retry-1', 'pilot-retry-2', 'pilot-retry-ready'])
  if (hasLabel(labels, 'pilot-retry-exhausted') && !hasLabel(labels, 'pilot-retry-2')) return {...stop, before: last, afterStart: []}
  const head = `<!-- pilot:exhausted {"issue":${issue}} -->`
  const text = `#${issue} used up its retries and needs a person. See its attempts comment; \`pilot logs ${issue}\` shows the last one.`
  const before = add(issue, labels, ['pilot-retry-exhausted', 'pilot-needs-human'])
  return {...stop, before, afterStart: last, parentComment: {head, body: `${head}\n\n${text}\n`}}
}
