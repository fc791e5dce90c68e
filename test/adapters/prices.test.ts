import {readFileSync} from 'node:fs'
import {calcPrice} from '@pydantic/genai-prices'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {openPrices, TABLE_VERSION} from '../../src/lib/adapters/prices.js'
import {inputOf, priceOf} from '../../src/lib/core/cost/rates.js'
import {DEFAULTS} from '../../src/lib/core/config/defaults.js'

const prices = openPrices()
const knows = (model: string): boolean => prices.knows(model)

describe('a price', () => {
  it.each([
    'claude-opus-4-7', 'claude-sonnet-4-6', 'claude-haiku-4-5', 'claude-opus-4-6', 'gpt-5', 'gpt-5.1', 'gpt-4o', 'o3', 'gemini-2.5-pro',
  ])('of %s is known', (model) => { expect(knows(model)).toBe(true) })

  it('is known for every paid model of the built-in tiers', () => {
    const {cheap, balanced, frontier} = DEFAULTS.tiers
    expect([cheap, balanced, frontier, `x:${DEFAULTS.planning.model}`].map((tier) => tier.slice(tier.indexOf(':') + 1)).filter((model) =>
      !knows(model))).toEqual([])
  })

  it.each<[string, string]>([
    ['a prefix of a known one', 'claude-opus'], ['the family alone', 'claude-'], ['a shorter version', 'claude-sonnet-4'],
      ['a shorter name', 'gemini-2.5'],
    ['more behind a known one', 'claude-opus-4-7-turbo'], ['a newer version', 'claude-opus-4-70'], ['a point release', 'gpt-5.1.9'],
      ['a variant', 'gpt-5-unheard-of'],
    ['an unknown date', 'claude-opus-4-7-20990101'], ['an unknown date in another style', 'gpt-4o-2099-08-06'],
    ['capitals', 'Claude-Opus-4-7'], ['a space behind', 'claude-opus-4-7 '], ['a space before', ' claude-opus-4-7'],
    ['an alias of an agent', 'opus'], ['another alias', 'sonnet'], ['a provider before it', 'anthropic/claude-opus-4-7'],
      ['a provider before it, dotted', 'anthropic.claude-opus-4-7'],
    ['a model of this machine', 'qwen3-coder:30b'], ['another vendor\'s', 'mistral-large-latest'], ['a script', 'any-name'],
      ['nothing', ''],
    ['one vendor\'s name before another\'s', 'claude-gpt-5'], ['… the other way', 'gpt-claude-opus-4-7'], ['… a third', 'gemini-gpt-4o'],
  ])('of %s (%s) is unknown', (_, model) => { expect(knows(model)).toBe(false) })
})

describe('prices', () => {
  const at = new Date('2026-11-21T00:00:00Z')
  const tokens = fc.record({inFresh: fc.nat(400_000), cacheRead: fc.nat(400_000), cacheWrite5m: fc.nat(100_000), cacheWrite1h: fc.nat(100_000), out: fc.nat(100_000)})
  it('of a request are what the table’s own arithmetic says, in every band', () => {
    const own = openPrices({now: () => at})
    fc.assert(fc.property(tokens, fc.constantFrom('claude-opus-4-7', 'claude-sonnet-4-5', 'claude-haiku-4-5', 'claude-opus-5-5', 'gpt-5.5', 'gpt-5.4', 'gemini-3.1-pro-preview'), (used, model) => {
      const providerId = model.startsWith('claude') ? 'anthropic' : model.startsWith('gpt') ? 'openai' : 'google'
      const theirs = calcPrice({
        input_tokens: inputOf(used), cache_read_tokens: used.cacheRead, cache_write_tokens: used.cacheWrite5m + used.cacheWrite1h, cache_write_1h_tokens: used.cacheWrite1h, output_tokens: used.out,
      }, model, {providerId, timestamp: at})
      expect(priceOf(own.rates(model)!, used, 'request')).toBeCloseTo(theirs!.total_price, 6)
    }))
  })

  it('come from the user’s file first, then from pilot’s own dated list, then from the table', () => {
    const band = {over: 0, inFresh: 7, cacheRead: 7, cacheWrite5m: 7, cacheWrite1h: 7, out: 7}
    const own = openPrices({now: () => at, own: [{model: 'claude-opus-4-7', from: '2026-01-01', source: 's', bands: [band]}, {model: 'qwen3-coder:30b', from: '2026-01-01', source: 's', bands: [band]}]})
    expect(own.rates('claude-opus-4-7')).toEqual({version: 'prices.json', bands: [band]})
    expect(own.knows('qwen3-coder:30b')).toBe(true)
    expect(own.rates('claude-haiku-5-5')?.version).toBe('overlay 2026-11-20')
    expect(own.rates('claude-sonnet-4-6')?.version).toBe(TABLE_VERSION)
  })

  it('do not let a model have the price of another one that its name begins with', () => {
    expect(calcPrice({input_tokens: 1}, 'claude-sonnet-5-5', {providerId: 'anthropic'})?.model.id).toBe('claude-sonnet-5')
    expect(openPrices({now: () => new Date('2026-09-01T00:00:00Z')}).rates('claude-sonnet-5-5')).toBeNull()
    expect(openPrices({now: () => at}).rates('claude-sonnet-5-5')?.bands[0].cacheRead).toBe(0.1)
  })

  it('know the ids that agents report for a row of another id, and name the version of the package', () => {
    for (const model of ['claude-haiku-4-5-20251001', 'claude-sonnet-4-5-20250929', 'gpt-5-codex']) expect(prices.knows(model), model).toBe(true)
    const {version} = JSON.parse(readFileSync(new URL('../../node_modules/@pydantic/genai-prices/package.json', import.meta.url), 'utf8')) as {version: string}
    expect(TABLE_VERSION).toBe(`genai-prices ${version}`)
  })
})
