import {entrySums, joinByRun, type RunSum} from './join.js'
import {TOOL_GATES, type Gate} from '../config/words.js'
import {hasLapsed, heldUsd, type SpendEntry} from './reservations.js'

/** With less than a cent no call is started: the first request of an agent alone costs two to five (agents.md §1.1, 4.6k tokens written to the cache). */
export const LEAST_USD = 0.01

/** A text gate asks one short question; this is far more than any costs and far less than an issue's cap, which others may need meanwhile. US dollars. */
const TEXT_CAP_USD = 1
/** What one call of a gate may cost at most, whatever is left: one that may cost an epic's whole budget (a plan) would hold the day's for as long as it runs. */
export const gateCapUsd = (gate: Gate, plannedUsd: number, perIssueUsd: number): number =>
  Math.min(plannedUsd, TOOL_GATES.some((one) => one === gate) ? perIssueUsd : TEXT_CAP_USD)

export type BudgetKey = 'budget.per_issue_usd' | 'budget.per_epic_usd' | 'budget.per_day_usd'
/** One budget at one moment. `heldUsd`: reserved by runs that are not over yet, and not spent; `unpriced`: calls of unknown cost, which `spentUsd` lacks. */
export type BudgetState = {key: BudgetKey; /** what it is the budget of: #124, 2026-11-21 */ of: string; limitUsd: number; spentUsd: number; unpriced: number; heldUsd: number}
export type Allowance =
  /** `key`: the budget that allows less than was wanted; null: all of it is granted */
  | {kind: 'granted'; usd: number; key: BudgetKey | null}
  /** `byOthers`: it is not spent, only held, so that waiting may help */
  | {kind: 'over'; budget: BudgetState; byOthers: boolean}

const left = ({limitUsd, spentUsd, heldUsd: held}: BudgetState): number => limitUsd - spentUsd - held

/** What may be spent on one spawn: the smallest of what is left anywhere, or the budget that is used up. */
export function allowance(wantedUsd: number, states: readonly BudgetState[]): Allowance {
  const tightest = states.reduce<BudgetState | null>((worst, state) => (worst === null || left(state) < left(worst) ? state : worst), null)
  if (tightest !== null && left(tightest) < LEAST_USD) return {kind: 'over', budget: tightest, byOthers: tightest.limitUsd - tightest.spentUsd >= LEAST_USD}
  const usd = Math.min(wantedUsd, tightest === null ? wantedUsd : left(tightest))
  // rounded down to a hundredth of a cent: a sum of grants must never pass the limit for the sake of a rounding
  return {kind: 'granted', usd: Math.floor(usd * 10_000 + 1e-6) / 10_000, key: tightest === null || wantedUsd <= left(tightest) ? null : tightest.key}
}

export type Request = {runId: string; issue: number | null; epic: number | null; date: string; /** nobody else can be working on the issue: its claim is held */ isExclusive: boolean}
export type Limits = {perIssueUsd: number; perEpicUsd: number; perDayUsd: number}
export type SpendDay = {date: string; entries: readonly SpendEntry[]}

/**
 * How the budgets stand for one request: by the spend record of all machines and by what this machine's ledger says of the same runs (a killed run told
 * the record less than it wrote down here). The request's own reservation is not counted as held: it is about to be replaced.
 */
export function budgetStates(request: Request, limits: Limits, days: readonly SpendDay[], local: readonly RunSum[], now: Date): BudgetState[] {
  const isOwn = (entry: SpendEntry): boolean => entry.runId === request.runId && entry.issue === request.issue
  const isTakenOver = (entry: SpendEntry): boolean => request.isExclusive && entry.issue !== null && entry.issue === request.issue && entry.expiresAt !== null
  const isDead = (entry: SpendEntry): boolean => !isOwn(entry) && (isTakenOver(entry) || hasLapsed(entry, now))
  const holds = (entry: SpendEntry): number => (isOwn(entry) || isDead(entry) ? 0 : heldUsd(entry, now))
  const sumOf = (wanted: (entry: {issue: number | null; epic: number | null}) => boolean, date: string | null) => {
    const isThen = (of: {date: string}): boolean => date === null || of.date === date
    const among = days.map((day) => ({...day, entries: day.entries.filter(wanted)}))
    // whole runs first, then of the day: the record, which comes first, has a call over midnight on the day that reserved it
    const joined = joinByRun([entrySums(among, isDead), local.filter(wanted)]).filter(isThen)
    return {
      spentUsd: joined.reduce((total, {usd}) => total + usd, 0),
      unpriced: joined.reduce((total, {unpriced}) => total + unpriced, 0),
      heldUsd: among.filter(isThen).flatMap(({entries}) => entries).reduce((total, entry) => total + holds(entry), 0),
    }
  }
  const {issue, epic, date} = request
  return [
    ...(issue === null || issue === epic ? [] : [{key: 'budget.per_issue_usd' as const, of: `#${issue}`, limitUsd: limits.perIssueUsd, ...sumOf((entry) => entry.issue === issue, null)}]),
    ...(epic === null ? [] : [{key: 'budget.per_epic_usd' as const, of: `epic #${epic}`, limitUsd: limits.perEpicUsd, ...sumOf((entry) => entry.epic === epic, null)}]),
    {key: 'budget.per_day_usd', of: date, limitUsd: limits.perDayUsd, ...sumOf(() => true, date)},
  ]
}

const usd = (amount: number): string => `$${amount.toFixed(2)}`

/** What was spent, on what, and which key to raise. `at`: where the key is written. */
export function overBudget({budget, byOthers}: Extract<Allowance, {kind: 'over'}>, at: string): string {
  const {key, of, limitUsd, spentUsd, unpriced, heldUsd: held} = budget
  const more = held >= LEAST_USD ? ` and ${usd(held)} more is held by calls that are still running` : ''
  return `${of} has cost ${unpriced > 0 ? 'at least ' : ''}${usd(spentUsd)} of its ${usd(limitUsd)}${more}: ${byOthers ? 'try again when they have ended, or raise' : 'raise'} ${key} (${at})`
}

/** The same of a call that passed what a gate is worth, which no budget says; a gate that uses tools may cost as much as an issue (`at`: where that is written). */
export function overGate(gate: Gate, costUsd: number | null, capUsd: number, at: string): string {
  const more = TOOL_GATES.some((one) => one === gate) ? `: raise budget.per_issue_usd (${at})` : ''
  return `this call of gate ${gate} has cost ${costUsd === null ? 'an unknown part' : usd(costUsd)} of the ${usd(capUsd)} that it may cost at most${more}`
}
