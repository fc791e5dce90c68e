import {maskJson, maskSecrets} from '../core/run/mask.js'
import {secretsOf} from '../core/run/secrets.js'
import {PilotError} from '../errors.js'
import {errorText, failureOutcome} from './failure.js'
import {switched} from './flags.js'
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

/**
 * Failures before a command could run: an unknown command, or code that cannot be loaded. Same forms and exit codes as a
 * command's own failures. `argv` is what was typed after the program's name.
 */
export async function reportUnrun(error: unknown, argv: readonly string[], program: Program, io: Io): Promise<void> {
  const typed = argv.find((arg) => arg !== '--help' && arg !== '-h') ?? ''
  const failure = program.commands.includes(typed) ? error : unknownCommand(typed, program)
  const outcome = failureOutcome(failure, program.bin, typed)
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
