import {PilotError} from '../../errors.js'

/** What the system calls of this machine answer when it, and not the work, is at its end. */
const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS']
const EXHAUSTED = ['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EIO']

/** A failed system call that says something about the machine and nothing about the work or about pilot; undefined for any other error. */
export function machineFault(error: unknown): PilotError | undefined {
  if (!(error instanceof Error) || error instanceof PilotError) return undefined
  const {code} = error as Error & {code?: unknown}
  if (typeof code !== 'string' || ![...FULL, ...EXHAUSTED].includes(code)) return undefined
  const advice = FULL.includes(code) ? 'free some space, then run the same command again' : 'run the same command again when the machine has recovered'
  return new PilotError('NO_SPACE', `this machine cannot go on: ${error.message}`, [advice], {cause: error})
}
