import {describe, expect, it} from 'vitest'
import {GATES, IMPLEMENT_COMPLEXITIES, PRESETS, TOOL_GATES} from '../../../src/lib/core/config/words.js'
import {PRESET_TABLES} from '../../../src/lib/core/config/presets.js'
import {assertRuns, chooseExecutor, chooseModel, chooseTier, usesTools, type Pins} from '../../../src/lib/core/route/select.js'
import {config, history, refused} from './support.js'

const containing = (text: string): unknown => expect.stringContaining(text)

const tierPin = (value: 'free' | 'cheap' | 'balanced' | 'frontier', from: 'flag' | 'label' = 'label'): Pins => ({tier: {value, from, key: 'pin'}})

describe('the tier', () => {
  const tier = (about: {local?: object; pins?: Pins; failures?: number; tag?: 'ARCH' | null; complexity?: 'simple' | 'complex' | 'epic'; gate?: 'implement' | 'plan' | 'lint'} = {}) =>
    chooseTier(about.gate ?? 'implement', about.complexity ?? 'simple', about.pins ?? {}, history({gateFailures: about.failures ?? 0}), about.tag ?? null, config(about.local ?? {}))?.tier

  it.each([
    ['preset', {}, 'balanced', 'preset'],
    ['routing.gates > preset', {local: {routing: {gates: {implement: 'cheap'}}}}, 'cheap', 'local'],
    ['routing.complexity > routing.gates', {local: {routing: {gates: {implement: 'cheap'}, complexity: {simple: 'free'}}}}, 'free', 'local'],
    ['routing.complexity of another complexity', {local: {routing: {gates: {implement: 'cheap'}, complexity: {complex: 'free'}}}}, 'cheap', 'local'],
    ['routing.complexity for another gate', {gate: 'lint', local: {routing: {complexity: {simple: 'free'}}}}, 'cheap', 'preset'],
    ['an epic that stays whole counts as complex', {complexity: 'epic', local: {routing: {complexity: {complex: 'free'}}}}, 'free', 'local'],
    ['escalation > routing.complexity', {failures: 1, local: {routing: {complexity: {simple: 'free'}, max_escalations_per_issue: 1}}}, 'cheap', 'escalation'],
    ['no rise in the default preset', {failures: 2}, 'balanced', 'preset'],
    ['a person\'s tag > preset, whatever the cap', {tag: 'ARCH'}, 'frontier', 'escalation'],
    ['label > escalation', {pins: tierPin('free'), tag: 'ARCH'}, 'free', 'label'],
    ['flag > escalation', {pins: tierPin('cheap', 'flag'), failures: 2}, 'cheap', 'flag'],
  ] as const)('%s', (_, about, value, from) => { expect(tier(about as never)).toMatchObject({value, from}) })

  it.each(PRESETS)('preset %s, every complexity', (preset) => {
    for (const complexity of IMPLEMENT_COMPLEXITIES) {
      const found = chooseTier('implement', complexity, {}, history(), null, config({routing: {preset}}))!.tier
      expect(found).toMatchObject({value: PRESET_TABLES[preset].implement[complexity][0], from: 'preset', at: preset, key: `complexity.${complexity}`})
    }
  })

  it('walks the chain of the preset and ends', () => {
    const steps = (routing: object) => [0, 1, 2, 3].map((fallbacks) => chooseTier('classify', 'simple', {}, history({fallbacks}), null, config({routing}))?.tier.value ?? null)
    expect(steps({})).toEqual(['free', 'cheap', 'balanced', null])
    expect(steps({preset: 'local'})).toEqual(['free', null, null, null])
    expect(steps({preset: 'single'})).toEqual([null, null, null, null])
    expect(steps({gates: {classify: 'frontier'}})).toEqual(['frontier', null, null, null])
  })

  it('a fallback is no escalation and takes no pin', () => {
    const found = chooseTier('classify', 'simple', tierPin('frontier'), history({fallbacks: 1}), 'ARCH', config())
    expect(found).toMatchObject({tier: {value: 'cheap', from: 'preset'}, rise: null})
  })

  it('remembers what it overrode', () => {
    const {tier: found, rise} = chooseTier('implement', 'simple', {}, history({gateFailures: 1}), null, config({routing: {complexity: {simple: 'cheap'}, max_escalations_per_issue: 1}}, {}, {'routing.complexity.simple': 9}))!
    expect(found).toMatchObject({value: 'balanced', reason: 'one failed gate', overrode: [{from: 'local', value: 'cheap', at: 'local.yaml:9'}]})
    expect(rise).toEqual({to: 'balanced', reason: 'one failed gate'})
    expect(chooseTier('implement', 'simple', tierPin('free'), history(), null, config())!.tier.overrode).toEqual([{from: 'preset', value: 'balanced', at: 'opus-plans'}])
  })
})

describe('the executor', () => {
  const pin = {executor: {value: 'gemini', from: 'label', key: 'pilot-executor:gemini'}} as const
  it.each(TOOL_GATES.filter((gate) => gate !== 'plan'))('%s: pin > local > global > default', (gate) => {
    const of = (pins: Pins, ...layers: [object?, object?]) => chooseExecutor(gate, 'cheap', pins, config(...layers))
    expect(of({})).toMatchObject({value: 'claude', from: 'default'})
    expect(of({}, {}, {executor: {default: 'codex'}})).toMatchObject({value: 'codex', from: 'global'})
    expect(of({}, {executor: {default: 'shell'}}, {executor: {default: 'codex'}})).toMatchObject({value: 'shell', from: 'local', overrode: [{from: 'global', value: 'codex'}, {from: 'default'}]})
    expect(of(pin, {executor: {default: 'shell'}})).toMatchObject({value: 'gemini', from: 'label', key: 'pilot-executor:gemini', overrode: [{from: 'local', value: 'shell'}, {from: 'default'}]})
  })

  it('a preset that plans on a tier which the default executor has no model for means that tier\'s own, unless a person says otherwise', () => {
    expect(chooseExecutor('plan', 'free', {}, config())).toMatchObject({value: 'native', key: 'tiers.free'})
    expect(chooseExecutor('implement', 'free', {}, config())).toMatchObject({value: 'claude', from: 'default'})
    expect(chooseExecutor('plan', 'free', {}, config({executor: {default: 'claude'}}))).toMatchObject({value: 'native', key: 'tiers.free'})
    expect(chooseExecutor('plan', 'free', {}, config({planning: {model: 'claude-opus-4-7'}}))).toMatchObject({value: 'claude', from: 'default'})
    expect(chooseExecutor('plan', 'free', {}, config({routing: {gates: {plan: 'free'}}}))).toMatchObject({value: 'claude', from: 'default'})
    expect(chooseExecutor('plan', 'free', pin, config())).toMatchObject({value: 'gemini', from: 'label'})
  })

  it.each(GATES.filter((gate) => !usesTools(gate)))('%s takes the executor of its tier', (gate) => {
    expect(chooseExecutor(gate, 'free', pin, config({executor: {default: 'shell'}}))).toMatchObject({value: 'native', from: 'default', key: 'tiers.free'})
  })

  it('of a tier with several the default one is taken, else the first', () => {
    const tiers = {cheap: {'claude': 'claude-haiku-4-5', 'native@ollama': 'm'}}
    expect(chooseExecutor('commit', 'cheap', {}, config({tiers, executor: {default: 'native'}})).value).toBe('native')
    expect(chooseExecutor('commit', 'cheap', {}, config({tiers, executor: {default: 'codex'}})).value).toBe('claude')
  })
})

describe('the model', () => {
  const pin: Pins = {model: {value: 'claude-x', from: 'flag', key: '--model'}}
  it('comes from the tier\'s entry for the executor', () => {
    const tiers = {balanced: {'claude': 'claude-a', 'codex': 'gpt-b', 'native@ollama': 'c:1'}}
    expect(chooseModel('implement', 'balanced', 'codex', {}, config({tiers}))).toMatchObject({model: {value: 'gpt-b', from: 'local', key: 'tiers.balanced'}, endpoint: null})
    expect(chooseModel('implement', 'balanced', 'native', {}, config({tiers}))).toMatchObject({model: {value: 'c:1'}, endpoint: 'ollama'})
  })

  it('planning.model counts for the plan gate where it is written, and only there', () => {
    const written = config({planning: {model: 'claude-planner'}})
    expect(chooseModel('plan', 'cheap', 'claude', {}, written).model).toMatchObject({value: 'claude-planner', key: 'planning.model'})
    expect(chooseModel('implement', 'cheap', 'claude', {}, written).model.value).toBe('claude-haiku-4-5')
    expect(chooseModel('plan', 'cheap', 'claude', {}, config()).model.value).toBe('claude-haiku-4-5')
  })

  it('a pin beats everything and needs no entry in the tier', () => {
    expect(chooseModel('plan', 'cheap', 'claude', pin, config({planning: {model: 'claude-planner'}})).model)
      .toMatchObject({value: 'claude-x', from: 'flag', overrode: [{from: 'local', value: 'claude-planner'}, expect.anything()]})
    expect(chooseModel('implement', 'cheap', 'codex', pin, config()).model).toMatchObject({value: 'claude-x', overrode: [{value: null}]})
  })

  it('a tier without an entry for the executor is a typed error that names the key', () => {
    expect(refused(() => chooseModel('implement', 'cheap', 'codex', {}, config()))).toMatchObject({
      code: 'ROUTING', exit: 3, message: 'gate implement: tier cheap (default) has no model for executor codex', suggestions: [expect.stringContaining('tiers.cheap'), expect.anything()],
    })
  })

  it.each([
    ['codex', 'claude-opus-4-7', 'claude'], ['codex', 'opus', 'claude'], ['claude', 'gpt-5', 'codex'], ['claude', 'o3', 'codex'], ['gemini', 'o4-mini', 'codex'], ['codex', 'gemini-3', 'gemini'],
  ] as const)('%s cannot run %s', (executor, model, family) => {
    const error = refused(() => assertRuns(executor, {value: model, from: 'flag', at: null, key: '--model', reason: null, overrode: []}, 'implement'))
    expect(error).toMatchObject({code: 'ROUTING', message: containing(`${family}'s`), suggestions: [expect.stringContaining(`--executor ${family}`)]})
  })

  it.each([
    ['claude', 'claude-opus-4-7'], ['claude', 'sonnet'], ['claude', 'our-gateway-name'], ['codex', 'gpt-5'], ['native', 'claude-x'], ['shell', 'gpt-5'], ['opencode', 'gemini-3'], ['codex', 'opuscule'],
  ] as const)('%s may run %s', (executor, model) => {
    expect(() => assertRuns(executor, {value: model, from: 'flag', at: null, key: null, reason: null, overrode: []}, 'review')).not.toThrow()
  })
})
