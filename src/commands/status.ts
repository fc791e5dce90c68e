import {Args} from '@oclif/core'
import type {Outcome} from '../lib/cli/outcome.js'
import type {Ui} from '../lib/cli/ui.js'
import {statusView} from '../lib/cli/views/epic.js'
import {WorldCommand} from '../lib/cli/world-command.js'
import type {StatusResult} from '../lib/flow/status.js'

export default class Status extends WorldCommand<StatusResult> {
  static override summary = 'show an epic or all open work: state, attempt, pull request, cost, what blocks it, what to type next'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> 123 --json']
  static override args = {epic: Args.string({description: 'an epic or a single issue; all open work without it'})}

  async run(): Promise<Outcome<StatusResult>> {
    const {args, flags} = await this.parse(Status)
    const world = await this.world(flags)
    const {statusOf, statusOfAll} = await import('../lib/flow/status.js')
    return {status: 'done', result: args.epic === undefined ? await statusOfAll(world) : await statusOf(world, await this.issue(args.epic, world))}
  }

  protected view(result: StatusResult, ui: Ui): string { return statusView(result, ui) }
  protected override outputs({children}: StatusResult) {
    return {total: children.length, done: children.filter((c) => c.state === 'done' || c.state === 'merged').length}
  }
}
