import {spentByRun, type Attempts} from '../run/attempt.js'
import type {LedgerLine} from './ledger.js'
import {usedUsd, type SpendEntry} from './reservations.js'

/** What one run spent on one issue (null: on none), as one source tells it. `usd` is the sum of what is known. */
export type RunSum = {runId: string; issue: number | null; epic: number | null; date: string; usd: number; calls: number; unpriced: number}

export const runKey = ({runId, issue}: {runId: string; issue: number | null}): string => `${runId}/${issue ?? ''}`

/** The sums of a ledger, one a run, issue and day: a run that goes on after midnight spends of two days' budgets. */
export function ledgerSums(lines: readonly LedgerLine[]): RunSum[] {
  const sums = new Map<string, RunSum>()
  for (const line of lines) {
    const {runId, issue, epic, ts, costUsd} = line
    const date = ts.slice(0, 10)
    const key = `${runKey(line)}/${date}`
    const before = sums.get(key)
    sums.set(key, {
      runId, issue, epic: before?.epic ?? epic, date,
      usd: (before?.usd ?? 0) + (costUsd ?? 0), calls: (before?.calls ?? 0) + 1, unpriced: (before?.unpriced ?? 0) + (costUsd === null ? 1 : 0),
    })
  }
  return [...sums.values()]
}

/** The sums of an attempts comment, one a run; a start that was taken up again by another run has its share under that run's own id. */
export function attemptSums(issue: number, epic: number | null, {attempts}: Attempts): RunSum[] {
  const sums = new Map<string, RunSum>()
  const add = (runId: string, date: string, usd: number | null, unpriced: number): void => {
    const before = sums.get(runId)
    sums.set(runId, {
      runId, issue, epic, date: before?.date ?? date, usd: (before?.usd ?? 0) + (usd ?? 0), calls: 0, unpriced: (before?.unpriced ?? 0) + unpriced,
    })
  }
  for (const attempt of attempts) for (const {runId, costUsd, unpriced} of spentByRun(attempt)) add(runId, attempt.startedAt.slice(0, 10), costUsd, unpriced)
  return [...sums.values()]
}

/**
 * The sums of the spend record, which has one entry a run and issue. A runner that died (`isDead`) left a call whose end nobody knows: it counts what it
 * told, and one call of unknown cost.
 */
export const entrySums = (days: readonly {date: string; entries: readonly SpendEntry[]}[], isDead: (entry: SpendEntry) => boolean): RunSum[] =>
  days.flatMap(({date, entries}) => entries.map((entry) => {
    const {runId, issue, epic, calls, unpriced} = entry
    const unknown = isDead(entry) ? 1 : 0
    return {runId, issue, epic, date, usd: usedUsd(entry), calls: calls + unknown, unpriced: unpriced + unknown}
  }))

/**
 * One sum a run and issue out of several sources that each know a part of them. They tell of the same calls, so of one run the fullest account counts
 * and nothing is added up, but for the days of one source; the order of the sources makes no difference.
 */
export function joinByRun(sources: readonly (readonly RunSum[])[]): RunSum[] {
  const joined = oneEach(sources.flatMap((source) => oneEach(source, (a, b) => a + b)), Math.max)
  return joined.sort((a, b) => a.date.localeCompare(b.date) || runKey(a).localeCompare(runKey(b)))
}

function oneEach(sums: readonly RunSum[], of: (a: number, b: number) => number): RunSum[] {
  const found = new Map<string, RunSum>()
  for (const sum of sums) {
    const before = found.get(runKey(sum))
    found.set(runKey(sum), before === undefined ? sum : {
      ...sum, epic: larger(before.epic, sum.epic), date: before.date < sum.date ? before.date : sum.date,
      usd: of(before.usd, sum.usd), calls: of(before.calls, sum.calls), unpriced: of(before.unpriced, sum.unpriced),
    })
  }
  return [...found.values()]
}
const larger = (a: number | null, b: number | null): number | null => (a === null || b === null ? a ?? b : Math.max(a, b))
