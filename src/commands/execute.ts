import {Args, Flags} from '@oclif/core'
import {PilotError} from '../lib/errors.js'
import {routeFlags, waitFlag} from '../lib/cli/flags.js'
import {itemsOutcome, type Outcome} from '../lib/cli/outcome.js'
import type {ItemsResult} from '../lib/cli/results.js'
import type {Ui} from '../lib/cli/ui.js'
import {executeView} from '../lib/cli/views/items.js'
import {WorldCommand} from '../lib/cli/world-command.js'
import type {ExecuteItem} from '../lib/flow/execute.js'

export default class Execute extends WorldCommand<ItemsResult<ExecuteItem>> {
  static override summary = 'run issues to pull requests; an epic runs its ready sub-issues in order'
  static override description = 'The agent works in a checkout of its own. pilot commits, verifies, has it reviewed, pushes and opens the pull request.'
  static override examples = ['<%= config.bin %> <%= command.id %> 124', '<%= config.bin %> <%= command.id %> 123 --land --parallel 2', '<%= config.bin %> next | <%= config.bin %> <%= command.id %> -']
  static override strict = false
  static override args = {issue: Args.string({ignoreStdin: true, description: 'issue number, #123, GH-123 or URL; several; - reads numbers from stdin'})}
  static override flags = {
    ...routeFlags,
    'parallel': Flags.integer({description: 'how many sub-issues of an epic may run side by side', default: 1, min: 1, max: 16}),
    'land': Flags.boolean({description: 'merge each pull request when its checks are green, and go on'}),
    'wait': waitFlag('how long to wait for checks with --land'),
  }

  async run(): Promise<Outcome<ItemsResult<ExecuteItem>>> {
    const {argv, flags} = await this.parse(Execute)
    if (argv.length === 0) throw new PilotError('USAGE', 'which issue? Give a number, or - to read numbers from stdin', ['pilot next | pilot execute -'])
    const world = await this.world(flags, {runsCode: true, refs: argv as string[], ...(flags.wait === undefined ? {} : {overrides: {land: {wait: flags.wait}}})})
    const {executeAny} = await import('../lib/flow/execute-any.js')
    const options = {land: flags.land, parallel: flags.parallel, waitMs: world.config.settings.land.wait}
    return itemsOutcome(await executeAny(world, await this.issues(argv as string[], world), options))
  }

  protected view(result: ItemsResult<ExecuteItem>, ui: Ui): string { return executeView(result, ui) }
  protected override outputs({items}: ItemsResult<ExecuteItem>) {
    return {prs: items.flatMap((i) => (i.pr === null ? [] : [i.pr])).join(','), failed: items.filter((i) => i.failure !== null).length}
  }
}
