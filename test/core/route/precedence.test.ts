import {describe, expect, it} from 'vitest'
import type {Gate} from '../../../src/lib/core/config/words.js'
import {config, refused, spawnPlan} from './support.js'

type Of = {local?: object; global?: object; labels?: string[]; flags?: Record<string,
  string>; failures?: number; gate?: Gate; complexity?: 'medium' | 'complex'}
/** Every tier has a model for every executor, so that a choice is never decided by what happens to be missing. */
const MODELS = Object.fromEntries(['free', 'cheap', 'balanced', 'frontier'].map((tier) =>
  [tier, {'claude': `claude-${tier}`, 'codex': `gpt-${tier}`, 'gemini': `gemini-${tier}`, 'shell': `s-${tier}`,
    'native@ollama': `n-${tier}`}]))
const LINES = {'executor.default': 3, 'routing.complexity.medium': 5, 'routing.gates.implement': 7, 'routing.gates.plan': 8,
  'planning.model': 9}

const planOf = ({local = {}, global = {}, labels = [], flags = {}, failures = 0, gate = 'implement', complexity = 'medium'}: Of,
  tiers: object = {tiers: MODELS}) => spawnPlan(gate, {
  config: config(local, {...tiers, ...global}, LINES), task: {labels, flags, complexity},
    history: {gateFailures: failures, attempt: failures + 1},
})

const by = (executor: string) => ({executor: {default: executor}})
const label = (executor: string) => [`pilot-executor:${executor}`]

describe('executor precedence', () => {
  it.each<[string, Of, string, string, string | null, string[]]>([
    ['flag > label', {flags: {executor: 'shell'}, labels: label('gemini')}, 'shell', 'flag', null, ['default']],
    ['flag > local', {flags: {executor: 'shell'}, local: by('codex')}, 'shell', 'flag', null, ['local', 'default']],
    ['label > local', {labels: label('gemini'), local: by('codex')}, 'gemini', 'label', null, ['local', 'default']],
    ['label > global', {labels: label('gemini'), global: by('codex')}, 'gemini', 'label', null, ['global', 'default']],
    ['local > global', {local: by('codex'), global: by('shell')}, 'codex', 'local', 'local.yaml:3', ['global', 'default']],
    ['local > global, though it only repeats the default', {local: by('claude'), global: by('shell')}, 'claude', 'local', 'local.yaml:3',
      ['global', 'default']],
    ['global > default', {global: by('codex')}, 'codex', 'global', 'global.yaml:3', ['default']],
    ['default', {}, 'claude', 'default', null, []],
  ])('%s', (_, of, executor, from, at, overrode) => {
    for (const gate of ['plan', 'implement', 'review'] as const) {
      const plan = planOf({...of, gate})
      expect([plan.executor, plan.provenance['executor']!.from, plan.provenance['executor']!.at]).toEqual([executor, from, at])
      expect(plan.provenance['executor']!.overrode.map((o) => o.from), gate).toEqual(overrode)
    }
  })
})

const GATES = {gates: {implement: 'cheap'}}
const COMPLEXITY = {complexity: {medium: 'free'}}
const RISES = {max_escalations_per_issue: 1}

describe('tier precedence', () => {
  it.each<[string, Of, string, string, string | null, string | null]>([
    ['flag > label', {flags: {tier: 'cheap'}, labels: ['pilot-tier:frontier']}, 'cheap', 'flag', null, '--tier'],
    ['flag > ARCH', {flags: {tier: 'cheap'}, labels: ['ARCH']}, 'cheap', 'flag', null, '--tier'],
    ['label > ARCH', {labels: ['pilot-tier:cheap', 'ARCH']}, 'cheap', 'label', null, 'pilot-tier:cheap'],
    ['label > rise after a failure', {labels: ['pilot-tier:cheap'], failures: 1, local: {routing: RISES}}, 'cheap', 'label', null,
      'pilot-tier:cheap'],
    ['label > routing.complexity', {labels: ['pilot-tier:cheap'], local: {routing: COMPLEXITY}}, 'cheap', 'label', null,
      'pilot-tier:cheap'],
    ['ARCH > routing.complexity', {labels: ['ARCH'], local: {routing: COMPLEXITY}}, 'frontier', 'escalation', null, null],
    ['SECURITY > routing.complexity', {labels: ['SECURITY'], local: {routing: COMPLEXITY}}, 'frontier', 'escalation', null, null],
    ['ARCH > rise after a failure', {labels: ['ARCH'], failures: 1, local: {routing: {...COMPLEXITY, ...RISES}}}, 'frontier', 'escalation',
      null, null],
    ['rise after a failure > routing.complexity', {failures: 1, local: {routing: {...COMPLEXITY, ...RISES}}}, 'cheap', 'escalation', null,
      null],
    ['no rise beyond the cap', {failures: 1, local: {routing: {...COMPLEXITY, max_escalations_per_issue: 0}}}, 'free', 'local',
      'local.yaml:5', 'routing.complexity.medium'],
    ['routing.complexity > routing.gates', {local: {routing: {...COMPLEXITY, ...GATES}}}, 'free', 'local', 'local.yaml:5',
      'routing.complexity.medium'],
    ['global routing.complexity > local routing.gates', {local: {routing: GATES}, global: {routing: COMPLEXITY}}, 'free', 'global',
      'global.yaml:5', 'routing.complexity.medium'],
    ['routing.gates > preset', {local: {routing: GATES}}, 'cheap', 'local', 'local.yaml:7', 'routing.gates.implement'],
    ['routing.gates > preset complexity', {complexity: 'complex', local: {routing: {...GATES, preset: 'economy'}}}, 'cheap', 'local',
      'local.yaml:7', 'routing.gates.implement'],
    ['preset', {}, 'balanced', 'preset', 'opus-plans', 'complexity.medium'],
    ['preset of the local file > of the global', {local: {routing: {preset: 'economy'}}, global: {routing: {preset: 'quality'}}}, 'cheap',
      'preset', 'economy', 'complexity.medium'],
  ])('%s', (_, of, tier, from, at, key) => {
    const plan = planOf(of)
    expect([plan.tier, plan.model]).toEqual([tier, `claude-${tier}`])
    expect(plan.provenance['tier']).toMatchObject({value: tier, from, at, key})
  })
})

const MODEL_LABEL = ['pilot-model:claude:claude-l']

describe('model precedence', () => {
  it.each<[string, Of, string, string, string | null]>([
    ['flag > label', {flags: {model: 'claude-f'}, labels: MODEL_LABEL}, 'claude-f', 'flag', 'balanced'],
    ['flag > ARCH', {flags: {model: 'claude-f'}, labels: ['ARCH']}, 'claude-f', 'flag', 'frontier'],
    ['flag > label of a tier', {flags: {model: 'claude-f'}, labels: ['pilot-tier:cheap']}, 'claude-f', 'flag', 'cheap'],
    ['label > ARCH', {labels: [...MODEL_LABEL, 'ARCH']}, 'claude-l', 'label', 'frontier'],
    ['label > routing.complexity', {labels: MODEL_LABEL, local: {routing: COMPLEXITY}}, 'claude-l', 'label', 'free'],
    ['label of a model > flag of a tier', {labels: MODEL_LABEL, flags: {tier: 'cheap'}}, 'claude-l', 'label', 'cheap'],
    ['the tier\'s entry for the executor', {}, 'claude-balanced', 'global', 'balanced'],
    ['… of another executor', {flags: {executor: 'codex'}}, 'gpt-balanced', 'global', 'balanced'],
  ])('%s', (_, of, model, from, tier) => {
    const plan = planOf(of)
    expect([plan.model, plan.provenance['model']!.from, plan.tier]).toEqual([model, from, tier])
    expect(plan.argv).toContain(model)
  })
})

describe('planning.model', () => {
  const planner = {planning: {model: 'claude-planner'}}
  it.each<[string, Of, string, string, string | null]>([
    ['local planning.model > local routing.gates.plan', {local: {...planner, routing: {gates: {plan: 'cheap'}}}}, 'claude-planner', 'local',
      'local.yaml:9'],
    ['global planning.model > local routing.gates.plan', {local: {routing: {gates: {plan: 'cheap'}}}, global: planner}, 'claude-planner',
      'global', 'global.yaml:9'],
    ['planning.model that repeats its default > routing.gates.plan', {local: {planning: {model: 'claude-opus-4-7'},
      routing: {gates: {plan: 'cheap'}}}}, 'claude-opus-4-7', 'local', 'local.yaml:9'],
    ['an unwritten one < routing.gates.plan', {local: {routing: {gates: {plan: 'cheap'}}}}, 'claude-cheap', 'global', null],
    ['flag > planning.model', {local: planner, flags: {model: 'claude-f'}}, 'claude-f', 'flag', null],
    ['planning.model > a model label, which is about the work', {local: planner, labels: MODEL_LABEL}, 'claude-planner', 'local',
      'local.yaml:9'],
    ['an unwritten one leaves the tier', {}, 'claude-frontier', 'global', null],
  ])('%s', (_, of, model, from, at) => {
    const plan = planOf({...of, gate: 'plan'})
    expect([plan.model, plan.provenance['model']!.from, plan.provenance['model']!.at]).toEqual([model, from, at])
  })
})

describe.each(['economy', 'local'])('a plan under preset %s, with the built-in tiers', (preset) => {
  const native = {executor: 'native', model: 'qwen3-coder:30b', endpoint: {name: 'ollama'}, tier: 'free'}
  const mixed = {tiers: {free: {'native@ollama': 'n', 'shell': 's'}}}
  it.each<[string, Of, object]>([
    ['default: the free tier\'s own executor', {}, native],
    ['a written executor without a model in that tier', {local: by('claude')}, native],
    ['a written executor that the tier has a model for', {local: {...by('shell'), ...mixed}},
      {executor: 'shell', model: 's', endpoint: null, tier: 'free'}],
    ['a flag for executor and model', {flags: {executor: 'claude', model: 'opus'}},
      {executor: 'claude', model: 'opus', endpoint: null, tier: 'free'}],
    ['a flag for the executor', {local: mixed, flags: {executor: 'shell'}}, {executor: 'shell', model: 's', endpoint: null, tier: 'free'}],
    ['a flag for the model changes no executor', {flags: {model: 'other:7b'}}, {...native, model: 'other:7b'}],
    ['a written planning.model', {local: {planning: {model: 'claude-planner'}}},
      {executor: 'claude', model: 'claude-planner', endpoint: null}],
    ['a flag > a written planning.model', {local: {planning: {model: 'claude-planner'}}, flags: {model: 'claude-f'}},
      {executor: 'claude', model: 'claude-f', endpoint: null}],
  ])('%s', (_, of, expected) => {
    const {routing, ...local} = {routing: {preset}, ...of.local}
    expect(planOf({...of, gate: 'plan', local: {...local, routing}}, {})).toMatchObject(expected)
  })

  it('a flag or a written gate that leaves no model is an error, never another executor', () => {
    const said = 'gate plan: tier free (default) has no model for executor claude'
    const routing = {preset}
    expect(refused(() => planOf({gate: 'plan', local: {routing}, flags: {executor: 'claude'}}, {})).message).toBe(said)
    expect(refused(() => planOf({gate: 'plan', local: {routing: {...routing, gates: {plan: 'free'}}}}, {})).message).toBe(said)
  })
})

describe('a flag and contradicting labels of its kind', () => {
  it.each<[string, string, string[], object]>([
    ['executor', 'shell', ['pilot-executor:codex', 'pilot-executor:gemini'], {executor: 'shell'}],
    ['tier', 'cheap', ['pilot-tier:free', 'pilot-tier:frontier'], {tier: 'cheap'}],
    ['model', 'claude-f', ['pilot-model:claude:claude-a', 'pilot-model:claude:claude-b'], {model: 'claude-f'}],
  ])('--%s decides', (kind, value, labels, expected) => {
    expect(planOf({flags: {[kind]: value}, labels})).toMatchObject(expected)
    const other = kind === 'tier' ? {model: 'claude-f'} : {tier: 'cheap'}
    expect(refused(() => planOf({flags: other, labels})), 'a flag of another kind does not').toMatchObject({code: 'ROUTING', exit: 3})
  })
})

/** A laptop-wide file that sends everything to a server of its own, and a repository that says claude. */
const SERVER = {
  executor: {default: 'native'}, endpoints: {default: {url: 'http://10.0.0.9:4000/v1', api_key_env: 'LAN_KEY'}},
  tiers: Object.fromEntries(Object.keys(MODELS).map((tier) => [tier, {'native@default': 'qwen:1', 'claude': 'opus'}])),
}

describe('S3', () => {
  it.each<[string, Gate, Of]>([
    ['by flag', 'implement', {flags: {model: 'opus'}}], ['by label', 'implement', {labels: ['pilot-model:claude:opus']}],
    ['by tier', 'implement', {}], ['by flag, for a plan', 'plan', {flags: {model: 'opus'}}],
      ['by planning.model', 'plan', {local: {planning: {model: 'opus'}}}],
    ['by tier, for a review', 'review', {}], ['by tier, for a text gate', 'classify', {}],
  ])('S3: model opus %s, a global default endpoint and local executor claude: claude, without an endpoint', (_, gate, of) => {
    const plan = planOf({...of, gate, local: {...by('claude'), ...of.local}, global: SERVER}, {})
    expect(plan).toMatchObject({executor: 'claude', model: 'opus', endpoint: null})
    expect(plan.argv.slice(0, 1)).toEqual(['claude'])
    expect(plan.argv[plan.argv.indexOf('--model') + 1]).toBe('opus')
    expect(plan.provenance['endpoint']).toMatchObject({value: null, from: 'pilot', reason: 'claude never gets an endpoint'})
    expect(JSON.stringify([plan.argv, plan.env])).not.toMatch(/10\.0\.0\.9|LAN_KEY|BASE_URL/)
  })

  it('S3: without the local file the same global one means its server', () => {
    expect(planOf({global: SERVER, gate: 'review'}, {})).toMatchObject({executor: 'native', model: 'qwen:1',
      endpoint: {name: 'default', url: 'http://10.0.0.9:4000/v1'}})
  })
})
