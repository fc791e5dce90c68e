import {chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {parse} from 'yaml'
import {writtenSchema} from '../../src/lib/core/config/written.js'
import {git, present, runChild} from '../../src/lib/demo/child.js'
import {aligned} from '../../src/lib/demo/columns.js'
import {demoConfig, demoEnvironment, openPlace} from '../../src/lib/demo/place.js'
import {planDemo, runDemo} from '../../src/lib/demo/run-demo.js'

let tmp: string
beforeEach(() => { tmp = mkdtempSync(join(tmpdir(), 'demo-test-')) })
afterEach(() => { rmSync(tmp, {recursive: true}) })

describe('the directory', () => {
  test('a new one goes again', async () => {
    const place = await openPlace(join(tmp, 'new'))
    expect(readdirSync(place.dir).sort()).toEqual(['cache', 'config', 'home', 'sandbox'])
    await place.remove()
    expect(readdirSync(tmp)).toEqual([])
  })
  test('an empty one stays, and so does what somebody else put there', async () => {
    const place = await openPlace(tmp)
    writeFileSync(join(tmp, 'mine'), '')
    await place.remove()
    expect(readdirSync(tmp)).toEqual(['mine'])
  })
  test('one with something in it is refused and left alone', async () => {
    writeFileSync(join(tmp, 'mine'), '')
    await expect(openPlace(tmp)).rejects.toMatchObject({code: 'USAGE'})
    expect(readdirSync(tmp)).toEqual(['mine'])
  })
})

test('the commands see nothing of the user but where programs are and how text looks', async () => {
  const place = await openPlace(join(tmp, 'new'))
  const user = {
    PATH: '/bin', HOME: '/home/user', XDG_CONFIG_HOME: '/home/user/.config', GITHUB_TOKEN: 'theirs', GH_TOKEN: 'theirs',
    GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'a/b', ANTHROPIC_API_KEY: 'key', LC_ALL: 'C', HTTPS_PROXY: 'http://proxy', NODE_OPTIONS: '--inspect', GIT_DIR: '/x',
  }
  const github = {apiUrl: 'http://127.0.0.1:1', token: 'local'}
  const scripted = demoEnvironment(user, place, github, 'scripted', false)
  expect(Object.keys(scripted).sort()).toEqual(
    ['GITHUB_API_URL', 'HOME', 'LC_ALL', 'NO_PROXY', 'PATH', 'PILOT_GITHUB_TOKEN', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'no_proxy'])
  expect(scripted).toMatchObject({HOME: place.home, XDG_CONFIG_HOME: place.config, XDG_CACHE_HOME: place.cache, PILOT_GITHUB_TOKEN: 'local'})
  const claude = demoEnvironment(user, place, github, 'claude', true)
  expect(claude).toMatchObject({
    HOME: '/home/user', ANTHROPIC_API_KEY: 'key', HTTPS_PROXY: 'http://proxy', NO_PROXY: '127.0.0.1,localhost', XDG_CONFIG_HOME: place.config, NO_COLOR: '1',
  })
  expect(claude).not.toHaveProperty('GITHUB_TOKEN')
})

test.each(['scripted', 'claude'] as const)('the configuration for %s is valid', (agent) => expect(() => writtenSchema.parse(parse(demoConfig(agent)))).not.toThrow())

describe('commands', () => {
  const options = () => ({cwd: tmp, env: {PATH: tmp}, signal: new AbortController().signal})
  const node = process.execPath

  test('a machine without git or without the agent says so', async () => {
    await expect(git(['--version'], options())).rejects.toMatchObject({code: 'GIT_MISSING', exit: 3})
    // git may lie beside node all the same: the local GitHub and what is typed later would not find it
    const demo = {agent: 'scripted', dir: join(tmp, 'demo'), keep: false, noColor: true, env: {PATH: tmp}, signal: options().signal, say: () => undefined} as const
    await expect(runDemo(demo)).rejects.toMatchObject({code: 'GIT_MISSING', exit: 3})
    expect(existsSync(demo.dir)).toBe(false)
    await expect(present('claude', options())).rejects.toMatchObject({code: 'AGENT_UNAVAILABLE', exit: 6})
  })
  test('what git refuses is told', async () => {
    writeFileSync(join(tmp, 'git'), '#!/bin/sh\necho "fatal: no" >&2\nexit 128\n')
    chmodSync(join(tmp, 'git'), 0o755)
    await expect(git(['clone'], options())).rejects.toMatchObject({code: 'GIT_FAILED', message: 'git clone failed: fatal: no'})
  })
  test('streams, exit code and lines', async () => {
    const lines: string[] = []
    const script = 'console.log("out"); console.error("one\\ntwo"); process.exitCode = 5'
    const ended = await runChild({...options(), argv: [node, '-e', script], onStderr: (line) => lines.push(line)})
    expect(ended).toEqual({code: 5, stdout: 'out\n', stderr: 'one\ntwo\n'})
    expect(lines).toEqual(['one', 'two'])
  })
  test('asked to stop, a command is interrupted once and awaited', async () => {
    const [stop, reason, saved] = [new AbortController(), new Error('enough'), join(tmp, 'saved')]
    const script = `const save = () => { require('fs').appendFileSync(${JSON.stringify(saved)}, 'x'); process.exit(130) }
      process.on('SIGINT', () => setTimeout(save, 50)); setInterval(() => {}, 1000); console.error('ready')`
    const running = runChild({...options(), signal: stop.signal, argv: [node, '-e', script], onStderr: () => stop.abort(reason)})
    await expect(running).rejects.toBe(reason)
    expect(existsSync(saved)).toBe(true)
    await expect(runChild({...options(), signal: stop.signal, argv: [node, '-e', '']})).rejects.toBe(reason)
  })
})

test.each([
  ['', []], ['a\tbb\nccc\td\n', ['a    bb', 'ccc  d']], ['a\t\tb\nc\t\td\n', ['a  b', 'c  d']], ['a\nb\tc\n', ['a', 'b  c']],
])('rows %j are shown aligned', (text, lines) => expect(aligned(text)).toEqual(lines))

test('a dry run names the command lines and makes nothing', () => {
  mkdirSync(join(tmp, 'cwd'))
  const said: string[] = []
  const {commands, dir} = planDemo({agent: 'scripted', say: (line) => { said.push(line) }})
  expect(commands).toEqual([
    'pilot classify 1', 'pilot plan-epic 1', 'pilot decompose 1', 'pilot next', 'pilot route 1', 'pilot execute 1 --land --parallel 2', 'pilot status 1', 'pilot retry …',
    'pilot execute 1 --land', 'pilot next', 'pilot status 1 --json',
  ])
  expect(said.filter((line) => line.startsWith('$ '))).toEqual(commands.map((line) => `$ ${line}`))
  expect(dir).toBe('')
})
