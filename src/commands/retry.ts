import {Args, Flags} from '@oclif/core'
import {routeFlags} from '../lib/cli/flags.js'
import {itemsOutcome, type Outcome} from '../lib/cli/outcome.js'
import type {ItemsResult} from '../lib/cli/results.js'
import type {Ui} from '../lib/cli/ui.js'
import {executeView} from '../lib/cli/views/items.js'
import {WorldCommand} from '../lib/cli/world-command.js'
import type {ExecuteItem} from '../lib/flow/execute.js'

export default class Retry extends WorldCommand<ItemsResult<ExecuteItem>> {
  static override summary = 'move failed issues up the retry ladder and run them again'
  static override description = 'Two retries an issue, counted in its labels. Without arguments: all open issues that carry pilot-retry-ready.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> 124 --guidance "use the parser in src/parse.ts"', '<%= config.bin %> <%= command.id %> 124 --no-execute']
  static override strict = false
  static override args = {issue: Args.string({ignoreStdin: true, description: 'issue number, #123, GH-123 or URL; several; - reads numbers from stdin'})}
  static override flags = {
    ...routeFlags,
    execute: Flags.boolean({description: 'run the issue after its labels moved (the default); --no-execute only moves them', default: true, allowNo: true}),
    guidance: Flags.string({description: 'what the next attempt should do differently'}),
  }

  async run(): Promise<Outcome<ItemsResult<ExecuteItem>>> {
    const {argv, flags} = await this.parse(Retry)
    const world = await this.world(flags, {runsCode: true, refs: argv as string[]})
    const {retryIssue, retryReady} = await import('../lib/flow/retry.js')
    const named = argv.length > 0
    const numbers = named ? await this.issues(argv as string[], world) : await retryReady(world)
    const items: ExecuteItem[] = []
    if (numbers.length === 0) this.noteIdle('nothing to retry: no open issue carries pilot-retry-ready')
    for (const number of numbers) {
      if (this.signal.aborted) break
      items.push(await retryIssue(world, number, {execute: flags.execute, named, guidance: flags.guidance ?? ''}))
    }
    return itemsOutcome(items)
  }

  protected view(result: ItemsResult<ExecuteItem>, ui: Ui): string { return executeView(result, ui) }
  protected override outputs({items}: ItemsResult<ExecuteItem>) {
    return {prs: items.flatMap((i) => (i.pr === null ? [] : [i.pr])).join(','), failed: items.filter((i) => i.failure !== null).length}
  }
}
