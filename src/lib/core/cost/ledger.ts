import {z} from 'zod'
import {EXECUTORS, GATES, TIERS} from '../config/words.js'
import {FAILURE_CLASSES} from '../run/failure.js'
import type {AgentOutcome} from '../run/outcome.js'
import type {SpawnPlan} from '../route/spawn-plan.js'
import {MOST_TOKENS, MOST_USD} from './believe.js'
import type {Priced} from './price-call.js'

const tokens = z.int().min(0).max(MOST_TOKENS).nullable()
export const ledgerLineSchema = z.strictObject({
  ts: z.iso.datetime(), runId: z.string(), repo: z.string(), issue: z.int().min(1).nullable(), epic: z.int().min(1).nullable(), command: z.string(), gate: z.enum(GATES), attempt: z.int(),
  executor: z.enum(EXECUTORS), agentVersion: z.string().nullable(), tierRequested: z.enum(TIERS).nullable(), tierUsed: z.enum(TIERS).nullable(),
  modelRequested: z.string(), modelsActual: z.array(z.string()), inFresh: tokens, cacheRead: tokens, cacheWrite5m: tokens, cacheWrite1h: tokens, out: tokens,
  costUsd: z.number().min(0).max(MOST_USD).nullable(), costSource: z.enum(['agent', 'table', 'unpriced']), priceVersion: z.string().nullable(),
  escalatedFrom: z.enum(TIERS).nullable(), escalationReason: z.string().nullable(), fallbackChain: z.array(z.string()), outcome: z.enum(['ok', 'failed']),
  failureClass: z.enum(FAILURE_CLASSES).nullable(), turns: z.int().nullable(), wallMs: z.int(), sessionId: z.string().nullable(),
})
/** One model call, in `.pilot/ledger.ndjson`: append only, one JSON document a line. Unknown figures are null, never 0. */
export type LedgerLine = z.infer<typeof ledgerLineSchema>

export type CallContext = {ts: string; runId: string; repo: string; epic: number | null; command: string; fallbackChain: readonly string[]}

/** The ledger line of one model call. Its price is worked out before, for each model apart, because the line has one sum of tokens only. */
export function ledgerLine(plan: SpawnPlan, outcome: AgentOutcome, priced: Priced, of: CallContext): LedgerLine {
  const {usage} = outcome
  return {
    ts: of.ts, runId: of.runId, repo: of.repo, issue: plan.issue, epic: of.epic, command: of.command, gate: plan.gate, attempt: plan.attempt,
    executor: plan.executor, agentVersion: outcome.version ?? null, tierRequested: plan.escalation?.from ?? plan.tier, tierUsed: plan.tier,
    modelRequested: plan.model, modelsActual: [...outcome.models],
    inFresh: usage?.inFresh ?? null, cacheRead: usage?.cacheRead ?? null, cacheWrite5m: usage?.cacheWrite5m ?? null, cacheWrite1h: usage?.cacheWrite1h ?? null,
    out: usage?.out ?? null, costUsd: priced.costUsd, costSource: priced.source, priceVersion: priced.version,
    escalatedFrom: plan.escalation?.from ?? null, escalationReason: plan.escalation?.reason ?? null, fallbackChain: [...of.fallbackChain],
    outcome: outcome.failure === null ? 'ok' : 'failed', failureClass: outcome.failure, turns: outcome.turns, wallMs: Math.round(outcome.wallMs), sessionId: outcome.sessionId,
  }
}
