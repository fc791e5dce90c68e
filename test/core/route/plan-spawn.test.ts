import {describe, expect, it} from 'vitest'
import {GATES, TOOL_GATES} from '../../../src/lib/core/config/words.js'
import {planSpawn} from '../../../src/lib/core/route/plan-spawn.js'
import {spawnPlanSchema} from '../../../src/lib/core/route/spawn-plan.js'
import {config, history, refused, spawnPlan, task} from './support.js'

const containing = (text: string): unknown => expect.stringContaining(text)

const SHELL = {executor: {default: 'shell'}, tiers: {free: 'shell:s', cheap: 'shell:s', balanced: 'shell:s', frontier: 'shell:s'}}
const CLAUDE_TEXT = {tiers: {free: 'claude:claude-haiku-4-5'}}

describe('a spawn plan', () => {
  it.each(GATES)('of gate %s is whole and says where every choice came from', (gate) => {
    const plan = spawnPlan(gate, {config: config(CLAUDE_TEXT)})
    expect(spawnPlanSchema.parse(plan)).toEqual(plan)
    expect(Object.keys(plan.provenance).sort()).toEqual(Object.keys(plan).filter((field) => field !== 'provenance').sort())
    for (const [field, {value, from}] of Object.entries(plan.provenance)) {
      // made from the others: what is told is what they are made from
      if (['argv', 'env', 'stdin', 'schema', 'escalation'].includes(field)) continue
      const shown = field === 'endpoint' ? plan.endpoint?.name ?? null : plan[field as keyof typeof plan]
      expect([field, value], 'the provenance tells the value that is in the plan').toEqual([field, shown])
      expect(['flag', 'label', 'local', 'global', 'preset', 'default', 'escalation', 'pilot']).toContain(from)
    }
    expect(plan).toMatchObject({gate, issue: 7, attempt: 1, stdin: 'PROMPT', cwd: '/work', maxBudgetUsd: 4.2})
    expect(plan.argv).not.toContain('PROMPT')
  })

  it('names file, line, key and what was overridden', () => {
    const {provenance} = spawnPlan('implement', {config: config(
      {executor: {default: 'claude', claude: {allowed_tools: ['Read', 'Edit'], mcp_config_path: '/mcp.json'}}, limits: {implement: '20m'}, budget: {per_issue_usd: 5}},
      {executor: {default: 'codex'}}, {'executor.default': 3, 'executor.claude.allowed_tools': 5, 'limits.implement': 8},
    )})
    expect(provenance['executor']).toEqual({
      value: 'claude', from: 'local', at: 'local.yaml:3', key: 'executor.default', reason: null,
      overrode: [{from: 'global', value: 'codex', at: 'global.yaml:3'}, {from: 'default', value: 'claude', at: null}],
    })
    expect(provenance['tools']).toMatchObject({value: ['Read', 'Edit'], from: 'local', at: 'local.yaml:5', key: 'executor.claude.allowed_tools'})
    expect(provenance['timeoutMs']).toMatchObject({value: 1_200_000, from: 'local', at: 'local.yaml:8', key: 'limits.implement'})
    expect(provenance['mcpConfigPath']).toMatchObject({value: '/mcp.json', from: 'local', key: 'executor.claude.mcp_config_path'})
    expect(provenance['maxBudgetUsd']).toMatchObject({from: 'local', key: 'budget.per_issue_usd'})
    expect(provenance['model']).toMatchObject({value: 'claude-sonnet-4-6', from: 'default', key: 'tiers.balanced'})
    expect(provenance['tier']).toMatchObject({value: 'balanced', from: 'preset', at: 'opus-plans', key: 'complexity.medium'})
  })

  it('tells an escalation with its reason and where it rose from', () => {
    const plan = spawnPlan('implement', {task: {labels: ['Security']}})
    expect(plan).toMatchObject({tier: 'frontier', model: 'claude-opus-4-7', escalation: {from: 'balanced', reason: 'label SECURITY'}})
    expect(plan.provenance['tier']).toMatchObject({from: 'escalation', reason: 'label SECURITY', overrode: [{from: 'preset', value: 'balanced', at: 'opus-plans'}]})
    expect(spawnPlan('implement').escalation).toBeNull()
    const economy = config({routing: {preset: 'economy'}})
    expect(spawnPlan('implement', {config: economy, history: {gateFailures: 1}}).escalation).toEqual({from: 'cheap', reason: 'one failed gate'})
    expect(spawnPlan('implement', {config: economy, task: {complexity: 'complex'}})).toMatchObject({tier: 'frontier', escalation: null})
  })

  it('names the model on the command line and in that child\'s environment', () => {
    const plan = spawnPlan('implement')
    expect(plan.argv.join(' ')).toContain('--model claude-sonnet-4-6')
    expect(plan.env['ANTHROPIC_MODEL']).toBe('claude-sonnet-4-6')
  })

  it('is null where no model is meant to answer', () => {
    expect(planSpawn(task(), 'commit', history({fallbacks: 1}), config(CLAUDE_TEXT))).toBeNull()
    expect(planSpawn(task(), 'classify', history(), config({routing: {preset: 'single'}}))).toBeNull()
    expect(planSpawn(task(), 'implement', history({fallbacks: 1}), config())).toBeNull()
  })
})

describe('pins', () => {
  it('a model never changes the executor', () => {
    const error = refused(() => spawnPlan('implement', {task: {flags: {model: 'gpt-5'}}}))
    expect(error).toMatchObject({code: 'ROUTING', exit: 3, message: containing('executor claude cannot run model gpt-5')})
    expect(spawnPlan('implement', {config: config(SHELL), task: {flags: {model: 'gpt-5'}}})).toMatchObject({executor: 'shell', model: 'gpt-5'})
    expect(refused(() => spawnPlan('implement', {task: {labels: ['pilot-model:codex:gpt-5']}}))).toMatchObject({code: 'ROUTING', message: containing('is for executor codex')})
  })

  it('the model that opens the frontier stays with the executor that was chosen: opus, a global endpoint, executor claude', () => {
    const both = config(
      {executor: {default: 'claude'}},
      {executor: {default: 'native'}, endpoints: {lan: {url: 'http://10.0.0.9/v1'}}, tiers: {balanced: {'native@lan': 'qwen:1', 'claude': 'claude-sonnet-4-6'}}}, {'executor.default': 1},
    )
    const plan = spawnPlan('implement', {config: both, task: {flags: {model: 'opus'}}})
    expect(plan).toMatchObject({executor: 'claude', model: 'opus', endpoint: null})
    expect(plan.provenance['endpoint']).toMatchObject({value: null, from: 'pilot'})
    expect(JSON.stringify([plan.argv, plan.env])).not.toMatch(/10\.0\.0\.9|BASE_URL/)
  })

  it('an executor pin acts on every gate with tools, a model pin on the work only', () => {
    const both = {flags: {executor: 'shell', model: 'any'}}
    const tiers = config({tiers: {...SHELL.tiers, balanced: {claude: 'claude-sonnet-4-6', shell: 's'}}})
    expect(spawnPlan('implement', {config: tiers, task: both})).toMatchObject({executor: 'shell', model: 'any'})
    expect(spawnPlan('lint', {config: tiers, task: both})).toMatchObject({executor: 'shell', model: 'any'})
    expect(spawnPlan('review', {config: tiers, task: both})).toMatchObject({executor: 'shell', model: 's'})
    expect(spawnPlan('plan', {config: tiers, task: both})).toMatchObject({executor: 'shell', model: 'any'})
    expect(spawnPlan('plan', {config: tiers, task: {labels: ['pilot-executor:shell', 'pilot-model:shell:any']}}).model).toBe('s')
  })

  it('text gates listen to no pin', () => {
    const plan = spawnPlan('commit', {config: config(CLAUDE_TEXT), task: {flags: {executor: 'shell', model: 'gpt-5', tier: 'frontier'}}})
    expect(plan).toMatchObject({executor: 'claude', tier: 'free', model: 'claude-haiku-4-5'})
  })

  it('contradicting labels are an error and no guess', () => {
    expect(refused(() => spawnPlan('implement', {task: {labels: ['pilot-tier:free', 'pilot-tier:cheap']}}))).toMatchObject({code: 'ROUTING'})
  })

  it.each(['implement', 'review', 'lint'] as const)('a tier without a model for the executor: %s is an error that names the tier', (gate) => {
    const error = refused(() => spawnPlan(gate, {config: config({executor: {default: 'codex'}})}))
    expect(error).toMatchObject({code: 'ROUTING', message: containing('(default) has no model for executor codex')})
  })
})

describe('what an executor gets', () => {
  it.each(TOOL_GATES)('%s: only reading tools where it only reads', (gate) => {
    const readOnly = gate === 'plan' || gate === 'review'
    expect(spawnPlan(gate).tools).toEqual(readOnly ? ['Read', 'Grep', 'Glob'] : ['Read', 'Write', 'Edit', 'Bash', 'Grep', 'Glob', 'Task'])
  })

  it.each(TOOL_GATES)('%s: a global endpoint never reaches claude or shell', (gate) => {
    const global = {endpoints: {litellm: {url: 'http://10.0.0.9/v1'}}}
    expect(spawnPlan(gate, {config: config({}, global)})).toMatchObject({executor: 'claude', endpoint: null})
    expect(spawnPlan(gate, {config: config({...SHELL, planning: {model: 's'}}, global)})).toMatchObject({executor: 'shell', endpoint: null})
  })

  it.each([['implement', 1_800_000], ['lint', 1_800_000], ['plan', 600_000], ['review', 600_000], ['commit', 60_000], ['classify', 60_000]] as const)('%s has %d ms', (gate, ms) => {
    expect(spawnPlan(gate, {config: config(CLAUDE_TEXT)}).timeoutMs).toBe(ms)
  })
})
