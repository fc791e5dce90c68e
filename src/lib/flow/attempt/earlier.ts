import type {Advice} from '../../core/decide/applied.js'
import {isCounted} from '../../core/run/attempt.js'
import {earlierOf, type Earlier} from '../../core/run/earlier.js'
import type {FailureClass} from '../../core/run/failure.js'
import {runDir, type Run} from './run.js'

/** What earlier attempts left for this one; the whole failing output only where this machine still has it. */
export async function readEarlier({world, task}: Run, {guidance, advice}: {guidance: string; advice: Advice}): Promise<Earlier | null> {
  const last = task.attempts.attempts.findLast(isCounted)
  const output = last?.failure === 'verify_failed' ? await world.artifacts.readText(`${runDir(task.issue.number, last.attempt)}/failure.log`) : undefined
  return earlierOf(task.attempts, output ?? null, {guidance, advice: advice.guidance})
}

/** What the failure looked like, to tell whether the next one is the same. A reviewer never words a finding twice alike, so that has none. */
export function fingerprintFor({world, tally}: Run, failure: FailureClass): string | null {
  const look = failure === 'verify_failed' ? tally.failure : failure === 'review_rejected' ? '' : failure
  return look === '' ? null : world.hash(look).slice(0, 12)
}
