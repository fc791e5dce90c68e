import {isCounted, type Attempts} from './attempt.js'
import {excerptOf} from './excerpt.js'
import type {FailureClass} from './failure.js'

/** What earlier attempts and people leave for the next attempt. Each part stays apart from the others: output is data, guidance is asked for. */
export type Earlier = {
  /** the newest failure with the part of its output that shows it; null where nothing failed yet */
  failure: {attempt: number; failure: FailureClass; output: string} | null
  /** what was tried: outcome, models and the commit that it left, where one is known */
  tried: readonly {attempt: number; failure: FailureClass; models: readonly string[]; headSha: string | null}[]
  /** the last two failures were the same: another approach is due */
  repeated: boolean
  /** from a person */
  guidance: string
  /** from the last decision on the epic */
  advice: string
}

/** Failures whose output says what is wrong; an attempt that timed out or was killed says nothing by it. */
const SAYS_WHY: readonly FailureClass[] = ['verify_failed', 'review_rejected', 'conflict', 'push_rejected', 'agent_error']

/** Did the last two counted attempts end in the same failure? Known only where both left a fingerprint. */
export function isRepeated(attempts: Attempts): boolean {
  const [before, last] = attempts.attempts.filter(isCounted).slice(-2)
  if (before === undefined || last === undefined || last.failure === null || before.failure !== last.failure) return false
  return typeof last.fingerprint === 'string' && before.fingerprint === last.fingerprint
}

/**
 * For the next attempt, from the attempts so far. `output`: what the newest failed verification said, where this machine still has it;
 * else the end of it that the attempts comment keeps. null: there is nothing to tell.
 */
export function earlierOf(attempts: Attempts, output: string | null, {guidance, advice}: {guidance: string; advice: string}): Earlier | null {
  const failed = attempts.attempts.filter(isCounted).flatMap(({attempt, failure, models, headSha}) => (failure === null ? [] : [{attempt, failure, models, headSha}]))
  const last = attempts.attempts.findLast(isCounted)
  const {verifyTail, review, summary} = attempts.newest
  if (last === undefined || last.failure === null) {
    return guidance === '' && advice === '' ? null : {failure: null, tried: failed, repeated: false, guidance, advice}
  }
  const said = last.failure === 'review_rejected' ? review : last.failure === 'verify_failed' ? output ?? verifyTail : SAYS_WHY.includes(last.failure) ? summary : ''
  return {
    failure: {attempt: last.attempt, failure: last.failure, output: last.failure === 'verify_failed' ? excerptOf(said) : said},
    tried: failed, repeated: isRepeated(attempts), guidance, advice,
  }
}
