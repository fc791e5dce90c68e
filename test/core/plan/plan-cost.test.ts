import {expect, test} from 'vitest'
import {costOf} from '../../../src/lib/core/plan/plan-cost.js'

const usage = {inFresh: 10, cacheRead: 1, cacheWrite5m: 0, cacheWrite1h: 0, out: 5}
const call = (over: Partial<Parameters<typeof costOf>[0][number]> = {}) => ({failure: null, usage, costUsd: 0.5, ...over})

test.each<[string, Parameters<typeof costOf>[0], number | null, number | null]>([
  ['no call', [], null, null], ['one', [call()], 0.5, 10], ['two', [call(), call({costUsd: 0.25})], 0.75, 20], ['a free one', [call({costUsd: 0})], 0, 10],
  ['a part unknown', [call(), call({costUsd: null})], null, 20], ['tokens unknown too', [call(), call({costUsd: null, usage: null})], null, null],
  ['a call that never began costs nothing', [call({failure: 'network', usage: null, costUsd: null}), call()], 0.5, 10],
  ['nor does one that no budget allowed', [call({failure: 'budget', usage: null, costUsd: null, begun: false}), call()], 0.5, 10],
  ['one that was stopped cost something', [call({failure: 'timeout', usage: null, costUsd: null}), call()], null, null],
])('%s', (_name, calls, costUsd, inFresh) => {
  const got = costOf(calls)
  expect([got.costUsd, got.usage?.inFresh ?? null]).toEqual([costUsd, inFresh])
})
