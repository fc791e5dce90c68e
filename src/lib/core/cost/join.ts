import {spentByRun, type Attempts} from '../run/attempt.js'
import type {LedgerLine} from './ledger.js'
import {usedUsd, type SpendEntry} from './reservations.js'

/** What one run spent on one issue (null: on none) on one day, as one source tells it. `usd` is the sum of what is known. */
export type RunSum = {runId: string; issue: number | null; epic: number | null; date: string; usd: number; calls: number; unpriced: number}

export const runKey = ({runId, issue}: {runId: string; issue: number | null}): string => `${runId}/${issue ?? ''}`

/** The sums of a ledger, one a run, issue and day: a run that goes on after midnight spends of two days' budgets. A call is of the day on which it ended. */
export const ledgerSums = (lines: readonly LedgerLine[]): RunSum[] =>
  addedUp(lines.map(({runId, issue, epic, ts, costUsd}) => ({runId, issue, epic, date: ts.slice(0, 10), usd: costUsd ?? 0, calls: 1, unpriced: costUsd === null ? 1 : 0})))

/** The sums of an attempts comment, one a run and day of a start; a start that was taken up again by another run has its share under that run's own id. */
export const attemptSums = (issue: number, epic: number | null, {attempts}: Attempts): RunSum[] => addedUp(attempts.flatMap((attempt) =>
  spentByRun(attempt).map(({runId, costUsd, unpriced}) => ({runId, issue, epic, date: attempt.startedAt.slice(0, 10), usd: costUsd ?? 0, calls: 0, unpriced}))))

/**
 * The sums of the spend record, which has one entry a run, issue and day: that of the reservation. A runner that died (`isDead`) left a call whose end nobody
 * knows: it counts what it told, and one call of unknown cost.
 */
export const entrySums = (days: readonly {date: string; entries: readonly SpendEntry[]}[], isDead: (entry: SpendEntry) => boolean): RunSum[] =>
  days.flatMap(({date, entries}) => entries.map((entry) => {
    const {runId, issue, epic, calls, unpriced} = entry
    const unknown = isDead(entry) ? 1 : 0
    return {runId, issue, epic, date, usd: usedUsd(entry), calls: calls + unknown, unpriced: unpriced + unknown}
  }))

/**
 * What runs came to by several sources that each know a part, one sum a run, issue and day. They tell of the same calls, so nothing is added up: of each
 * figure the source that tells most of a run in all its days says how much it is. Its days are those of the first source that has the run, and what another
 * knows beyond is added to them (see `beyond`): one call may be of the day of its reservation in one and of the day on which it ended in another.
 */
export function joinByRun(sources: readonly (readonly RunSum[])[]): RunSum[] {
  const joined = new Map<string, RunSum[]>()
  for (const source of sources) {
    for (const [key, sums] of byRun(source)) {
      const before = joined.get(key) ?? []
      joined.set(key, addedUp([...before, ...beyond(sums, before)]).map((sum) => ({...sum, epic: [...before, ...sums].map(({epic}) => epic).reduce(larger)})))
    }
  }
  return [...joined.values()].flat().sort((a, b) => a.date.localeCompare(b.date) || runKey(a).localeCompare(runKey(b)))
}

/** Less than this many dollars is what sums of floating-point numbers in another order differ by. */
const NOISE_USD = 0.000_001

/**
 * What `sums` of one run tell beyond `known` ones of it: of each figure the difference of the totals, on the days on which they tell more, the latest first,
 * because what a source was not told yet was spent last. Where nothing is known that is all of them.
 */
export function beyond(sums: readonly RunSum[], known: readonly RunSum[]): RunSum[] {
  if (known.length === 0) return [...sums]
  const total = (of: readonly RunSum[], figure: Figure): number => of.reduce((sum, one) => sum + one[figure], 0)
  const on = (date: string, figure: Figure): number => total(known.filter((one) => one.date === date), figure)
  const rest = {usd: total(sums, 'usd') - total(known, 'usd'), calls: total(sums, 'calls') - total(known, 'calls'), unpriced: total(sums, 'unpriced') - total(known, 'unpriced')}
  const take = (sum: RunSum, figure: Figure): number => {
    const taken = Math.max(0, Math.min(rest[figure], sum[figure] - on(sum.date, figure)))
    rest[figure] -= taken
    return figure === 'usd' && taken < NOISE_USD ? 0 : taken
  }
  return sums.toSorted((a, b) => b.date.localeCompare(a.date)).map((sum) => ({...sum, usd: take(sum, 'usd'), calls: take(sum, 'calls'), unpriced: take(sum, 'unpriced')}))
    .filter(({usd, calls, unpriced}) => usd > 0 || calls > 0 || unpriced > 0).reverse()
}
type Figure = 'usd' | 'calls' | 'unpriced'

/** The sums of each run and issue, one a day, by `runKey`. */
export function byRun(sums: readonly RunSum[]): Map<string, RunSum[]> {
  const found = new Map<string, RunSum[]>()
  for (const sum of addedUp(sums)) found.set(runKey(sum), [...found.get(runKey(sum)) ?? [], sum])
  return found
}

/** One sum a run, issue and day, of all that tell of it. */
function addedUp(sums: readonly RunSum[]): RunSum[] {
  const found = new Map<string, RunSum>()
  for (const sum of sums) {
    const key = `${runKey(sum)}/${sum.date}`
    const before = found.get(key)
    found.set(key, before === undefined ? sum : {
      ...sum, epic: larger(before.epic, sum.epic), usd: before.usd + sum.usd, calls: before.calls + sum.calls, unpriced: before.unpriced + sum.unpriced,
    })
  }
  return [...found.values()]
}
const larger = (a: number | null, b: number | null): number | null => (a === null || b === null ? a ?? b : Math.max(a, b))
