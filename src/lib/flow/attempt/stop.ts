import {PilotError, type Code} from '../../errors.js'
import {machineFault} from '../../core/run/machine-fault.js'
import type {FailureClass} from '../../core/run/failure.js'

/** Ends an attempt from inside a stage. The one place that catches it records the failure and settles labels, claim and worktree. */
export class Stop extends Error {
  readonly failure: FailureClass
  constructor(failure: FailureClass, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'Stop'
    this.failure = failure
  }
}

/**
 * What an error met during an attempt means for the issue: an outage or a lost right is not the fault of the work. undefined: it is no end of the
 * attempt, which is somebody else's once the claim is lost.
 */
export function failureOf(error: unknown, interrupted: boolean): {failure: FailureClass; message: string} | undefined {
  if (error instanceof Stop) return {failure: error.failure, message: error.message}
  if (error instanceof PilotError && error.code === 'CLAIM_LOST') return undefined
  if (interrupted) return {failure: 'interrupted', message: 'interrupted; the work so far is saved'}
  if (isDenied(error)) return {failure: 'agent_error', message: `the agent left files that pilot may not read or change: ${error.message}`}
  const known = error instanceof PilotError ? error : machineFault(error)
  const failure = known && FAILURE_OF_CODE[known.code]
  return known && failure && {failure, message: known.message}
}

/** A system call that was refused: what else pilot reads and writes during an attempt says so with a code of its own. */
const isDenied = (error: unknown): error is Error => error instanceof Error && ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')

const FAILURE_OF_CODE: Partial<Record<Code, FailureClass>> = {
  RATE_LIMITED: 'github_unavailable', GITHUB_UNREACHABLE: 'github_unavailable', GITHUB_UNAVAILABLE: 'github_unavailable', AMBIGUOUS_WRITE: 'github_unavailable',
  // what GitHub will not take says nothing of the work, which is kept; three such starts in a row go to a person
  GITHUB_REJECTED: 'github_unavailable', ISSUE_NOT_FOUND: 'github_unavailable',
  NO_TOKEN: 'auth', BAD_TOKEN: 'auth', FORBIDDEN: 'auth', ROUTING: 'invalid_config', OVER_BUDGET: 'budget', NO_SPACE: 'overloaded',
  // a push has its own class; a git that fails in the worktree is what the agent made of it
  GIT_FAILED: 'agent_error', INTERRUPTED: 'interrupted',
}
