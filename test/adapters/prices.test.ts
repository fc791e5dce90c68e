import {describe, expect, it} from 'vitest'
import {openPrices} from '../../src/lib/adapters/prices.js'
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
