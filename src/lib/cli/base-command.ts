import {Command, type Interfaces} from '@oclif/core'
import {maskJson, maskSecrets} from '../core/run/mask.js'
import {secretsOf} from '../core/run/secrets.js'
import {isOk, type PilotError} from '../errors.js'
import {fenced, underActions, writeActionsOutput, type Outputs} from './actions-output.js'
import {errorText, failureOutcome, usageError} from './failure.js'
import {globalFlags, switched} from './flags.js'
import {watchSignals} from './interrupt.js'
import {processIo, written, type Io} from './io.js'
import {envelope, errorOf, exitOf, interrupted, type Outcome} from './outcome.js'
import {openProgress, progressKind, type Progress} from './progress.js'
import {logSafe, logSafeJson, openUi, pageUi, type Ui} from './ui.js'

type ParsedFlags = Interfaces.OutputFlags<Interfaces.FlagInput>
type Mode = {json: boolean; quiet: boolean; verbose: boolean; noColor: boolean}

/**
 * One verb of the command line. A command answers an `Outcome`; this class alone prints it, in one of two forms, and sets the
 * exit code. Nothing leaves the process unmasked. An error is an outcome too: `_run` never rejects.
 */
export abstract class PilotCommand<T> extends Command {
  static override enableJsonFlag = true
  static override baseFlags = globalFlags

  #io: Io | undefined
  #ui: Ui | undefined
  #mode: Mode | undefined
  #progress: Progress | undefined
  #mask: ((text: string) => string) | undefined
  readonly #secrets: string[] = []
  readonly #warnings: string[] = []
  readonly #stop = new AbortController()

  abstract override run(): Promise<Outcome<T>>
  /** The result for people (a terminal) or for programs (piped): pure, ends with a newline unless empty. */
  protected abstract view(result: T, ui: Ui): string

  /** The key figures for later Actions steps; `ok` and `status` are always there. */
  protected outputs(_result: T): Outputs { return {} }

  /** The Markdown of the step summary, below its heading. */
  protected summary(result: T): string {
    const text = this.view(result, pageUi(this.io.now()))
    return text === '' ? fenced(JSON.stringify(maskJson(result, this.mask), null, 2) ?? '', 'json') : fenced(text)
  }

  /** What is to be given back when the command has ended, however it did. */
  protected leave(): Promise<void> { return Promise.resolve() }

  /** The process this command talks to. Tests override it. */
  protected openIo(): Io { return processIo(process) }
  protected get io(): Io { return this.#io ??= this.openIo() }
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP; hand it to everything that waits. */
  protected get signal(): AbortSignal { return this.#stop.signal }
  protected get mode(): Mode { return this.#mode ?? this.#typedMode() }
  protected get mask(): (text: string) => string { return this.#mask ??= maskSecrets([...secretsOf(this.io.env), ...this.#secrets]) }
  protected async ui(): Promise<Ui> { return this.#ui ??= await openUi(this.io, this.mode.noColor || this.mode.json) }

  /** A secret that no variable's name tells (a token from `gh`, the key of an endpoint), never to be printed. */
  protected conceal(secret: string): void {
    if (this.#secrets.includes(secret)) return
    this.#secrets.push(secret)
    this.#mask = undefined
  }

  /** What the command is doing, on stderr. */
  protected async progress(): Promise<Progress> {
    const kind = progressKind(this.io.stderr, this.mode, this.io.env)
    return this.#progress ??= await openProgress(kind, this.io, (text) => { this.#err(text) }, (text) => this.mask(text))
  }

  /** A line on stderr, for people: dropped by --quiet, and with --json unless --verbose. */
  protected note(text: string): void {
    if (progressKind(this.io.stderr, this.mode, this.io.env) !== 'silent') this.#err(text)
  }

  /** A note for whoever waits at a terminal and would see nothing at all; a pipeline needs none. */
  protected noteIdle(text: string): void { if (this.io.stderr.isTTY === true) this.note(text) }

  /** A note only for --verbose. */
  protected detail(text: string): void { if (this.mode.verbose) this.#err(text) }

  /** What is changed, or would be: one line an action, already worded as `would …` or `did …`. */
  protected printActions(lines: readonly string[]): void { for (const line of lines) this.note(line) }

  override warn(input: Error | string): Error | string {
    const text = typeof input === 'string' ? input : input.message
    if (this.#warnings.includes(text)) return input
    this.#warnings.push(text)
    if (!this.mode.quiet && !this.mode.json) this.#err(`warning: ${text}`)
    return input
  }

  /** stdout is for the result alone. */
  override log(message = ''): void { this.note(message) }
  override logToStderr(message = ''): void { this.note(message) }
  override jsonEnabled(): boolean { return this.mode.json }

  protected override async parse<F extends ParsedFlags, B extends ParsedFlags, A extends Interfaces.OutputArgs<Interfaces.ArgInput>>(
    options?: Interfaces.Input<F, B, A>, argv?: string[],
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    const input = options ?? this.ctor as unknown as Interfaces.Input<F, B, A>
    // oclif spreads the class, which loses what it inherits
    const {args, flags: own, baseFlags, enableJsonFlag, strict} = input
    const whole = {...input, args, flags: own, baseFlags, enableJsonFlag, strict} as Interfaces.Input<F, B, A>
    const parsed = await super.parse(whole, argv).catch((error: unknown) => {
      const names = Object.keys({...this.ctor.flags, ...this.ctor.baseFlags, json: true})
      throw usageError(error as Error, this.config.bin, this.#name, names)
    })
    const flags: Record<string, unknown> = parsed.flags
    const on = (flag: string): boolean => flags[flag] === true
    this.#mode = {json: on('json'), quiet: on('quiet'), verbose: on('verbose'), noColor: on('no-color')}
    return parsed
  }

  protected override async _run<R>(): Promise<R> {
    const unwatch = watchSignals(this.io, this.#stop, {
      notice: () => { this.#err('stopping; press Ctrl-C again to stop at once') },
      leave: () => { this.#progress?.stop() },
    })
    let outcome: Outcome<T>
    let reached = true
    try {
      await this.init()
      outcome = await this.run()
    } catch (error) {
      reached = false
      outcome = this.#failed(error)
    }
    try {
      await this.leave()
    } catch (error) {
      this.warn(error as Error)
    } finally {
      unwatch()
      this.#progress?.stop()
    }
    if (this.signal.aborted) outcome = interrupted(outcome, this.signal.reason as PilotError)
    outcome = await this.#print(outcome, reached).catch(async (error: unknown) => {
      const broken = this.#failed(error)
      await this.#print(broken, false)
      return broken
    })
    this.io.setExit(exitOf(outcome))
    return outcome as R
  }

  get #name(): string { return (this.id ?? '').replaceAll(':', ' ') }

  #typedMode(): Mode {
    const on = (flag: string): boolean => switched(this.argv, flag)
    return {json: on('--json'), quiet: on('--quiet'), verbose: on('--verbose'), noColor: on('--no-color')}
  }

  #failed(error: unknown): Outcome<T> {
    const stack = error instanceof Error ? error.stack : undefined
    if (stack !== undefined) this.detail(stack)
    return failureOutcome(error, this.config.bin, this.#name, this.argv) as Outcome<T>
  }

  /** The whole text is made before its first byte is written, so that stdout never holds half an answer and an error. */
  async #print(outcome: Outcome<T>, reached: boolean): Promise<Outcome<T>> {
    const ui = await this.ui()
    const actions = underActions(this.io.env)
    // before a table cuts its cells, and half a secret would be left
    const shown = (): T => maskJson(outcome.result, this.mask) as T
    const text = this.mode.json || !reached ? '' : this.mask(this.view(shown(), ui))
    if (actions) {
      await this.#tellActions(outcome, reached).catch((failure: unknown) => this.warn(`no step summary or outputs: ${String(failure)}`))
    }
    const json = (): string => JSON.stringify(maskJson(envelope(outcome, this.#name, this.#warnings), this.mask), null, ui.stdoutTty ? 2 : undefined)
    const answer = this.mode.json ? `${actions ? logSafeJson(json()) : json()}\n` : actions ? logSafe(text) : text
    const lost = answer === '' ? null : await written(this.io.stdout, answer).then(() => null, (failure: unknown) => this.#failed(failure))
    // stdout says all of it with --json; where it takes nothing, stderr does
    for (const said of [...(this.mode.json && lost === null ? [] : [outcome]), ...(lost === null ? [] : [lost])]) {
      const error = errorOf(said, this.#name)
      if (error) this.#err(errorText(error, said.status, ui.errStyle))
    }
    return lost === null || errorOf(outcome, this.#name) ? outcome : lost
  }

  async #tellActions(outcome: Outcome<T>, reached: boolean): Promise<void> {
    const error = errorOf(outcome, this.#name)
    const summary = [
      `### ${this.config.bin} ${this.#name}: ${outcome.status}\n`,
      ...(error ? [fenced([`${error.message} (${error.code})`, ...error.suggestions].join('\n'))] : []),
      ...(reached ? [this.summary(maskJson(outcome.result, this.mask) as T)] : []),
    ].join('\n')
    const figures = {...(reached ? this.outputs(outcome.result) : {}), ok: isOk(outcome.status), status: outcome.status}
    await writeActionsOutput(this.io.env, this.mask(summary), maskJson(figures, this.mask) as Outputs, () => this.io.random())
  }

  #err(text: string): void {
    const line = `${this.mask(text)}\n`
    const write = (): void => { this.io.stderr.write(underActions(this.io.env) ? logSafe(line) : line) }
    if (this.#progress) this.#progress.around(write)
    else write()
  }
}
