import {existsSync, mkdtempSync, readFileSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import type {Gate} from '../../src/lib/core/config/words.js'
import type {SpawnTask} from '../../src/lib/core/route/plan-spawn.js'
import {isLost, sessionAfter} from '../../src/lib/core/route/session.js'
import {hostileFiles} from './support/hostile.js'
import {call, fail, modelServer, say, toolsOf, type Turn} from './support/model-server.js'
import {programs, titleOf} from './support/programs.js'
import {afterwards, isRunning, killAgent, scene} from './support/scene.js'

const SCHEMA = JSON.stringify({type: 'object', properties: {ok: {type: 'boolean'}}, required: ['ok'], additionalProperties: false})
const ADD = '*** Begin Patch\n*** Add File: new.txt\n+written by a tool\n*** End Patch\n'
const sizes: string[] = []
afterAll(() => console.log(['first request, bytes (tools)', ...sizes].join('\n')))

describe.for(programs('codex'))('$name $version', (program) => {
  const run = describe.skipIf(program.command === null)
  const tested = {program}

  run(`${titleOf(program)}: what is sent and started`, () => {
    it.each<[Gate, Partial<SpawnTask>, string]>([
      ['plan', {schema: SCHEMA}, 'read-only'], ['implement', {}, 'workspace-write'], ['review', {schema: SCHEMA}, 'read-only'], ['classify', {schema: SCHEMA}, 'read-only'],
    ])('%s: the planned model and sandbox, nothing of a hostile repository or home', async (gate, task, sandbox) => {
      const evil = await modelServer(() => say('evil'))
      const mark = mkdtempSync(join(tmpdir(), 'pilot-mark-'))
      afterwards(async () => {
        await evil.close()
        rmSync(mark, {recursive: true, force: true})
      })
      const files = hostileFiles(evil.url, mark)
      const s = await scene({...tested, script: [say('{"ok": true}')], files, home: files})
      const plan = s.plan(gate, task)
      expect(await s.run(plan)).toMatchObject({
        failure: null, exitCode: 0, costUsd: null, usage: {inFresh: 120, cacheRead: 30, cacheWrite5m: 0, cacheWrite1h: 0, out: 10}, ...(task.schema ? {structured: {ok: true}} : {text: '{"ok": true}'}),
      })
      expect(s.server.requests).toHaveLength(1)
      const [request] = s.server.requests
      expect(request?.body.model).toBe('gpt-5.5')
      expect(request?.headers.authorization).toBe('Bearer sk-user')
      expect(toolsOf(request!).toSorted()).toEqual(['apply_patch', 'exec_command', 'request_user_input', 'view_image', 'write_stdin'])
      expect(request?.text).not.toContain('HOSTILE')
      expect(request?.text).toContain('Do what the test says.')
      expect(request?.body.text?.format === undefined).toBe(task.schema === undefined)
      expect([evil.requests, evil.strays, readdirSync(mark)]).toEqual([[], [], []])
      sizes.push(`${program.version} ${gate} ${request?.bytes} (${toolsOf(request!).length})`)
      expect(request?.bytes).toBeLessThan(34_000)
      const started = s.processes.filter(({argv}) => argv.includes('--ignore-user-config'))
      expect(started.length).toBeGreaterThan(0)
      for (const {argv, env} of started) {
        expect(argv.slice(argv.indexOf('exec'))).toEqual(plan.argv.slice(1))
        expect(argv).toContain(sandbox)
        expect(env['HOME']?.startsWith(join(s.root, 'scratch'))).toBe(true)
        expect(['GITHUB_TOKEN', 'GH_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'NPM_TOKEN', 'SSH_AUTH_SOCK', 'ANTHROPIC_API_KEY', 'ANTHROPIC_MODEL'].filter((name) => name in env)).toEqual([])
      }
    })

    it('the trap is real: without the line that shuts instruction files out, the repository speaks', async () => {
      const s = await scene({...tested, script: [say('x')], files: {'AGENTS.md': 'HOSTILE'}})
      const plan = s.plan('review')
      const at = plan.argv.indexOf('project_doc_max_bytes=0')
      await s.run({...plan, argv: plan.argv.toSpliced(at - 1, 2)})
      expect(s.server.requests[0]?.text).toContain('HOSTILE')
    })
  })

  run(`${titleOf(program)}: what it does`, () => {
    it('a patch edits a file, a command runs without the key, and all of it is counted', async () => {
      const s = await scene({...tested, script: [call('apply_patch', ADD, true), call('exec_command', {cmd: 'cp new.txt copy.txt; env > env.txt; echo x > .git/x; cat new.txt'}), say('all done')]})
      expect(await s.run(s.plan('implement'))).toMatchObject({failure: null, text: 'all done', usage: {inFresh: 360, cacheRead: 90, out: 30}})
      expect(readFileSync(join(s.repo, 'copy.txt'), 'utf8')).toBe('written by a tool\n')
      expect(readFileSync(join(s.repo, 'env.txt'), 'utf8')).not.toMatch(/sk-user|gh-user|aws-user|npm-user/)
      expect(existsSync(join(s.repo, '.git/x'))).toBe(false)
      expect(s.events.map((event) => event.kind)).toEqual(['started', 'tool', 'tool', 'text', 'result'])
    })

    it('a fix round goes on in the session, with the rights of the first, and each process is booked for its own requests alone', async () => {
      const s = await scene({...tested, script: [
        call('exec_command', {cmd: 'echo one > new.txt; cat new.txt'}), say('first'), call('exec_command', {cmd: 'echo two >> new.txt'}), call('exec_command', {cmd: 'true'}), say('second'), say('third'),
      ]})
      let session = null
      for (const [prompt, answer, requests] of [['Do what the test says.', 'first', 2], ['One test fails.', 'second', 3], ['Another fails.', 'third', 1]] as const) {
        const before = s.server.requests.length
        const plan = s.plan('implement', {prompt, resume: session && {session, prompt}})
        const outcome = await s.run(plan)
        expect(outcome).toMatchObject({failure: null, text: answer, usage: {inFresh: 120 * requests, cacheRead: 30 * requests, out: 10 * requests}})
        const [request] = s.server.requests.slice(before)
        expect([request?.text.includes('Do what the test says.'), request?.text.includes(prompt)]).toEqual([true, true])
        if (session !== null) {
          expect(request?.text).toContain('echo one > new.txt')
          expect(outcome.sessionId).toBe(session.id)
        }
        session = sessionAfter(plan, outcome)
      }
      const answers = s.server.requests.length
      expect(session?.usage).toEqual({inFresh: 120 * answers, cacheRead: 30 * answers, cacheWrite5m: 0, cacheWrite1h: 0, out: 10 * answers})
      expect(readFileSync(join(s.repo, 'new.txt'), 'utf8')).toBe('one\ntwo\n')
    })

    it('a session that is not there is known for what it is, and nothing was asked', async () => {
      const s = await scene({...tested, script: [say('x')]})
      const id = '11111111-1111-4111-8111-111111111111'
      const plan = s.plan('implement', {resume: {session: {gate: 'implement', executor: 'codex', model: 'gpt-5.5', id, usage: null, costUsd: null}, prompt: 'short'}})
      const outcome = await s.run(plan)
      expect([outcome.failure, isLost(plan, outcome), sessionAfter(plan, outcome)]).toEqual(['agent_error', true, null])
      expect(s.server.requests).toEqual([])
    })

    it('a reader cannot write, neither by patch nor by command', async () => {
      const s = await scene({...tested, script: [call('apply_patch', ADD, true), call('exec_command', {cmd: 'echo x > new.txt'}), say('tried')]})
      expect(await s.run(s.plan('review'))).toMatchObject({failure: null, text: 'tried'})
      expect(existsSync(join(s.repo, 'new.txt'))).toBe(false)
    })

    it('an answer that is not the JSON asked for is none', async () => {
      const s = await scene({...tested, script: [say('fine')]})
      expect(await s.run(s.plan('classify', {schema: SCHEMA}))).toMatchObject({failure: 'agent_error', message: 'it gave no structured answer', exitCode: 0})
    })
  })

  run(`${titleOf(program)}: how it fails`, () => {
    it.each<[string, Turn, string]>([
      ['401', fail(401, 'invalid_api_key', 'bad key'), 'auth'], ['403', fail(403, 'forbidden', 'not for you'), 'auth'], ['429', fail(429, 'rate_limit_exceeded', 'slow down'), 'rate_limited'],
      ['500', fail(500, 'server_error', 'broken'), 'overloaded'], ['529', fail(529, 'overloaded_error', 'Overloaded'), 'overloaded'],
      ['unknown model', fail(404, 'model_not_found', 'The model nope does not exist'), 'invalid_config'], ['bad request', fail(400, 'invalid_request_error', 'nope'), 'agent_error'],
    ])('%s', async (_, turn, failure) => {
      const s = await scene({...tested, script: () => turn})
      const outcome = await s.run(s.plan('review'))
      expect(outcome).toMatchObject({failure, killedBy: null})
      expect(outcome.message).not.toBe('')
      expect(s.server.requests.length).toBeLessThanOrEqual(8)
    })

    it('time, kill, interrupt, no key, nobody there: each as what it is, and no program of it stays', async () => {
      const slow = await scene({...tested, script: () => ({kind: 'hang'}), settings: {limits: {plan: '3s'}}})
      expect(await slow.run(slow.plan('review'))).toMatchObject({failure: 'timeout', killedBy: 'timeout'})
      const killed = await scene({...tested, script: () => { killAgent('--ephemeral'); return {kind: 'hang'} }})
      expect(await killed.run(killed.plan('review'))).toMatchObject({failure: 'killed', killedBy: 'outside'})
      const stop = new AbortController()
      const interrupted = await scene({...tested, script: () => { stop.abort(); return {kind: 'hang'} }})
      expect(await interrupted.run(interrupted.plan('review'), stop.signal)).toMatchObject({failure: 'interrupted', killedBy: 'interrupt'})
      const keyless = await scene({...tested, script: [], env: {OPENAI_API_KEY: ''}})
      expect(await keyless.run(keyless.plan('review'))).toMatchObject({failure: 'auth'})
      const gone = await scene({...tested, script: []})
      await gone.server.close()
      expect(await gone.run(gone.plan('review'))).toMatchObject({failure: 'network'})
      for (const s of [slow, killed, interrupted]) expect(isRunning(s.root)).toBe(false)
    })

    it('a command that is running when time is up goes with it', async () => {
      const s = await scene({...tested, script: [call('exec_command', {cmd: 'sleep 76543'}), say('x')], settings: {limits: {implement: '5s'}}})
      const outcome = s.run(s.plan('implement'))
      await expect.poll(() => isRunning('sleep 76543'), {timeout: 5000}).toBe(true)
      expect(await outcome).toMatchObject({failure: 'timeout'})
      expect(isRunning('sleep 76543')).toBe(false)
    })
  })
})
