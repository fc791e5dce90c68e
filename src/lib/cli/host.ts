import {maskJson, maskSecrets} from '../core/run/mask.js'
import {secretsOf} from '../core/run/secrets.js'
import {PilotError, type ExitCode} from '../errors.js'
import {commandLine, errorText, failureOutcome} from './failure.js'
import {globalFlags, switched} from './flags.js'
import {unwritten, written, type Io} from './io.js'
import {nearest} from './nearest.js'
import {envelope, errorOf, exitOf} from './outcome.js'
import {openUi} from './ui.js'

/** The visible commands of the program and how it is called. */
export type Program = {bin: string; commands: readonly string[]}

/** What to say to a first word that is no command. */
export function unknownCommand(typed: string, {bin, commands}: Program): PilotError {
  const close = nearest(typed, commands)
  const hint = close.length > 0 ? `; did you mean ${close.join(', ')}?` : ''
  return new PilotError('USAGE', `${JSON.stringify(typed)} is not a command of ${bin}${hint}`, [
    ...close.map((name) => `${bin} ${name} --help`), `${bin} --help`,
  ])
}

/** Flags of every command that take the word behind them. */
const TAKES_VALUE: readonly string[] = Object.entries(globalFlags).flatMap(([name, flag]) =>
  flag.type === 'option' ? [`--${name}`, ...('char' in flag ? [`-${flag.char}`] : [])] : [])

/** The word that is meant as the command, the flags that stand before it, and all that stands behind it. */
export function commandWord(argv: readonly string[]): {typed: string; leading: string[]; rest: string[]} {
  const words = argv[0] === 'help' ? argv.slice(1) : argv
  const at = words.findIndex((word, i) => !word.startsWith('-') && !TAKES_VALUE.includes(words[i - 1] ?? ''))
  const leading = (at === -1 ? words : words.slice(0, at)).filter((word) => word !== '--help' && word !== '-h')
  return {typed: at === -1 ? '' : words[at]!, leading: [...leading], rest: at === -1 ? [] : words.slice(at + 1)}
}

/** Why nothing ran: no such command, none at all, or flags in front of it; undefined: the command is there and could not be loaded. */
function misuse({typed, leading, rest}: ReturnType<typeof commandWord>, program: Program): PilotError | undefined {
  const {bin, commands} = program
  if (typed === '' && leading.length > 0) return new PilotError('USAGE', 'which command?', [`${bin} --help`])
  if (!commands.includes(typed)) return unknownCommand(typed, program)
  if (leading.length === 0) return undefined
  const meant = commandLine([bin, typed, ...leading, ...rest])
  return new PilotError('USAGE', `flags stand behind the command: ${meant}`, [meant])
}

/**
 * Failures before a command could run: an unknown command, or code that cannot be loaded. Same forms and exit codes as a
 * command's own failures. `argv` is what was typed after the program's name.
 */
export async function reportUnrun(error: unknown, argv: readonly string[], program: Program, io: Io): Promise<void> {
  const word = commandWord(argv)
  const {typed} = word
  const outcome = failureOutcome(misuse(word, program) ?? error, program.bin, typed, word.rest)
  const mask = maskSecrets(secretsOf(io.env))
  const onStderr = async (): Promise<void> => told(io, mask(errorText(errorOf(outcome, typed)!, outcome.status, (await openUi(io, switched(argv, '--no-color'))).errStyle)))
  if (switched(argv, '--json')) {
    await written(io.stdout, `${JSON.stringify(maskJson(envelope(outcome, typed, []), mask))}\n`).catch(async (lost: unknown) => {
      await onStderr()
      await sayLost(lost, program, io)
    })
  } else await onStderr()
  if (switched(argv, '--verbose') && error instanceof Error) await told(io, mask(error.stack ?? ''))
  io.setExit(exitOf(outcome))
}

/** Reports what the system says of an answer that was written without a command; a reader that went away is no error. */
export async function reportUnwritten(error: Error, program: Program, io: Io): Promise<void> {
  const lost = unwritten(error)
  if (lost !== undefined) io.setExit(await sayLost(lost, program, io))
}

/** Where stderr takes nothing either, the exit code is all that is left. */
const told = (io: Io, text: string): Promise<void> => written(io.stderr, `${text}\n`).catch(() => undefined)

/** On stderr, because stdout takes nothing. */
async function sayLost(lost: unknown, {bin}: Program, io: Io): Promise<ExitCode> {
  const outcome = failureOutcome(lost, bin, '')
  const {errStyle} = await openUi(io, false)
  await told(io, errorText(errorOf(outcome, bin)!, outcome.status, errStyle))
  return exitOf(outcome)
}
