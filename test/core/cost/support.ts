import type {LedgerLine} from '../../../src/lib/core/cost/ledger.js'
import type {SpendEntry} from '../../../src/lib/core/cost/reservations.js'

let made = 0
/** A ledger line that differs from all others by its time, unless it is given one. */
export const line = (more: Partial<LedgerLine> = {}): LedgerLine => ({
  ts: new Date(Date.UTC(2026, 0, 1, 12) + made++).toISOString(), runId: 'r1', repo: 'octo/app', issue: 7, epic: null, command: 'execute', gate: 'implement', attempt: 1, executor: 'claude',
  agentVersion: null, tierRequested: 'balanced', tierUsed: 'balanced', modelRequested: 'claude-sonnet-4-6', modelsActual: ['claude-sonnet-4-6'], inFresh: 1000, cacheRead: 8000,
  cacheWrite5m: 1000, cacheWrite1h: 0, out: 500, costUsd: 0.25, costSource: 'agent', priceVersion: null, escalatedFrom: null, escalationReason: null, fallbackChain: [], outcome: 'ok',
  failureClass: null, turns: 5, wallMs: 1000, sessionId: null, ...more,
})

export const entry = (more: Partial<SpendEntry> = {}): SpendEntry => ({
  runId: 'r1', issue: 7, epic: null, command: 'execute', capUsd: 5, spentUsd: 1, calls: 1, unpriced: 0, startedAt: '2026-01-01T12:00:00.000Z', expiresAt: '2026-01-01T12:10:00.000Z', ...more,
})
export const NOW = new Date('2026-01-01T12:05:00.000Z')
