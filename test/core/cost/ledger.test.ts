import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {believe} from '../../../src/lib/core/cost/believe.js'
import {ledgerLine, ledgerLineSchema} from '../../../src/lib/core/cost/ledger.js'
import {priceCall} from '../../../src/lib/core/cost/price-call.js'
import {readLedger} from '../../../src/lib/core/cost/read-ledger.js'
import {addCost, addUsage} from '../../../src/lib/core/cost/usage.js'
import type {Usage} from '../../../src/lib/core/plan/plan.js'
import type {SpawnPlan} from '../../../src/lib/core/route/spawn-plan.js'
import type {AgentOutcome} from '../../../src/lib/core/run/outcome.js'

const plan: SpawnPlan = {
  issue: 7, gate: 'implement', attempt: 2, executor: 'claude', tier: 'frontier', model: 'claude-opus-4-7', effort: null, endpoint: null, argv: ['claude'], stdin: 'p',
  env: {}, schema: null, cwd: '/w', tools: [], mcpConfigPath: null, timeoutMs: 1, stallMs: null, resume: null, maxTurns: 1, maxBudgetUsd: null,
  escalation: {from: 'balanced', reason: 'one failed gate'}, provenance: {},
}
const outcome: AgentOutcome = {
  failure: null, message: '', text: '', structured: undefined, usage: {inFresh: 1, cacheRead: 2, cacheWrite5m: 3, cacheWrite1h: 4, out: 5}, costUsd: 0.25,
  models: ['claude-opus-4-7', 'claude-haiku-4-5'], turns: 9, sessionId: 's-1', wallMs: 1234.6, exitCode: 0, signal: null, killedBy: null,
}
const told = {costUsd: 0.25, source: 'agent', version: null} as const
const context = {ts: '2026-01-01T00:00:00Z', runId: 'r', repo: 'octo/app', epic: 1, command: 'execute', fallbackChain: ['native:x']}

describe('a ledger line', () => {
  it('holds one model call', () => {
    const line = ledgerLine(plan, outcome, told, context)
    expect(ledgerLineSchema.parse(line)).toEqual({
      ts: '2026-01-01T00:00:00Z', runId: 'r', repo: 'octo/app', issue: 7, epic: 1, command: 'execute', gate: 'implement', attempt: 2, executor: 'claude',
      agentVersion: null, tierRequested: 'balanced', tierUsed: 'frontier', modelRequested: 'claude-opus-4-7', modelsActual: ['claude-opus-4-7', 'claude-haiku-4-5'],
      inFresh: 1, cacheRead: 2, cacheWrite5m: 3, cacheWrite1h: 4, out: 5, costUsd: 0.25, costSource: 'agent', priceVersion: null, escalatedFrom: 'balanced',
      escalationReason: 'one failed gate', fallbackChain: ['native:x'], outcome: 'ok', failureClass: null, turns: 9, wallMs: 1235, sessionId: 's-1',
    })
  })

  it('says unknown where nothing is known, never zero', () => {
    const line = ledgerLine({...plan, escalation: null}, {...outcome, usage: null, costUsd: null, failure: 'timeout', turns: null}, {costUsd: null, source: 'unpriced', version: null}, context)
    expect(ledgerLineSchema.parse(line)).toMatchObject({
      inFresh: null, cacheRead: null, cacheWrite5m: null, cacheWrite1h: null, out: null, costUsd: null, costSource: 'unpriced', outcome: 'failed',
      failureClass: 'timeout', tierRequested: 'frontier', tierUsed: 'frontier', escalatedFrom: null, escalationReason: null,
    })
  })

  /** What an agent may print where a number belongs, whole ones first. */
  const told$ = fc.oneof(fc.integer({min: 0, max: 1e9}), fc.double(), fc.constantFrom(1.5, 9, -1, -0, 1e308, 2 ** 53, NaN, Infinity))
  const usage$ = fc.record({inFresh: told$, cacheRead: told$, cacheWrite5m: told$, cacheWrite1h: told$, out: told$})
  const parts$ = fc.array(fc.record({model: fc.option(fc.string()), usage: usage$, isRequest: fc.boolean(), costUsd: fc.option(told$)}), {maxLength: 3})
  const outcome$ = fc.record({
    usage: fc.option(usage$), costUsd: fc.option(told$), turns: fc.option(told$), models: fc.array(fc.string(), {maxLength: 3}), version: fc.option(fc.string()), sessionId: fc.option(fc.string()), parts: parts$,
  })
  it('that is written can be read, whatever the agent says of itself', () => {
    // each count can be true, and what they come to cannot
    const most = {inFresh: 1e9, cacheRead: 1e9, cacheWrite5m: 0, cacheWrite1h: 0, out: 1e9}
    const dear = {version: 'v', bands: [{over: 0, inFresh: 900, cacheRead: 900, cacheWrite5m: 900, cacheWrite1h: 900, out: 900}]} as const
    fc.assert(fc.property(outcome$, fc.boolean(), (says, isPriced) => {
      const {faults, parts, ...believed} = believe(says)
      const priced = priceCall({...says, ...believed, parts: parts ?? []}, plan.model, () => (isPriced ? dear : null))
      const written = ledgerLine(plan, {...outcome, ...says, ...believed, costUsd: priced.costUsd}, priced, context)
      const {lines, skipped} = readLedger(`${JSON.stringify(written)}\n`, {now: new Date(context.ts), repo: context.repo})
      expect([skipped, lines[0]?.costUsd]).toEqual([[], priced.costUsd === null ? null : priced.costUsd + 0])
      const wasBelieved = says.turns === null || believed.turns === says.turns
      expect(wasBelieved || faults.some((fault) => fault.includes('turns'))).toBe(true)
    }), {numRuns: 500, examples: [[{usage: most, costUsd: null, turns: null, models: [], version: null, sessionId: null, parts: []}, true]]})
  })

  it.each([[9, 9], [0, 0], [null, null], [1.5, null], [-1, null], [NaN, null]])('of %j turns says %j', (turns, expected) => {
    expect(believe({usage: null, costUsd: 0.25, turns})).toMatchObject({turns: expected, costUsd: 0.25, faults: turns === expected ? [] : [expect.stringMatching(/number of turns cannot be true/)]})
  })

  it('a cost of zero that was told is a cost', () => {
    expect(ledgerLine(plan, outcome, {costUsd: 0, source: 'agent', version: null}, context)).toMatchObject({costUsd: 0, costSource: 'agent'})
  })
})

describe('sums', () => {
  const some = (n: number): Usage => ({inFresh: n, cacheRead: n * 2, cacheWrite5m: n * 3, cacheWrite1h: n * 4, out: n * 5})
  it.each([
    [null, null, null], [some(1), null, some(1)], [null, some(1), some(1)], [some(1), some(2), some(3)],
  ])('usage %#', (a, b, sum) => { expect(addUsage(a, b)).toEqual(sum) })
  it.each([[null, null, null], [0, null, 0], [null, 0, 0], [1.5, 2, 3.5]])('cost %j + %j = %j', (a, b, sum) => { expect(addCost(a, b)).toBe(sum) })
})
