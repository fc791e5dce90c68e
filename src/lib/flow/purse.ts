import {describeSource} from '../core/config/sourced.js'
import {allowance, budgetStates, LEAST_USD, overBudget, type Allowance, type BudgetKey, type Limits, type Request, type SpendDay} from '../core/cost/budget.js'
import {ledgerSums, type RunSum} from '../core/cost/join.js'
import {readLedger} from '../core/cost/read-ledger.js'
import {withEntry, type SpendEntry} from '../core/cost/reservations.js'
import type {Config} from '../core/config/layers.js'
import {descriptorOf} from '../core/route/agents/index.js'
import {usesTools} from '../core/route/select.js'
import type {SpawnPlan} from '../core/route/spawn-plan.js'
import {PilotError} from '../errors.js'
import type {Artifacts, Clock, Prices, SpendRecord} from '../ports.js'
import type {Reporter} from './world.js'

export type Draw = {kind: 'granted'; /** null: as the plan says */ cap: {usd: number; /** the budget that allows no more; null: the gate is not worth more */ key: BudgetKey | null} | null} | {kind: 'refused'; message: string}
type Of = {issue: number | null; epic: number | null}

/** What this run may spend. One reservation an issue holds the rest of its cap for all of its calls, from the first until it is settled. */
export interface Purse {
  /** @throws PilotError OVER_BUDGET when one of these plans costs money and nothing is left to spend on it; writes nothing */
  check(plans: readonly SpawnPlan[], of: Of): Promise<void>
  /** what may be spent on this call; reserves it where that is not done yet */
  draw(plan: SpawnPlan, booking: {command: string; epic: number | null}): Promise<Draw>
  /** what it cost; null: unknown */
  book(plan: SpawnPlan, costUsd: number | null): void
  /** gives back what was reserved for an issue and not spent */
  settle(issue: number | null): Promise<void>
  /** the same for everything that is left; to be called once, when the command ends */
  close(): Promise<void>
}

export type PurseOptions = {
  record: SpendRecord; config: Config; artifacts: Artifacts; prices: () => Promise<Prices>; clock: Clock; report: Reporter; repo: string; runId: string; leaseMs: number
}

/** A text gate asks one short question; this is far more than any costs and far less than an issue's cap, which others may need meanwhile. US dollars. */
const TEXT_CAP_USD = 1

type Hold = SpendEntry & {date: string; /** an agent works under it, so it will be settled while the command runs */ isWorking: boolean; isWaiting: boolean}

export function openPurse(o: PurseOptions): Purse {
  const {record, config, clock, runId} = o
  const holds = new Map<number | null, Hold>()
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
  const limits: Limits = {perIssueUsd: config.settings.budget.per_issue_usd, perEpicUsd: config.settings.budget.per_epic_usd, perDayUsd: config.settings.budget.per_day_usd}
  const readBefore = async (): Promise<RunSum[]> => {
    const {lines, skipped} = readLedger(await o.artifacts.readText('ledger.ndjson') ?? '', {now: clock.now(), repo: o.repo})
    if (skipped.length > 0) o.report.warn(`.pilot/ledger.ndjson: ${skipped.length} lines count in no sum (line ${skipped.slice(0, 5).map(({line, reason}) => `${line}: ${reason}`).join('; ')})`)
    return ledgerSums(lines)
  }
  /** what this machine knows: its ledger as it was, and the calls of this run since */
  const known = async (): Promise<RunSum[]> => {
    const own = [...holds.values()].map(({issue, epic, date, spentUsd, calls, unpriced}): RunSum => ({runId, issue, epic, date, usd: spentUsd, calls, unpriced}))
    return [...await (before ??= readBefore()), ...own]
  }
  const today = (): string => clock.now().toISOString().slice(0, 10)
  const over = (refused: Extract<Allowance, {kind: 'over'}>): string => overBudget(refused, describeSource(config.source(refused.budget.key)))
  const costs = (plan: SpawnPlan, prices: Prices): boolean => descriptorOf(plan.executor).capabilities.cost || prices.knows(plan.model)
  const entryOf = ({date: _, isWorking: _w, isWaiting: _i, ...entry}: Hold): SpendEntry => entry
  const lease = (): string => new Date(clock.now().getTime() + o.leaseMs).toISOString()

  const reserve = async (request: Request, wanted: number, next: Hold): Promise<Allowance> => {
    const local = await known()
    const answer = await inTurn(() => record.change<Allowance>(next.date, (days) => {
      const found = allowance(wanted, budgetStates(request, limits, days, local, clock.now()))
      if (found.kind === 'over') return {entries: null, value: found}
      const entry = {...entryOf(next), capUsd: next.spentUsd + found.usd, expiresAt: lease()}
      return {entries: withEntry(entriesOf(days, next.date), entry), value: found}
    }))
    if (answer.kind === 'granted') {
      holds.set(next.issue, Object.assign(next, {capUsd: next.spentUsd + answer.usd, expiresAt: lease()}))
      stopRenewing ??= record.renewing(() => { void renew().catch((error: unknown) => o.report.warn(`what is reserved could not be renewed: ${String(error)}`)) })
    }
    return answer
  }
  const put = (hold: Hold): Promise<void> => inTurn(() => record.change(hold.date, (days) => ({entries: withEntry(entriesOf(days, hold.date), entryOf(hold)), value: undefined})))
  const renew = async (): Promise<void> => {
    // a runner that slept past its lease may find its money with others; it reserves anew for its next call
    for (const hold of holds.values()) if (hold.expiresAt !== null) await put(isHeld(hold) ? Object.assign(hold, {expiresAt: lease()}) : hold)
  }
  const isHeld = ({expiresAt}: Hold): boolean => expiresAt !== null && Date.parse(expiresAt) > clock.now().getTime()
  /** Does another issue of this run hold money that it will give back? Then waiting for it beats failing beside it. */
  const siblingHolds = (issue: number | null): boolean => [...holds.values()].some((hold) => hold.issue !== issue && hold.isWorking && !hold.isWaiting && hold.expiresAt !== null)

  return {
    async check(plans, {issue, epic}) {
      const prices = await o.prices()
      if (!plans.some((plan) => costs(plan, prices))) return
      const request = {runId, issue, epic, date: today(), isExclusive: true}
      const found = allowance(LEAST_USD, budgetStates(request, limits, await record.days(), await known(), clock.now()))
      if (found.kind === 'over' && !found.byOthers) throw new PilotError('OVER_BUDGET', over(found), [`raise ${found.budget.key} in .pilot/config.yaml`, 'pilot spend --by issue'])
    },
    async draw(plan, {command, epic}) {
      if (!costs(plan, await o.prices())) return {kind: 'granted', cap: null}
      const {issue, gate} = plan
      const isText = !usesTools(gate)
      const planned = plan.maxBudgetUsd ?? limits.perIssueUsd
      const key = plan.provenance['maxBudgetUsd']?.key === 'budget.per_epic_usd' ? 'budget.per_epic_usd' : 'budget.per_issue_usd'
      // the flow knows of more attempts than this machine and the record do, and caps at a cent where nothing is left
      if (planned <= LEAST_USD) return {kind: 'refused', message: spentUp(key, `#${issue ?? '–'}`)}
      // a call that may cost an epic's whole budget (a plan) would hold the day's for as long as it runs
      const wanted = Math.min(planned, isText ? TEXT_CAP_USD : limits.perIssueUsd)
      const fresh = (): Hold => ({
        runId, issue, epic, command, capUsd: 0, spentUsd: 0, calls: 0, unpriced: 0, startedAt: clock.now().toISOString(), expiresAt: null, date: today(), isWorking: false, isWaiting: false,
      })
      for (;;) {
        const hold = holds.get(issue) ?? fresh()
        const rest = isHeld(hold) ? hold.capUsd - hold.spentUsd : 0
        const request = {runId, issue, epic, date: hold.date, isExclusive: gate !== 'classify'}
        const answer: Allowance = rest + 1e-6 >= wanted ? {kind: 'granted', usd: wanted, key: null} : await reserve(request, wanted, hold)
        // half of what is wanted would most likely be spent for nothing
        if ((answer.kind === 'over' ? answer.byOthers : answer.usd < wanted / 2) && siblingHolds(issue)) {
          await turn(issue)
          continue
        }
        if (answer.kind === 'over') return {kind: 'refused', message: over(answer)}
        const held = holds.get(issue)
        if (held !== undefined && !isText) held.isWorking = true
        return {kind: 'granted', cap: answer.usd < planned ? {usd: answer.usd, key: answer.key} : null}
      }
    },
    book({issue}, costUsd) {
      const hold = holds.get(issue)
      if (hold === undefined) return
      hold.spentUsd += costUsd ?? 0
      hold.calls += 1
      hold.unpriced += costUsd === null ? 1 : 0
    },
    settle,
    async close() {
      for (const issue of [...holds.keys()]) await settle(issue)
      stopRenewing?.()
    },
  }

  function spentUp(key: BudgetKey, of: string): string {
    const limitUsd = key === 'budget.per_issue_usd' ? limits.perIssueUsd : limits.perEpicUsd
    return overBudget({kind: 'over', byOthers: false, budget: {key, of, limitUsd, spentUsd: limitUsd, heldUsd: 0}}, describeSource(config.source(key)))
  }
  /** Until another issue of this run gives something back. */
  async function turn(issue: number | null): Promise<void> {
    const hold = holds.get(issue)
    if (hold !== undefined) hold.isWaiting = true
    o.report.progress(`${issue === null ? '' : `GH-${issue} `}waits for money that other issues of this run hold`)
    await new Promise<void>((resolve) => waiting.add(resolve))
    const after = holds.get(issue)
    if (after !== undefined) after.isWaiting = false
  }
  async function settle(issue: number | null): Promise<void> {
    const hold = holds.get(issue)
    if (hold === undefined || hold.expiresAt === null) return
    const until = hold.expiresAt
    Object.assign(hold, {capUsd: hold.spentUsd, expiresAt: null, isWorking: false})
    try {
      await put(hold)
    } catch (error) {
      o.report.warn(`what was reserved${issue === null ? '' : ` for #${issue}`} could not be given back; it ends by itself at ${until}. (${String(error)})`)
    } finally {
      for (const go of waiting) go()
      waiting.clear()
    }
  }
}

const entriesOf = (days: readonly SpendDay[], date: string): readonly SpendEntry[] => days.find((day) => day.date === date)?.entries ?? []
