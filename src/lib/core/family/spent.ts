import {addCost} from '../cost/usage.js'
import type {Progress} from '../issue/progress-comment.js'
import {counted, unpricedIn, type Attempts} from '../run/attempt.js'

/** US dollars, null where nothing is known; and how many attempts have calls of unknown cost on top. */
export type Spent = Pick<Progress, 'costUsd' | 'unpricedAttempts'>

/** What was done for a sub-issue. `below`: where it is an epic itself, what its own sub-issues cost so far by its progress comment. */
export type Work = {attempts: Attempts; below: Spent | null}

/** What the sub-issues of an epic cost, down to the lowest. */
export function spentOn(works: readonly Work[]): Spent {
  return {
    costUsd: works.flatMap(({attempts, below}) => [...attempts.attempts.map((a) => a.costUsd), below?.costUsd ?? null]).reduce(addCost, null),
    unpricedAttempts: works.reduce((sum, {attempts, below}) => sum + counted(attempts).filter((a) => unpricedIn(a) > 0).length + (below?.unpricedAttempts ?? 0), 0),
  }
}
