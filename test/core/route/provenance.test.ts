import {describe, expect, it} from 'vitest'
import {EXECUTORS, GATES, TIERS, type Executor, type Gate} from '../../../src/lib/core/config/words.js'
import type {Provenance, SpawnPlan} from '../../../src/lib/core/route/spawn-plan.js'
import {config, refused, spawnPlan} from './support.js'

/** One key a line, as the lines of a real file would be. */
const LINES: Record<string, number> = {
  'executor.default': 2, 'executor.claude.command': 4, 'executor.claude.allowed_tools': 5, 'executor.claude.mcp_config_path': 6,
    'executor.shell.command': 9,
  'planning.model': 11, 'planning.allowed_tools': 12, 'endpoints.lan': 14, 'tiers.free': 16, 'tiers.cheap': 17, 'tiers.balanced': 18,
    'tiers.frontier': 19,
  'routing.preset': 21, 'routing.gates.review': 23, 'routing.complexity.medium': 25, 'limits.implement': 30, 'limits.plan': 31,
    'limits.text': 32, 'limits.stall': 33,
  'budget.per_issue_usd': 36, 'budget.per_epic_usd': 37,
}
/** Everything that a file can decide of a spawn. */
const FILE = {
  executor: {default: 'claude', claude: {command: 'claude-next', allowed_tools: ['Read', 'Edit'], mcp_config_path: 'mcp.json'},
    shell: {command: 'agent'}},
  planning: {model: 'claude-planner', allowed_tools: ['Read', 'Grep']},
  endpoints: {lan: {url: 'http://10.0.0.9/v1'}},
  tiers: Object.fromEntries(TIERS.map((tier) => [tier, {'claude': `claude-${tier}`, 'native@lan': `n-${tier}`, 'shell': 's'}])),
  routing: {preset: 'economy', gates: {review: 'cheap'}, complexity: {medium: 'balanced'}},
  limits: {implement: '20m', plan: '9m', text: '50s', stall: '4m'}, budget: {per_issue_usd: 5, per_epic_usd: 40},
}
const LAYERS = {local: config(FILE, {}, LINES), global: config({}, FILE, LINES)}
const of = (plan: SpawnPlan, field: string): Provenance => plan.provenance[field]!
const native = (from: 'local' | 'global') => {
  const file = {...FILE, executor: {...FILE.executor, default: 'native'}}
  return from === 'local' ? config(file, {}, LINES) : config({}, file, LINES)
}

describe('every field', () => {
  const complete = (executor: Executor, gate: Gate) => {
    const tiers = Object.fromEntries(TIERS.map((tier) => [tier, {[executor === 'native' ? 'native@ollama' : executor]: 'm'}]))
    const plan = spawnPlan(gate, {config: config({executor: {default: executor}, planning: {model: 'm'}, tiers})})
    expect(Object.keys(plan.provenance).sort()).toEqual(Object.keys(plan).filter((key) => key !== 'provenance').sort())
    for (const {from, key, reason} of Object.values(plan.provenance)) expect(key !== null || reason !== null,
      `${from} says a key or a reason`).toBe(true)
  }
  it.each(EXECUTORS.flatMap((executor) => GATES.map((gate) => [executor, gate] as const)))('of %s, %s says where it is from',
    (executor, gate) => {
    if (executor === 'native' && (gate === 'implement' || gate === 'lint')) expect(refused(() =>
      complete(executor, gate)).code).toBe('ROUTING')
    else complete(executor, gate)
  })
})

describe.each(['local', 'global'] as const)('file, line and key of the %s file', (from) => {
  const at = (line: number) => `${from}.yaml:${line}`
  it.each<[Gate, string, unknown, number, string]>([
    ['implement', 'executor', 'claude', 2, 'executor.default'],
    ['implement', 'argv', 'claude-next', 4, 'executor.claude.command'],
    ['implement', 'tools', ['Read', 'Edit'], 5, 'executor.claude.allowed_tools'],
    ['implement', 'mcpConfigPath', 'mcp.json', 6, 'executor.claude.mcp_config_path'],
    ['implement', 'tier', 'balanced', 25, 'routing.complexity.medium'],
    ['implement', 'model', 'claude-balanced', 18, 'tiers.balanced'],
    ['implement', 'timeoutMs', 1_200_000, 30, 'limits.implement'],
    ['implement', 'stallMs', 240_000, 33, 'limits.stall'],
    ['implement', 'maxBudgetUsd', 4.2, 36, 'budget.per_issue_usd'],
    ['lint', 'timeoutMs', 1_200_000, 30, 'limits.implement'],
    ['lint', 'model', 'claude-cheap', 17, 'tiers.cheap'],
    ['plan', 'executor', 'claude', 2, 'executor.default'],
    ['plan', 'model', 'claude-planner', 11, 'planning.model'],
    ['plan', 'tools', ['Read', 'Grep'], 12, 'planning.allowed_tools'],
    ['plan', 'timeoutMs', 540_000, 31, 'limits.plan'],
    ['review', 'tier', 'cheap', 23, 'routing.gates.review'],
    ['review', 'model', 'claude-cheap', 17, 'tiers.cheap'],
    ['review', 'tools', ['Read', 'Grep'], 12, 'planning.allowed_tools'],
    ['commit', 'executor', 'claude', 16, 'tiers.free'],
    ['commit', 'model', 'claude-free', 16, 'tiers.free'],
    ['commit', 'timeoutMs', 50_000, 32, 'limits.text'],
  ])('%s: %s', (gate, field, value, line, key) => {
    expect(of(spawnPlan(gate, {config: LAYERS[from]}), field)).toMatchObject({value, from, at: at(line), key, reason: null})
  })

  it('of the endpoint and the model on it', () => {
    const plan = spawnPlan('review', {config: native(from)})
    expect(of(plan, 'endpoint')).toMatchObject({value: 'lan', from, at: at(14), key: 'endpoints.lan'})
    expect(of(plan, 'model')).toMatchObject({value: 'n-cheap', from, at: at(17), key: 'tiers.cheap'})
    expect(of(plan, 'argv')).toMatchObject({value: null, from: 'pilot', at: null, key: null, reason: 'native starts no program'})
  })

  it('of the preset, which names its cell and where it was chosen', () => {
    expect(of(spawnPlan('lint', {config: LAYERS[from]}), 'tier')).toMatchObject({from: 'preset', at: 'economy', key: 'gates.lint',
      reason: `routing.preset from ${from} ${at(21)}`})
  })

  it('stays with what a pin overrode', () => {
    const {provenance} = spawnPlan('implement', {config: LAYERS[from], task: {labels: ['pilot-tier:cheap'],
      flags: {executor: 'shell', model: 'x'}}})
    expect(provenance['executor']).toMatchObject({value: 'shell', from: 'flag', at: null, key: '--executor',
      overrode: [{from, value: 'claude', at: at(2)}, {from: 'default', value: 'claude', at: null}]})
    expect(provenance['tier']).toMatchObject({value: 'cheap', from: 'label', key: 'pilot-tier:cheap',
      overrode: [{from, value: 'balanced', at: at(25)}]})
    expect(provenance['model']!.overrode[0]).toMatchObject({from, value: 's', at: at(17)})
    expect(provenance['argv']).toMatchObject({value: 'agent', from, at: at(9), key: 'executor.shell.command'})
  })

  it('of the budget that is the tighter one', () => {
    const epic = spawnPlan('implement', {config: LAYERS[from], task: {budgetKey: 'budget.per_epic_usd', remainingUsd: 1.5}})
    expect(of(epic, 'maxBudgetUsd')).toMatchObject({value: 1.5, from, at: at(37), key: 'budget.per_epic_usd'})
  })
})

describe('a local file over a global one', () => {
  it('shows both, strongest first', () => {
    const both = config({executor: {default: 'claude', claude: {command: 'own'}}, limits: {implement: '1h'}}, FILE,
      {'executor.default': 3, 'executor.claude.command': 4, 'limits.implement': 8})
    const {provenance} = spawnPlan('implement', {config: both})
    expect(provenance['argv']).toEqual({
      value: 'own', from: 'local', at: 'local.yaml:4', key: 'executor.claude.command', reason: null,
      overrode: [{from: 'global', value: 'claude-next', at: 'global.yaml:4'}, {from: 'default', value: 'claude', at: null}],
    })
    expect(provenance['timeoutMs']).toMatchObject({value: 3_600_000, at: 'local.yaml:8',
      overrode: [{from: 'global', value: '20m', at: 'global.yaml:8'}, {from: 'default', value: '30m'}]})
  })
})

describe('the command that argv begins with', () => {
  it.each(['claude', 'codex', 'gemini', 'opencode', 'shell'] as const)('%s', (executor) => {
    const key = `executor.${executor}.command`
    const tiers = {balanced: {[executor]: 'm'}}
    const plan = spawnPlan('implement', {config: config({executor: {default: executor, [executor]: {command: 'own-program'}}, tiers}, {},
      {[key]: 44})})
    expect(of(plan, 'argv')).toMatchObject({value: 'own-program', from: 'local', at: 'local.yaml:44', key})
    expect(plan.argv.slice(0, executor === 'shell' ? 3 : 1)).toEqual(executor === 'shell' ? ['sh', '-c', 'own-program'] : ['own-program'])
  })
})

describe('what no file decides', () => {
  it.each<[string, unknown, string]>([
    ['issue', 7, 'the command line'], ['gate', 'implement', 'the command'], ['attempt', 2, 'the attempts comment'],
      ['maxTurns', 60, 'gate implement'],
    ['cwd', '/work', 'worktree of the issue'], ['endpoint', null, 'claude never gets an endpoint'],
      ['effort', null, 'the executor’s own default'],
    ['schema', null, 'free text'], ['stdin', null, 'prompt of gate implement'], ['escalation', null, 'no rise'],
  ])('%s', (field, value, reason) => {
    expect(of(spawnPlan('implement', {history: {attempt: 2}}), field)).toEqual({value, from: 'pilot', at: null, key: null, reason,
      overrode: []})
  })

  it('a rise says why, and what it rose from', () => {
    const {provenance} = spawnPlan('implement', {config: LAYERS.local, history: {attempt: 2, gateFailures: 1}})
    expect(provenance['tier']).toEqual({
      value: 'frontier', from: 'escalation', at: null, key: null, reason: 'one failed gate',
      overrode: [{from: 'local', value: 'balanced', at: 'local.yaml:25'}],
    })
    expect(provenance['escalation']).toMatchObject({value: 'frontier', reason: 'one failed gate'})
  })

  it('text gates have no stall limit, no MCP file and no tools, and say so', () => {
    const {provenance} = spawnPlan('commit', {config: LAYERS.local})
    expect(provenance['stallMs']).toMatchObject({value: null, reason: 'text gates have a timeout only'})
    expect(provenance['mcpConfigPath']).toMatchObject({value: null, reason: 'a text gate loads no MCP server'})
    expect(provenance['tools']).toMatchObject({value: [], reason: 'text gate: no tools'})
  })
})
