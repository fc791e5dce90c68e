import {resolve} from 'node:path'
import {Flags} from '@oclif/core'
import {PilotCommand} from '../lib/cli/base-command.js'
import type {Outcome} from '../lib/cli/outcome.js'
import type {DemoResult} from '../lib/cli/results.js'
import type {Ui} from '../lib/cli/ui.js'
import {demoView} from '../lib/cli/views/demo.js'

export default class Demo extends PilotCommand<DemoResult> {
  static override summary = 'watch the whole chain on a local GitHub and a sample project: no token, no network'
  static override description = 'Each command line is shown and really run. The agent is a script: it writes prepared files and slips twice.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --keep --dir ./pilot-demo',
    '<%= config.bin %> <%= command.id %> --agent claude',
  ]
  static override flags = {
    agent: Flags.string({
      description: 'who writes the code: the script, or an installed agent CLI, which costs money',
      options: ['scripted', 'claude'], default: 'scripted',
    }),
    dir: Flags.string({description: 'work in this new or empty directory instead of a temporary one', helpValue: 'DIR'}),
    keep: Flags.boolean({description: 'leave everything there to look at'}),
  }

  async run(): Promise<Outcome<DemoResult>> {
    const {flags} = await this.parse(Demo)
    const {errStyle} = await this.ui()
    const [{planDemo, runDemo}, {DEMO_AGENTS}] = await Promise.all([import('../lib/demo/run-demo.js'), import('../lib/demo/place.js')])
    const paint = {loud: errStyle.bold, quiet: errStyle.dim, plain: (line: string) => line}
    const options = {
      agent: DEMO_AGENTS.find((name) => name === flags.agent) ?? 'scripted', keep: flags.keep, noColor: flags['no-color'], env: this.io.env,
      dir: flags.dir === undefined ? null : resolve(flags.cwd ?? '.', flags.dir), signal: this.signal,
      say: (line: string, tone: keyof typeof paint = 'plain') => { this.note(paint[tone](line)) },
    }
    if (flags['dry-run']) return {status: 'noop', result: planDemo(options)}
    return {status: 'done', result: await runDemo(options)}
  }

  protected view(result: DemoResult, ui: Ui): string { return demoView(result, ui) }
  protected override outputs({dir, merged, requests}: DemoResult) { return {dir, merged: merged.length, requests} }
}
