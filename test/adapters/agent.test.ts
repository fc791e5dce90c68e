import {existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {openAgent, type AgentOptions} from '../../src/lib/adapters/agent.js'
import {claude} from '../../src/lib/core/route/agents/claude.js'
import {shell} from '../../src/lib/core/route/agents/shell.js'
import type {SpawnPlan} from '../../src/lib/core/route/spawn-plan.js'
import type {AgentEvent} from '../../src/lib/core/run/outcome.js'
import type {Agent} from '../../src/lib/ports.js'
import {tempDir} from './git-fixture.js'

const RESULT = {
  type: 'result', subtype: 'success', is_error: false, result: 'all done', num_turns: 3, session_id: 's1', total_cost_usd: 0.5,
  modelUsage: {m1: {inputTokens: 10, outputTokens: 5, cacheReadInputTokens: 2, cacheCreationInputTokens: 1}}, permission_denials: [],
}
const INIT = {session_id: 's1', type: 'system', subtype: 'init', model: 'm1', tools: ['Read']}
const say = (...events: object[]) => events.map((event) => `console.log(${JSON.stringify(JSON.stringify(event))});`).join('')

function setUp(options: Partial<AgentOptions> = {}) {
  const root = tempDir()
  const agent = openAgent({
    env: {PATH: process.env['PATH'] ?? '', HOME: root, GITHUB_TOKEN: 'hush', ANTHROPIC_API_KEY: 'key'}, scratch: join(root, 'scratch'), graceMs: 150,
    descriptors: (executor) => executor === 'claude' ? claude : executor === 'shell' ? shell : undefined, mask: (text) => text.replaceAll('hush', '***'), ...options,
  })
  const plan = (script: string, more: Partial<SpawnPlan> = {}): SpawnPlan => ({
    issue: 7, gate: 'implement', attempt: 1, executor: 'claude', tier: 'balanced', model: 'm1', effort: null, endpoint: null,
    argv: [process.execPath, '-e', script], stdin: 'the prompt', env: {}, cwd: root, tools: [], mcpConfigPath: null, timeoutMs: 20_000, stallMs: null, resume: null,
    maxTurns: null, maxBudgetUsd: null, schema: null, escalation: null, provenance: {}, ...more,
  })
  const files = {eventsFile: join(root, 'run/events.jsonl'), logFile: join(root, 'run/agent.log')}
  const run = (script: string, more: Partial<SpawnPlan> = {}, watch: Parameters<Agent['run']>[1] = {}) => agent.run(plan(script, more), {...files, ...watch})
  return {root, run, files}
}

describe('an agent', () => {
  it('is run as planned, and its stream becomes events, files and an outcome', async () => {
    const {root, run, files} = setUp()
    const seen: AgentEvent[] = []
    const outcome = await run(`process.stdin.resume(); ${say(INIT, {type: 'assistant', message: {content: [{type: 'tool_use', name: 'Read', input: {file_path: 'hush.ts'}}]}})}
      console.log('not json'); ${say(RESULT)}`, {}, {onEvent: (event) => seen.push(event)})
    expect(seen.map((event) => event.kind)).toEqual(['started', 'tool', 'result'])
    expect(outcome).toMatchObject({
      failure: null, text: 'all done', models: ['m1'], turns: 3, sessionId: 's1', costUsd: 0.5, exitCode: 0, killedBy: null,
      usage: {inFresh: 10, cacheRead: 2, cacheWrite5m: 1, cacheWrite1h: 0, out: 5},
    })
    expect(readFileSync(files.eventsFile, 'utf8').split('\n')).toHaveLength(5)
    expect(readFileSync(files.logFile, 'utf8')).toContain('tool: Read ***.ts\n')
    expect(readdirSync(join(root, 'scratch'))).toEqual(['home-GH-7-a1'])
  })

  it.each<[string, string, Partial<SpawnPlan>, object]>([
    ['a good result beats the exit code', `${say(RESULT)} process.exitCode = 1`, {}, {failure: null, exitCode: 1}],
    ['a good result beats a kill after it', `${say(RESULT)} setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50)`, {}, {failure: null, killedBy: 'outside'}],
    ['an agent that stays after its result is sent home', `${say(RESULT)} setInterval(() => {}, 1000)`, {}, {failure: null, killedBy: null}],
    ['a bad result beats exit code 0', say({...RESULT, is_error: true, api_error_status: 529, result: 'Overloaded'}), {}, {failure: 'overloaded', exitCode: 0}],
    ['exit code 0 without a result is no success', say(INIT), {}, {failure: 'agent_error', sessionId: 's1'}],
    ['a start-up error stands on stderr', `console.error('Not logged in · Please run /login'); process.exitCode = 1`, {}, {failure: 'auth', message: 'Not logged in · Please run /login'}],
    ['it takes too long', 'setInterval(() => console.log(1), 50)', {timeoutMs: 300}, {failure: 'timeout', killedBy: 'timeout'}],
    ['it says nothing', 'setInterval(() => {}, 50)', {stallMs: 300}, {failure: 'stalled', killedBy: 'stall'}],
    ['its last words do not hide that it was stopped', `process.on('SIGINT', () => { ${say({...RESULT, is_error: true, subtype: 'error_during_execution'})} process.exit(0) }); setInterval(() => {}, 50)`, {timeoutMs: 400}, {failure: 'timeout'}],
    ['it is killed for its memory', `process.kill(process.pid, 'SIGKILL')`, {}, {failure: 'killed', signal: 'SIGKILL', killedBy: 'outside'}],
    ['its program is not there', '', {argv: ['no-such-agent-here']}, {failure: 'cli_missing', message: 'executor.default: no-such-agent-here was not found on the PATH; install it or set executor.claude.command'}],
    ['nobody knows its executor', '', {executor: 'gemini'}, {failure: 'cli_missing'}],
  ])('%s', async (_, script, plan, outcome) => {
    expect(await setUp({settleMs: 300}).run(script, plan)).toMatchObject(outcome)
  })

  const denied = {...RESULT, permission_denials: [{tool_name: 'Read', tool_input: {file_path: '/etc/x'}}]}
  const schema = {file: '/none', text: '{}'}
  it.each<[string, object, Partial<SpawnPlan>, object]>([
    ['a refused call of a worker is told', denied, {gate: 'implement'}, {failure: null, faults: ['refused to the agent: Read /etc/x']}],
    ['a refused call of a reader spoils its answer', denied, {gate: 'review'}, {failure: 'agent_error', message: 'calls were refused to it: Read /etc/x', faults: ['refused to the agent: Read /etc/x']}],
    ['the structure that was asked for is missing', RESULT, {gate: 'classify', schema}, {failure: 'agent_error', message: 'it gave no structured answer', text: 'all done'}],
    ['it stands in the text', {...RESULT, result: 'so: {"a": 1}'}, {gate: 'classify', schema}, {failure: null, structured: {a: 1}}],
    ['it is there', {...RESULT, structured_output: {a: 2}}, {gate: 'classify', schema}, {failure: null, structured: {a: 2}}],
    ['a plan may be prose', RESULT, {gate: 'plan', schema}, {failure: null, text: 'all done'}],
  ])('%s', async (_, result, plan, outcome) => expect(await setUp().run(say(INIT, result), {tools: ['Read'], ...plan})).toMatchObject(outcome))

  it('whose tools are not the planned ones is told of', async () => {
    const outcome = await setUp().run(say(INIT, RESULT), {tools: ['Write']})
    expect(outcome).toMatchObject({failure: null, faults: ['planned tools that this claude does not have: Write', 'tools beside the plan: Read']})
    expect((await setUp().run(say(INIT, RESULT), {tools: ['Read']})).faults).toBeUndefined()
  })

  it.runIf(existsSync('/proc/self/environ'))('leaves nothing running, whatever session it went to', async () => {
    const {run, root, files} = setUp()
    const script = `require('node:child_process').spawn('sh', ['-c', 'echo $$ > ${root}/pid; exec sleep 600'], {detached: true, stdio: 'ignore'}).unref(); setTimeout(() => { ${say(RESULT)} }, 500)`
    expect(await run(script)).toMatchObject({failure: null})
    expect(readFileSync(files.logFile, 'utf8')).toContain('processes that it left behind, ended: 1')
    await expect.poll(() => existsSync(`/proc/${readFileSync(join(root, 'pid'), 'utf8').trim()}/cmdline`) && readFileSync(`/proc/${readFileSync(join(root, 'pid'), 'utf8').trim()}/cmdline`, 'utf8')).toBeFalsy()
  })

  it('that is interrupted says so', async () => {
    const stop = new AbortController()
    const {run} = setUp()
    expect(await run(`${say(INIT)} setInterval(() => {}, 50)`, {}, {signal: stop.signal, onEvent: () => stop.abort()})).toMatchObject({failure: 'interrupted', killedBy: 'interrupt', sessionId: 's1'})
    expect(await run(say(RESULT), {}, {signal: stop.signal})).toMatchObject({failure: 'interrupted'})
  })

  it('that spends too much while it streams is stopped', async () => {
    const spender = {...claude, parse: (): AgentEvent[] => [{kind: 'usage', usage: {inFresh: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 1}, costUsd: 0.4}]}
    const {run} = setUp({descriptors: () => spender})
    expect(await run('setInterval(() => console.log(1), 30)', {maxBudgetUsd: 1})).toMatchObject({failure: 'budget', killedBy: 'budget'})
  })

  it('has a HOME with its own sign-in and nothing else, which lasts for the attempt, and no token', async () => {
    const {root, run} = setUp()
    mkdirSync(join(root, '.claude'))
    writeFileSync(join(root, '.claude/.credentials.json'), '{}')
    writeFileSync(join(root, '.netrc'), 'x')
    const look = `const fs = require('fs'); const {env} = process
      fs.writeFileSync(env.HOME + '/session', '1'); const text = JSON.stringify([fs.readdirSync(env.HOME).sort(), fs.readFileSync(env.HOME + '/.claude/.credentials.json', 'utf8'), env.GITHUB_TOKEN, env.ANTHROPIC_API_KEY, env.X, env.GIT_TERMINAL_PROMPT])
      console.log(JSON.stringify({type: 'result', subtype: 'success', is_error: false, result: text}))`
    expect(JSON.parse((await run(look, {env: {X: 'planned'}})).text)).toEqual([['.claude', 'session'], '{}', null, 'key', 'planned', '0'])
    expect(existsSync(join(root, 'scratch/home-GH-7-a1/session'))).toBe(true)
    await run(look, {attempt: 2})
    expect(readdirSync(join(root, 'scratch'))).toEqual(['home-GH-7-a2'])
    expect(readFileSync(join(root, '.claude/.credentials.json'), 'utf8')).toBe('{}')
  })
})

describe('a shell agent', () => {
  const argv = (script: string) => ({executor: 'shell' as const, argv: ['sh', '-c', script]})
  it('answers on stdout, knows the schema’s file and may tell its usage', async () => {
    const {run} = setUp()
    const script = 'cat >/dev/null; echo "{\\"model\\":\\"local-1\\",\\"inFresh\\":3,\\"out\\":4,\\"costUsd\\":0.25}" > "$PILOT_USAGE_FILE"; echo "{\\"schema\\":\\"$PILOT_SCHEMA\\",\\"dir\\":\\"$PILOT_RUN_DIR\\"}"'
    expect(await run('', argv(script), {schemaFile: '/s.json', runDir: '/r'})).toMatchObject({
      failure: null, structured: {schema: '/s.json', dir: '/r'}, costUsd: 0.25, models: ['local-1'], usage: {inFresh: 3, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 4},
    })
  })

  it.each<[string, object]>([
    ['echo hi', {failure: null, text: 'hi', structured: undefined, usage: null, costUsd: null, models: []}],
    ['echo "{" > "$PILOT_USAGE_FILE"; echo hi', {failure: null, usage: null, costUsd: null}],
    ['echo "{\\"costUsd\\":-1}" > "$PILOT_USAGE_FILE"; echo hi', {failure: null, costUsd: null}],
    ['echo half; echo why >&2; exit 3', {failure: 'agent_error', text: 'half', exitCode: 3, message: 'the command ended with exit code 3: why'}],
    ['no-such-command-here', {failure: 'cli_missing'}],
    ['kill -9 $$', {failure: 'killed'}],
    ['sh -c "kill -9 \\$\\$"; exit $?', {failure: 'killed', exitCode: 137, message: 'killed from outside by SIGKILL, perhaps for lack of memory'}],
  ])('%s', async (script, outcome) => {
    expect(await setUp().run('', argv(script))).toMatchObject(outcome)
  })
})
