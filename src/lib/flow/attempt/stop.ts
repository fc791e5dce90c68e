import {PilotError, type Code} from '../../errors.js'
import {codeOf, type FailureClass} from '../../core/run/failure.js'

/** Ends an attempt from inside a stage. The one place that catches it records the failure and settles labels, claim and worktree. */
export class Stop extends Error {
  readonly failure: FailureClass
  constructor(failure: FailureClass, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'Stop'
    this.failure = failure
  }
}

/** What an error met during an attempt means for the issue: an outage or a lost right is not the fault of the work. */
export function failureOf(error: unknown, interrupted: boolean): {failure: FailureClass; message: string} | undefined {
  if (error instanceof Stop) return {failure: error.failure, message: error.message}
  if (interrupted) return {failure: 'interrupted', message: 'interrupted; the work so far is saved'}
  if (error instanceof PilotError) {
    const failure = FAILURE_OF_CODE[error.code]
    return failure && {failure, message: error.message}
  }
  return undefined
}

const FAILURE_OF_CODE: Partial<Record<Code, FailureClass>> = {
  RATE_LIMITED: 'github_unavailable', GITHUB_UNREACHABLE: 'github_unavailable', GITHUB_UNAVAILABLE: 'github_unavailable', AMBIGUOUS_WRITE: 'github_unavailable',
  NO_TOKEN: 'auth', BAD_TOKEN: 'auth', FORBIDDEN: 'auth', ROUTING: 'invalid_config', OVER_BUDGET: 'budget', GIT_FAILED: 'push_rejected', INTERRUPTED: 'interrupted',
}

/** The error that a command answers with when an attempt ended in this failure. */
export const errorOf = (failure: FailureClass, message: string, suggestions: readonly string[]): PilotError =>
  new PilotError(codeOf(failure), message, suggestions)
