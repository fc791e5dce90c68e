import {describe, expect, it} from 'vitest'
import {EXECUTORS} from '../../../../src/lib/core/config/words.js'
import {newMemory, type AgentRequest} from '../../../../src/lib/core/route/agents/descriptor.js'
import {gemini} from '../../../../src/lib/core/route/agents/gemini.js'
import {descriptorOf} from '../../../../src/lib/core/route/agents/index.js'
import {native} from '../../../../src/lib/core/route/agents/native.js'
import {opencode} from '../../../../src/lib/core/route/agents/opencode.js'
import type {AgentDescriptor} from '../../../../src/lib/core/route/agents/descriptor.js'
import type {AgentEvent} from '../../../../src/lib/core/run/outcome.js'

const request = (more: Partial<AgentRequest> = {}): AgentRequest => ({
  gate: 'implement', issue: 7, attempt: 1, model: 'x/m', tier: 'balanced', effort: null, tools: [], mcpConfigPath: null, schema: null, schemaFile: null, cwd: '/w',
  runDir: '/r', root: '/root', maxTurns: 60, maxBudgetUsd: 2, command: 'agent', extraArgs: [], resume: null, ...more,
})
const parse = (agent: AgentDescriptor, ...lines: object[]): AgentEvent[] => {
  const memory = newMemory()
  return lines.flatMap((line) => agent.parse(JSON.stringify(line), memory))
}
const exit = {exitCode: 1, signal: null, stderr: ''}

it('every executor has a descriptor of its own', () => {
  expect(EXECUTORS.map((executor) => descriptorOf(executor).executor)).toEqual(EXECUTORS)
  expect(EXECUTORS.filter((executor) => descriptorOf(executor).capabilities.experimental)).toEqual(['gemini', 'opencode'])
})

it('native starts no process', () => {
  expect([native.argv(request()), native.env(request()), native.parse('{}', newMemory()), native.finish('', exit, newMemory())]).toEqual([[], {}, [], undefined])
})

describe('opencode', () => {
  it.each<[Partial<AgentRequest>, string[]]>([
    [{}, ['agent', 'run', '--format', 'json', '--title', 'pilot', '-m', 'x/m']],
    [{effort: 'high', extraArgs: ['--print-logs']}, ['agent', 'run', '--format', 'json', '--title', 'pilot', '-m', 'x/m', '--variant', 'high', '--print-logs']],
  ])('argv %#', (more, argv) => expect(opencode.argv(request(more))).toEqual(argv))

  it.each<[Partial<AgentRequest>, string | undefined]>([
    [{}, undefined], [{gate: 'review', tools: ['Read']}, '{"edit":"deny","bash":"deny","task":"deny","webfetch":"deny","websearch":"deny"}'], [{gate: 'classify'}, '{"*":"deny"}'],
  ])('offers only the tools that a gate needs: %j', (more, permission) => {
    expect(opencode.env(request(more))['OPENCODE_PERMISSION']).toBe(permission)
    expect(opencode.env(request(more))).toMatchObject({OPENCODE_DISABLE_PROJECT_CONFIG: '1'})
  })

  it('refuses an MCP file', () => expect(() => opencode.argv(request({mcpConfigPath: 'm'}))).toThrow('executor.opencode.mcp_config_path'))

  const step = (reason: string, cost: number) => ({type: 'step_finish', sessionID: 's', part: {reason, cost, tokens: {total: 160, input: 120, output: 10, reasoning: 2, cache: {write: 4, read: 30}}}})
  const usage = {inFresh: 120, cacheRead: 30, cacheWrite5m: 4, cacheWrite1h: 0, out: 12}
  it('events: each step is counted, the last one is the result', () => {
    expect(parse(opencode,
      {type: 'step_start', sessionID: 's'}, {type: 'tool_use', part: {tool: 'write', state: {title: 'b.txt'}}}, step('tool-calls', 0.5), {type: 'step_start', sessionID: 's'},
      {type: 'text', part: {text: '{"a":1}'}}, step('stop', 0), {type: 'later'},
    )).toMatchObject([
      {kind: 'started', sessionId: 's'}, {kind: 'tool', name: 'write', detail: 'b.txt'}, {kind: 'usage', usage, costUsd: 0.5}, {kind: 'text'}, {kind: 'usage', usage, costUsd: null},
      {kind: 'result', ok: true, text: '{"a":1}', structured: {a: 1}, sessionId: 's', usage: null},
    ])
  })

  it('events: a step that names no count makes the sum unknown, not smaller; one without a cache has none', () => {
    const told = (tokens: object) => parse(opencode, {type: 'step_finish', part: {reason: 'stop', cost: 0.5, tokens}})[0]
    expect(told({})).toMatchObject({kind: 'usage', usage: {inFresh: NaN, out: NaN}, costUsd: 0.5})
    expect(told({prompt: 5, completion: 5})).toMatchObject({usage: {inFresh: NaN}})
    expect(told({input: 5})).toMatchObject({usage: {inFresh: 5, cacheRead: 0, cacheWrite5m: 0, out: 0}})
  })

  it.each<[object, string]>([
    [{type: 'error', error: {name: 'APIError', data: {message: 'bad key', statusCode: 401}}}, 'auth'], [{type: 'error', error: {name: 'APIError', data: {message: 'x', statusCode: 529}}}, 'overloaded'],
    [{type: 'error', error: {name: 'UnknownError'}}, 'agent_error'], [step('length', 0), 'agent_error'], [step('content-filter', 0), 'refused_by_model'],
  ])('reads %j as %s', (line, failure) => expect(parse(opencode, line).at(-1)).toMatchObject({kind: 'result', ok: false, failure}))

  it('without a result', () => {
    expect(opencode.finish('', {...exit, exitCode: 0}, newMemory())).toMatchObject({ok: false, failure: 'agent_error'})
    expect(opencode.finish('', {...exit, exitCode: null}, newMemory())).toBeUndefined()
  })
})

describe('gemini', () => {
  it.each<[Partial<AgentRequest>, string]>([[{}, 'auto_edit'], [{gate: 'plan', tools: ['Read']}, 'default']])('argv %#', (more, mode) => {
    expect(gemini.argv(request(more))).toEqual(['agent', '--skip-trust', '--approval-mode', mode, '-o', 'stream-json', '-m', 'x/m'])
    expect(gemini.env(request())).toEqual({GEMINI_CLI_NO_RELAUNCH: 'true'})
  })

  it('refuses an MCP file', () => expect(() => gemini.argv(request({mcpConfigPath: 'm'}))).toThrow('executor.gemini.mcp_config_path'))

  it('events: messages come in pieces, and the answer is what follows the last tool', () => {
    const message = (content: string, role = 'assistant') => ({type: 'message', role, content, delta: true})
    expect(parse(gemini,
      {type: 'init', session_id: 's', model: 'm'}, message('ask', 'user'), message('let me look'), {type: 'tool_use', tool_name: 'read_file', parameters: {}}, message('{"a":'), message('1}'),
      {type: 'result', status: 'success', stats: {input_tokens: 100, cached: 30, output_tokens: 7, models: {m: {}}}},
    )).toMatchObject([
      {kind: 'started', sessionId: 's', model: 'm'}, {kind: 'text'}, {kind: 'tool', name: 'read_file'}, {kind: 'text'}, {kind: 'text'},
      {kind: 'result', ok: true, text: '{"a":1}', structured: {a: 1}, models: ['m'], usage: {inFresh: 70, cacheRead: 30, cacheWrite5m: 0, cacheWrite1h: 0, out: 7}},
    ])
    expect(parse(gemini, {type: 'result', status: 'error', error: {type: 'x', message: 'API key not valid'}})).toMatchObject([{ok: false, failure: 'auth', message: 'API key not valid', usage: null}])
    expect(parse(gemini, {type: 'result', status: 'success', stats: {total: 7, models: {m: {}}}})).toMatchObject([{ok: true, models: ['m'], usage: null}])
    expect(parse(gemini, {type: 'result', status: 'success', stats: {input_tokens: 0, output_tokens: 0}})).toMatchObject([{usage: {inFresh: 0, out: 0}}])
    expect(parse(gemini, {type: 'result', status: 'success', stats: {input_tokens: 10, cached: 99, output_tokens: 1}}), 'more cached than there was is not believed').toMatchObject([{usage: {inFresh: -89}}])
    expect(parse(gemini, {type: 'result', status: 'odd'})).toMatchObject([{ok: false, failure: 'agent_error', message: 'gemini ended with odd'}])
  })

  it.each<[number | null, string | undefined]>([[41, 'auth'], [145, 'auth'], [1, 'agent_error'], [0, 'agent_error'], [null, undefined]])('ends with %s without a result', (exitCode, failure) => {
    const last = gemini.finish('', {...exit, exitCode}, newMemory())
    if (failure === undefined) expect(last).toBeUndefined()
    else expect(last).toMatchObject({ok: false, failure})
  })
})
