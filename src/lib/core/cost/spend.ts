import type {Gate} from '../config/words.js'
import {wasAsked} from '../plan/plan-cost.js'
import {beyond, byRun, type RunSum} from './join.js'
import type {LedgerLine} from './ledger.js'
import {usageOf} from './read-ledger.js'
import {inputOf} from './rates.js'
import type {SpendKey} from './spend-keys.js'

/** One call, or what a run on another machine is known to have spent; `usd` and `tokens` null: unknown. */
export type Spent = {
  issue: number | null; by: Readonly<Record<SpendKey, string>>; calls: number; unpriced: number; usd: number | null; tokens: number | null
}
export type SpendRow = {key: string; calls: number; tokens: number | null; usd: number | null; unpriced: number}

const UNKNOWN = 'unknown'
const ELSEWHERE = 'other machines'
/** What was never asked cost nothing and is no unpriced call. */
const isFree = (line: LedgerLine): boolean => !wasAsked({failure: line.failureClass, usage: usageOf(line), costUsd: line.costUsd, turns: line.turns})

/** A ledger line as spend. `complexity`: of its issue, where it is known. */
export function spentOf(line: LedgerLine, complexity: string | null): Spent {
  const usage = usageOf(line)
  const [day, free] = [line.ts.slice(0, 10), isFree(line)]
  return {
    issue: line.issue,
    by: {
      complexity: complexity ?? UNKNOWN, tier: line.tierUsed ?? UNKNOWN, gate: line.gate, day, epic: line.epic === null ? 'none' : `#${line.epic}`,
      model: line.modelsActual.join(' + ') || line.modelRequested, issue: line.issue === null ? 'none' : `#${line.issue}`, command: line.command,
    },
    calls: free ? 0 : 1, unpriced: !free && line.costUsd === null ? 1 : 0, usd: line.costUsd, tokens: usage === null ? null : inputOf(usage) + usage.out,
  }
}

/** What the joined sums that are `wanted` know beyond those of this machine's ledger, `here`: runs elsewhere, and the rest of runs that were on both. */
export function spentElsewhere(
  joined: readonly RunSum[], here: readonly RunSum[], wanted: (sum: RunSum) => boolean, complexityOf: (issue: number | null) => string | null,
): Spent[] {
  const ours = byRun(here)
  return [...byRun(joined)].flatMap(([key, sums]): Spent[] => {
    const isElsewhere = !ours.has(key)
    // of the whole run, whatever is wanted of it: one call may be of two days, by its reservation and by its end
    const more = beyond(sums, ours.get(key) ?? []).filter((sum) => isElsewhere || sum.usd > 0 || sum.unpriced > 0)
    return more.filter(wanted).map(({issue, epic, date, usd, calls, unpriced}) => ({
      issue, calls: isElsewhere ? calls : 0, unpriced, usd: usd === 0 && unpriced > 0 && (!isElsewhere || unpriced >= calls) ? null : usd, tokens: null,
      by: {
        complexity: complexityOf(issue) ?? UNKNOWN, tier: ELSEWHERE, gate: ELSEWHERE, day: date, epic: epic === null ? 'none' : `#${epic}`, model: ELSEWHERE,
        issue: issue === null ? 'none' : `#${issue}`, command: ELSEWHERE,
      },
    }))
  })
}

const add = (a: number | null, b: number | null): number | null => (a === null || b === null ? a ?? b : a + b)

/** Nothing at all is $0, while calls of unknown cost alone are unknown. */
const knownUsd = ({usd, unpriced}: {usd: number | null; unpriced: number}): number | null => usd ?? (unpriced > 0 ? null : 0)

/** The sum of all. */
export function totalOf(spent: readonly Spent[]): {usd: number | null; calls: number; unpriced: number} {
  const sum = spent.reduce((total, {calls, unpriced, usd}) => ({calls: total.calls + calls, unpriced: total.unpriced + unpriced, usd: add(total.usd, usd)}), {calls: 0, unpriced: 0, usd: null as number | null})
  return {...sum, usd: knownUsd(sum)}
}

/** Rows by one key, the dearest first; days in their order. The order of what is summed makes no difference. */
export function rowsBy(spent: readonly Spent[], key: SpendKey): SpendRow[] {
  const rows = new Map<string, SpendRow>()
  for (const {by, calls, unpriced, usd, tokens} of spent) {
    const before = rows.get(by[key]) ?? {key: by[key], calls: 0, tokens: null, usd: null, unpriced: 0}
    rows.set(by[key], {key: by[key], calls: before.calls + calls, tokens: add(before.tokens, tokens), usd: add(before.usd, usd), unpriced: before.unpriced + unpriced})
  }
  const byKey = (a: SpendRow, b: SpendRow): number => a.key.localeCompare(b.key, 'en', {numeric: true})
  return [...rows.values()].map((row) => ({...row, usd: knownUsd(row)})).sort((a, b) => (key === 'day' ? byKey(a, b) : (b.usd ?? 0) - (a.usd ?? 0) || byKey(a, b)))
}

/** Input tokens that were read from a cache, as a share of all input tokens; null where no call says its tokens. */
export function cacheShare(lines: readonly LedgerLine[]): number | null {
  const usages = lines.flatMap((line) => usageOf(line) ?? [])
  const input = usages.reduce((sum, usage) => sum + inputOf(usage), 0)
  return input === 0 ? null : usages.reduce((sum, {cacheRead}) => sum + cacheRead, 0) / input
}

export type Counted = {what: string; calls: number}
const counted = (whats: readonly string[]): Counted[] =>
  [...new Set(whats)].map((what) => ({what, calls: whats.filter((other) => other === what).length})).sort((a, b) => b.calls - a.calls || a.what.localeCompare(b.what))

/** Rises to a dearer tier, with what they were for. */
export const escalations = (lines: readonly LedgerLine[]): Counted[] => counted(lines.flatMap((line) =>
  (line.escalatedFrom === null ? [] : [`${line.gate}: ${line.escalatedFrom} to ${line.tierUsed ?? UNKNOWN}, ${line.escalationReason ?? 'no reason told'}`])))

/** Calls that took the place of one that did not answer, with what was tried before and why the last of it was given up. */
export const fallbacks = (lines: readonly LedgerLine[]): Counted[] => counted(lines.flatMap((line, i) => {
  if (line.fallbackChain.length === 0) return []
  const before = lines.slice(0, i).findLast((other) => other.runId === line.runId && other.issue === line.issue && other.gate === line.gate)
  const why = before === undefined ? '' : `: ${before.failureClass ?? 'an answer that could not be read'}`
  return [`${line.gate}: ${line.modelRequested} after ${line.fallbackChain.join(', ')}${why}`]
}))

/** An attempt as the economics see it. `usd` null: not every call of it has a price. */
export type Sample = {complexity: string; tier: string; passed: boolean; usd: number | null}
export type ResultLike = {issue: number; attempt: number; runId: string; outcome: 'passed' | 'failed'; counts: boolean; complexity: string | null; pr: number | null}

/** What only an attempt asks for: a run that asked for it under the attempt's number worked on the attempt. */
const OF_ATTEMPTS: readonly Gate[] = ['implement', 'lint', 'review']

/**
 * Attempts that passed or failed at the work, with all calls made for them, also those of runs that were stopped and taken up by the one that ended it; what
 * broke for other reasons says nothing about a tier. One that has a call which is not `wanted` is left out: a part of it would count as its whole.
 */
export function samplesOf(lines: readonly LedgerLine[], results: readonly ResultLike[], wanted: (line: LedgerLine) => boolean = () => true): Sample[] {
  return results.flatMap((result): Sample[] => {
    const ofNumber = lines.filter((line) => line.issue === result.issue && line.attempt === result.attempt)
    const runs = new Set([result.runId, ...ofNumber.flatMap(({gate, runId}) => (OF_ATTEMPTS.includes(gate) ? [runId] : []))])
    const own = ofNumber.filter(({runId}) => runs.has(runId))
    const work = own.filter(({gate}) => gate === 'implement')
    const began = work.find(({runId}) => runId === result.runId) ?? work.at(-1)
    if (!result.counts || result.complexity === null || began === undefined || began.tierUsed === null || !own.every(wanted)) return []
    const asked = own.filter((line) => !isFree(line))
    return [{
      complexity: result.complexity, tier: began.tierUsed, passed: result.outcome === 'passed',
      usd: asked.every((line) => line.costUsd !== null) ? asked.reduce((sum, line) => sum + (line.costUsd ?? 0), 0) : null,
    }]
  })
}
