import {describe, expect, it} from 'vitest'
import {GATES, TIERS, TOOL_GATES, type Gate} from '../../../src/lib/core/config/words.js'
import type {Config} from '../../../src/lib/core/config/layers.js'
import {usesTools} from '../../../src/lib/core/route/select.js'
import {layer, problemsOf} from '../config/support.js'
import {config, refused, spawnPlan} from './support.js'

const containing = (text: string): unknown => expect.stringContaining(text)
const LINES: Record<string, number> = {
  'executor.default': 3, 'executor.codex.mcp_config_path': 5, 'executor.gemini.mcp_config_path': 6, 'executor.opencode.mcp_config_path': 7,
    'executor.codex.allowed_tools': 8,
  'executor.gemini.allowed_tools': 9, 'executor.opencode.allowed_tools': 10,   'planning.model': 11, 'planning.allowed_tools': 12,
    'tiers.free': 21, 'tiers.cheap': 22, 'tiers.balanced': 23, 'tiers.frontier': 24, 'endpoints.lan': 31,
}
const from = {local: (data: object): Config => config(data, {}, LINES), global: (data: object): Config => config({}, data, LINES)}
const every = (tier: object) => ({tiers: Object.fromEntries(TIERS.map((name) => [name, tier]))})
const by = (executor: string) => ({executor: {default: executor}})

/** The refusal of a gate: always the same code and exit, and a next step for the person. */
function refusal(gate: Gate, data: object, layerName: 'local' | 'global' = 'local', flags: Record<string, string> = {},
  labels: string[] = []) {
  const error = refused(() => spawnPlan(gate, {config: from[layerName](data), task: {flags, labels}}))
  expect([error.code, error.exit, error.retryable]).toEqual(['ROUTING', 3, false])
  expect(error.suggestions).not.toEqual([])
  return error
}

describe.each(['local', 'global'] as const)('a model that the executor cannot run, from the %s file', (name) => {
  it.each<[string, Gate, object, string]>([
    ['a tier', 'implement', {...by('codex'), ...every({codex: 'claude-opus-4-7'})},
      `gate implement: executor codex cannot run model claude-opus-4-7 (${name} ${name}.yaml:23 tiers.balanced), which is claude's`],
    ['a tier, for a text gate', 'commit', every({claude: 'gpt-5'}),
      `gate commit: executor claude cannot run model gpt-5 (${name} ${name}.yaml:21 tiers.free), which is codex's`],
    ['planning.model', 'plan', {planning: {model: 'gemini-3-pro'}},
      `gate plan: executor claude cannot run model gemini-3-pro (${name} ${name}.yaml:11 planning.model), which is gemini's`],
  ])('%s', (_, gate, data, message) => { expect(refusal(gate, data, name).message).toBe(message) })

  it('native, which changes no file', () => {
    for (const [gate, tier, line] of [['implement', 'balanced', 23], ['lint', 'cheap', 22]] as const) {
      expect(refusal(gate, {...by('native'), ...every({'native@ollama': 'm'})}, name).message)
        .toBe(`gate ${gate}: executor native is one request without tools and cannot change files `
          + `(${name} ${name}.yaml:${line} tiers.${tier})`)
    }
  })

  it('a tier without an entry for the executor', () => {
    const error = refusal('implement', {...by('codex'), ...every({claude: 'claude-x'})}, name)
    expect(error.message).toBe(`gate implement: tier balanced (${name} ${name}.yaml:23) has no model for executor codex`)
    expect(error.suggestions).toEqual([containing('tiers.balanced'), 'pilot route --help'])
  })

  it.each(['Write', 'Edit', 'MultiEdit', 'NotebookEdit', 'Bash', 'Bash(git log:*)'])('%s in planning.allowed_tools', (tool) => {
    for (const gate of ['plan', 'review'] as const) {
      expect(refusal(gate, {planning: {allowed_tools: ['Read', tool]}}, name).message)
        .toBe(`gate ${gate}: planning.allowed_tools (${name} ${name}.yaml:12) holds ${tool}, but this gate only reads`)
    }
    expect(spawnPlan('implement', {config: from[name]({planning: {allowed_tools: [tool]}})}).tools).toContain('Write')
  })

  it.each(['codex', 'gemini', 'opencode'] as const)('an MCP file for %s, which takes none', (executor) => {
    const data = {executor: {default: executor, [executor]: {mcp_config_path: 'm.json'}}, planning: {model: 'm'},
      ...every({[executor]: 'm'})}
    for (const gate of TOOL_GATES) {
      const {message} = refusal(gate, data, name)
      expect(message).toContain(`executor.${executor}.mcp_config_path`)
      expect(message, 'the place that says so').toContain(`${name}.yaml:${LINES[`executor.${executor}.mcp_config_path`]}`)
    }
    for (const gate of GATES.filter((one) => !usesTools(one))) expect(spawnPlan(gate, {config: from[name](data)}).mcpConfigPath).toBeNull()
  })

  it.each(['codex', 'gemini', 'opencode'] as const)('a list of tools for %s, which takes none', (executor) => {
    for (const gate of ['implement', 'lint'] as const) {
      const {message} = refusal(gate, {executor: {default: executor, [executor]: {allowed_tools: ['Read']}}, ...every({[executor]: 'm'})},
        name)
      expect(message).toContain(`executor.${executor}.allowed_tools`)
      expect(message, 'the place that says so').toContain(`${name}.yaml:${LINES[`executor.${executor}.allowed_tools`]}`)
    }
  })
})

describe('native without a server', () => {
  it('a pinned model for a tier that names no endpoint', () => {
    const error = refusal('plan', {...by('native'), ...every({claude: 'claude-x'})}, 'local', {model: 'm', executor: 'native'})
    expect(error.message).toContain('executor native needs an endpoint')
    expect(error.message, 'the key that lacks it').toContain('tiers.frontier')
    expect(error.message, 'the place that says so').toContain('local.yaml:24')
    expect(error.suggestions).toEqual([containing('native@ENDPOINT:MODEL')])
  })

  it('an endpoint that is not defined, should a configuration ever come this far', () => {
    const whole = from.local({...by('native'), endpoints: {lan: {url: 'http://10.0.0.9/v1'}}, ...every({'native@lan': 'm'})})
    const gone: Config = {...whole, settings: {...whole.settings, endpoints: {}}}
    expect(refused(() => spawnPlan('review', {config: gone}))).toMatchObject({code: 'ROUTING', exit: 3,
      message: containing('endpoints.lan is not defined')})
  })

  it.each([
    ['no endpoint', {free: 'native:m'}, 'tiers.free', 'native:m'], ['an unknown one', {cheap: 'native@lna:m'}, 'tiers.cheap',
      'endpoint lna, which endpoints does not define'],
    ['in a map', {balanced: {'claude': 'x', 'native@lna': 'm'}}, 'tiers.balanced', 'endpoint lna, which endpoints does not define'],
    ['an endpoint for claude', {frontier: 'claude@ollama:opus'}, 'tiers.frontier', 'claude@ollama:opus'],
  ])('%s: the configuration is refused with file and line', (_, tiers, key, seen) => {
    expect(problemsOf(layer({tiers}, 'local', LINES), layer({}, 'global'))).toMatchObject([{file: 'local.yaml', line: LINES[key], key,
      seen}])
  })
})

describe('a second model among the extra arguments', () => {
  it.each<[string, string[]]>([
    ['claude', ['--model', 'opus']], ['claude', ['--model=opus']], ['claude', ['--fallback-model', 'sonnet']],
      ['claude', ['--fallback-model=sonnet']],
    ['codex', ['-m', 'gpt-x']], ['codex', ['-c', 'model="gpt-x"']], ['codex', ['--config=model=gpt-x']], ['gemini', ['-m=gemini-x']],
      ['opencode', ['--model', 'a/b']],
  ])('of %s: %j', (executor, extra_args) => {
    expect(problemsOf(layer({executor: {[executor]: {extra_args}}}))).toMatchObject([{key: `executor.${executor}.extra_args`}])
  })
  it.each([['claude', ['--model-dir', 'x']], ['codex', ['-c', 'model_reasoning_summary="none"']]])('none of %s: %j',
    (executor, extra_args) => {
    expect(problemsOf(layer({executor: {[executor]: {extra_args}}}))).toEqual([])
  })
})

describe('a flag that cannot be obeyed', () => {
  it.each<[string, Record<string, string>, string]>([
    ['an empty model', {model: ''}, '--model ""'], ['a model that is an option', {model: '-x'}, '--model "-x"'],
    ['a long option', {model: '--dangerously-skip-permissions'}, '--model "--dangerously-skip-permissions"'],
    ['a model of two words', {model: 'a b'}, '--model "a b"'], ['a model with a line end', {model: 'a\n'}, '--model "a\\n"'],
    ['an unknown executor', {executor: 'cursor'}, '--executor cursor: expected one of claude, codex, gemini, opencode, native, shell'],
    ['an executor in capitals', {executor: 'Claude'}, '--executor Claude'], ['an empty executor', {executor: ''}, '--executor'],
    ['an unknown tier', {tier: 'best'}, '--tier best: expected one of free, cheap, balanced, frontier'],
      ['an inherited name', {tier: 'toString'}, '--tier toString'],
    ['a model of another executor', {model: 'gpt-5'}, 'executor claude cannot run model gpt-5 (flag --model), which is codex\'s'],
    ['an executor that has no such model', {executor: 'codex'}, 'tier balanced (default) has no model for executor codex'],
  ])('%s', (_, flags, text) => { expect(refusal('implement', {}, 'local', flags).message).toContain(text) })
})

describe('a label that cannot be obeyed', () => {
  it.each<[string, string[], string]>([
    ['a model without its executor', ['pilot-model:opus'], 'label pilot-model:opus: expected pilot-model:EXECUTOR:MODEL'],
    ['… beside a good one', ['pilot-model:claude:opus', 'pilot-model:opus'], 'label pilot-model:opus: expected pilot-model:EXECUTOR:MODEL'],
    ['… in capitals', ['Pilot-Model:opus'], 'label Pilot-Model:opus'],
    ['nothing behind it', ['pilot-model:'], 'label pilot-model:: expected'],
      ['an executor without a model', ['pilot-model:claude:'], 'label pilot-model:claude:: expected'],
    ['a model that is an option', ['pilot-model:claude:-x'], 'pilot-model:claude:-x "-x": expected one model id'],
    ['a model of two words', ['pilot-model:claude:a b'], 'pilot-model:claude:a b "a b": expected one model id'],
    ['an unknown executor', ['pilot-executor:cursor'], 'pilot-executor:cursor'],
      ['an unknown tier', ['pilot-tier:best'], 'pilot-tier:best'],
    ['a model for an unknown executor', ['pilot-model:cursor:x'], 'label pilot-model:cursor:x is for executor cursor'],
    ['a model for another executor', ['pilot-model:codex:gpt-5'],
      'label pilot-model:codex:gpt-5 is for executor codex, but claude was chosen'],
    ['two executors', ['pilot-executor:codex', 'pilot-executor:shell'], 'pilot-executor:codex, pilot-executor:shell'],
    ['two tiers', ['pilot-tier:free', 'pilot-tier:cheap'], 'pilot-tier:free, pilot-tier:cheap'],
    ['two models', ['pilot-model:claude:a', 'pilot-model:claude:b'], 'pilot-model:claude:a, pilot-model:claude:b'],
  ])('%s', (_, labels, text) => { expect(refusal('implement', {}, 'local', {}, labels).message).toContain(text) })

  it.each(['cursor', 'nobody'])('of the unknown executor %s is not suggested as an executor', (executor) => {
    const {suggestions} = refusal('implement', {}, 'local', {}, [`pilot-model:${executor}:x`])
    expect(suggestions.join('\n')).not.toContain(`pilot-executor:${executor}`)
  })

  it('is no concern of a text gate', () => {
    for (const gate of ['classify', 'commit'] as const) expect(spawnPlan(gate,
      {task: {labels: ['pilot-tier:best', 'pilot-model:opus']}}).executor).toBe('native')
  })
})
