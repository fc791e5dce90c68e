import {Args, Flags} from '@oclif/core'
import type {Outcome} from '../lib/cli/outcome.js'
import type {LogsResult} from '../lib/flow/logs.js'
import {written} from '../lib/cli/io.js'
import {inert, type Ui} from '../lib/cli/ui.js'
import {WorldCommand} from '../lib/cli/world-command.js'

export default class Logs extends WorldCommand<LogsResult> {
  static override summary = 'show the last attempt\'s log on this machine, bounded'
  static override examples = ['<%= config.bin %> <%= command.id %> 124', '<%= config.bin %> <%= command.id %> 124 --follow', '<%= config.bin %> <%= command.id %> 124 --attempt 1 --bytes 100000 --json']
  static override args = {issue: Args.string({required: true, description: 'issue number, #123, GH-123 or URL'})}
  static override flags = {
    attempt: Flags.integer({description: 'another attempt than the last', min: 1}),
    follow: Flags.boolean({char: 'f', description: 'go on printing until the attempt has ended'}),
    bytes: Flags.integer({description: 'show at most so much of the end', default: 64_000, min: 1, max: 16_000_000}),
  }
  #followed = false

  async run(): Promise<Outcome<LogsResult>> {
    const {args, flags} = await this.parse(Logs)
    const [{openLogs}, {readLog}] = await Promise.all([import('../lib/cli/context.js'), import('../lib/flow/logs.js')])
    const {desk, home} = await openLogs(await this.opening(flags))
    this.#followed = flags.follow && !this.mode.json
    const print = async (text: string): Promise<void> => { await written(this.io.stdout, this.mask(inert(text))) }
    const follow = flags.follow ? (this.mode.json ? async () => undefined : print) : null
    const result = await readLog(desk, await this.issueAt(args.issue, home), {attempt: flags.attempt ?? null, bytes: flags.bytes, follow})
    if (result.droppedBytes > 0 && !this.#followed) this.note(`${result.shownBytes} of ${result.totalBytes} bytes shown, ${result.droppedBytes} left out; all of it: ${result.path}`)
    if (!result.final && !this.#followed) this.note('the attempt has not ended; --follow goes on')
    return {status: 'done', result}
  }

  protected view({text}: LogsResult, _ui: Ui): string { return this.#followed || text === '' ? '' : inert(text.endsWith('\n') ? text : `${text}\n`) }
}
