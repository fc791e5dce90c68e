import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {chmodSync, existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {outcomeOf} from '../../src/lib/adapters/agent-outcome.js'
import {unready} from '../../src/lib/adapters/agent-ready.js'
import {carriersOf, endStrays} from '../../src/lib/adapters/agent-strays.js'
import {surroundings} from '../../src/lib/adapters/environment.js'
import {oomKills} from '../../src/lib/adapters/oom.js'
import {newMemory} from '../../src/lib/core/route/agents/descriptor.js'
import type {SpawnPlan} from '../../src/lib/core/route/spawn-plan.js'
import {put, tempDir} from './git-fixture.js'

describe('kills for lack of memory', () => {
  it.each<[string, string, Record<string, string>, number | null]>([
    ['version 2', '0::/a/b\n', {'a/b/memory.events': 'low 0\noom 3\noom_kill 2\noom_group_kill 0\n'}, 2],
    ['version 2 inside a container', '0::/host/path\n', {'memory.events': 'oom_kill 5\n'}, 5],
    ['version 1', '9:pids:/x\n4:memory:/a\n0::/\n', {'memory/a/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 7\n'}, 7],
    ['version 1 with joined controllers', '4:cpu,memory:/a\n', {'memory/memory.oom_control': 'oom_kill 1\n'}, 1],
    ['an old kernel that does not count', '4:memory:/a\n', {'memory/a/memory.oom_control': 'under_oom 0\n'}, null],
    ['no memory cgroup', '9:pids:/x\n', {}, null],
  ])('%s', async (_, own, files, kills) => {
    const root = tempDir()
    put(root, {own, ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`mount/${name}`, text]))})
    expect(await oomKills({own: join(root, 'own'), mount: join(root, 'mount')})).toBe(kills)
  })
  it('on a system without cgroups', async () => expect(await oomKills({own: '/no/such/file'})).toBeNull())
})

describe.runIf(existsSync('/proc/self/environ'))('what a run leaves behind', () => {
  it('is found by its environment, also without parent, group and session, and ended', async () => {
    const tmp = tempDir()
    const pidFile = join(tmp, 'pid')
    const child = spawn('sh', ['-c', `setsid sh -c 'echo $$ > ${pidFile}; exec sleep 600' > /dev/null 2>&1 & while [ ! -s ${pidFile} ]; do sleep 0.05; done`], {env: {PATH: process.env['PATH'], TMPDIR: tmp}, stdio: 'ignore'})
    await once(child, 'exit')
    const pid = Number(readFileSync(pidFile, 'utf8'))
    expect(carriersOf('TMPDIR', tmp)).toEqual([pid])
    expect(carriersOf('TMPDIR', `${tmp}-other`)).toEqual([])
    expect(endStrays('TMPDIR', tmp)).toBe(1)
    await expect.poll(() => carriersOf('TMPDIR', tmp)).toEqual([])
    expect(endStrays('TMPDIR', tmp)).toBe(0)
  })
})

const plan = (cwd: string, more: Partial<SpawnPlan>): SpawnPlan => ({
  issue: 7, gate: 'implement', attempt: 1, executor: 'claude', tier: null, model: 'm', effort: null, endpoint: null, argv: ['sh'], stdin: '', env: {}, schema: null, cwd, tools: [],
  mcpConfigPath: null, timeoutMs: 1, stallMs: null, resume: null, maxTurns: null, maxBudgetUsd: null, escalation: null, provenance: {}, ...more,
})

describe('who killed an agent', () => {
  const kept = {head: '', tail: '', bytes: 0, dropped: 0}
  it.each([
    ['SIGKILL', true, 'kernel', 'killed by the kernel for lack of memory'], ['SIGKILL', false, 'outside', 'killed from outside by SIGKILL, perhaps for lack of memory'],
    ['SIGSEGV', true, 'outside', 'killed from outside by SIGSEGV'],
  ] as const)('%s, kernel count rose: %s', (signal, outOfMemory, killedBy, message) => {
    const ended = {kind: 'exited', exitCode: null, signal, killedBy: 'outside', wallMs: 1, stdout: kept, stderr: kept} as const
    expect(outcomeOf(plan('/', {}), ended, {result: undefined, memory: newMemory(), outOfMemory})).toMatchObject({failure: 'killed', killedBy, message})
  })
})

describe('what an agent signs in with', () => {
  const signIn = (token: string): string => JSON.stringify({tokens: {refresh_token: token}})
  it('is linked and concealed, before it begins and as it stands when it has ended; a file that cannot be read tells nothing', async () => {
    const root = tempDir()
    put(root, {'user/.codex/auth.json': signIn('planted-1')})
    const told: string[] = []
    const of = (executor: string) => surroundings({env: {HOME: join(root, 'user')}, scratch: root, home: join(root, `home-${executor}`), executor, conceal: (secret) => told.push(secret)})
    const around = await of('codex')
    expect(told).toEqual(['planted-1'])
    put(root, {'user/.codex/auth.json': signIn('planted-2')})
    await around.leave()
    expect(told).toEqual(['planted-1', 'planted-2'])
    put(root, {'user/.claude/.credentials.json/is-a-folder': signIn('planted-3')})
    for (const executor of ['claude', 'gemini', 'shell']) await (await of(executor)).leave()
    expect(told).toHaveLength(2)
  })
})

describe('a plan on this machine', () => {
  const at = (key: string) => ({value: 'x', from: 'local', at: '.pilot/config.yaml:9', key, reason: null, overrode: []})
  it('is ready, or says which key of which line is not', async () => {
    const root = tempDir()
    put(root, {'m.json': '{}', 'agent': '#!/bin/sh\n', 'plain': ''})
    chmodSync(join(root, 'agent'), 0o755)
    const env = {PATH: process.env['PATH'] ?? ''}
    const mcp = (file: string, more: Partial<SpawnPlan> = {}) => plan(root, {argv: ['sh', '--mcp-config', file], mcpConfigPath: file, ...more})
    expect(await unready(plan(root, {}), env)).toBeNull()
    expect(await unready(plan(root, {argv: []}), {})).toBeNull()
    expect(await unready(plan(root, {argv: [join(root, 'agent')]}), {})).toBeNull()
    expect(await unready(plan(root, {argv: ['./agent']}), {})).toBeNull()
    expect(await unready(plan(root, {argv: ['agent']}), {PATH: `/nowhere::${root}`})).toBeNull()
    expect(await unready(mcp(join(root, 'm.json')), env)).toBeNull()
    expect(await unready(mcp('/no.json', {provenance: {mcpConfigPath: at('executor.claude.mcp_config_path')}}), env)).toEqual({
      failure: 'invalid_config', message: 'executor.claude.mcp_config_path (.pilot/config.yaml:9): there is no file /no.json'})
    expect(await unready(mcp(root), env)).toMatchObject({failure: 'invalid_config'})
    expect(await unready(plan(root, {argv: ['agent'], provenance: {executor: at('executor.default')}}), {PATH: '/nowhere'})).toEqual({
      failure: 'cli_missing', message: 'executor.default (.pilot/config.yaml:9): agent was not found on the PATH; install it or set executor.claude.command'})
    expect(await unready(plan(root, {argv: ['./plain']}), env)).toMatchObject({failure: 'cli_missing'})
    const shell = (line: string) => unready(plan(root, {executor: 'shell', argv: ['sh', '-c', line]}), env)
    expect(await shell('no-such-agent-here --fast')).toEqual({
      failure: 'cli_missing', message: 'executor.shell.command: no-such-agent-here was not found on the PATH; install it or set executor.shell.command'})
    expect(await shell(`'${join(root, 'plain')}' x`)).toMatchObject({failure: 'cli_missing'})
    for (const line of [`'${join(root, 'agent')}' x`, 'sh x', 'exec no-such-agent-here', 'A=1 no-such-agent-here']) expect(await shell(line), line).toBeNull()
  })
})
