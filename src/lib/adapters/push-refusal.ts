import {PilotError} from '../errors.js'

/** `declined`: a rule, a hook or a missing right, which the next try meets again; `raced`: somebody was faster, or the remote was busy or failed. */
export type Refusal = 'declined' | 'raced'

/** What a ref update says that came too late, or that met another one. Of git's own receive-pack, GitHub and JGit. */
const RACED = /stale info|fetch first|cannot lock ref|failed to (?:update|lock)|already exists|incorrect old value|remote ref updated/i
/** git: hook declined, deny updating a hidden ref, deletion prohibited; GitHub: protected branch hook declined, push declined due to repository rule violations, refusing to allow … */
const DECLINED = /declined|\bden(?:y|ied|ying)\b|prohibited|refusing|not (?:allowed|permitted|authorized)|permission|unauthorized|forbidden|protected|violation|read[- ]only|archived/i
/** Behind the lease the client asks for any update, so only a rule of the remote insists on fast-forwards. */
const FORWARD_ONLY = /^\[remote rejected\] \(non-fast[- ]forward\)/

/**
 * Why a push was refused, by the last column of its `--porcelain` line: `[remote rejected] (pre-receive hook declined)`. Only that column: what a
 * `remote:` line says is the server's free text. What is not known counts as a race, which is tried again.
 */
export function refusalOf(column: string): Refusal {
  if (FORWARD_ONLY.test(column)) return 'declined'
  return !RACED.test(column) && DECLINED.test(column) ? 'declined' : 'raced'
}

/** A ref that pilot needs and may not write. `what` begins a sentence. */
export const declinedError = (what: string, ref: string, reason: string): PilotError => new PilotError(
  'FORBIDDEN', `${what} could not be written: the remote declines ${ref}: ${reason}`,
  ['let this token create, change and delete refs/pilot/**: a rule or a hook of the remote forbids it', 'pilot doctor'])

/** A ref that others were always faster to change, or a remote that always failed: no fault of the work. `what` begins a sentence. */
export const busyError = (what: string): PilotError => new PilotError('GITHUB_UNAVAILABLE', what, ['run the same command again', 'pilot doctor'])
