import {Args, Flags} from '@oclif/core'
import type {Outcome} from '../lib/cli/outcome.js'
import type {DecideJson} from '../lib/cli/results.js'
import type {Ui} from '../lib/cli/ui.js'
import {decideView} from '../lib/cli/views/decide.js'
import {WorldCommand} from '../lib/cli/world-command.js'

export default class Decide extends WorldCommand<DecideJson> {
  static override summary = 'after a wave with failures: one checked decision on retries, guidance, skips and order'
  static override description = 'A model advises, pilot checks each field and applies what is allowed. Nothing failed, or no work left: no call, no cost.'
  static override examples = ['<%= config.bin %> <%= command.id %> 123', '<%= config.bin %> <%= command.id %> 123 --dry-run']
  static override args = {epic: Args.string({ignoreStdin: true, required: true, description: 'the epic'})}
  static override flags = {force: Flags.boolean({description: 'decide again although nothing changed since the last decision'})}

  async run(): Promise<Outcome<DecideJson>> {
    const {args, flags} = await this.parse(Decide)
    const world = await this.world(flags, {refs: [args.epic]})
    const {decideEpic} = await import('../lib/flow/decide.js')
    const {status, ...result} = await decideEpic(world, await this.issue(args.epic, world), {force: flags.force})
    return {status, result}
  }

  protected view(result: DecideJson, ui: Ui): string { return decideView(result, ui) }
  protected override outputs({by, decision}: DecideJson) {
    return {by: by ?? '', retries: Object.keys(decision?.strategies ?? {}).join(','), skipped: decision?.skip.map((s) => s.issue).join(',') ?? ''}
  }
}
