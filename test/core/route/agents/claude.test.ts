import {describe, expect, it} from 'vitest'
import {claude} from '../../../../src/lib/core/route/agents/claude.js'
import {newMemory, type AgentRequest} from '../../../../src/lib/core/route/agents/descriptor.js'

const request = (more: Partial<AgentRequest> = {}): AgentRequest => ({
  gate: 'implement', issue: 7, attempt: 1, model: 'claude-sonnet-4-6', tier: 'balanced', effort: null, tools: ['Read', 'Write', 'Edit', 'Bash', 'Grep', 'Glob', 'Task'],
  mcpConfigPath: null, schema: null, schemaFile: null, cwd: '/w', runDir: '/r', root: '/root', maxTurns: 60, maxBudgetUsd: 2, command: 'claude', extraArgs: [], resume: null, ...more,
})
const ALWAYS = ['claude', '-p', '--output-format', 'stream-json', '--verbose', '--include-partial-messages', '--model', 'claude-sonnet-4-6']
const CLOSED = ['--setting-sources', '', '--disable-slash-commands']
const result = (more: object) => JSON.stringify({duration_ms: 1, type: 'result', subtype: 'success', is_error: false, result: 'x', ...more})
const parse = (line: string) => claude.parse(line, newMemory())

describe('claude argv', () => {
  it.each<[string, Partial<AgentRequest>, string[]]>([
    ['execution', {}, [...ALWAYS, '--tools', 'Read,Write,Edit,Bash,Grep,Glob,Task', '--permission-mode', 'acceptEdits', '--allowedTools', 'Bash,Task',
      '--disallowedTools', 'Bash(git push:*)', '--strict-mcp-config', ...CLOSED, '--max-turns', '60', '--max-budget-usd', '2']],
    ['planning', {gate: 'plan', tools: ['Read', 'Grep', 'Glob'], schema: '{"type":"object"}', maxTurns: 20, maxBudgetUsd: null}, [...ALWAYS, '--tools', 'Read,Grep,Glob', '--permission-mode', 'dontAsk',
      '--system-prompt', expect.stringMatching(/you change nothing\. It is in \/w\.$/) as string, '--strict-mcp-config', ...CLOSED, '--no-session-persistence', '--json-schema', '{"type":"object"}', '--max-turns', '20']],
    ['text only', {gate: 'classify', tools: [], schema: '{}', maxTurns: 3, maxBudgetUsd: null}, [...ALWAYS, '--tools', '', '--permission-mode', 'dontAsk',
      '--system-prompt', 'You answer one question about a software project. Answer exactly in the form that is asked for.', '--strict-mcp-config', ...CLOSED,
      '--no-session-persistence', '--json-schema', '{}', '--max-turns', '3']],
    ['a fix round with more', {tools: ['Edit'], resume: 'u-1', mcpConfigPath: '/m.json', effort: 'high', extraArgs: ['--betas', 'x'], maxBudgetUsd: null}, [
      ...ALWAYS, '--effort', 'high', '--tools', 'Edit', '--permission-mode', 'acceptEdits', '--strict-mcp-config', '--mcp-config', '/m.json', ...CLOSED,
      '--resume', 'u-1', '--max-turns', '60', '--betas', 'x']],
    ['rules and servers', {tools: ['Read', 'Bash(git log:*)', 'mcp__db'], mcpConfigPath: 'mcp.json', maxTurns: null, maxBudgetUsd: null}, [...ALWAYS, '--tools', 'Read,Bash', '--permission-mode', 'dontAsk',
      '--allowedTools', 'Bash(git log:*),mcp__db', '--disallowedTools', 'Bash(git push:*)', '--strict-mcp-config', '--mcp-config', '/root/mcp.json', ...CLOSED]],
  ])('%s', (_, more, argv) => expect(claude.argv(request(more))).toEqual(argv))

  it('sets the model in that child alone, bounds retries and keeps nothing running', () => {
    expect(claude.env(request())).toMatchObject({ANTHROPIC_MODEL: 'claude-sonnet-4-6', CLAUDE_CODE_MAX_RETRIES: '2', CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1'})
  })
})

describe('claude events', () => {
  it('come from single lines, whatever the order of their keys; the unknown ones are skipped', () => {
    const memory = newMemory()
    expect(claude.parse('{"session_id":"s","tools":["Read"],"model":"m","subtype":"init","type":"system"}', memory)).toEqual([{kind: 'started', sessionId: 's', model: 'm', tools: ['Read']}])
    expect(claude.parse('{"type":"assistant","message":{"content":[{"type":"thinking","thinking":"…"},{"type":"text","text":"hi"},{"type":"tool_use","name":"Bash","input":{"command":"ls"}},{"type":"tool_use","name":"X"}]}}', memory))
      .toEqual([{kind: 'text', text: 'hi'}, {kind: 'tool', name: 'Bash', detail: 'ls'}, {kind: 'tool', name: 'X', detail: ''}])
    expect(memory).toMatchObject({sessionId: 's', model: 'm', text: 'hi'})
    for (const line of ['', 'plain', '[]', 'null', '{"type":"system","subtype":"api_retry"}', '{"type":"user","message":{}}', '{"type":"resul', '{"type":"assistant"}']) expect(parse(line)).toEqual([])
  })

  it('count every model once, and the one-hour cache writes apart', () => {
    const model = (n: number) => ({inputTokens: n, outputTokens: n, cacheReadInputTokens: n, cacheCreationInputTokens: 10 * n})
    const usage = {input_tokens: 1, output_tokens: 1, cache_read_input_tokens: 1, cache_creation_input_tokens: 10, cache_creation: {ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 6}}
    expect(parse(result({modelUsage: {a: model(1), b: model(2)}, usage, total_cost_usd: 0.1, structured_output: {ok: 1}, num_turns: 2, session_id: 's'}))[0]).toEqual({
      kind: 'result', ok: true, text: 'x', structured: {ok: 1}, usage: {inFresh: 3, cacheRead: 3, cacheWrite5m: 24, cacheWrite1h: 6, out: 3}, costUsd: 0.1, models: ['a', 'b'],
      failure: null, message: '', turns: 2, sessionId: 's',
    })
    expect(parse(result({usage}))[0]).toMatchObject({usage: {inFresh: 1, cacheRead: 1, cacheWrite5m: 4, cacheWrite1h: 6, out: 1}, costUsd: null})
    expect(parse(result({}))[0]).toMatchObject({usage: null, costUsd: null, models: []})
  })

  it('the output of a message at its end, of each speaker apart; its blocks tell it as it was when it began', () => {
    const memory = newMemory()
    const usage = (out: number) => ({input_tokens: 100, cache_read_input_tokens: 30, cache_creation_input_tokens: 20, output_tokens: out})
    const lines = (id: string, out: number, parent: string | null) => {
      const of = (event: object) => ({type: 'stream_event', parent_tool_use_id: parent, event})
      return [
        of({type: 'message_start', message: {id, model: 'm', usage: usage(1)}}), of({type: 'content_block_delta', delta: {type: 'text_delta', text: 'a'}}),
        {type: 'assistant', parent_tool_use_id: parent, message: {id, model: 'm', content: [], usage: usage(1)}}, of({type: 'message_delta', usage: {output_tokens: out}}),
        {type: 'assistant', parent_tool_use_id: parent, message: {id, model: 'm', content: [], usage: usage(1)}}, of({type: 'message_stop'}),
      ]
    }
    const [main, helper] = [lines('m1', 400, null), lines('m2', 70, 'tool-1')]
    const told = main.flatMap((line, i) => [line, helper[i]!]).flatMap((line) => claude.parse(JSON.stringify(line), memory))
    const sum = (id: string) => told.flatMap((event) => (event.kind === 'usage' && event.request === id ? [event.usage] : [])).reduce((all, one) => [all[0]! + one.inFresh, all[1]! + one.cacheRead, all[2]! + one.cacheWrite5m, all[3]! + one.out], [0, 0, 0, 0])
    expect([sum('m1'), sum('m2'), told.length]).toEqual([[100, 30, 20, 400], [100, 30, 20, 70], 4])
    // an end without a beginning belongs to nobody
    expect(parse(JSON.stringify({type: 'stream_event', event: {type: 'message_delta', usage: {output_tokens: 9}}}))).toEqual([])
  })

  it('that name no count tell none, which is not zero', () => {
    const model = {inputTokens: 5, outputTokens: 5}
    expect(parse(result({usage: {}}))[0]).toMatchObject({usage: null, costUsd: null})
    expect(parse(result({usage: {service_tier: 'standard'}, modelUsage: {a: model}, total_cost_usd: 0.1}))[0]).toMatchObject({usage: {inFresh: 5, out: 5}, costUsd: 0.1})
    // the known models are not the whole
    expect(parse(result({modelUsage: {a: model, b: {costUSD: 0.1, in: 5}}}))[0]).toMatchObject({usage: {inFresh: NaN, out: NaN}})
    expect(parse('{"type":"assistant","message":{"id":"m1","content":[],"usage":{}}}')).toEqual([])
  })

  it('of a session that goes on count this process alone, whether the program tells the sum of the session or not', () => {
    const first = {inFresh: 200, cacheRead: 60, cacheWrite5m: 30, cacheWrite1h: 10, out: 20}
    const own = {input_tokens: 100, output_tokens: 10, cache_read_input_tokens: 30, cache_creation_input_tokens: 20, cache_creation: {ephemeral_5m_input_tokens: 5, ephemeral_1h_input_tokens: 15}}
    const told = (n: number) => ({m: {inputTokens: 100 * n, outputTokens: 10 * n, cacheReadInputTokens: 30 * n, cacheCreationInputTokens: 20 * n}})
    const seen = (line: object, session = 's') => claude.parse(result({session_id: 's', usage: own, ...line}), {...newMemory({session, usage: first, costUsd: 2}), sessionId: 's'})[0]
    const booked = {inFresh: 100, cacheRead: 30, cacheWrite5m: 5, cacheWrite1h: 15, out: 10}
    expect(seen({modelUsage: told(3), total_cost_usd: 3})).toMatchObject({usage: booked, costUsd: 1})
    expect(seen({modelUsage: told(1), total_cost_usd: 1})).toMatchObject({usage: booked, costUsd: 1})
    // a session of its own after all: nothing of it is booked yet
    expect(seen({modelUsage: told(3), total_cost_usd: 3}, 'other')).toMatchObject({usage: {inFresh: 300}, costUsd: 3})
    expect(seen({modelUsage: {}, total_cost_usd: 0, usage: {...own, input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0}})).toMatchObject({usage: {inFresh: 0, out: 0}, costUsd: 0})
  })

  it.each<[object, string | null]>([
    [{is_error: true, api_error_status: 401, result: 'Invalid API key'}, 'auth'],
    [{is_error: true, api_error_status: 403}, 'auth'],
    [{is_error: true, api_error_status: null, result: 'Not logged in · Please run /login'}, 'auth'],
    [{is_error: true, api_error_status: 400, result: 'Credit balance is too low'}, 'auth'],
    [{is_error: true, api_error_status: 429, result: 'x'}, 'rate_limited'],
    [{is_error: true, result: "You've hit your 5-hour limit · resets 5:32pm (UTC)"}, 'rate_limited'],
    [{is_error: true, api_error_status: 529}, 'overloaded'],
    [{is_error: true, api_error_status: null, result: 'Repeated 529 Overloaded errors'}, 'overloaded'],
    [{is_error: true, api_error_status: 500}, 'overloaded'],
    [{is_error: true, result: 'Unable to connect to API'}, 'network'],
    [{is_error: true, result: 'Request timed out'}, 'network'],
    [{is_error: true, api_error_status: 404, result: "There's an issue with the selected model"}, 'invalid_config'],
    [{is_error: true, api_error_status: 413}, 'agent_error'],
    [{is_error: true, subtype: 'error_max_turns', errors: ['Reached maximum number of turns (2)'], result: undefined}, 'agent_error'],
    [{is_error: true, subtype: 'error_max_budget_usd'}, 'budget'],
    [{is_error: true, stop_reason: 'refusal'}, 'refused_by_model'],
    [{is_error: false, stop_reason: 'refusal'}, 'refused_by_model'],
    [{is_error: 'maybe'}, 'agent_error'],
    [{is_error: false, result: 'rate limit handling was added; connection refused is retried'}, null],
  ])('reads %j as %s', (more, failure) => {
    expect(parse(result(more))[0]).toMatchObject({kind: 'result', ok: failure === null, failure})
  })

  it('remember the calls that were denied; whether that is a failure depends on the gate', () => {
    const memory = newMemory()
    const line = result({permission_denials: [{tool_name: 'Bash', tool_input: {command: 'git push'}}, {tool_name: 'Odd', tool_input: 7}]})
    expect(claude.parse(line, memory)[0]).toMatchObject({ok: true, message: ''})
    expect(memory.denied).toEqual(['Bash git push', 'Odd'])
  })

  it.each<[string[], string | null, string[], string[]]>([
    [['Read', 'Task'], null, ['Task', 'Read', 'StructuredOutput'], []],
    [['Read', 'Agent', 'Bash(git log:*)', 'mcp__db'], '/m.json', ['Read', 'Task', 'Bash', 'mcp__db__query'], []],
    [['Read', 'LS'], null, ['Read'], ['planned tools that this claude does not have: LS']],
    [['Read'], null, ['Read', 'Write', 'mcp__db__query'], ['tools beside the plan: Write, mcp__db__query']],
  ])('compare the planned tools %j with the listed ones', (tools, mcpConfigPath, listed, faults) => {
    expect(claude.toolFaults?.({tools, mcpConfigPath}, listed)).toEqual(faults)
  })

  it('without a result are judged by what stands on stderr', () => {
    const exit = {exitCode: 1, signal: null, stderr: ''}
    expect(claude.finish('', {...exit, stderr: 'error: unknown option --nope'}, newMemory())).toMatchObject({ok: false, failure: 'invalid_config', message: 'error: unknown option --nope'})
    expect(claude.finish('', {...exit, exitCode: 0}, newMemory())).toMatchObject({ok: false, failure: 'agent_error'})
    expect(claude.finish('', {...exit, exitCode: null, signal: 'SIGKILL'}, newMemory())).toBeUndefined()
  })
})
