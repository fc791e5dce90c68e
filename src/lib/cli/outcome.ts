import {CODES, EXIT, isOk, statusOf, worstExit, type Code, type ErrorJson, type ExitCode, type PilotError, type Status} from '../errors.js'

/**
 * What a command answers. `result` is the JSON contract. `exit` is given only when it does not follow from the error's
 * code or the status; `error` may stand next to a partial result.
 */
export type Outcome<T> = {status: Status; result: T; exit?: ExitCode; error?: ErrorJson}
export type Item = {status: Status; exit?: ExitCode; error?: ErrorJson | null}

export type Envelope = {ok: boolean; command: string; status: Status; error?: ErrorJson; result: unknown; warnings: string[]}

const EXIT_OF_STATUS: Record<Status, ExitCode> = {
  done: EXIT.ok, noop: EXIT.ok, waiting: EXIT.waiting, refused: EXIT.refused,
  failed: EXIT.failed, invalid: EXIT.invalid, unavailable: EXIT.unavailable,
}

/** The code to show when a command says that it failed and not why. */
const CODE_OF_STATUS: Record<Status, Code> = {
  done: 'INTERNAL', noop: 'INTERNAL', waiting: 'WAITING', refused: 'NEEDS_HUMAN',
  failed: 'WORK_FAILED', invalid: 'INVALID_ARTIFACT', unavailable: 'GITHUB_UNAVAILABLE',
}

const isCode = (code: string): code is Code => Object.hasOwn(CODES, code)

/** The exit code of an outcome or of one item: its own, else its error's, else its status'. */
export function exitOf(outcome: Item): ExitCode {
  if (outcome.exit !== undefined) return outcome.exit
  if (outcome.error && isCode(outcome.error.code)) return CODES[outcome.error.code]
  return EXIT_OF_STATUS[outcome.status]
}

/** A failure with what was reached before it. */
export const failedWith = <T>(error: PilotError, result: T): Outcome<T> =>
  ({status: error.status, exit: error.exit, error: error.toJSON(), result})

/** Several issues, one outcome: the exit code is the worst one's, and so is the error. Nothing to do is `noop`. */
export function itemsOutcome<I extends Item>(items: readonly I[]): Outcome<{items: I[]}> {
  const exit = worstExit(items.map(exitOf))
  const worst = items.find((item) => exitOf(item) === exit)
  const idle = items.every((item) => item.status === 'noop')
  const status = exit === EXIT.ok ? (idle ? 'noop' : 'done') : worst?.status ?? statusOf(exit)
  return {status, exit, result: {items: [...items]}, ...(exit !== EXIT.ok && worst?.error ? {error: worst.error} : {})}
}

/** An interrupted command is a failed one whatever it answered; what it reached stays in the result. */
export const interrupted = <T>(outcome: Outcome<T>, error: PilotError): Outcome<T> => failedWith(error, outcome.result)

/** The error of an outcome, never missing when the outcome is not ok. */
export function errorOf(outcome: Item, command: string): ErrorJson | undefined {
  if (outcome.error) return outcome.error
  if (isOk(outcome.status)) return undefined
  const code = CODE_OF_STATUS[outcome.status]
  return {code, message: `${command}: ${outcome.status}`, suggestions: [], retryable: outcome.status === 'unavailable'}
}

/** The one JSON document of a command. */
export function envelope(outcome: Outcome<unknown>, command: string, warnings: readonly string[]): Envelope {
  const error = errorOf(outcome, command)
  return {
    ok: isOk(outcome.status), command, status: outcome.status,
    ...(error ? {error} : {}),
    result: outcome.result ?? {}, warnings: [...warnings],
  }
}
