import {Args, Flags} from '@oclif/core'
import type {Outcome} from '../lib/cli/outcome.js'
import type {Ui} from '../lib/cli/ui.js'
import {statusView} from '../lib/cli/views/epic.js'
import {WorldCommand} from '../lib/cli/world-command.js'
import type {StatusResult} from '../lib/flow/status.js'

export default class Status extends WorldCommand<StatusResult> {
  static override summary = 'show an epic or all open work: state, attempt, pull request, cost, what blocks it, what to type next'
  static override description = 'Also shows where claims, labels, pull requests, links and plan say different things. --repair says what it would mend, --repair --yes mends it; '
    + 'what a live run holds, and what needs a person\'s judgement, is left alone.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> 123 --json', '<%= config.bin %> <%= command.id %> 123 --repair --yes']
  static override args = {epic: Args.string({ignoreStdin: true, description: 'an epic or a single issue; all open work without it'})}
  static override flags = {
    repair: Flags.boolean({description: 'say which drift would be mended, and how'}),
    yes: Flags.boolean({description: 'with --repair: mend it', dependsOn: ['repair']}),
  }
  #depth: ReadonlyMap<number, number> = new Map()

  async run(): Promise<Outcome<StatusResult>> {
    const {args, flags} = await this.parse(Status)
    const world = await this.world(flags, {refs: args.epic === undefined ? [] : [args.epic]})
    const {statusOf, statusOfAll} = await import('../lib/flow/status.js')
    const number = args.epic === undefined ? null : await this.issue(args.epic, world)
    const look = () => (number === null ? statusOfAll(world) : statusOf(world, number))
    let seen = await look()
    let mended: string[] | null = null
    if (flags.repair) {
      const {repair} = await import('../lib/flow/repair.js')
      const done = await repair({...world, dryRun: world.dryRun || !flags.yes}, seen.looked)
      if (done.length > 0 && flags.yes && !world.dryRun) seen = await look()
      if (done.length === 0) this.note('nothing to mend')
      mended = done
    }
    this.#depth = seen.depth
    const {epic, children} = seen.result
    if (children.length === 0 && epic?.state === 'open' && seen.unmade) this.note(`#${epic.number} is planned and nothing of it is made yet: pilot decompose ${epic.number}`)
    else if (children.length === 0) this.noteIdle(number === null ? 'no open issue carries pilot' : `#${number} has no sub-issues`)
    // piped rows are issues, one a line; with --json the drift is in the result
    if (!flags.json && !(await this.ui()).stdoutTty) for (const {issue, detail, repair} of seen.result.drift) this.warn(`#${issue} ${detail}: ${repair}`)
    return {status: 'done', result: mended === null ? seen.result : {...seen.result, actions: mended}}
  }

  protected view(result: StatusResult, ui: Ui): string { return statusView(result, ui, this.#depth) }
  protected override outputs({children, drift}: StatusResult) {
    return {total: children.length, done: children.filter((c) => c.state === 'done' || c.state === 'merged').length, drift: drift.length}
  }
}
