import {describe, expect, it} from 'vitest'
import {assertModelLabelFits, readPins} from '../../../src/lib/core/route/pins.js'
import {refused} from './support.js'

describe('pins', () => {
  it.each([
    ['nothing', [], {}, {}],
    ['labels', ['pilot-executor:codex', 'pilot-tier:cheap', 'pilot-model:codex:gpt-5'], {}, {
      executor: {value: 'codex', from: 'label', key: 'pilot-executor:codex'}, tier: {value: 'cheap', from: 'label', key: 'pilot-tier:cheap'},
      model: {value: 'gpt-5', from: 'label', key: 'pilot-model:codex:gpt-5'}}],
    ['flags before labels', ['pilot-executor:codex', 'pilot-tier:cheap', 'pilot-model:codex:gpt-5'], {executor: 'claude', tier: 'frontier', model: 'opus'}, {
      executor: {value: 'claude', from: 'flag', key: '--executor'}, tier: {value: 'frontier', from: 'flag', key: '--tier'}, model: {value: 'opus', from: 'flag', key: '--model'}}],
    ['a model with colons', ['pilot-model:native:qwen3:30b'], {}, {model: {value: 'qwen3:30b', from: 'label', key: 'pilot-model:native:qwen3:30b'}}],
  ])('%s', (_, labels, flags, expected) => { expect(readPins(labels, flags)).toEqual(expected) })

  it.each([
    ['two executors', ['pilot-executor:codex', 'pilot-executor:claude'], {}], ['two tiers', ['pilot-tier:free', 'pilot-tier:cheap'], {}],
    ['an unknown executor', [], {executor: 'cursor'}], ['an unknown executor as a label', ['pilot-executor:cursor'], {}],
    ['an unknown tier', [], {tier: 'best'}], ['an unknown tier as a label', ['pilot-tier:best'], {}],
  ])('%s: a typed error', (_, labels, flags) => { expect(refused(() => readPins(labels, flags))).toMatchObject({code: 'ROUTING', exit: 3}) })

  it('a model label is for its executor and chooses none', () => {
    expect(refused(() => assertModelLabelFits(['pilot-model:codex:gpt-5'], 'claude'))).toMatchObject({code: 'ROUTING', suggestions: ['add the label pilot-executor:codex']})
    expect(() => assertModelLabelFits(['pilot-model:codex:gpt-5'], 'codex')).not.toThrow()
    expect(() => assertModelLabelFits([], 'claude')).not.toThrow()
  })
})
