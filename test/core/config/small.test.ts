import {describe, expect, it} from 'vitest'
import {MAX_DURATION_MS, parseDuration} from '../../../src/lib/core/config/duration.js'
import {distance, nearest} from '../../../src/lib/core/config/nearest.js'
import {parseTier, TIER_PATTERN} from '../../../src/lib/core/config/tier.js'

describe('durations', () => {
  it.each([
    ['60s', 60_000], ['30m', 1_800_000], ['1h', 3_600_000], ['250ms', 250], ['1.5h', 5_400_000], ['0s', 0], ['596h', 2_145_600_000],
    ['597h', undefined], ['', undefined], ['30', undefined], ['30 m', undefined], ['-1m', undefined], ['1d', undefined],
    ['1h30m', undefined], ['1e3s', undefined],
    ['30M', undefined], ['30m\n', undefined],
  ])('%j is %s ms', (text, ms) => expect(parseDuration(text)).toBe(ms))
  it('is never longer than a timer can wait', () => {
    expect(parseDuration(`${MAX_DURATION_MS}ms`)).toBeUndefined()
    expect(parseDuration('999999999ms')).toBe(999_999_999)
  })
})

describe('nearest', () => {
  it.each([
    ['defualt', ['default', 'claude'], 'default'], ['maxSubtasks', ['max_subtasks'], 'max_subtasks'], ['colour', ['color'], 'color'],
    ['x', ['default'], undefined], ['opus', ['single'], undefined], ['y'.repeat(100), ['y'.repeat(99)], undefined],
  ])('%s of %j is %s', (word, words, found) => expect(nearest(word, words)).toBe(found))
  it('counts a swap of neighbours as one edit', () => {
    expect([distance('ab', 'ba'), distance('abc', 'adc'), distance('', 'ab')]).toEqual([1, 1, 2])
  })
})

describe('tiers', () => {
  it.each([
    ['claude:claude-haiku-4-5', {executor: 'claude', endpoint: null, model: 'claude-haiku-4-5'}],
    ['native@ollama:qwen3-coder:30b', {executor: 'native', endpoint: 'ollama', model: 'qwen3-coder:30b'}],
    ['opencode:anthropic/claude@1:x', {executor: 'opencode', endpoint: null, model: 'anthropic/claude@1:x'}],
  ])('%s: only the first colon separates', (text, target) => {
    expect(text).toMatch(TIER_PATTERN)
    expect(parseTier(text)).toEqual({kind: 'one', ...target})
  })
  it.each(['', 'claude', ':x', 'claude:', 'claude: x', '@ollama:x', 'native@:x', 'CLAUDE:x', 'claude:x\ny'])('%j is none', (text) => {
    expect(text).not.toMatch(TIER_PATTERN)
  })
})
