import {Args, Flags} from '@oclif/core'
import type {Outcome} from '../lib/cli/outcome.js'
import type {LogsResult} from '../lib/flow/logs.js'
import {written} from '../lib/cli/io.js'
import {assertReadable} from '../lib/cli/issue-refs.js'
import {inert, type Ui} from '../lib/cli/ui.js'
import {WorldCommand} from '../lib/cli/world-command.js'

export default class Logs extends WorldCommand<LogsResult> {
  static override summary = 'show the last attempt\'s log on this machine, bounded'
  static override examples = ['<%= config.bin %> <%= command.id %> 124', '<%= config.bin %> <%= command.id %> 124 --follow', '<%= config.bin %> <%= command.id %> 124 --attempt 1 --bytes 100000 --json']
  static override args = {issue: Args.string({ignoreStdin: true, required: true, description: 'issue number, #123, GH-123 or URL'})}
  static override flags = {
    attempt: Flags.integer({description: 'another attempt than the last', min: 1}),
    follow: Flags.boolean({char: 'f', description: 'go on printing until the attempt has ended'}),
    bytes: Flags.integer({description: 'show at most so much of the end', default: 64_000, min: 1, max: 16_000_000}),
  }
  #followed = false

  async run(): Promise<Outcome<LogsResult>> {
    const {args, flags} = await this.parse(Logs)
    const [{openLogs}, {readLog, readLogWhenOver}] = await Promise.all([import('../lib/cli/context.js'), import('../lib/flow/logs.js')])
    assertReadable([args.issue])
    const {desk, home} = await openLogs({...await this.opening(flags), refs: [args.issue]})
    const issue = await this.issueAt(args.issue, home)
    const bounds = {attempt: flags.attempt ?? null, bytes: flags.bytes}
    this.#followed = flags.follow && !this.mode.json
    if (this.#followed) return {status: 'done', result: await readLog(desk, issue, {...bounds, follow: (text, dropped) => this.#show(text, dropped)})}
    const result = flags.follow ? await readLogWhenOver(desk, issue, bounds) : await readLog(desk, issue, {...bounds, follow: null})
    if (result.droppedBytes > 0) this.note(`${result.shownBytes} of ${result.totalBytes} bytes shown, ${result.droppedBytes} left out; all of it: ${result.path}`)
    this.note(result.final ? 'the log is complete' : 'the attempt has not ended; --follow goes on')
    return {status: 'done', result}
  }

  async #show(text: string, dropped: number): Promise<void> {
    if (dropped > 0) this.note(`${dropped} bytes before this are left out`)
    await written(this.io.stdout, this.mask(inert(text)))
  }

  protected view({text}: LogsResult, _ui: Ui): string { return this.#followed || text === '' ? '' : inert(text.endsWith('\n') ? text : `${text}\n`) }
}
