import {describe, expect, it} from 'vitest'
import {resolveConfig} from '../../../src/lib/core/config/layers.js'
import {PRESET_TABLES} from '../../../src/lib/core/config/presets.js'
import {describeSource} from '../../../src/lib/core/config/sourced.js'
import {PRESETS} from '../../../src/lib/core/config/words.js'
import {layer} from './support.js'

describe('layers', () => {
  const all = [
    layer({executor: {default: 'opencode'}}, 'global', {'executor.default': 2}),
    layer({executor: {default: 'codex'}}, 'local', {'executor.default': 3}),
    layer({executor: {default: 'gemini'}}, 'flag'),
  ]
  it.each([
    [[], 'claude', 'default'],
    [[0], 'opencode', 'global global.yaml:2'],
    [[0, 1], 'codex', 'local local.yaml:3'],
    [[1, 0], 'codex', 'local local.yaml:3'],
    [[2, 0], 'gemini', 'flag'],
    [[0, 1, 2], 'gemini', 'flag'],
  ])('layers %j give executor %s from %s', (chosen, value, from) => {
    const config = resolveConfig(chosen.map((i) => all[i]!))
    expect([config.settings.executor.default, describeSource(config.source('executor.default'))]).toEqual([value, from])
  })

  it('tells what each value replaced, strongest first', () => {
    expect(resolveConfig(all).sourced('executor.default')).toEqual({
      value: 'gemini', from: 'flag', key: 'executor.default',
      overrode: [
        {from: 'local', value: 'codex', at: 'local.yaml:3'}, {from: 'global', value: 'opencode', at: 'global.yaml:2'},
        {from: 'default', value: 'claude'},
      ],
    })
  })

  it('replaces lists as a whole and merges maps by key', () => {
    const {settings, source} = resolveConfig([
      layer({trust: {associations: ['OWNER']}, tiers: {cheap: 'codex:mini'}, routing: {gates: {plan: 'cheap'}}}, 'local'),
      layer({
        tiers: {cheap: 'codex:other', balanced: {claude: 'claude-x', 'native@lan': 'm:1'}},
        routing: {gates: {plan: 'free', review: 'frontier'}}, endpoints: {lan: {url: 'http://10.0.0.9/v1', api_key_env: 'K'}},
      }, 'global'),
    ])
    expect(settings.trust).toEqual({associations: ['OWNER'], users: [], bots: []})
    expect(settings.tiers).toEqual({
      free: {kind: 'one', executor: 'native', endpoint: 'ollama', model: 'qwen3-coder:30b'},
      cheap: {kind: 'one', executor: 'codex', endpoint: null, model: 'mini'},
      balanced: {kind: 'map', models: {claude: {endpoint: null, model: 'claude-x'}, native: {endpoint: 'lan', model: 'm:1'}}},
      frontier: {kind: 'one', executor: 'claude', endpoint: null, model: 'claude-opus-4-7'},
    })
    expect(settings.routing.gates).toEqual({plan: 'cheap', review: 'frontier'})
    expect(Object.keys(settings.endpoints).sort()).toEqual(['lan', 'litellm', 'ollama'])
    expect(['plan', 'review', 'lint'].map((gate) => source(`routing.gates.${gate}`).from)).toEqual(['local', 'global', 'default'])
  })

  it('takes an endpoint from one layer only, so that no key of one file goes to the server of another', () => {
    const {settings, source} = resolveConfig([
      layer({endpoints: {litellm: {url: 'http://elsewhere.example/v1'}}}, 'local'),
      layer({endpoints: {litellm: {url: 'http://127.0.0.1:1/v1', api_key_env: 'MY_KEY'}}}, 'global'),
    ])
    expect(settings.endpoints['litellm']).toEqual({url: 'http://elsewhere.example/v1', api_key_env: null})
    expect(source('endpoints.litellm.url').from).toBe('local')
  })

  it.each(PRESETS)('preset %s decides the cap on escalation, and a file beats it', (preset) => {
    const config = resolveConfig([layer({routing: {preset}})])
    expect(config.settings.routing.max_escalations_per_issue).toBe(PRESET_TABLES[preset].maxEscalations)
    expect(config.source('routing.max_escalations_per_issue')).toMatchObject({from: 'preset', at: preset})
    const written = resolveConfig([layer({routing: {preset, max_escalations_per_issue: 3}})])
    expect(written.settings.routing.max_escalations_per_issue).toBe(3)
    expect(written.source('routing.max_escalations_per_issue').overrode)
      .toEqual([{from: 'preset', value: PRESET_TABLES[preset].maxEscalations, at: preset}])
  })

  it('takes the preset from the strongest layer', () => {
    const config = resolveConfig([layer({routing: {preset: 'economy'}}, 'global'), layer({routing: {preset: 'single'}}, 'flag')])
    expect(config.settings.routing).toEqual({preset: 'single', gates: {}, complexity: {}, max_escalations_per_issue: 0})
  })

  it('reads durations as milliseconds and keeps the written text in the source', () => {
    const config = resolveConfig([layer({limits: {stall: '1.5h', text: '250ms'}, land: {wait: '0s'}, verify: {timeout: '90s'}})])
    expect(config.settings.limits).toEqual({implement: 1_800_000, plan: 600_000, text: 250, stall: 5_400_000})
    expect([config.settings.land.wait, config.settings.verify.timeout]).toEqual([0, 90_000])
    expect(config.sourced('limits.stall').value).toBe('1.5h')
  })

  it('gives every configuration values of its own', () => {
    resolveConfig([]).settings.trust.users.push('mallory')
    resolveConfig([]).settings.executor.claude.allowed_tools.pop()
    expect(resolveConfig([]).settings.trust.users).toEqual([])
    expect(resolveConfig([]).settings.executor.claude.allowed_tools).toHaveLength(7)
  })

  it('ignores what a flag layer leaves undefined', () => {
    const config = resolveConfig([layer({executor: {default: undefined}, routing: undefined}, 'flag')])
    expect(config.source('executor.default').from).toBe('default')
  })

  it.each(['executor.defualt', 'limits', 'nonsense', ''])('has no source for %j', (key) => {
    expect(() => resolveConfig([]).source(key)).toThrow(RangeError)
  })

  it('names the files it was made of, strongest first', () => {
    expect(resolveConfig([layer({}, 'global'), layer({}, 'flag'), layer({}, 'local')]).files).toEqual(['local.yaml', 'global.yaml'])
  })
})
