import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {believe} from '../../../src/lib/core/cost/believe.js'
import {OVERLAY, overlayRates, readPriceFile} from '../../../src/lib/core/cost/overlay.js'
import {priceCall} from '../../../src/lib/core/cost/price-call.js'
import {inputOf, priceOf, type Rates} from '../../../src/lib/core/cost/rates.js'
import {reprice} from '../../../src/lib/core/cost/reprice.js'
import type {LedgerLine} from '../../../src/lib/core/cost/ledger.js'
import type {Usage} from '../../../src/lib/core/plan/plan.js'
import {line} from './support.js'

const usage = (more: Partial<Usage> = {}): Usage => ({inFresh: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 0, ...more})
const flat = (price: number, version = 'v'): Rates => ({version, bands: [{over: 0, inFresh: price, cacheRead: price, cacheWrite5m: price, cacheWrite1h: price, out: price}]})
const long: Rates = {version: 'v', bands: [flat(1).bands[0], {...flat(5).bands[0], over: 100_000}]}

describe('a price', () => {
  it('tells the five kinds of tokens apart', () => {
    const rates: Rates = {version: 'v', bands: [{over: 0, inFresh: 3, cacheRead: 0.3, cacheWrite5m: 3.75, cacheWrite1h: 6, out: 15}]}
    expect(priceOf(rates, usage({inFresh: 1e6, cacheRead: 1e6, cacheWrite5m: 1e6, cacheWrite1h: 1e6, out: 1e6}), 'request')).toBeCloseTo(28.05, 9)
  })

  it('of a long prompt holds for that request, output included, and never for a sum of requests', () => {
    expect(priceOf(long, usage({cacheRead: 100_000, out: 1e6}), 'request')).toBeCloseTo(1.1, 9)
    expect(priceOf(long, usage({cacheRead: 100_001, out: 1e6}), 'request')).toBeCloseTo(5.500005, 9)
    expect(priceOf(long, usage({cacheRead: 5e6}), 'sum')).toBeCloseTo(5, 9)
  })

  it('grows with its tokens and is never below 0', () => {
    const tokens = fc.record({inFresh: fc.nat(2e6), cacheRead: fc.nat(2e6), cacheWrite5m: fc.nat(2e6), cacheWrite1h: fc.nat(2e6), out: fc.nat(2e6)})
    fc.assert(fc.property(tokens, fc.constantFrom('request', 'sum'), (used, scope) => {
      const cost = priceOf(long, used, scope)
      expect(cost).toBeGreaterThanOrEqual(inputOf(used) + used.out === 0 ? 0 : 1e-6)
      expect(priceOf(long, {...used, out: used.out + 1}, scope)).toBeGreaterThan(cost)
    }))
  })
})

describe('the dated prices of pilot’s own', () => {
  const at = (model: string, date: string) => overlayRates(OVERLAY, model, new Date(`${date}T12:00:00Z`), 'o')
  it('hold from their day on, and for exactly their id', () => {
    expect(at('claude-sonnet-5-5', '2026-09-27')).toBeNull()
    expect(at('claude-sonnet-5-5', '2026-09-28')?.bands[0].cacheRead).toBe(0.2)
    expect(at('claude-sonnet-5-5', '2026-10-07')?.bands[0].cacheRead).toBe(0.1)
    expect(at('claude-haiku-5-5', '2026-11-21')?.bands.map(({over, out}) => [over, out])).toEqual([[0, 0.5], [100_000, 2.5]])
    expect(at('claude-haiku-5-5-20261007', '2026-11-21')).toBeNull()
  })
  it('all name their source, and cost more for output than for input', () => {
    for (const {source, bands} of OVERLAY) {
      expect(source).toMatch(/\d{4}-\d{2}-\d{2}/)
      for (const band of bands) expect([band.cacheRead < band.inFresh, band.inFresh < band.out]).toEqual([true, true])
    }
  })
})

describe('a price file of the user’s', () => {
  const entry = {model: 'qwen', from: '2026-01-01', source: 'my own', bands: [{over: 0, inFresh: 1, cacheRead: 1, cacheWrite5m: 1, cacheWrite1h: 1, out: 1}]}
  it('is read', () => { expect(readPriceFile(JSON.stringify({version: 1, prices: [entry]}))).toEqual({entries: [entry], problems: []}) })
  it.each(['', 'hello', '[]', '{"version":2,"prices":[]}', '{"models":{}}'])('%j is told and left out', (text) => {
    expect(readPriceFile(text)).toEqual({entries: [], problems: [expect.stringContaining('the whole file is left out')]})
  })
  it('loses the entries that cannot be read, and no others', () => {
    const bad = [{...entry, bands: []}, {...entry, from: 'today'}, {...entry, bands: [{...entry.bands[0], out: -1}]}, {...entry, bands: [{...entry.bands[0], over: 5}]}, 7]
    const {entries, problems} = readPriceFile(JSON.stringify({version: 1, prices: [...bad, entry]}))
    expect(entries).toEqual([entry])
    expect(problems.map((problem) => problem.slice(0, 9))).toEqual(['prices[0]', 'prices[1]', 'prices[2]', 'prices[3]', 'prices[4]'])
  })
})

describe('what an agent tells', () => {
  it.each<[string, Usage | null, number | null, boolean, boolean]>([
    ['plain figures', usage({inFresh: 5}), 0.1, true, true], ['nothing', null, null, false, false], ['zero', usage(), 0, true, true],
    ['negative tokens', usage({out: -1}), 0.1, false, true], ['no count', usage({inFresh: NaN}), 0.1, false, true], ['tokens beyond belief', usage({cacheRead: 1e9 + 1}), 0.1, false, true],
    ['endless tokens', usage({out: Infinity}), null, false, false], ['a negative cost', usage(), -0.5, true, false], ['a cost that is no number', usage(), NaN, true, false],
    ['a cost beyond belief', usage(), 10_000.01, true, false],
  ])('is believed as far as it can be true: %s', (_, told, costUsd, hasUsage, hasCost) => {
    const seen = believe({usage: told, costUsd})
    expect([seen.usage !== null, seen.costUsd !== null]).toEqual([hasUsage, hasCost])
    expect(seen.faults.length).toBe((told !== null && !hasUsage ? 1 : 0) + (costUsd !== null && !hasCost ? 1 : 0))
  })
  it.each<[string, Parameters<typeof believe>[0], object]>([
    ['is named', {usage: usage(), costUsd: null, failure: null}, {usage: usage(), faults: [expect.stringMatching(/used no tokens and tells no cost/)]}],
    ['is named, with parts as empty', {usage: usage(), costUsd: null, parts: [{model: 'm', usage: usage(), isRequest: true, costUsd: null}]}, {faults: [expect.stringMatching(/no tokens/)]}],
    ['is believed with a cost of its own', {usage: usage(), costUsd: 0}, {usage: usage(), costUsd: 0, faults: []}],
    ['is believed of a part with a cost of its own', {usage: usage(), costUsd: null, parts: [{model: 'm', usage: usage(), isRequest: true, costUsd: 0}]}, {faults: []}],
    ['is nothing where nothing was asked', {usage: usage(), costUsd: null, failure: 'rate_limited'}, {usage: null, faults: []}],
    ['is named where a model was asked', {usage: usage(), costUsd: null, failure: 'agent_error'}, {usage: usage(), faults: [expect.stringMatching(/no tokens/)]}],
  ])('of no token at all %s', (_, told, expected) => { expect(believe(told)).toMatchObject(expected) })
  it('loses its parts with one that cannot be true', () => {
    const part = {model: 'm', usage: usage({out: 1}), isRequest: true, costUsd: null}
    expect(believe({usage: usage(), costUsd: null, parts: [part]}).parts).toEqual([part])
    expect(believe({usage: usage(), costUsd: null, parts: [part, {...part, costUsd: -1}]})).toMatchObject({parts: undefined, faults: [expect.stringContaining('one of its models')]})
  })
})

describe('what a call cost', () => {
  const rates = (model: string) => ({a: flat(1, 'A'), b: flat(2, 'B'), free: flat(0, 'mine')})[model] ?? null
  const call = (more: object) => ({usage: null, costUsd: null, models: [], ...more})
  const million = usage({inFresh: 1e6})
  it.each<[string, object, object]>([
    ['the agent’s own figure first', call({costUsd: 0.7, usage: million, models: ['a']}), {costUsd: 0.7, source: 'agent', version: null}],
    ['… also when it is zero', call({costUsd: 0, usage: million, models: ['a']}), {costUsd: 0, source: 'agent'}],
    ['the table second', call({usage: million, models: ['b']}), {costUsd: 2, source: 'table', version: 'B'}],
    ['of the planned model where none is told', call({usage: million}), {costUsd: 1, source: 'table', version: 'A'}],
    ['each model at its own price', call({usage: million, models: ['a', 'b'], parts: [{model: 'a', usage: million, isRequest: false, costUsd: null}, {model: 'b', usage: million, isRequest: false, costUsd: null}]}), {costUsd: 3, version: 'A, B'}],
    ['a part that the agent priced as it says', call({usage: million, parts: [{model: 'x', usage: million, isRequest: false, costUsd: 5}, {model: 'b', usage: million, isRequest: false, costUsd: null}]}), {costUsd: 7, source: 'table', version: 'B'}],
    ['nothing of several models in one sum', call({usage: million, models: ['a', 'b']}), {costUsd: null, source: 'unpriced', version: null}],
    ['nothing where one part has no price', call({usage: million, parts: [{model: 'a', usage: million, isRequest: false, costUsd: null}, {model: 'x', usage: million, isRequest: false, costUsd: null}]}), {costUsd: null, source: 'unpriced'}],
    ['nothing without tokens', call({models: ['a']}), {costUsd: null, source: 'unpriced'}],
    ['nothing of no tokens at all', call({usage: usage(), models: ['a']}), {costUsd: null, source: 'unpriced', version: null}],
    ['nothing of parts without a token', call({usage: usage(), parts: [{model: 'a', usage: usage(), isRequest: true, costUsd: null}]}), {costUsd: null, source: 'unpriced'}],
    ['that of the others where one model counts none', call({usage: million, parts: [{model: 'b', usage: usage(), isRequest: false, costUsd: null}, {model: 'a', usage: million, isRequest: false, costUsd: null}]}), {costUsd: 1, source: 'table'}],
    ['no tokens at the agent’s own figure', call({usage: usage(), costUsd: 0.3, models: ['a']}), {costUsd: 0.3, source: 'agent'}],
    ['nothing to pay for a model whose own price is 0', call({usage: million, models: ['free']}), {costUsd: 0, source: 'table', version: 'mine'}],
    ['… also where it counts no tokens', call({usage: usage(), models: ['free']}), {costUsd: 0, source: 'table', version: 'mine'}],
    ['nothing of an unknown model', call({usage: million, models: ['x']}), {costUsd: null, source: 'unpriced'}],
  ])('is %s', (_, outcome, expected) => { expect(priceCall(outcome as Parameters<typeof priceCall>[0], 'a', rates)).toMatchObject(expected) })

  it('is worked out anew at today’s prices where a table said it or nobody did', () => {
    const tokens = {inFresh: 1e6, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 0}
    const table = line({...tokens, modelsActual: ['b'], costUsd: 1, costSource: 'table', priceVersion: 'old'})
    const unpriced = line({...tokens, modelsActual: [], modelRequested: 'a', costUsd: null, costSource: 'unpriced'})
    const kept = [line({...tokens, modelsActual: ['a'], costUsd: 9}), line({...tokens, modelsActual: ['a', 'b'], costUsd: 3, costSource: 'table'}), line({...tokens, modelsActual: ['x'], costUsd: null, costSource: 'unpriced'})]
    const before = structuredClone([table, unpriced, ...kept])
    const {lines, repriced} = reprice([table, unpriced, ...kept], rates)
    expect(lines.map(({costUsd, priceVersion}) => [costUsd, priceVersion])).toEqual([[2, 'B'], [1, 'A'], [9, null], [3, null], [null, null]])
    expect(repriced).toEqual({calls: 2, beforeUsd: 1, beforeUnpriced: 1, afterUsd: 3, kept: 2})
    expect([table, unpriced, ...kept]).toEqual(before)
    expect(reprice([unpriced], rates).repriced, 'what was unknown is not $0').toEqual({calls: 1, beforeUsd: null, beforeUnpriced: 1, afterUsd: 1, kept: 0})
  })

  const solo = (more: object) => line({inFresh: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 0, modelsActual: ['m'], costUsd: 0.75, costSource: 'table', priceVersion: 'old', ...more})
  it.each<[string, LedgerLine, Rates, number]>([
    ['one request above the first band, as the one request of native', solo({executor: 'native', inFresh: 300_000}), long, 1.5],
    ['up to the first band whatever the requests were', solo({inFresh: 100_000}), long, 0.1],
    ['above it not at all: the requests are not known any more', solo({inFresh: 100_001}), long, 0.75],
    ['at one price for prompts of any length', solo({inFresh: 300_000}), flat(2), 0.6],
    ['not at a price beyond belief', solo({inFresh: 1000}), flat(3e306), 0.75],
    ['not without a token', solo({}), flat(2), 0.75],
    ['without a token at the price of a free model', solo({}), flat(0), 0],
  ])('is worked out anew for %s', (_, before, price, costUsd) => {
    const {lines, repriced} = reprice([before], () => price)
    expect(lines[0]?.costUsd).toBeCloseTo(costUsd, 9)
    expect(repriced).toEqual(costUsd === 0.75 ? {calls: 0, beforeUsd: 0, beforeUnpriced: 0, afterUsd: 0, kept: 1} : {calls: 1, beforeUsd: 0.75, beforeUnpriced: 0, afterUsd: lines[0]?.costUsd, kept: 0})
  })
})
