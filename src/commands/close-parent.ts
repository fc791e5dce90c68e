import {Args, Flags} from '@oclif/core'
import {failedWith, type Outcome} from '../lib/cli/outcome.js'
import type {CloseParentResult} from '../lib/cli/results.js'
import type {Ui} from '../lib/cli/ui.js'
import {closeParentView} from '../lib/cli/views/epic.js'
import {WorldCommand} from '../lib/cli/world-command.js'
import {PilotError} from '../lib/errors.js'
import type {CloseOptions} from '../lib/flow/close-parent.js'
import type {World} from '../lib/flow/world.js'

const isOf = (repo: string, url: string): boolean => new URL(url).pathname.toLowerCase().startsWith(`/${repo.toLowerCase()}/`)

/** What was settled is written, also where the epic stays open. */
const statusOf = ({actions}: Pick<CloseParentResult, 'actions'>) => actions.length === 0 ? 'noop' : 'done'

export default class CloseParent extends WorldCommand<CloseParentResult> {
  static override summary = 'after a merge: settle the issue and close its epic once all sub-issues really are done'
  static override description = 'Names exactly which sub-issue is missing, open, or closed without a merge. Safe to run as often as you like.'
  static override examples = ['<%= config.bin %> <%= command.id %> 123', '<%= config.bin %> <%= command.id %> --pr 131', '<%= config.bin %> <%= command.id %> --event --warn-only']
  static override args = {issue: Args.string({ignoreStdin: true, description: 'the epic, or one of its sub-issues'})}
  static override flags = {
    'pr': Flags.string({description: 'the merged pull request', exclusive: ['event'], helpValue: 'N'}),
    'event': Flags.boolean({description: 'read the merge from $GITHUB_EVENT_PATH'}),
    'waive': Flags.string({description: 'a sub-issue not to wait for (of one that was transferred its URL); several', multiple: true, helpValue: 'N'}),
    'warn-only': Flags.boolean({description: 'failures are warnings and the exit code is 0, for merge workflows'}),
  }

  async run(): Promise<Outcome<CloseParentResult>> {
    const {args, flags} = await this.parse(CloseParent)
    try {
      if (!flags.event && flags.pr === undefined && args.issue === undefined) throw new PilotError('USAGE', 'which one? Give an issue, --pr N or --event', ['pilot close-parent --help'])
      // a URL may be one of another repository, where a sub-issue went
      const waived = (flags.waive ?? []).filter((typed) => !URL.canParse(typed))
      const world = await this.world(flags, {refs: [...[flags.pr ?? args.issue].filter((typed) => typed !== undefined), ...waived]})
      const {parentError, settleAfterMerge} = await import('../lib/flow/close-parent.js')
      const from = flags.event ? await this.event(world) : flags.pr !== undefined ? {pr: await this.issue(flags.pr, world)} : {issue: await this.issue(args.issue ?? '', world)}
      const result = await settleAfterMerge(world, from, await this.waived(flags.waive ?? [], world))
      const error = parentError(result)
      return this.#softened(flags['warn-only'], error === null ? {status: statusOf(result), result} : failedWith(error, result))
    } catch (error) {
      if (!flags['warn-only'] || !(error instanceof PilotError)) throw error
      return this.#softened(true, failedWith(error, {parent: null, outcome: 'refused', code: error.code, reasons: [error.message], actions: []}))
    }
  }

  protected view(result: CloseParentResult, ui: Ui): string { return closeParentView(result, ui) }
  protected override outputs({parent, outcome}: CloseParentResult) { return {parent: parent ?? '', closed: outcome === 'close'} }

  private async event(world: World) {
    const {mergedInEvent} = await import('../lib/cli/merge-event.js')
    return mergedInEvent(this.io.env, world.repo)
  }

  /** An issue of another repository is waived by its URL alone: its number says nothing here. */
  private async waived(args: readonly string[], world: World): Promise<CloseOptions> {
    const urls = args.filter((arg) => URL.canParse(arg) && !isOf(world.repo, arg))
    return {waived: await this.issues(args.filter((arg) => !urls.includes(arg)), world), waivedUrls: urls}
  }

  #softened(warnOnly: boolean, outcome: Outcome<CloseParentResult>): Outcome<CloseParentResult> {
    if (!warnOnly || outcome.error === undefined) return outcome
    this.warn(outcome.error.message)
    return {status: statusOf(outcome.result), result: outcome.result}
  }
}
