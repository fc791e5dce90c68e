import {maskJson, maskSecrets} from '../core/run/mask.js'
import {secretsOf} from '../core/run/secrets.js'
import {PilotError} from '../errors.js'
import {errorText, failureOutcome} from './failure.js'
import {globalFlags, switched} from './flags.js'
import {written, type Io} from './io.js'
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

/** The word that is meant as the command, and the flags that stand before it. */
export function commandWord(argv: readonly string[]): {typed: string; leading: string[]} {
  const words = argv[0] === 'help' ? argv.slice(1) : argv
  const at = words.findIndex((word, i) => !word.startsWith('-') && !TAKES_VALUE.includes(words[i - 1] ?? ''))
  const leading = (at === -1 ? words : words.slice(0, at)).filter((word) => word !== '--help' && word !== '-h')
  return {typed: at === -1 ? '' : words[at]!, leading: [...leading]}
}

/** Why nothing ran: no such command, none at all, or flags in front of it; undefined: the command is there and could not be loaded. */
function misuse({typed, leading}: ReturnType<typeof commandWord>, program: Program): PilotError | undefined {
  const {bin, commands} = program
  if (typed === '' && leading.length > 0) return new PilotError('USAGE', 'which command?', [`${bin} --help`])
  if (!commands.includes(typed)) return unknownCommand(typed, program)
  if (leading.length === 0) return undefined
  const meant = `${bin} ${typed} … ${leading.join(' ')}`
  return new PilotError('USAGE', `flags stand behind the command: ${meant}`, [meant])
}

/**
 * Failures before a command could run: an unknown command, or code that cannot be loaded. Same forms and exit codes as a
 * command's own failures. `argv` is what was typed after the program's name.
 */
export async function reportUnrun(error: unknown, argv: readonly string[], program: Program, io: Io): Promise<void> {
  const word = commandWord(argv)
  const {typed} = word
  const outcome = failureOutcome(misuse(word, program) ?? error, program.bin, typed)
  const mask = maskSecrets(secretsOf(io.env))
  if (switched(argv, '--json')) {
    await written(io.stdout, `${JSON.stringify(maskJson(envelope(outcome, typed, []), mask))}\n`)
  } else {
    const ui = await openUi(io, switched(argv, '--no-color'))
    await written(io.stderr, `${mask(errorText(errorOf(outcome, typed)!, outcome.status, ui.errStyle))}\n`)
  }
  if (switched(argv, '--verbose') && error instanceof Error) await written(io.stderr, `${mask(error.stack ?? '')}\n`)
  io.setExit(exitOf(outcome))
}
