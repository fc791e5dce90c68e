import {existsSync, mkdtempSync, readFileSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {classifyAnswerJsonSchema} from '../../src/lib/core/classify/prompt.js'
import type {Gate} from '../../src/lib/core/config/words.js'
import {decisionJsonSchema} from '../../src/lib/core/decide/decision.js'
import {planAnswerJsonSchema} from '../../src/lib/core/plan/draft.js'
import type {SpawnTask} from '../../src/lib/core/route/plan-spawn.js'
import {isLost, sessionAfter} from '../../src/lib/core/route/session.js'
import {reviewAnswerJsonSchema} from '../../src/lib/core/run/review.js'
import {hostileFiles, MCP_SERVER} from './support/hostile.js'
import {billed, call, fail, modelServer, say, toolsOf, type Turn} from './support/model-server.js'
import {programs, titleOf} from './support/programs.js'
import {afterwards, isRunning, killAgent, place, scene} from './support/scene.js'

const SCHEMA = JSON.stringify({type: 'object', properties: {ok: {type: 'boolean'}}, required: ['ok'], additionalProperties: false})
const ANSWER = call('StructuredOutput', {ok: true})
const sizes: string[] = []
afterAll(() => console.log(['first request, bytes (tools)', ...sizes].join('\n')))

/** A place for what hostile code would leave behind, and the server that it would talk to. */
async function trap() {
  const evil = await modelServer(() => say('evil'))
  const mark = mkdtempSync(join(tmpdir(), 'pilot-mark-'))
  afterwards(async () => {
    await evil.close()
    rmSync(mark, {recursive: true, force: true})
  })
  return {evil, mark, files: hostileFiles(evil.url, mark)}
}

describe.for(programs('claude'))('$name $version', (program) => {
  const run = describe.skipIf(program.command === null)
  const tested = {program}

  run(`${titleOf(program)}: what is sent and started`, () => {
    it.each<[Gate, Partial<SpawnTask>, {model: string; tools: string[]; max: number; turn: Turn}]>([
      ['plan', {schema: SCHEMA}, {model: 'claude-opus-4-7', tools: ['Glob', 'Grep', 'Read', 'StructuredOutput'], max: 30_000, turn: ANSWER}],
      ['implement', {}, {model: 'claude-sonnet-4-6', tools: ['Agent', 'Bash', 'Edit', 'Glob', 'Grep', 'Read', 'Write'], max: 60_000, turn: say('done')}],
      ['review', {schema: SCHEMA}, {model: 'claude-sonnet-4-6', tools: ['Glob', 'Grep', 'Read', 'StructuredOutput'], max: 25_000, turn: ANSWER}],
      ['classify', {schema: SCHEMA}, {model: 'claude-haiku-4-5', tools: ['StructuredOutput'], max: 6_000, turn: ANSWER}],
    ])('%s: the planned model and tools, nothing of a hostile repository or home', async (gate, task, {model, tools, max, turn}) => {
      const {evil, mark, files} = await trap()
      const s = await scene({...tested, script: [turn], files, home: files})
      const plan = s.plan(gate, task)
      const outcome = await s.run(plan)
      expect(outcome).toMatchObject({failure: null, models: [model], exitCode: 0, killedBy: null, ...(task.schema ? {structured: {ok: true}} : {text: 'done'})})
      expect(outcome.faults).toBeUndefined()
      expect(s.server.requests).toHaveLength(1)
      const [request] = s.server.requests
      expect(request?.body.model).toBe(model)
      expect(toolsOf(request!).toSorted()).toEqual(tools)
      expect(request?.headers['x-api-key']).toBe('sk-user')
      expect(JSON.stringify(request?.body.messages)).toContain('Do what the test says.')
      expect(request?.text).not.toContain('HOSTILE')
      // who only answers is told so in a line or two; who writes keeps the agent's own instructions
      expect(gate !== 'implement').toBe(JSON.stringify(request?.body.system).includes('You answer one question about a software project.'))
      expect([evil.requests, evil.strays, readdirSync(mark)]).toEqual([[], [], []])
      sizes.push(`${program.version} ${gate} ${request?.bytes} (${tools.length})`)
      expect(request?.bytes).toBeLessThan(max)

      const started = s.processes.filter(({argv}) => argv.includes('stream-json'))
      // a process that forks is there twice for a moment
      expect([...new Set(started.map(({argv}) => JSON.stringify(argv.slice(1))))]).toEqual([JSON.stringify(plan.argv.slice(1))])
      const {env} = started[0]!
      expect(env).toMatchObject({ANTHROPIC_MODEL: model, ANTHROPIC_API_KEY: 'sk-user', ANTHROPIC_BASE_URL: s.server.url, CLAUDE_CODE_MAX_RETRIES: '2', CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1'})
      expect(env['HOME']?.startsWith(join(s.root, 'scratch'))).toBe(true)
      const secrets = ['GITHUB_TOKEN', 'GH_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'NPM_TOKEN', 'SSH_AUTH_SOCK', 'NODE_OPTIONS', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENCODE_CONFIG_CONTENT']
      expect(secrets.filter((name) => name in env)).toEqual([])
    })

    it('the trap is real: without the flag that shuts settings out, the repository gets the key', async () => {
      const {evil, files} = await trap()
      const s = await scene({...tested, script: [say('x')], files})
      const plan = s.plan('review')
      const at = plan.argv.indexOf('--setting-sources')
      await s.run({...plan, argv: plan.argv.toSpliced(at, 2)})
      expect(evil.requests.length).toBeGreaterThan(0)
    })

    it('a tool server of the configuration is loaded from the root of the checkout and can be called', async () => {
      const s = await scene({
        ...tested, script: [call('mcp__db__query', {sql: 'select'}), say('counted')], executor: {mcp_config_path: 'tools.json', allowed_tools: ['Read', 'Edit', 'mcp__db']},
      })
      place(s.root, {'db.cjs': MCP_SERVER, 'tools.json': JSON.stringify({mcpServers: {db: {command: process.execPath, args: [join(s.root, 'db.cjs')]}}})})
      const outcome = await s.run(s.plan('implement'))
      expect(outcome).toMatchObject({failure: null, text: 'counted'})
      expect(outcome.faults).toBeUndefined()
      expect(toolsOf(s.server.requests[0]!).toSorted()).toEqual(['Edit', 'Read', 'mcp__db__query'])
      expect(JSON.stringify(s.server.requests[1]?.body.messages)).toContain('forty-two rows')
    })
  })

  run(`${titleOf(program)}: what it does`, () => {
    it('a tool call edits a file, a command runs, and all of it is counted', async () => {
      const s = await scene({...tested, script: [call('Write', {file_path: 'new.txt', content: 'written by a tool\n'}), call('Bash', {command: 'cat new.txt > copy.txt; env > env.txt'}), say('all done')]})
      const plan = s.plan('implement')
      const outcome = await s.run(plan)
      expect(outcome).toMatchObject({failure: null, text: 'all done', usage: {inFresh: 300, cacheRead: 90, cacheWrite5m: 60, cacheWrite1h: 0, out: 30}, models: ['claude-sonnet-4-6'], turns: 3})
      expect(outcome.costUsd).toBeGreaterThan(0)
      expect(readFileSync(join(s.repo, 'copy.txt'), 'utf8')).toBe('written by a tool\n')
      expect(readFileSync(join(s.repo, 'env.txt'), 'utf8')).not.toMatch(/gh-user|aws-user|npm-user/)
      // what a message used is told as it begins and once more as it ends
      expect(s.events.map((event) => event.kind)).toEqual(['started', ...['tool', 'usage', 'usage'], ...['tool', 'usage', 'usage'], ...['text', 'usage', 'usage'], 'result'])
      expect(s.log()).toContain(`claude ${program.version}`)
    })

    it('runs the tests before it stops, where it is told to: the failure goes back to the model, and the second stop is the last', async () => {
      const s = await scene({
        ...tested, script: [say('done'), call('Write', {file_path: 'half.txt', content: 'half\n'}), say('done again')], settings: {hooks: {run_tests_on_stop: true}},
      })
      const outcome = await s.run(s.plan('implement', {verify: ['echo checked >> checks.txt', 'echo nothing in new.txt; test -s new.txt']}))
      expect(outcome).toMatchObject({failure: null, text: 'done again'})
      expect(JSON.stringify(s.server.requests[1]?.body.messages)).toContain('nothing in new.txt')
      expect(s.server.requests).toHaveLength(3)
      expect(readFileSync(join(s.repo, 'checks.txt'), 'utf8')).toBe('checked\n')
    })

    it('stops at once where the tests pass', async () => {
      const s = await scene({...tested, script: [say('done')], settings: {hooks: {run_tests_on_stop: true}}})
      expect(await s.run(s.plan('implement', {verify: ['echo checked >> checks.txt']}))).toMatchObject({failure: null, text: 'done'})
      expect([s.server.requests.length, readFileSync(join(s.repo, 'checks.txt'), 'utf8')]).toEqual([1, 'checked\n'])
    })

    it('a fix round goes on in the session: the model sees the first conversation, and each process is booked for its own requests alone', async () => {
      const s = await scene({...tested, script: [
        call('Write', {file_path: 'new.txt', content: 'written by a tool\n'}), say('first'), call('Bash', {command: 'cat new.txt'}), call('Bash', {command: 'echo more'}), say('second'), say('third'),
      ]})
      const rounds = []
      let session = null
      for (const [prompt, answer, requests] of [['Do what the test says.', 'first', 2], ['One test fails.', 'second', 3], ['Another fails.', 'third', 1]] as const) {
        const before = s.server.requests.length
        const plan = s.plan('implement', {prompt: `You work for pilot, a tool that turns GitHub issues into pull requests.\n\n${prompt}`, resume: session && {session, prompt}})
        const outcome = await s.run(plan)
        expect(outcome).toMatchObject({failure: null, text: answer, usage: billed(requests)})
        expect(plan.argv.includes('--resume')).toBe(session !== null)
        const [request] = s.server.requests.slice(before)
        const messages = JSON.stringify(request?.body.messages)
        expect([messages.includes('Do what the test says.'), messages.includes(prompt)]).toEqual([true, true])
        if (session !== null) {
          expect(messages).toContain('written by a tool')
          expect(outcome.sessionId).toBe(session.id)
        }
        session = sessionAfter(plan, outcome)
        expect(session).not.toBeNull()
        rounds.push(outcome)
      }
      expect(session?.usage).toEqual(billed(s.server.requests.length))
      const costs = rounds.map(({costUsd}) => costUsd ?? Number.NaN)
      expect(costs[1]! / costs[0]!).toBeCloseTo(3 / 2)
      expect(costs[2]! / costs[0]!).toBeCloseTo(1 / 2)
    })

    it('a session that is not there is known for what it is, and nothing was asked or paid', async () => {
      const s = await scene({...tested, script: [say('x')]})
      const id = '11111111-1111-4111-8111-111111111111'
      const plan = s.plan('implement', {resume: {session: {gate: 'implement', executor: 'claude', model: 'claude-sonnet-4-6', id, usage: null, costUsd: null}, prompt: 'short'}})
      const outcome = await s.run(plan)
      expect([outcome.failure, outcome.costUsd, isLost(plan, outcome), sessionAfter(plan, outcome)]).toEqual(['agent_error', 0, true, null])
      expect(s.server.requests).toEqual([])
    })

    it.each<[string, Gate, Turn, object]>([
      ['a reader that wants to write finds no tool for it', 'review', call('Write', {file_path: 'new.txt', content: 'x'}), {failure: null}],
      ['a reader that looks outside is refused, and its answer is not taken', 'review', call('Read', {file_path: '/etc/hostname'}), {failure: 'agent_error', message: 'calls were refused to it: Read /etc/hostname', faults: ['refused to the agent: Read /etc/hostname']}],
      ['a worker that pushes is refused, which its work does not suffer from', 'implement', call('Bash', {command: 'git push origin main'}), {failure: null, faults: ['refused to the agent: Bash git push origin main']}],
      ['a worker that writes elsewhere is refused', 'implement', call('Write', {file_path: '/tmp/pilot-elsewhere.txt', content: 'x'}), {failure: null, faults: ['refused to the agent: Write /tmp/pilot-elsewhere.txt']}],
    ])('%s', async (_, gate, turn, outcome) => {
      const s = await scene({...tested, script: [turn, say('said')]})
      expect(await s.run(s.plan(gate))).toMatchObject(outcome)
      expect([existsSync(join(s.repo, 'new.txt')), existsSync('/tmp/pilot-elsewhere.txt')]).toEqual([false, false])
    })

    it('an answer without the structure that was asked for is none, however well it ends', async () => {
      const s = await scene({...tested, script: () => say('I would say it is fine.')})
      expect(await s.run(s.plan('classify', {schema: SCHEMA}))).toMatchObject({failure: 'agent_error', message: 'it gave no structured answer', exitCode: 0})
      const inText = await scene({...tested, script: () => say('{"ok": true}')})
      expect(await inText.run(inText.plan('classify', {schema: SCHEMA}))).toMatchObject({failure: null, structured: {ok: true}})
    })

    it.each([
      ['classify', classifyAnswerJsonSchema(), {complexity: 'simple', decompose: false, confidence: 1, reason: 'r'}],
      ['plan', planAnswerJsonSchema(), {decision: 'single', reason: 'r', effort: '', subtasks: []}],
      ['review', reviewAnswerJsonSchema(), {verdict: 'approve', summary: '', findings: []}],
      ['decide', decisionJsonSchema(), {analysis: {'7': 'x'}, strategies: {}, routedContext: [], skip: [], waves: [[1]], learnings: []}],
    ] as const)('takes pilot\'s own schema of gate %s', async (gate, schema, answer) => {
      const s = await scene({...tested, script: [call('StructuredOutput', answer)]})
      expect(await s.run(s.plan(gate, {schema}))).toMatchObject({failure: null, structured: answer})
    })

    it('a planned tool that it does not have is said', async () => {
      const s = await scene({...tested, script: [say('x')], executor: {allowed_tools: ['Read', 'Write', 'NoSuchTool']}})
      expect(await s.run(s.plan('implement'))).toMatchObject({failure: null, faults: ['planned tools that this claude does not have: NoSuchTool']})
    })
  })

  run(`${titleOf(program)}: how it fails`, () => {
    it.each<[string, Turn, string]>([
      ['401', fail(401, 'authentication_error', 'invalid x-api-key'), 'auth'],
      ['403', fail(403, 'permission_error', 'not for you'), 'auth'],
      ['429', fail(429, 'rate_limit_error', 'slow down', {'retry-after': '600'}), 'rate_limited'],
      ['500', fail(500, 'api_error', 'broken'), 'overloaded'],
      ['529', fail(529, 'overloaded_error', 'Overloaded'), 'overloaded'],
      ['unknown model', fail(404, 'not_found_error', 'model: nope'), 'invalid_config'],
      ['no credit', fail(400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API'), 'auth'],
      ['too long', fail(400, 'invalid_request_error', 'prompt is too long: 300000 tokens > 200000 maximum'), 'agent_error'],
      ['refusal', {kind: 'say', text: 'no', stop: 'refusal'}, 'refused_by_model'],
    ])('%s', async (_, turn, failure) => {
      const s = await scene({...tested, script: () => turn})
      const outcome = await s.run(s.plan('review'))
      expect(outcome).toMatchObject({failure, killedBy: null})
      expect(outcome.message).not.toBe('')
      expect(s.server.requests.length).toBeLessThanOrEqual(8)
    })

    it('money and turns: stopped by its own caps', async () => {
      const s = await scene({...tested, script: (n) => call('Bash', {command: `echo ${n}`})})
      expect(await s.run(s.plan('implement', {remainingUsd: 0.001}))).toMatchObject({failure: 'budget'})
      const turns = await scene({...tested, script: (n) => call('Bash', {command: `echo ${n}`})})
      const plan = turns.plan('implement')
      expect(await turns.run({...plan, argv: plan.argv.map((arg) => arg === '60' ? '2' : arg)})).toMatchObject({failure: 'agent_error', message: expect.stringContaining('maximum number of turns') as string})
    })

    it('time: a request without answer is a timeout or a stall, and the clock is pilot’s', async () => {
      const s = await scene({...tested, script: () => ({kind: 'hang'}), settings: {limits: {plan: '4s'}}})
      expect(await s.run(s.plan('review'))).toMatchObject({failure: 'timeout', killedBy: 'timeout'})
      const quiet = await scene({...tested, script: () => ({kind: 'hang'}), settings: {limits: {stall: '3s'}}})
      expect(await quiet.run(quiet.plan('review'))).toMatchObject({failure: 'stalled', killedBy: 'stall'})
    })

    it('a command that is running when time is up goes with it', async () => {
      const s = await scene({...tested, script: [call('Bash', {command: 'sleep 1; sleep 98765'}), say('x')], settings: {limits: {implement: '6s'}}})
      const outcome = s.run(s.plan('implement'))
      await expect.poll(() => isRunning('sleep 98765'), {timeout: 6000}).toBe(true)
      expect(await outcome).toMatchObject({failure: 'timeout', killedBy: 'timeout'})
      expect(isRunning('sleep 98765')).toBe(false)
    })

    it('a command left in the background does not outlive the answer', async () => {
      const s = await scene({...tested, script: [call('Bash', {command: '(sleep 87654 &) ; sleep 87653 & echo started'}), say('done')]})
      expect(await s.run(s.plan('implement'))).toMatchObject({failure: null, text: 'done'})
      expect([isRunning('sleep 87653'), isRunning('sleep 87654')]).toEqual([false, false])
    })

    it('stopped in the middle, its answers are booked as they were billed, output included', async () => {
      const s = await scene({...tested, script: (n) => (n < 5 ? call('Bash', {command: `echo ${n}`}) : {kind: 'hang'})})
      const outcome = await s.run({...s.plan('implement'), timeoutMs: 20_000})
      expect([outcome.failure, s.server.requests.length, outcome.usage]).toEqual(['timeout', 6, billed(5)])
    })
    it('killed, interrupted, unreachable, not signed in', async () => {
      const killed = await scene({...tested, script: () => { killAgent('stream-json'); return {kind: 'hang'} }})
      expect(await killed.run(killed.plan('review'))).toMatchObject({failure: 'killed', signal: 'SIGKILL', killedBy: 'outside'})

      const stop = new AbortController()
      const interrupted = await scene({...tested, script: () => { stop.abort(); return {kind: 'hang'} }})
      expect(await interrupted.run(interrupted.plan('review'), stop.signal)).toMatchObject({failure: 'interrupted', killedBy: 'interrupt'})

      const gone = await scene({...tested, script: []})
      await gone.server.close()
      expect(await gone.run(gone.plan('review'))).toMatchObject({failure: 'network'})

      const stranger = await scene({...tested, script: [], env: {ANTHROPIC_API_KEY: ''}})
      expect(await stranger.run(stranger.plan('review'))).toMatchObject({failure: 'auth'})
      expect(stranger.server.requests).toEqual([])
    })

    it('bad input: nothing is spawned, and the key and the line are named', async () => {
      const mcp = await scene({...tested, script: [], executor: {mcp_config_path: 'no-such.json'}})
      expect(await mcp.run(mcp.plan('implement'))).toMatchObject({failure: 'invalid_config', message: `executor.claude.mcp_config_path (.pilot/config.yaml:3): there is no file ${mcp.root}/no-such.json`, wallMs: 0})
      const missing = await scene({...tested, script: [], executor: {command: 'no-such-claude'}})
      expect(await missing.run(missing.plan('implement'))).toMatchObject({failure: 'cli_missing', message: expect.stringContaining('executor.default (.pilot/config.yaml:3): no-such-claude was not found') as string})
      const flag = await scene({...tested, script: [], executor: {extra_args: ['--no-such-flag']}})
      expect(await flag.run(flag.plan('implement'))).toMatchObject({failure: 'invalid_config', message: expect.stringContaining('--no-such-flag') as string})
      expect([mcp, missing, flag].flatMap((s) => s.server.requests)).toEqual([])
    })
  })
})
