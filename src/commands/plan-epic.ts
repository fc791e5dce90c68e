import {Args, Flags} from '@oclif/core'
import type {Outcome} from '../lib/cli/outcome.js'
import type {PlanEpicResult} from '../lib/cli/results.js'
import {routeFlags} from '../lib/cli/flags.js'
import type {Ui} from '../lib/cli/ui.js'
import {planView} from '../lib/cli/views/epic.js'
import {plannedView} from '../lib/cli/views/setup.js'
import {WorldCommand} from '../lib/cli/world-command.js'

export default class PlanEpic extends WorldCommand<PlanEpicResult> {
  static override summary = 'plan an epic: ask the planning model for subtasks and store what passes the checks'
  static override description = 'Writes .pilot/epics/N/plan.json and one plan comment; creates no issues. The same text on the same base is not planned twice.'
  static override examples = ['<%= config.bin %> <%= command.id %> 123', '<%= config.bin %> <%= command.id %> 123 --force']
  static override args = {issue: Args.string({ignoreStdin: true, required: true, description: 'the epic'})}
  static override flags = {...routeFlags, force: Flags.boolean({description: 'plan again although nothing changed'})}

  async run(): Promise<Outcome<PlanEpicResult>> {
    const {args, flags} = await this.parse(PlanEpic)
    const world = this.answering(await this.world(flags, {runsCode: true, refs: [args.issue]}))
    const {planEpic} = await import('../lib/flow/plan-epic.js')
    const {status, ...result} = await planEpic(world, await this.issue(args.issue, world), {force: flags.force})
    return {status, result}
  }

  protected view(result: PlanEpicResult, ui: Ui): string { return this.isDryRun && result.actions.length > 0 ? plannedView(result.actions, ui) : planView(result, ui) }
  protected override outputs({plan}: PlanEpicResult) {
    return plan === null ? {} : {decision: plan.decision, plan: plan.planHash, subtasks: plan.subtasks.length}
  }
}
