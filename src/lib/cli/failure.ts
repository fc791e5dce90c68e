import {inspect, stripVTControlCharacters} from 'node:util'
import {machineFault} from '../core/run/machine-fault.js'
import {EXIT, PilotError, isOk, type ErrorJson, type Status} from '../errors.js'
import {nearest} from './nearest.js'
import type {Outcome} from './outcome.js'
import {inert, type Style} from './ui.js'

/** What oclif throws for arguments it cannot read; only the parts that help the reader. */
type ParseFailure = Error & {flags?: unknown}

/** oclif's parse error in our words: its hint about --help and its layout go, near misses and the usage come. */
export function usageError(error: ParseFailure, bin: string, command: string, flagNames: readonly string[]): PilotError {
  // oclif writes its own words around the message of whatever a flag's reader throws
  const message = inOneLine(error.message.replace(/\s*See more help with --help\s*$/, '').replace(/^Parsing --(\S+)\s+(?=--\1\b)/, '').replace(/^Parsing --(\S+)\s+/, '--$1: '))
  if (error instanceof PilotError) return new PilotError(error.code, message, error.suggestions, {cause: error})
  const unknown = Array.isArray(error.flags) ? error.flags.filter((flag) => typeof flag === 'string') : []
  const close = unknown.flatMap((flag) => nearest(flag.replace(/^-+/, ''), flagNames).slice(0, 1).map((name) => `--${name}`))
  const hint = close.length > 0 ? `; did you mean ${[...new Set(close)].join(', ')}?` : ''
  return new PilotError('USAGE', message + hint, [`${bin} ${command} --help`], {cause: error})
}

/** What flags need and exclude, which oclif lists below a heading. */
function inOneLine(message: string): string {
  const [, listed] = /^The following errors? occurred:([^]*)$/.exec(message) ?? []
  if (listed === undefined) return message
  const lines = stripVTControlCharacters(listed).split('\n').map((line) => line.trim()).filter((line) => line !== '')
  return lines.map((line) => line.replace(/^All of the following must be provided when using (--\S+): /, '$1 needs ')
    .replace(/^(--[\w-]+)(?:=.*)? cannot also be provided when using (--\S+)$/, '$1 cannot be given together with $2')).join('; ')
}

/** The messages of an error and of what caused it, without saying the same twice. */
function explained(error: unknown): string {
  const parts: string[] = []
  let at = error
  for (let depth = 0; at instanceof Error && depth < 5; depth++) {
    const text = at.message || at.name
    if (!parts.some((part) => part.includes(text))) parts.push(text)
    at = at.cause
  }
  return parts.length > 0 ? parts.join(': ') : `something was thrown that is no error: ${inspect(error)}`
}

/** A word of a command line as a shell takes it. */
const quoted = (word: string): string => (/^[\w./:@=,+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
/** A command line that can be typed as it stands. */
export const commandLine = (words: readonly string[]): string => words.map(quoted).join(' ')

/** The same command for a person who wants to see where it failed. */
const loudly = (bin: string, command: string, argv: readonly string[]): string =>
  commandLine([bin, ...command.split(' ').filter(Boolean), '--verbose', ...argv.filter((word) => !['--verbose', '--json'].includes(word))])

/** Any thrown value as an outcome: an expected failure keeps its code, a machine at its end has one, everything else is a bug in pilot, and `argv` with --verbose shows where. */
export function failureOutcome(error: unknown, bin: string, command: string, argv: readonly string[] = []): Outcome<undefined> {
  const known = error instanceof PilotError ? error : machineFault(error)
  if (known !== undefined) return {status: known.status, exit: known.exit, error: known.toJSON(), result: undefined}
  return {
    status: 'failed', exit: EXIT.failed, result: undefined,
    error: {code: 'INTERNAL', message: explained(error), suggestions: [loudly(bin, command, argv)], retryable: false},
  }
}

/** For stderr: what happened, the code, what to type next. */
export function errorText(error: ErrorJson, status: Status, style: Style): string {
  const lead = isOk(status) ? style.yellow(`${status}:`) : style.red('error:')
  const next = error.suggestions.map((suggestion) => `  ${style.dim('try:')} ${inert(suggestion)}`)
  return [`${lead} ${inert(error.message)} ${style.dim(`(${error.code})`)}`, ...next].join('\n')
}
