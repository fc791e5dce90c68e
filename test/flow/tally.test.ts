import {expect, it} from 'vitest'
import type {AgentOutcome} from '../../src/lib/core/run/outcome.js'
import {Tally} from '../../src/lib/flow/attempt/run.js'

const outcome = (more: Partial<AgentOutcome>): AgentOutcome => ({
  failure: null, message: '', text: '', structured: undefined, usage: null, costUsd: null, models: [], turns: null, sessionId: null, wallMs: 1, exitCode: 0, signal: null, killedBy: null, ...more,
})

it.each<[string, Partial<AgentOutcome>[], number | null, number]>([
  ['priced calls', [{costUsd: 0.25}, {costUsd: 0.5}], 0.75, 0],
  ['a part without a price', [{costUsd: 0.25}, {}, {failure: 'agent_error'}], 0.25, 2],
  ['one that was stopped for its cost, which nobody knows', [{failure: 'budget'}], null, 1],
  ['none with a price', [{}, {}], null, 2],
  ['calls that were never asked', [{costUsd: 0.25}, {failure: 'cli_missing'}, {failure: 'budget', begun: false}], 0.25, 0],
])('%s: what is known, and how many calls it lacks', (_, calls, costUsd, unpriced) => {
  const tally = new Tally()
  for (const call of calls) tally.add(outcome(call))
  expect([tally.costUsd, tally.unpriced]).toEqual([costUsd, unpriced])
})
