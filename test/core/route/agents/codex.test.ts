import {describe, expect, it} from 'vitest'
import {believe} from '../../../../src/lib/core/cost/believe.js'
import {codex} from '../../../../src/lib/core/route/agents/codex.js'
import {newMemory, type AgentRequest} from '../../../../src/lib/core/route/agents/descriptor.js'
import type {AgentEvent} from '../../../../src/lib/core/run/outcome.js'

const request = (more: Partial<AgentRequest> = {}): AgentRequest => ({
  gate: 'implement', issue: 7, attempt: 1, model: 'gpt-5.5', tier: 'balanced', effort: null, tools: [], mcpConfigPath: null, schema: null, schemaFile: null, cwd: '/w',
  runDir: '/r', root: '/root', maxTurns: 60, maxBudgetUsd: 2, command: 'codex', extraArgs: [], resume: null, ...more,
})
const OPTIONS = ['--ignore-user-config', '--skip-git-repo-check', '--color', 'never', '-m', 'gpt-5.5', '-s']
const KEPT = ['codex', 'exec', '--json', ...OPTIONS]
const START = ['codex', 'exec', '--json', '--ephemeral', ...OPTIONS]
const COMMON = [
  ...['multi_agent', 'goals', 'plugins', 'apps', 'image_generation', 'unbounded_connection_retries'].flatMap((feature) => ['--disable', feature]),
  ...['web_search="disabled"', 'skills.include_instructions=false', 'include_permissions_instructions=false', 'include_apps_instructions=false', 'project_doc_max_bytes=0',
    'shell_environment_policy.ignore_default_excludes=false'].flatMap((setting) => ['-c', setting]),
]

describe('codex argv', () => {
  it.each<[string, Partial<AgentRequest>, string[]]>([
    ['execution, whose session is kept', {}, [...KEPT, 'workspace-write', ...COMMON, '-']],
    ['lint', {gate: 'lint'}, [...KEPT, 'workspace-write', ...COMMON, '-']],
    ['planning, whose tools are the planner’s', {gate: 'plan', tools: ['Read', 'Write'], schema: '{}', schemaFile: '/r/s.json'}, [...START, 'read-only', ...COMMON, '--output-schema', '/r/s.json', '-']],
    ['a text gate with more', {gate: 'classify', effort: 'low', extraArgs: ['-c', 'x=1']}, [...START, 'read-only', ...COMMON, '-c', 'model_reasoning_effort="low"', '-c', 'x=1', '-']],
    ['a fix round, with every option before the word that takes few', {resume: 'u-1', extraArgs: ['-c', 'x=1']}, [...KEPT, 'workspace-write', ...COMMON, '-c', 'x=1', 'resume', 'u-1', '-']],
  ])('%s', (_, more, argv) => expect(codex.argv(request(more))).toEqual(argv))

  it('refuses what it cannot honour', () => {
    expect(() => codex.argv(request({tools: ['Read']}))).toThrow('executor.codex.allowed_tools is Read, but codex takes no list of tools')
    expect(() => codex.argv(request({mcpConfigPath: 'm.json'}))).toThrow('executor.codex.mcp_config_path is m.json')
    expect(codex.env(request())).toEqual({})
  })
})

const item = (event: string, more: object) => JSON.stringify({type: `item.${event}`, item: {id: 'item_0', ...more}})
const parse = (...lines: string[]): AgentEvent[] => {
  const memory = newMemory()
  return lines.flatMap((line) => codex.parse(line, memory))
}

describe('codex events', () => {
  it('tell an item once: what is done when it starts, what is said when it is complete', () => {
    const run = {type: 'command_execution', command: '/bin/bash -lc ls', aggregated_output: '', exit_code: null, status: 'in_progress'}
    const patch = {type: 'file_change', changes: [{path: '/w/a', kind: 'add'}, {path: '/w/b', kind: 'add'}]}
    const text = {type: 'agent_message', text: '{"ok": true}'}
    expect(parse(
      '{"type":"thread.started","thread_id":"t1"}', '{"type":"turn.started"}', item('started', run), item('completed', run), item('started', patch), item('completed', patch),
      item('started', {type: 'mcp_tool_call', server: 'db', tool: 'query'}), item('started', text), item('completed', text),
      '{"type":"turn.completed","usage":{"input_tokens":300,"cached_input_tokens":60,"cache_write_input_tokens":40,"output_tokens":20,"reasoning_output_tokens":5}}',
    )).toEqual([
      {kind: 'started', sessionId: 't1', model: null, tools: null}, {kind: 'tool', name: 'command', detail: '/bin/bash -lc ls'}, {kind: 'tool', name: 'patch', detail: '/w/a, /w/b'},
      {kind: 'tool', name: 'db.query', detail: ''}, {kind: 'text', text: '{"ok": true}'},
      {kind: 'result', ok: true, text: '{"ok": true}', structured: {ok: true}, usage: {inFresh: 200, cacheRead: 60, cacheWrite5m: 40, cacheWrite1h: 0, out: 20}, costUsd: null, models: [],
        failure: null, message: '', turns: null, sessionId: 't1'},
    ])
  })

  it('of a session that goes on count this process alone', () => {
    const before = {session: 't1', usage: {inFresh: 200, cacheRead: 60, cacheWrite5m: 0, cacheWrite1h: 0, out: 20}, costUsd: null}
    const usageOf = (thread: string) => {
      const memory = newMemory(before)
      codex.parse(JSON.stringify({type: 'thread.started', thread_id: thread}), memory)
      return codex.parse('{"type":"turn.completed","usage":{"input_tokens":400,"cached_input_tokens":90,"cache_write_input_tokens":0,"output_tokens":30}}', memory)
    }
    expect(usageOf('t1')).toMatchObject([{usage: {inFresh: 110, cacheRead: 30, out: 10}}])
    expect(usageOf('t2')).toMatchObject([{usage: {inFresh: 310, cacheRead: 90, out: 30}}])
  })

  it.each<[string, object, object | null]>([
    ['no count', {}, null], ['counts under other names', {inputTokens: 5, outputTokens: 5}, null], ['counts of null', {input_tokens: null, output_tokens: null}, null],
    ['one count', {output_tokens: 5}, {inFresh: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 5}],
    ['counts of zero', {input_tokens: 0, cached_input_tokens: 0, output_tokens: 0}, {inFresh: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 0}],
  ])('of a turn that tells %s', (_, told, usage) => {
    expect(parse(JSON.stringify({type: 'turn.completed', usage: told}))).toMatchObject([{kind: 'result', ok: true, usage, costUsd: null}])
  })

  it.each([{input_tokens: 10, cached_input_tokens: 999_999, output_tokens: 1}, {input_tokens: 10, cached_input_tokens: 6, cache_write_input_tokens: 6, output_tokens: 1}])('that have more cached than there was, %j, are not believed', (told) => {
    const [event] = parse(JSON.stringify({type: 'turn.completed', usage: told}))
    const {usage, faults} = believe(event as Extract<AgentEvent, {kind: 'result'}>)
    expect(usage).toBeNull()
    expect(faults).toEqual([expect.stringMatching(/token counts cannot be true \(inFresh -\d+\)/)])
  })

  it.each(['', 'Reading prompt', '[]', '{"type":"turn.start', '{"type":"item.completed"}', '{"type":"error","message":"Reconnecting... 1/1"}', item('completed', {type: 'error', message: 'x'})])('skip %s', (line) => expect(parse(line)).toEqual([]))

  it.each([
    ['unexpected status 401 Unauthorized: bad key, url: http://x/v1/responses', 'auth'], ['Missing environment variable: `OPENAI_API_KEY`.', 'auth'],
    ['exceeded retry limit, last status: 429 Too Many Requests', 'rate_limited'], ['unexpected status 529 <unknown status code>: Overloaded', 'overloaded'],
    ['We’re currently experiencing high demand, which may cause temporary errors.', 'overloaded'], ['unexpected status 503 Service Unavailable', 'overloaded'], ['The model nope does not exist', 'invalid_config'], ['stream disconnected before completion: error sending request', 'network'],
    ['{"type":"error","error":{"type":"invalid_request_error","message":"nope"}}', 'agent_error'],
  ])('read a failed turn: %s', (message, failure) => {
    expect(parse(JSON.stringify({type: 'turn.failed', error: {message}}))).toMatchObject([{kind: 'result', ok: false, failure, message}])
  })

  it('without a turn’s end are judged by what stands on stderr, its usual lines left out', () => {
    const exit = {exitCode: 1, signal: null, stderr: 'Reading additional input from stdin...\n'}
    expect(codex.finish('', exit, newMemory())).toMatchObject({ok: false, failure: 'agent_error', message: 'codex ended with exit code 1 and no result'})
    expect(codex.finish('', {...exit, stderr: 'error: unexpected argument \'--nope\' found\n'}, newMemory())).toMatchObject({failure: 'invalid_config'})
    expect(codex.finish('', {...exit, exitCode: null, signal: 'SIGKILL'}, newMemory())).toBeUndefined()
  })
})
