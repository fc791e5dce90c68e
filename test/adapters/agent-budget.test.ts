import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {openAgent} from '../../src/lib/adapters/agent.js'
import {findDescriptor} from '../../src/lib/core/route/agents/index.js'
import type {SpawnPlan} from '../../src/lib/core/route/spawn-plan.js'
import {tempDir} from './git-fixture.js'

const said = (event: object): string => `console.log(${JSON.stringify(JSON.stringify(event))})`
const message = (id: string, out: number) => ({type: 'assistant', message: {id, model: 'm', content: [], usage: {input_tokens: 0, output_tokens: out}}})
/** Says its messages and then goes on for ever, unless it is stopped. */
const endless = (...events: object[]): string => `${events.map(said).join(';')}; setInterval(() => {}, 1000)`
const RESULT = {type: 'result', subtype: 'success', is_error: false, result: 'ok', total_cost_usd: 0.1}

async function run(script: string, price: (model: string, usage: {out: number}) => number | null, onSpent: (usd: number) => void = () => undefined) {
  const root = tempDir()
  const agent = openAgent({env: {PATH: process.env['PATH'] ?? '', HOME: root, ANTHROPIC_API_KEY: 'k'}, scratch: join(root, 's'), graceMs: 100, descriptors: findDescriptor})
  const plan: SpawnPlan = {
    issue: 7, gate: 'implement', attempt: 1, executor: 'claude', tier: 'balanced', model: 'm', effort: null, endpoint: null, argv: [process.execPath, '-e', script], stdin: 'p', env: {}, cwd: root,
    tools: [], mcpConfigPath: null, timeoutMs: 20_000, stallMs: null, resume: null, maxTurns: null, maxBudgetUsd: 1, schema: null, escalation: null, provenance: {},
  }
  return agent.run(plan, {eventsFile: join(root, 'e'), logFile: join(root, 'l'), price, onSpent})
}

describe('a cap on a stream that tells tokens and no cost', () => {
  it('stops the agent when the table says that it is used up, and what it used is known', async () => {
    const outcome = await run(endless(message('a', 600), message('b', 600)), (_, {out}) => out / 1000)
    expect(outcome).toMatchObject({failure: 'budget', killedBy: 'budget', costUsd: null, usage: {out: 1200}})
    expect(outcome.parts).toEqual(['a', 'b'].map(() => ({model: 'm', usage: {inFresh: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 600}, isRequest: true, costUsd: null})))
  })
  it('counts a message once that is told with each of its blocks', async () => {
    const outcome = await run([message('a', 600), message('a', 600), message('a', 700), RESULT].map(said).join(';'), (_, {out}) => out / 1000)
    expect(outcome).toMatchObject({failure: null, killedBy: null, costUsd: 0.1})
  })
  it('is told on the way, by the one sum that the cap is held against', async () => {
    const told: number[] = []
    await run([message('a', 600), message('a', 600), message('b', 300), message('c', -1), RESULT].map(said).join(';'), (_, {out}) => out / 1000, (usd) => told.push(usd))
    expect([...new Set(told)]).toEqual([0.6, expect.closeTo(0.9, 9)])
  })
  it('is neither reached nor blinded by a count that cannot be true', async () => {
    const harmless = await run([message('a', 5e9), message('b', 1), RESULT].map(said).join(';'), (_, {out}) => out / 1000)
    expect(harmless.failure).toBeNull()
    const stopped = await run(endless(message('a', -1), message('b', 1200)), (_, {out}) => out / 1000)
    expect(stopped).toMatchObject({failure: 'budget'})
  })
  it('does nothing where no price is known', async () => {
    expect(await run([message('a', 6000), RESULT].map(said).join(';'), () => null)).toMatchObject({failure: null})
  })
})
