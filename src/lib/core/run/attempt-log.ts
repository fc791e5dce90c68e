import type {Attempt, Attempts} from './attempt.js'
import {isCounted, nextAttemptNumber, ownCost, ownUnpriced} from './attempt.js'
import {addCost, addUsage} from '../cost/usage.js'
import {MAX_UNCOUNTED_STARTS, countsAsAttempt, type FailureClass} from './failure.js'

export type Start = {runId: string; executor: string; baseSha: string; startedAt: string; rung: number}
export type Newest = Attempts['newest']

/**
 * The attempts with a new start at the end. A start that did not count (it broke for reasons outside the work, or its runner died)
 * is replaced under the same number and counted in `vainStarts`, so a crash never uses up an attempt and never hides.
 */
export function recordStart(attempts: Attempts, start: Start): {attempts: Attempts; current: Attempt} {
  const last = attempts.attempts.at(-1)
  const again = last !== undefined && !isCounted(last)
  const current: Attempt = {
    attempt: nextAttemptNumber(attempts), vainStarts: again ? vainUntil(last) : 0, outcome: 'started', failure: null, executor: start.executor,
    models: [], usage: again ? last.usage : null, costUsd: again ? last.costUsd : null,
    ...(again && last.unpriced !== undefined ? {unpriced: last.unpriced} : {}), ...(again ? carriedFrom(last) : {}), baseSha: start.baseSha, headSha: null, merged: null, review: null, pr: null,
    rung: start.rung, runId: start.runId, startedAt: start.startedAt, endedAt: null,
  }
  return {current, attempts: {...attempts, attempts: [...(again ? attempts.attempts.slice(0, -1) : attempts.attempts), current]}}
}

/** What the runs before spent, each under its own id, so that no sum takes it for this run's. What is unknown stays so. */
function carriedFrom(last: Attempt): Pick<Attempt, 'carried'> {
  const [own, unpriced, before] = [ownCost(last), ownUnpriced(last), last.carried ?? []]
  const carried = own === 0 ? before : [...before, {runId: last.runId, costUsd: own, ...(unpriced === 0 ? {} : {unpriced})}]
  return carried.length === 0 ? {} : {carried}
}

/** An attempt's figures with what its newest run spent on top of what was carried. `unpriced`: calls of unknown cost. */
export function withSpent({usage, costUsd, unpriced = 0}: Attempt, spent: Pick<Attempt, 'usage' | 'costUsd'> & {unpriced: number}): Pick<Attempt, 'usage' | 'costUsd' | 'unpriced'> {
  const more = unpriced + spent.unpriced
  return {usage: addUsage(usage, spent.usage), costUsd: addCost(costUsd, spent.costUsd), ...(more === 0 ? {} : {unpriced: more})}
}

/**
 * A budget that ran out, or that others hold, is no riddle for a person: nothing is started again until money is there, and each start that spends
 * some brings the issue's own budget nearer to its end.
 */
const isVain = (failure: FailureClass | null): boolean => failure !== 'budget'
const vainUntil = ({vainStarts, failure}: Attempt): number => vainStarts + (isVain(failure) ? 1 : 0)

/** The attempts with their newest one replaced by how it stands now. */
export const recordEnd = (attempts: Attempts, current: Attempt, newest: Newest): Attempts =>
  ({version: 1, attempts: [...attempts.attempts.slice(0, -1), current], newest})

/** Did too many starts in a row break for reasons outside the work? Then a person has to look. */
export function startsInVain(attempts: Attempts): boolean {
  const last = attempts.attempts.at(-1)
  return last !== undefined && !isCounted(last) && vainUntil(last) >= MAX_UNCOUNTED_STARTS
}

/** The attempts as they stand once a person was asked for: starts in vain are counted from here. */
export function countedAnew(attempts: Attempts): Attempts {
  const last = attempts.attempts.at(-1)
  return last === undefined ? attempts : recordEnd(attempts, {...last, vainStarts: 0}, attempts.newest)
}

/** Would one more failure of this class be one uncounted start too many? */
export const lastVainStart = (current: Attempt, failure: FailureClass): boolean =>
  !countsAsAttempt(failure) && failure !== 'interrupted' && isVain(failure) && current.vainStarts + 1 >= MAX_UNCOUNTED_STARTS
