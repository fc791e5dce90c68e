import {Args} from '@oclif/core'
import {waitFlag} from '../lib/cli/flags.js'
import type {Outcome} from '../lib/cli/outcome.js'
import type {LandJson} from '../lib/cli/results.js'
import type {Ui} from '../lib/cli/ui.js'
import {landView} from '../lib/cli/views/epic.js'
import {WorldCommand} from '../lib/cli/world-command.js'

export default class Land extends WorldCommand<LandJson> {
  static override summary = 'merge exactly the commit that was verified and reviewed, when its checks are green'
  static override description = 'Then settles the issue and closes its parent when it was the last one. A moved head or a conflict is refused with both commits.'
  static override examples = ['<%= config.bin %> <%= command.id %> 131', '<%= config.bin %> <%= command.id %> 124 --wait 10m']
  static override args = {number: Args.string({ignoreStdin: true, required: true, description: 'pull request or issue'})}
  static override flags = {wait: waitFlag('how long to wait for checks')}

  async run(): Promise<Outcome<LandJson>> {
    const {args, flags} = await this.parse(Land)
    const world = await this.world(flags, {runsCode: true, refs: [args.number], ...(flags.wait === undefined ? {} : {overrides: {land: {wait: flags.wait}}})})
    const {land} = await import('../lib/flow/land.js')
    const {status, ...result} = await land(world, await this.issue(args.number, world), {waitMs: world.config.settings.land.wait})
    return {status, result}
  }

  protected view(result: LandJson, ui: Ui): string { return landView(result, ui) }
  protected override outputs({pr, merged, headSha}: LandJson) { return {pr, merged, 'head-sha': headSha} }
}
