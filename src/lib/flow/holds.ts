import {allowance, budgetStates, type Allowance, type Limits, type Request, type SpendDay} from '../core/cost/budget.js'
import {ledgerSums, type RunSum} from '../core/cost/join.js'
import {readLedger} from '../core/cost/read-ledger.js'
import {MOST_USD} from '../core/cost/believe.js'
import {usedUsd, withEntry, type SpendEntry} from '../core/cost/reservations.js'
import type {Artifacts, Clock, SpendRecord} from '../ports.js'
import {ledgerText} from './ledger-text.js'
import type {Reporter} from './world.js'

/** What this run holds for one issue. `expiresAt` null: nothing is held any more, or not yet. */
export type Hold = SpendEntry & {
  date: string; streamedUsd: number
  /** of what it used, what the record was told last */
  toldUsd: number
  /** an agent works under it, so it will be settled while the command runs */
  isWorking: boolean; isWaiting: boolean
}

/** The reservations of one run in the spend record, one an issue: made, renewed while they last, given back. */
export interface Holds {
  of(issue: number | null): Hold | undefined
  /** settles the hold of an issue for good: what is spent on it from now on is another one's, of another day */
  retire(issue: number | null): Promise<void>
  /** what this machine knows of all runs: its ledger as it was, and the calls of this run since */
  known(): Promise<RunSum[]>
  /** US dollars on top of what the hold has spent; a hold that is refused stays as it was */
  reserve(request: Request, wantedUsd: number, hold: Hold): Promise<Allowance>
  /** what may still be spent under a hold; 0 once its lease has run out, for then others may have it */
  rest(hold: Hold): number
  /** tells the record, while the work goes on, what was used under a hold, where enough of it is new: a runner that is killed loses no more than that */
  tell(hold: Hold): void
  /** gives back what was reserved and not spent */
  settle(issue: number | null): Promise<void>
  settleAll(): Promise<void>
  /** does another issue of this run hold money that it will give back? Then waiting for it beats failing beside it */
  siblingHolds(issue: number | null): boolean
  /** ends when another issue of this run has given something back */
  waitForSibling(issue: number | null): Promise<void>
}

export type HoldsOptions = {record: SpendRecord; limits: Limits; artifacts: Artifacts; clock: Clock; report: Reporter; repo: string; runId: string; leaseMs: number}

/** The share of a reservation that may be used before the record is told of it: ten pushes for an issue that uses all of its budget. */
const UNTOLD_SHARE = 0.1

export function openHolds(o: HoldsOptions): Holds {
  const {record, clock, runId, report} = o
  const holds = new Map<number | null, Hold>()
  const retired: Hold[] = []
  const waiting = new Set<() => void>()
  let before: Promise<RunSum[]> | undefined
  let stopRenewing: (() => void) | undefined
  let queue: Promise<unknown> = Promise.resolve()

  /** runners of one process take turns, so that they race with other machines only */
  const inTurn = <T>(step: () => Promise<T>): Promise<T> => {
    const result = queue.then(step, step)
    queue = result.catch(() => undefined)
    return result
  }
  const readBefore = async (): Promise<RunSum[]> => {
    const {lines, skipped} = readLedger(await ledgerText(o.artifacts), {now: clock.now(), repo: o.repo})
    if (skipped.length > 0) report.warn(`.pilot/ledger.ndjson: ${skipped.length} lines count in no sum (line ${skipped.slice(0, 5).map(({line, reason}) => `${line}: ${reason}`).join('; ')})`)
    return ledgerSums(lines)
  }
  const known = async (): Promise<RunSum[]> => {
    const own = [...retired, ...holds.values()].map((hold): RunSum => ({runId, issue: hold.issue, epic: hold.epic, date: hold.date, usd: usedUsd(hold), calls: hold.calls, unpriced: hold.unpriced}))
    return [...await (before ??= readBefore()), ...own]
  }
  const lease = (): string => new Date(clock.now().getTime() + o.leaseMs).toISOString()
  const isHeld = ({expiresAt}: Hold): boolean => expiresAt !== null && Date.parse(expiresAt) > clock.now().getTime()
  const put = (hold: Hold): Promise<void> => {
    hold.toldUsd = usedUsd(hold)
    return inTurn(() => record.amend(hold.date, (entries) => withEntry(entries, entryOf(hold))))
  }
  /** A runner that slept past its lease may find its money with others: it tells what it spent and reserves anew for its next call. */
  const renew = async (among: Iterable<Hold>): Promise<void> => {
    try {
      for (const hold of among) if (hold.expiresAt !== null) await put(isHeld(hold) ? Object.assign(hold, {expiresAt: lease()}) : hold)
    } catch (error) {
      report.warn(`what is reserved could not be renewed: ${String(error)}`)
    }
  }

  async function settle(issue: number | null): Promise<void> {
    const hold = holds.get(issue)
    if (hold === undefined || hold.expiresAt === null) return
    const until = hold.expiresAt
    // a call that was never booked cost what it said so far, or more
    if (hold.streamedUsd > 0) Object.assign(hold, {spentUsd: usedUsd(hold), streamedUsd: 0, calls: hold.calls + 1, unpriced: hold.unpriced + 1})
    Object.assign(hold, {capUsd: hold.spentUsd, expiresAt: null, isWorking: false})
    try {
      await put(hold)
    } catch (error) {
      report.warn(`what was reserved${issue === null ? '' : ` for #${issue}`} could not be given back; it ends by itself at ${until}. (${String(error)})`)
    } finally {
      for (const go of waiting) go()
      waiting.clear()
    }
  }

  return {
    of: (issue) => holds.get(issue),
    async retire(issue) {
      await settle(issue)
      const hold = holds.get(issue)
      if (hold !== undefined) retired.push(hold)
      holds.delete(issue)
    },
    known,
    rest: (hold) => (isHeld(hold) ? hold.capUsd - usedUsd(hold) : 0),
    async reserve(request, wantedUsd, hold) {
      const local = await known()
      const answer = await inTurn(() => record.change<Allowance>(hold.date, (days) => {
        const found = allowance(wantedUsd, budgetStates(request, o.limits, days, local, clock.now()))
        if (found.kind === 'over') return {entries: null, value: found}
        const entry = {...entryOf(hold), capUsd: usedUsd(hold) + found.usd, expiresAt: lease()}
        return {entries: withEntry(entriesOf(days, hold.date), entry), value: found}
      }))
      if (answer.kind === 'granted') {
        holds.set(hold.issue, Object.assign(hold, {capUsd: usedUsd(hold) + answer.usd, toldUsd: usedUsd(hold), expiresAt: lease()}))
        stopRenewing ??= record.renewing(() => { void renew(holds.values()) })
      }
      return answer
    },
    tell(hold) {
      const untold = usedUsd(hold) - hold.toldUsd
      // the first of it at once: between nothing and something is all the difference
      if (untold > 0 && (hold.toldUsd === 0 || untold >= hold.capUsd * UNTOLD_SHARE)) void renew([hold])
    },
    settle,
    async settleAll() {
      for (const issue of [...holds.keys()]) await settle(issue)
      stopRenewing?.()
    },
    siblingHolds: (issue) => [...holds.values()].some((hold) => hold.issue !== issue && hold.isWorking && !hold.isWaiting && hold.expiresAt !== null),
    async waitForSibling(issue) {
      const hold = holds.get(issue)
      if (hold !== undefined) hold.isWaiting = true
      report.progress(`${issue === null ? '' : `GH-${issue} `}waits for money that other issues of this run hold`)
      await new Promise<void>((resolve) => waiting.add(resolve))
      const after = holds.get(issue)
      if (after !== undefined) after.isWaiting = false
    },
  }
}

/** Within what the record may hold, or nobody could read it any more. */
const entryOf = ({date: _, toldUsd: _t, isWorking: _w, isWaiting: _i, ...entry}: Hold): SpendEntry =>
  ({...entry, spentUsd: Math.min(MOST_USD, entry.spentUsd), streamedUsd: Math.min(MOST_USD, entry.streamedUsd)})
const entriesOf = (days: readonly SpendDay[], date: string): readonly SpendEntry[] => days.find((day) => day.date === date)?.entries ?? []
