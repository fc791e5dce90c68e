import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import {openAgent} from '../../src/lib/adapters/agent.js'
import {openPrices} from '../../src/lib/adapters/prices.js'
import type {Executor} from '../../src/lib/core/config/words.js'
import {believe} from '../../src/lib/core/cost/believe.js'
import {ledgerLine, ledgerLineSchema, type LedgerLine} from '../../src/lib/core/cost/ledger.js'
import {priceCall} from '../../src/lib/core/cost/price-call.js'
import {findDescriptor} from '../../src/lib/core/route/agents/index.js'
import type {SpawnPlan} from '../../src/lib/core/route/spawn-plan.js'
import {tempDir} from './git-fixture.js'

const prices = openPrices({now: () => new Date('2026-11-21T00:00:00Z')})
const planFor = (executor: Executor, model: string, more: Partial<SpawnPlan> = {}): SpawnPlan => ({
  issue: 7, gate: 'implement', attempt: 1, executor, tier: 'balanced', model, effort: null, endpoint: null, argv: [], stdin: 'p', env: {}, cwd: tempDir(), tools: [], mcpConfigPath: null,
  timeoutMs: 20_000, stallMs: null, resume: null, maxTurns: null, maxBudgetUsd: null, schema: null, escalation: null, provenance: {}, ...more,
})

/** What a call leaves in the ledger, and what is said about it, by the way that the flow takes. */
async function booked(plan: SpawnPlan): Promise<{line: LedgerLine; faults: string[]}> {
  const root = tempDir()
  const agent = openAgent({env: {PATH: process.env['PATH'] ?? '', HOME: root, ANTHROPIC_API_KEY: 'k', CODEX_API_KEY: 'k', OPENAI_API_KEY: 'k', GEMINI_API_KEY: 'k'}, scratch: join(root, 's'), graceMs: 100, descriptors: findDescriptor})
  const ran = await agent.run(plan, {eventsFile: join(root, 'events'), logFile: join(root, 'log')})
  const {faults, ...told} = believe(ran)
  const priced = priceCall({usage: told.usage, costUsd: told.costUsd, models: ran.models, parts: told.parts ?? []}, plan.model, (model) => prices.rates(model))
  const line = ledgerLine(plan, {...ran, usage: told.usage, costUsd: priced.costUsd}, priced, {ts: '2026-01-01T00:00:00.000Z', runId: 'r', repo: 'o/r', epic: null, command: 'execute', fallbackChain: []})
  return {line: ledgerLineSchema.parse(line), faults}
}
/** A program that says these lines. */
const saying = (...events: object[]): string[] => [process.execPath, '-e', events.map((event) => `console.log(${JSON.stringify(JSON.stringify(event))})`).join(';')]

const INIT = {type: 'system', subtype: 'init', session_id: 's', model: 'claude-sonnet-4-6', tools: [], claude_code_version: '2.1.329'}
const message = (id: string, out: number, model = 'claude-sonnet-4-6') => ({type: 'assistant', message: {
  id, model, content: [{type: 'text', text: 'x'}], usage: {input_tokens: 10, output_tokens: out, cache_read_input_tokens: 1000, cache_creation_input_tokens: 100, cache_creation: {ephemeral_5m_input_tokens: 60, ephemeral_1h_input_tokens: 40}},
}})
const modelUsage = {
  'claude-sonnet-4-6': {inputTokens: 20, outputTokens: 30, cacheReadInputTokens: 2000, cacheCreationInputTokens: 200, cacheCreationEphemeral5mInputTokens: 120, cacheCreationEphemeral1hInputTokens: 80, costUSD: 0.02, costBasis: 'list'},
  'claude-haiku-4-5-20251001': {inputTokens: 5, outputTokens: 7, cacheReadInputTokens: 0, cacheCreationInputTokens: 0, costUSD: 0.001, costBasis: 'list'},
}
const done = {
  type: 'result', subtype: 'success', is_error: false, result: 'ok', num_turns: 2, session_id: 's', total_cost_usd: 0.021, modelUsage, permission_denials: [],
  usage: {input_tokens: 20, output_tokens: 30, cache_read_input_tokens: 2000, cache_creation_input_tokens: 200, cache_creation: {ephemeral_5m_input_tokens: 120, ephemeral_1h_input_tokens: 80}},
}
const turn = (usage: object) => ({type: 'turn.completed', usage})
const THREAD = {type: 'thread.started', thread_id: 't'}
const TABLE = 'genai-prices 0.1.8'
const NONE = {inFresh: null, cacheRead: null, cacheWrite5m: null, cacheWrite1h: null, out: null}

describe('what vendors tell, in the ledger', () => {
  it.each<[string, Executor, string, object[], Partial<LedgerLine>, number]>([
    ['claude, a sub-agent included, at its own figure', 'claude', 'claude-sonnet-4-6', [INIT, message('m1', 1), message('m1', 15), message('m2', 15), done],
      {inFresh: 25, cacheRead: 2000, cacheWrite5m: 120, cacheWrite1h: 80, out: 37, costUsd: 0.021, costSource: 'agent', modelsActual: Object.keys(modelUsage), agentVersion: '2.1.329', turns: 2}, 0],
    ['claude, which guesses a price: each model at the table’s', 'claude', 'claude-sonnet-4-6', [INIT, {...done, modelUsage: {...modelUsage, 'claude-haiku-4-5-20251001': {...modelUsage['claude-haiku-4-5-20251001'], costBasis: 'unknown'}}}],
      {costUsd: 0.02 + (5 * 1 + 7 * 5) / 1e6, costSource: 'table', priceVersion: TABLE}, 0],
    ['claude, which guesses the price of a model that nobody knows', 'claude', 'new', [INIT, {...done, modelUsage: {new: {...modelUsage['claude-sonnet-4-6'], costBasis: 'unknown'}}}], {costUsd: null, costSource: 'unpriced', out: 30}, 0],
    ['claude, killed before its result: each message once, at the table’s price', 'claude', 'claude-sonnet-4-6', [INIT, message('m1', 1), message('m1', 20), message('m1', 20), message('m2', 5)],
      {inFresh: 20, cacheRead: 2000, cacheWrite5m: 120, cacheWrite1h: 80, out: 25, costUsd: (20 * 3 + 2000 * 0.3 + 120 * 3.75 + 80 * 6 + 25 * 15) / 1e6, costSource: 'table', outcome: 'failed'}, 0],
    ['claude, an error that tells nothing', 'claude', 'claude-sonnet-4-6', [INIT, {type: 'result', subtype: 'success', is_error: true, api_error_status: 529}], {...NONE, costUsd: null, costSource: 'unpriced', failureClass: 'overloaded'}, 0],
    ['claude, a negative count', 'claude', 'claude-sonnet-4-6', [INIT, {...done, modelUsage: {m: {inputTokens: -5, outputTokens: 1}}}], {...NONE, costUsd: 0.021, costSource: 'agent'}, 1],
    ['claude, an absurd cost', 'claude', 'claude-sonnet-4-6', [INIT, {...done, total_cost_usd: 1e9, modelUsage: {'claude-sonnet-4-6': modelUsage['claude-sonnet-4-6']}}], {costSource: 'table', costUsd: (20 * 3 + 2000 * 0.3 + 120 * 3.75 + 80 * 6 + 30 * 15) / 1e6}, 1],
    ['codex, cached and written tokens as part of its input', 'codex', 'gpt-5.5', [THREAD, turn({input_tokens: 10_000, cached_input_tokens: 8000, cache_write_input_tokens: 500, output_tokens: 300, reasoning_output_tokens: 100})],
      {inFresh: 1500, cacheRead: 8000, cacheWrite5m: 500, cacheWrite1h: 0, out: 300, costUsd: (2000 * 5 + 8000 * 0.5 + 300 * 30) / 1e6, costSource: 'table', priceVersion: TABLE, modelsActual: []}, 0],
    ['codex, a sum of many requests: no price for long prompts', 'codex', 'gpt-5.5', [THREAD, turn({input_tokens: 1_000_000, cached_input_tokens: 0, output_tokens: 0})], {costUsd: 5}, 0],
    ['codex with a model that has no price', 'codex', 'gpt-99', [THREAD, turn({input_tokens: 10, output_tokens: 1})], {inFresh: 10, out: 1, costUsd: null, costSource: 'unpriced'}, 0],
    ['codex, a word for a count', 'codex', 'gpt-5.5', [THREAD, turn({input_tokens: 'many', output_tokens: 1})], {...NONE, costUsd: null, costSource: 'unpriced', outcome: 'ok'}, 1],
    ['codex, a failed turn', 'codex', 'gpt-5.5', [THREAD, {type: 'turn.failed', error: {message: 'stream disconnected'}}], {...NONE, costUsd: null, costSource: 'unpriced', failureClass: 'network'}, 0],
    ['opencode, each step’s own figures', 'opencode', 'anthropic/claude-sonnet-4-6', [{type: 'step_start', sessionID: 's'}, ...['tool-calls', 'stop'].map((reason) => ({type: 'step_finish', part: {reason, cost: 0.01, tokens: {input: 10, output: 5, reasoning: 1, cache: {read: 7, write: 3}}}}))],
      {inFresh: 20, cacheRead: 14, cacheWrite5m: 6, cacheWrite1h: 0, out: 12, costUsd: 0.02, costSource: 'agent'}, 0],
    ['opencode, which says 0 of a model without a price', 'opencode', 'x/local', [{type: 'step_start', sessionID: 's'}, {type: 'step_finish', part: {reason: 'stop', cost: 0, tokens: {input: 10, output: 5, reasoning: 0}}}], {inFresh: 10, costUsd: null, costSource: 'unpriced'}, 0],
    ['gemini, a helper model at its own price', 'gemini', 'gemini-2.5-pro', [{type: 'init', session_id: 's', model: 'gemini-2.5-pro'}, {type: 'result', status: 'success', stats: {input_tokens: 3000, cached: 1000, output_tokens: 110, models: {
      'gemini-2.5-pro': {input_tokens: 2000, cached: 1000, output_tokens: 100}, 'gemini-2.5-flash': {input_tokens: 1000, cached: 0, output_tokens: 10}}}}],
      {inFresh: 2000, cacheRead: 1000, out: 110, costUsd: (1000 * 1.25 + 1000 * 0.125 + 100 * 10 + 1000 * 0.3 + 10 * 2.5) / 1e6, costSource: 'table', modelsActual: ['gemini-2.5-pro', 'gemini-2.5-flash']}, 0],
  ])('%s', async (_, executor, model, events, expected, faults) => {
    const seen = await booked(planFor(executor, model, {argv: saying(...events)}))
    const {costUsd, ...rest} = expected
    expect(seen.line).toMatchObject(rest)
    if (typeof costUsd === 'number') expect(seen.line.costUsd).toBeCloseTo(costUsd, 9)
    else if (costUsd === null) expect(seen.line.costUsd).toBeNull()
    expect(seen.faults).toHaveLength(faults)
  })

  it.each<[string, string, object, Partial<LedgerLine>, number]>([
    ['a paid model, one long request at the price of long prompts', 'gpt-5.5', {prompt_tokens: 300_000, completion_tokens: 1000, prompt_tokens_details: {cached_tokens: 100_000}}, {inFresh: 200_000, cacheRead: 100_000, out: 1000, costUsd: (200_000 * 10 + 100_000 + 1000 * 45) / 1e6, costSource: 'table'}, 0],
    ['a model of this machine', 'qwen3-coder:30b', {prompt_tokens: 100, completion_tokens: 5}, {inFresh: 100, out: 5, costUsd: null, costSource: 'unpriced'}, 0],
    ['a negative count', 'gpt-5.5', {prompt_tokens: -1, completion_tokens: 5}, {...NONE, costUsd: null, costSource: 'unpriced', outcome: 'ok'}, 1],
  ])('an OpenAI-compatible endpoint: %s', async (_, model, usage, expected, faults) => {
    const server = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify({id: '1', object: 'chat.completion', model, choices: [{index: 0, finish_reason: 'stop', message: {role: 'assistant', content: 'hi'}}], usage})))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => { server.close() })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    const seen = await booked(planFor('native', model, {gate: 'commit', endpoint: {name: 'e', url, apiKeyEnv: null}}))
    const {costUsd, ...rest} = expected
    expect(seen.line).toMatchObject({...rest, modelsActual: [model]})
    if (typeof costUsd === 'number') expect(seen.line.costUsd).toBeCloseTo(costUsd, 9)
    expect(seen.faults).toHaveLength(faults)
  })
})
