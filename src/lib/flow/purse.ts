import {describeSource} from '../core/config/sourced.js'
import {allowance, budgetStates, gateCapUsd, LEAST_USD, overBudget, overGate, type Allowance, type BudgetKey, type Limits, type Request, type SpendDay} from '../core/cost/budget.js'
import type {Config} from '../core/config/layers.js'
import {capPlan} from '../core/route/cap-plan.js'
import {descriptorOf} from '../core/route/agents/index.js'
import {usesTools} from '../core/route/select.js'
import type {SpawnPlan} from '../core/route/spawn-plan.js'
import {PilotError} from '../errors.js'
import type {Prices} from '../ports.js'
import {openHolds, type Hold, type HoldsOptions} from './holds.js'

/** `cap` null: as the plan says. Its `key`: the budget that allows no more; null: the gate is not worth more. */
export type Draw = {kind: 'granted'; cap: {usd: number; key: BudgetKey | null} | null} | {kind: 'refused'; message: string}
type Of = {issue: number | null; epic: number | null}

/** What this run may spend. One reservation an issue holds the rest of its cap for all of its calls, from the first until it is settled. */
export interface Purse {
  /**
   * What other issues of this run hold is no reason to refuse: they give it back while the command runs.
   * @throws PilotError OVER_BUDGET when one of these plans costs money and nothing is left to spend on it, or others hold it; writes nothing
   */
  check(plans: readonly SpawnPlan[], of: Of): Promise<void>
  /** the plan with the cap that `draw` gives it while every budget has enough left; reserves nothing */
  atMost(plan: SpawnPlan): Promise<SpawnPlan>
  /** what may be spent on this call; reserves it where that is not done yet */
  draw(plan: SpawnPlan, booking: {command: string; epic: number | null}): Promise<Draw>
  /** what the call under way has cost so far, by what it streams; US dollars. What it comes to in the end is booked in its place */
  note(plan: SpawnPlan, usdSoFar: number): void
  /** of a call that was stopped for its cost, once it is booked: what was spent, on what, and which key to raise. `planned`: before its cap was drawn */
  whyStopped(planned: SpawnPlan, plan: SpawnPlan, call: {epic: number | null; costUsd: number | null}): Promise<string>
  /** what it cost; null: unknown */
  book(plan: SpawnPlan, costUsd: number | null): void
  /** gives back what was reserved for an issue and not spent */
  settle(issue: number | null): Promise<void>
  /** the same for everything that is left; to be called once, when the command ends */
  close(): Promise<void>
}

export type PurseOptions = Omit<HoldsOptions, 'limits'> & {config: Config; prices: () => Promise<Prices>}

export function openPurse(o: PurseOptions): Purse {
  const {record, config, clock, runId} = o
  const {per_issue_usd: perIssueUsd, per_epic_usd: perEpicUsd, per_day_usd: perDayUsd} = config.settings.budget
  const limits: Limits = {perIssueUsd, perEpicUsd, perDayUsd}
  const holds = openHolds({...o, limits})
  const today = (): string => clock.now().toISOString().slice(0, 10)
  const costs = (plan: SpawnPlan, prices: Prices): boolean => descriptorOf(plan.executor).capabilities.cost || prices.knows(plan.model)
  const over = (refused: Extract<Allowance, {kind: 'over'}>): string => overBudget(refused, describeSource(config.source(refused.budget.key)))
  const newHold = ({issue, epic}: Of, command: string): Hold => ({
    runId, issue, epic, command, capUsd: 0, spentUsd: 0, streamedUsd: 0, toldUsd: 0, calls: 0, unpriced: 0, startedAt: clock.now().toISOString(), expiresAt: null, date: today(), isWorking: false, isWaiting: false,
  })

  return {
    async check(plans, {issue, epic}) {
      const prices = await o.prices()
      if (!plans.some((plan) => costs(plan, prices))) return
      const request = {runId, issue, epic, date: today(), isExclusive: true}
      // as if the run's own issues had given back what they hold
      const days = (await record.days()).map((day) => ({...day, entries: day.entries.map((entry) => (entry.runId === runId ? {...entry, expiresAt: null} : entry))}))
      const found = allowance(LEAST_USD, budgetStates(request, limits, days, await holds.known(), clock.now()))
      if (found.kind === 'over') throw new PilotError('OVER_BUDGET', over(found), [`raise ${found.budget.key} in .pilot/config.yaml`, 'pilot spend --by issue'])
    },
    async atMost(plan) {
      const plannedUsd = plan.maxBudgetUsd ?? perIssueUsd
      const usd = gateCapUsd(plan.gate, plannedUsd, perIssueUsd)
      return usd < plannedUsd && costs(plan, await o.prices()) ? capPlan(plan, {usd, key: null}, config) : plan
    },
    async draw(plan, {command, epic}) {
      if (!costs(plan, await o.prices())) return {kind: 'granted', cap: null}
      const {issue, gate} = plan
      const plannedUsd = plan.maxBudgetUsd ?? perIssueUsd
      // the flow knows of more attempts than this machine and the record do, and caps at a cent where nothing is left
      if (plannedUsd <= LEAST_USD) return {kind: 'refused', message: over(await usedUp(plan, epic, await record.days(), LEAST_USD))}
      const wantedUsd = gateCapUsd(gate, plannedUsd, perIssueUsd)
      // each day has a budget of its own, and a hold is of one day
      if (holds.of(issue)?.date !== today()) await holds.retire(issue)
      for (;;) {
        const hold = holds.of(issue) ?? newHold({issue, epic}, command)
        const request: Request = {runId, issue, epic, date: hold.date, isExclusive: gate !== 'classify'}
        const answer: Allowance = holds.rest(hold) + 1e-6 >= wantedUsd ? {kind: 'granted', usd: wantedUsd, key: null} : await holds.reserve(request, wantedUsd, hold)
        // half of what is wanted would most likely be spent for nothing
        const isTooLittle = answer.kind === 'over' ? answer.byOthers : answer.usd < wantedUsd / 2
        if (isTooLittle && holds.siblingHolds(issue)) {
          await holds.waitForSibling(issue)
          continue
        }
        if (answer.kind === 'over') return {kind: 'refused', message: over(answer)}
        if (usesTools(gate)) hold.isWorking = true
        return {kind: 'granted', cap: answer.usd < plannedUsd ? {usd: answer.usd, key: answer.key} : null}
      }
    },
    note({issue}, usdSoFar) {
      const hold = holds.of(issue)
      if (hold === undefined) return
      hold.streamedUsd = usdSoFar
      holds.tell(hold)
    },
    book({issue}, costUsd) {
      const hold = holds.of(issue)
      if (hold === undefined) return
      // of a cost that is unknown in the end, what was streamed is known still
      hold.spentUsd += costUsd ?? hold.streamedUsd
      hold.streamedUsd = 0
      hold.calls += 1
      hold.unpriced += costUsd === null ? 1 : 0
      // an agent that tells its cost only at the end has told nothing yet, and the next call may be killed
      holds.tell(hold)
    },
    async whyStopped(planned, plan, {epic, costUsd}) {
      const {gate, provenance, maxBudgetUsd} = plan
      const key = provenance['maxBudgetUsd']?.key ?? null
      if (key === null) return overGate(gate, costUsd, maxBudgetUsd ?? 0, describeSource(config.source('budget.per_issue_usd')))
      // that the record cannot be read now is no reason to lose what was paid for
      const days = await record.days().catch((error: unknown) => { if (error instanceof PilotError) return null; throw error })
      return over(await usedUp(plan, epic, days, maxBudgetUsd === planned.maxBudgetUsd ? costUsd ?? 0 : null))
    },
    settle: (issue) => holds.settle(issue),
    close: () => holds.settleAll(),
  }

  /**
   * The budget behind a plan's cap, as used up. What the flow knows of may be more than any record does: attempts that only GitHub tells of. It planned
   * with the rest, of which `usd` are spent now; null: its cap is not from the flow. `days` null: nobody knows.
   */
  async function usedUp({issue, provenance, maxBudgetUsd}: SpawnPlan, epic: number | null, days: readonly SpendDay[] | null, usd: number | null): Promise<Extract<Allowance, {kind: 'over'}>> {
    const key = provenance['maxBudgetUsd']?.key ?? 'budget.per_issue_usd'
    const request = {runId, issue, epic, date: holds.of(issue)?.date ?? today(), isExclusive: true}
    const states = budgetStates(request, limits, days ?? [], await holds.known(), clock.now())
    const budget = states.find((state) => state.key === key) ?? {key: 'budget.per_issue_usd' as const, of: `#${issue ?? '–'}`, limitUsd: perIssueUsd, spentUsd: 0, unpriced: 0, heldUsd: 0}
    const flowUsd = usd === null || maxBudgetUsd === null ? 0 : budget.limitUsd - maxBudgetUsd + usd
    const isMore = flowUsd > budget.spentUsd + LEAST_USD
    const spentUsd = isMore ? flowUsd : budget.spentUsd
    return {
      kind: 'over', byOthers: budget.heldUsd >= LEAST_USD && budget.limitUsd - spentUsd >= LEAST_USD,
      budget: {...budget, spentUsd, unpriced: Math.max(budget.unpriced, isMore || days === null ? 1 : 0)},
    }
  }
}
