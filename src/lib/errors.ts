/** Exit codes of the command line, the same with and without `--json`. */
export const EXIT = {
  ok: 0, failed: 1, usage: 2, invalid: 3, auth: 4, refused: 5, unavailable: 6, budget: 7, waiting: 8, interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const STATUSES = ['done', 'noop', 'waiting', 'refused', 'failed', 'invalid', 'unavailable'] as const
/** What became of a command or of one item of it. */
export type Status = (typeof STATUSES)[number]
export const isOk = (status: Status): boolean => status === 'done' || status === 'noop' || status === 'waiting'

/** Every stable error code and the exit code it leads to. The one place where the two meet. */
export const CODES = {
  USAGE: EXIT.usage, BAD_ISSUE: EXIT.usage, OTHER_REPOSITORY: EXIT.usage, NO_REPOSITORY: EXIT.usage, NOT_AN_ISSUE: EXIT.usage,
  NOT_A_PULL_REQUEST: EXIT.usage, ISSUE_NOT_FOUND: EXIT.usage, REPOSITORY_NOT_FOUND: EXIT.usage, EMPTY_INPUT: EXIT.usage, BAD_INPUT: EXIT.usage, NO_LOG: EXIT.usage, FILE_UNREADABLE: EXIT.usage,
  INVALID_CONFIG: EXIT.invalid, CONFIG_UNREADABLE: EXIT.invalid, INVALID_ARTIFACT: EXIT.invalid, ARTIFACT_VERSION: EXIT.invalid, INVALID_PLAN: EXIT.invalid,
  NO_PLAN: EXIT.invalid, ROUTING: EXIT.invalid, BASELINE_BROKEN: EXIT.invalid, GIT_MISSING: EXIT.invalid, NOT_A_CHECKOUT: EXIT.invalid, WRONG_CHECKOUT: EXIT.refused,
  NO_TOKEN: EXIT.auth, BAD_TOKEN: EXIT.auth, FORBIDDEN: EXIT.auth, AGENT_AUTH: EXIT.auth,
  UNTRUSTED_AUTHOR: EXIT.refused, RETRIES_EXHAUSTED: EXIT.refused, NO_DECOMPOSE: EXIT.refused, ISSUE_CLOSED: EXIT.refused, ALREADY_DONE: EXIT.refused,
  DRIFTED: EXIT.refused, PROTECTED_PATHS: EXIT.refused, HEAD_MOVED: EXIT.refused, MERGE_CONFLICT: EXIT.refused, NOT_VERIFIED: EXIT.refused,
  REFUSED_BY_MODEL: EXIT.refused, TOO_MANY_CHILDREN: EXIT.refused, NO_CHILDREN: EXIT.refused,
  NEEDS_HUMAN: EXIT.refused, NOT_SPLIT: EXIT.refused, OTHER_CHILDREN: EXIT.refused,
  RATE_LIMITED: EXIT.unavailable, GITHUB_UNREACHABLE: EXIT.unavailable, GITHUB_UNAVAILABLE: EXIT.unavailable, AGENT_UNAVAILABLE: EXIT.unavailable,
  AMBIGUOUS_WRITE: EXIT.unavailable, NO_SPACE: EXIT.unavailable,
  OVER_BUDGET: EXIT.budget,
  WAITING: EXIT.waiting, BLOCKED: EXIT.waiting, CLAIMED: EXIT.waiting, CLAIM_LOST: EXIT.waiting, CHECKS_PENDING: EXIT.waiting, CHILDREN_OPEN: EXIT.waiting,
  CHECKS_RED: EXIT.failed, WORK_FAILED: EXIT.failed, PLAN_FAILED: EXIT.failed, GITHUB_REJECTED: EXIT.failed, GIT_FAILED: EXIT.failed, INTERNAL: EXIT.failed,
  INTERRUPTED: EXIT.interrupted,
} as const satisfies Record<string, ExitCode>
export type Code = keyof typeof CODES

/** The status word that belongs to an exit code, for the JSON envelope. */
export function statusOf(exit: ExitCode): Status {
  switch (exit) {
    case EXIT.ok: return 'done'
    case EXIT.failed: case EXIT.interrupted: return 'failed'
    case EXIT.usage: case EXIT.invalid: return 'invalid'
    case EXIT.auth: case EXIT.unavailable: return 'unavailable'
    case EXIT.refused: case EXIT.budget: return 'refused'
    case EXIT.waiting: return 'waiting'
  }
}

const SEVERITY: readonly ExitCode[] = [
  EXIT.interrupted, EXIT.invalid, EXIT.usage, EXIT.auth, EXIT.failed, EXIT.budget, EXIT.refused, EXIT.unavailable, EXIT.waiting, EXIT.ok,
]
/** One exit code for several items: the first present of 130, 3, 2, 4, 1, 7, 5, 6, 8, 0. */
export const worstExit = (codes: readonly ExitCode[]): ExitCode => SEVERITY.find((code) => codes.includes(code)) ?? EXIT.ok

/** Errors that a later run may well not meet again. */
const RETRYABLE: readonly ExitCode[] = [EXIT.unavailable, EXIT.waiting, EXIT.interrupted]

export type ErrorJson = {code: string; message: string; suggestions: string[]; retryable: boolean}

/**
 * An expected failure: what happened, a stable code, and the next command to type.
 * The exit code and the status word follow from the code.
 */
export class PilotError extends Error {
  readonly code: Code
  readonly suggestions: readonly string[]
  readonly exit: ExitCode
  readonly status: Status
  constructor(code: Code, message: string, suggestions: readonly string[] = [], options?: ErrorOptions) {
    super(message, options)
    this.name = 'PilotError'
    this.code = code
    this.suggestions = suggestions
    this.exit = CODES[code]
    this.status = statusOf(this.exit)
  }

  get retryable(): boolean { return RETRYABLE.includes(this.exit) }

  toJSON(): ErrorJson {
    return {code: this.code, message: this.message, suggestions: [...this.suggestions], retryable: this.retryable}
  }
}
