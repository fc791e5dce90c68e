import type {Advice} from '../decide/applied.js'
import type {Attempts} from '../run/attempt.js'
import {isRepeated} from '../run/earlier.js'
import {historyOf, type History} from './escalation.js'

/** What besides the number of failures asks for a stronger model. */
export function urgeOf(attempts: Attempts, advice: Advice): string | null {
  if (advice.rise) return 'a decision to escalate'
  return isRepeated(attempts) ? 'the same failure twice' : null
}

/** All that earlier attempts and advice say about the spawns of an attempt. */
export const historyWith = (attempts: Attempts, attempt: number, advice: Advice): History =>
  ({...historyOf(attempts, attempt), urge: urgeOf(attempts, advice)})
