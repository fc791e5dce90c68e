import {Flags} from '@oclif/core'
import type {Outcome} from '../lib/cli/outcome.js'
import {assertReadable} from '../lib/cli/issue-refs.js'
import {parseSince} from '../lib/cli/since.js'
import type {Ui} from '../lib/cli/ui.js'
import {spendPage, spendView} from '../lib/cli/views/spend.js'
import {WorldCommand} from '../lib/cli/world-command.js'
import type {SpendResult} from '../lib/flow/spend.js'
import {SPEND_KEYS} from '../lib/core/cost/spend-keys.js'

export default class Spend extends WorldCommand<SpendResult> {
  static override summary = 'show what was spent, on what, and what each merged pull request cost'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --since 7d --by gate', '<%= config.bin %> <%= command.id %> --epic 123 --by issue --json']
  static override flags = {
    epic: Flags.string({description: 'of one epic and its sub-issues only'}),
    since: Flags.string({description: 'a date (2026-01-31), or so long ago (7d, 12h)'}),
    by: Flags.option({options: SPEND_KEYS, description: 'one row for each', default: 'issue'})(),
    reprice: Flags.boolean({description: 'at today\'s prices where the agent told none; the ledger stays as it is'}),
    local: Flags.boolean({description: 'this machine\'s files only: no token, no network'}),
  }

  async run(): Promise<Outcome<SpendResult>> {
    const {flags} = await this.parse(Spend)
    const since = flags.since === undefined ? null : parseSince(flags.since, this.io.now())
    const [{openSpend}, {spendOf}] = await Promise.all([import('../lib/cli/context.js'), import('../lib/flow/spend.js')])
    if (flags.epic !== undefined) assertReadable([flags.epic])
    const {desk, home} = await openSpend(await this.opening(flags), flags.local)
    const epic = flags.epic === undefined ? null : await this.issueAt(flags.epic, home)
    const result = await spendOf(desk, {epic, since, by: flags.by, reprice: flags.reprice})
    if (desk.online === null && !flags.local) this.note('no token or no repository: only what this machine knows is counted')
    for (const {line, reason} of result.skippedLines.slice(0, 10)) this.warn(`.pilot/ledger.ndjson:${line} counts in no sum: ${reason}`)
    return {status: 'done', result}
  }

  protected view(result: SpendResult, ui: Ui): string { return spendView(result, ui) }
  protected override summary(result: SpendResult): string { return spendPage(result) }
  protected override outputs({totalUsd, unpricedCalls, calls, mergedPrs, usdPerMergedPr}: SpendResult) {
    return {total_usd: totalUsd, unpriced_calls: unpricedCalls, calls, merged_prs: mergedPrs, usd_per_merged_pr: usdPerMergedPr}
  }
}
