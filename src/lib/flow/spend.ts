import type {Config} from '../core/config/layers.js'
import {targetsOf} from '../core/config/tier.js'
import {counterfactual, type Counterfactual} from '../core/cost/counterfactual.js'
import {economicsOf, type ClassEconomics} from '../core/cost/economics.js'
import {ledgerSums} from '../core/cost/join.js'
import type {LedgerLine} from '../core/cost/ledger.js'
import {perMergedPr, type MergedCost} from '../core/cost/merged.js'
import {readLedger, type SkippedLine} from '../core/cost/read-ledger.js'
import {reprice, type Repriced} from '../core/cost/reprice.js'
import {cacheShare, escalations, fallbacks, rowsBy, samplesOf, spentElsewhere, spentOf, totalOf, type Counted, type SpendRow} from '../core/cost/spend.js'
import type {SpendKey} from '../core/cost/spend-keys.js'
import type {Artifacts, Clock, LogFiles, Prices} from '../ports.js'
import {ledgerText} from './ledger-text.js'
import {everywhere, localResults, mergedOf, type Everywhere, type Online, type Wanted} from './spend-sources.js'

export type SpendResult = {
  /** US dollars of the calls whose price is known; null: of none of them */
  totalUsd: number | null
  unpricedCalls: number; calls: number; mergedPrs: number; usdPerMergedPr: number | null; rows: SpendRow[]
  by: SpendKey
  /** who says which pull requests are merged; `local`: nobody, so opened ones are counted */
  mergedFrom: 'github' | 'local'
  perMergedPr: MergedCost[]; cacheShare: number | null; escalations: Counted[]; fallbacks: Counted[]; counterfactual: Counterfactual | null; economics: ClassEconomics[]
  repriced: Repriced | null; skippedLines: SkippedLine[]
}

/** What `spend` reads. `online` null: no token or no repository, so this machine's files are all there is. */
export type SpendDesk = {
  artifacts: Artifacts; files: LogFiles; prices: () => Promise<Prices>; clock: Clock; config: Config; repo: string | null; warn: (text: string) => void; online: Online | null
}
export type SpendOptions = {epic: number | null; since: Date | null; by: SpendKey; reprice: boolean}

/** What was spent, on what, and what each merged pull request cost. Reads only. */
export async function spendOf(desk: SpendDesk, {epic, since, by, reprice: anew}: SpendOptions): Promise<SpendResult> {
  const read = readLedger(await ledgerText(desk.artifacts), {now: desk.clock.now(), repo: desk.repo})
  const prices = await desk.prices()
  const {lines: all, repriced} = anew ? reprice(read.lines, (model) => prices.rates(model)) : {lines: read.lines, repriced: null}
  const inTime = (ts: string) => since === null || Date.parse(ts) >= since.getTime()
  const isOf = (of: {issue: number | null; epic: number | null}) => epic === null || of.epic === epic || of.issue === epic
  const isWanted = (line: LedgerLine) => isOf(line) && inTime(line.ts)
  const isWantedSum: Wanted = (sum) => isOf(sum) && inTime(`${sum.date}T23:59:59Z`)
  const lines = all.filter(isWanted)
  const results = await localResults(desk)
  const complexityOf = (issue: number | null) => results.findLast((result) => result.issue === issue && result.complexity !== null)?.complexity ?? null

  const known: Everywhere = desk.online === null ? {sums: [], pulls: new Map(), unread: 0} : await everywhere(desk.online, read.lines, isWantedSum)
  if (known.unread > 0) desk.warn(`the attempts comments of ${known.unread} more issues were not read; of them only the sums count. Use --since or --epic`)
  // by the ledger as it was written: what it has of a run is told by nobody else, at whatever price
  const elsewhere = spentElsewhere(known.sums, ledgerSums(read.lines), isWantedSum, complexityOf)
  const spent = [...lines.map((line) => spentOf(line, complexityOf(line.issue))), ...elsewhere]

  const issues = new Set(spent.flatMap(({issue}) => issue ?? []))
  const opened = new Map([...results.flatMap(({pr, issue}): [number, number][] => (pr === null ? [] : [[pr, issue]])), ...known.pulls].filter(([, issue]) => issues.has(issue)))
  const merged = desk.online === null ? opened : await mergedOf(desk.online.world, opened)
  const {usd: totalUsd, calls, unpriced} = totalOf(spent)
  return {
    totalUsd, unpricedCalls: unpriced, calls, mergedPrs: merged.size, usdPerMergedPr: merged.size === 0 || totalUsd === null ? null : totalUsd / merged.size,
    rows: rowsBy(spent, by),
    by, mergedFrom: desk.online === null ? 'local' : 'github', perMergedPr: perMergedPr(lines, elsewhere, [...new Set(merged.values())], complexityOf),
    cacheShare: cacheShare(lines), escalations: escalations(lines), fallbacks: fallbacks(lines), counterfactual: counterfactualOf(desk.config, prices, lines),
    economics: economicsOf(samplesOf(all, results, isWanted), desk.config.settings.routing.max_escalations_per_issue), repriced, skippedLines: read.skipped,
  }
}

/** Held against the first model with a price that this configuration calls its best. */
function counterfactualOf({settings}: Config, prices: Prices, lines: readonly LedgerLine[]): Counterfactual | null {
  const model = [...targetsOf(settings.tiers.frontier).map((target) => target.model), settings.planning.model].find((one) => prices.knows(one))
  return model === undefined ? null : counterfactual(lines, model, prices.rates(model))
}
