import {chmodSync, existsSync, readFileSync} from 'node:fs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {afterEach, describe, expect, it} from 'vitest'
import {openProbe} from '../../src/lib/adapters/probe.js'
import {put, tempDir} from './git-fixture.js'

const PATH = process.env['PATH'] ?? ''
const probe = (o: {env?: Record<string, string>; home?: string; cwd?: string} = {}) =>
  openProbe({env: {PATH, ...o.env}, home: o.home ?? '/nonexistent', cwd: o.cwd ?? '/'})

function program(script: string): {root: string; path: string} {
  const root = tempDir()
  put(root, {agent: `#!/bin/sh\n${script}\n`})
  chmodSync(join(root, 'agent'), 0o755)
  return {root, path: join(root, 'agent')}
}

/** Of every kind that signs in somewhere. */
const SECRETS = {
  GITHUB_TOKEN: 'secret-1', GH_TOKEN: 'secret-2', PILOT_BOT_TOKEN: 'secret-3', ANTHROPIC_API_KEY: 'secret-4',
    ANTHROPIC_AUTH_TOKEN: 'secret-5', CLAUDE_CODE_OAUTH_TOKEN: 'secret-6',
  OPENAI_API_KEY: 'secret-7', GEMINI_API_KEY: 'secret-8', AWS_SECRET_ACCESS_KEY: 'secret-9', LITELLM_API_KEY: 'secret-10',
    NPM_TOKEN: 'secret-11', SSH_AUTH_SOCK: '/secret-12',
}

describe('the version of a command', () => {
  it('is asked without any token', async () => {
    const {root, path} = program('env > "$(dirname "$0")/seen"; echo 1.2.3')
    expect(await probe({env: {...SECRETS, LANG: 'C'}, cwd: root}).version(path)).toBe('1.2.3')
    const seen = readFileSync(join(root, 'seen'), 'utf8')
    expect(seen, 'the environment was really written down').toContain('LANG=C\n')
    expect(seen).not.toContain('secret-')
    expect(Object.keys(SECRETS).filter((name) => seen.includes(`${name}=`))).toEqual([])
  })

  it.each([
    ['its first line that is not empty', 'echo; echo " 2.1.3 (Agent) "; echo more', '2.1.3 (Agent)'], ['from stderr', 'echo v9 >&2', 'v9'],
    ['stdout before stderr', 'echo err >&2; echo out', 'out'], ['silence', 'true', 'unknown version'],
    ['a failure, whatever it says', 'echo 1.0; exit 3', null], ['killed', 'kill -9 $$', null],
  ])('%s', async (_, script, version) => { expect(await probe().version(program(script).path)).toBe(version) })

  it('is asked with --version alone, in the given folder', async () => {
    const {root, path} = program('echo "$# $1 $(pwd)"')
    expect(await probe({cwd: root}).version(path)).toBe(`1 --version ${root}`)
    expect(await probe({cwd: root}).version('./agent')).toBe(`1 --version ${root}`)
  })

  it('is null for a command that is missing, not executable, or a line of a shell', async () => {
    const root = tempDir()
    put(root, {plain: 'echo 1'})
    expect(await probe().version('no-such-program-of-anyone')).toBeNull()
    expect(await probe().version(join(root, 'none'))).toBeNull()
    expect(await probe().version(join(root, 'plain'))).toBeNull()
    expect(await probe({cwd: root}).version(`touch ${join(root, 'made')}; echo`)).toBeNull()
    expect(existsSync(join(root, 'made')), 'nothing was read as a command line').toBe(false)
  })
})

describe('the sign-in of an executor', () => {
  const FILES: Record<string, string> = {
    claude: '.claude/.credentials.json', codex: '.codex/auth.json', gemini: '.gemini/oauth_creds.json',
      opencode: '.local/share/opencode/auth.json',
  }
  it.each([
    ['claude', 'ANTHROPIC_API_KEY'], ['claude', 'CLAUDE_CODE_OAUTH_TOKEN'], ['codex', 'OPENAI_API_KEY'], ['codex', 'CODEX_API_KEY'],
      ['gemini', 'GEMINI_API_KEY'], ['opencode', 'OPENROUTER_API_KEY'],
  ] as const)('of %s by %s, named and never shown', async (executor, name) => {
    expect(await probe({env: {[name]: 'secret'}}).signIn(executor)).toBe(name)
    expect(await probe({env: {[name]: ''}}).signIn(executor), 'an empty variable signs nobody in').toBeNull()
  })

  it.each(Object.entries(FILES))('of %s by its file', async (executor, file) => {
    const home = tempDir()
    const of = (env: Record<string, string> = {}) => probe({home, env}).signIn(executor)
    expect(await of()).toBeNull()
    put(home, {[file]: '{}'})
    expect(await of()).toBe(`~/${file}`)
    expect(await of({ANTHROPIC_API_KEY: 'x', OPENAI_API_KEY: 'x', GEMINI_API_KEY: 'x'}), 'a variable comes first').toMatch(/_API_KEY$/)
  })

  it.each(['claude', 'codex', 'gemini'] as const)('of %s is not another one\'s', async (executor) => {
    const home = tempDir()
    put(home, Object.fromEntries(Object.entries(FILES).filter(([name]) => name !== executor).map(([, file]) => [file, '{}'])))
    expect(await probe({home, env: {GITHUB_TOKEN: 'x', OPENROUTER_API_KEY: 'x'}}).signIn(executor)).toBeNull()
  })

  // An address reaches a server; it proves no sign-in.
  it.each([
    ['claude', 'ANTHROPIC_BASE_URL'], ['codex', 'OPENAI_BASE_URL'], ['gemini', 'GOOGLE_GEMINI_BASE_URL'],
  ] as const)('of %s is not %s', async (executor, name) => {
    expect(await probe({env: {[name]: 'http://127.0.0.1:1'}}).signIn(executor)).toBeNull()
  })
})

describe('an endpoint', () => {
  const servers: (() => Promise<void>)[] = []
  afterEach(async () => { for (const close of servers.splice(0)) await close() })

  async function server(status: number): Promise<{url: string; asked: string[]; close: () => Promise<void>}> {
    const asked: string[] = []
    const http = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? 'no key'}`)
      response.writeHead(status, {'content-type': 'application/json'}).end('{"data": []}')
    })
    await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening))
    const close = () => new Promise<void>((closed) => {
      http.closeAllConnections()
      http.close(() => closed())
    })
    servers.push(close)
    return {url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`, asked, close}
  }

  it.each([[200, null], [204, null], [401, 'answers 401'], [404, 'answers 404'], [500, 'answers 500']])('that answers %d',
    async (status, said) => {
    const {url, asked} = await server(status)
    expect(await probe({env: SECRETS}).endpoint(url, null)).toBe(said)
    expect(asked, 'a list of models, no model call and nobody\'s key').toEqual(['GET /v1/models no key'])
  })

  it('gets the key that is named for it and no other', async () => {
    const {url, asked} = await server(200)
    expect(await probe({env: SECRETS}).endpoint(`${url}/`, 'LITELLM_API_KEY')).toBeNull()
    expect(asked).toEqual(['GET /v1/models Bearer secret-10'])
  })

  it.each([['not set', {}], ['empty', {LAN_KEY: ''}]])('whose key is %s is not asked at all', async (_, env) => {
    const {url, asked} = await server(200)
    expect(await probe({env}).endpoint(url, 'LAN_KEY')).toBe('LAN_KEY is not set')
    expect(asked).toEqual([])
  })

  it('that refuses the connection', async () => {
    const {url, close} = await server(200)
    await close()
    expect(await probe().endpoint(url, null)).toBe('ECONNREFUSED')
  })
})
