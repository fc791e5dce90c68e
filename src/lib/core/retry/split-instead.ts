import {vetoOf} from '../classify/classify.js'
import {signalsOf, type IssueText} from '../classify/signals.js'
import {splitsItself, type SplitRules} from '../plan/from-issue.js'
import {isCounted, type Attempts} from '../run/attempt.js'
import type {FailureClass} from '../run/failure.js'

/** Attempts that ended because they were too much for one run: by a signal, for lack of memory, or at pilot's own time limit. */
const KILLED: readonly FailureClass[] = ['killed', 'timeout']

/**
 * Why a failed issue is split by its own work structure instead of being tried again as it is (`retry.decompose_on_kill`); null where it is
 * not: the newest attempt was not killed, a person vetoed splitting, or the text makes no sub-issues by itself. Says who killed it, from the record:
 * pilot's own limit is not taken for lack of memory. Word and complexity gates do not count here.
 */
export function splitInstead(issue: IssueText & {number: number}, attempts: Attempts, on: boolean, rules: SplitRules): string | null {
  const last = attempts.attempts.findLast(isCounted)
  if (!on || last === undefined || last.failure === null || !KILLED.includes(last.failure)) return null
  if (vetoOf(issue.labels, signalsOf(issue).tags) !== null || !splitsItself(issue, rules)) return null
  const evidence = attempts.newest.summary === '' ? '' : ` (${attempts.newest.summary})`
  return `attempt ${last.attempt} ended as ${last.failure}${evidence}`
}
