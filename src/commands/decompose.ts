import {Args, Flags} from '@oclif/core'
import type {Outcome} from '../lib/cli/outcome.js'
import type {DecomposeJson} from '../lib/cli/results.js'
import type {Ui} from '../lib/cli/ui.js'
import {decomposeView} from '../lib/cli/views/epic.js'
import {plannedView} from '../lib/cli/views/setup.js'
import {WorldCommand} from '../lib/cli/world-command.js'

export default class Decompose extends WorldCommand<DecomposeJson> {
  static override summary = 'make the planned sub-issues exist: created, linked and ordered, each exactly once'
  static override description = 'Finds what exists already and creates only what is missing; a second run writes nothing.'
  static override examples = ['<%= config.bin %> <%= command.id %> 123 --dry-run', '<%= config.bin %> <%= command.id %> 123', '<%= config.bin %> <%= command.id %> 123 --from-issue']
  static override args = {issue: Args.string({ignoreStdin: true, required: true, description: 'the epic'})}
  static override flags = {
    'force': Flags.boolean({description: 'accept that the epic\'s text changed since it was planned, and that open sub-issues of another plan stay beside its own'}),
    'from-issue': Flags.boolean({description: 'split by the issue\'s own work items instead of a plan'}),
  }

  async run(): Promise<Outcome<DecomposeJson>> {
    const {args, flags} = await this.parse(Decompose)
    const world = this.answering(await this.world(flags, {refs: [args.issue]}))
    const {decompose} = await import('../lib/flow/decompose.js')
    const {status, ...result} = await decompose(world, await this.issue(args.issue, world), {force: flags.force, fromIssue: flags['from-issue']})
    return {status, result}
  }

  protected view(result: DecomposeJson, ui: Ui): string { return this.isDryRun && result.actions.length > 0 ? plannedView(result.actions, ui) : decomposeView(result, ui) }
  protected override outputs({created, children}: DecomposeJson) { return {created: created.length, children: children.join(',')} }
}
