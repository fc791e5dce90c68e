import {EXIT, type Code, type ExitCode} from '../../errors.js'

const infrastructure = (exit: ExitCode = EXIT.unavailable) => ({group: 'infrastructure', exit, retryable: false} as const)
const configuration = (exit: ExitCode) => ({group: 'configuration', exit, retryable: false} as const)
const work = (exit: ExitCode = EXIT.failed) => ({group: 'work', exit, retryable: exit === EXIT.failed} as const)

/**
 * Why a run did not succeed: the one list, used by exit codes, retry, routing and reports.
 * Only the group `work` uses up an attempt; `retryable` says whether `pilot retry` may take the issue up again by itself.
 */
export const FAILURES = {
  rate_limited: infrastructure(), overloaded: infrastructure(), auth: infrastructure(EXIT.auth), cli_missing: infrastructure(), network: infrastructure(),
  github_unavailable: infrastructure(), interrupted: infrastructure(EXIT.interrupted), busy: infrastructure(EXIT.waiting),
  invalid_config: configuration(EXIT.invalid), baseline_broken: configuration(EXIT.invalid), budget: configuration(EXIT.budget),
  no_changes: work(), verify_failed: work(), review_rejected: work(), timeout: work(), stalled: work(), killed: work(),
  refused_by_model: work(EXIT.refused), push_rejected: work(), conflict: work(), protected_paths: work(EXIT.refused), agent_error: work(),
} as const satisfies Record<string, {group: 'infrastructure' | 'configuration' | 'work'; exit: ExitCode; retryable: boolean}>

export type FailureClass = keyof typeof FAILURES
export const FAILURE_CLASSES = Object.keys(FAILURES) as [FailureClass, ...FailureClass[]]

/** Does a failure of this class use up an attempt (and later a retry)? */
export const countsAsAttempt = (failure: FailureClass): boolean => FAILURES[failure].group === 'work'

/** Three starts in a row that did not count: a person has to look (SPEC §11). */
export const MAX_UNCOUNTED_STARTS = 3

/** What to look at or to mend after a failure, before the issue is run again; what shows its log is `pilot logs`. */
export function remediesFor(failure: FailureClass, issue: number): string[] {
  const logs = `pilot logs ${issue}`
  switch (failure) {
    case 'auth': case 'cli_missing': return ['pilot doctor']
    case 'busy': return [`pilot status ${issue}`]
    case 'github_unavailable': return ['look at https://www.githubstatus.com']
    case 'invalid_config': return [`pilot route ${issue}`]
    case 'baseline_broken': return [logs, 'mend the default branch, or verify.setup and verify.commands in .pilot/config.yaml']
    case 'budget': return ['pilot spend --by issue', 'raise the budget that is used up in .pilot/config.yaml']
    case 'refused_by_model': return [logs, 'reword the issue, or choose another model with --model']
    case 'protected_paths': return ['name its paths under protected_paths.allow in .pilot/config.yaml, if a pull request may change them', logs]
    case 'rate_limited': case 'overloaded': case 'network': case 'interrupted':
    case 'no_changes': case 'verify_failed': case 'review_rejected': case 'timeout': case 'stalled': case 'killed': case 'push_rejected': case 'conflict': case 'agent_error':
      return [logs]
  }
}

/** The error code that a command answers with for a failure class. */
export function codeOf(failure: FailureClass): Code {
  switch (failure) {
    case 'rate_limited': return 'RATE_LIMITED'
    case 'overloaded': case 'cli_missing': case 'network': return 'AGENT_UNAVAILABLE'
    case 'auth': return 'AGENT_AUTH'
    case 'github_unavailable': return 'GITHUB_UNAVAILABLE'
    case 'interrupted': return 'INTERRUPTED'
    case 'busy': return 'CLAIMED'
    case 'invalid_config': return 'INVALID_CONFIG'
    case 'baseline_broken': return 'BASELINE_BROKEN'
    case 'budget': return 'OVER_BUDGET'
    case 'refused_by_model': return 'REFUSED_BY_MODEL'
    case 'protected_paths': return 'PROTECTED_PATHS'
    case 'no_changes': case 'verify_failed': case 'review_rejected': case 'timeout': case 'stalled': case 'killed': case 'push_rejected':
    case 'conflict': case 'agent_error': return 'WORK_FAILED'
  }
}
