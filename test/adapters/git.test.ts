import {createServer, type RequestListener} from 'node:http'
import type {AddressInfo} from 'node:net'
import {existsSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {branchRef, objectId, openGit} from '../../src/lib/adapters/git.js'
import {gitError} from '../../src/lib/adapters/git-errors.js'
import {originUrl, repositoryRoot} from '../../src/lib/adapters/git-checkout.js'
import {git, put, sh, tempDir, world} from './git-fixture.js'

const TOKEN = 'ghp_0123456789abcdefghij'

async function serve<T>(answer: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try { return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/o/r.git`) } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
const list = (url: string, runner = git) => runner(['ls-remote', '--', url], {cwd: tempDir(), remote: {url, token: TOKEN}})

describe('a network operation', () => {
  it.each([
    [401, 'BAD_TOKEN'], [403, 'FORBIDDEN'], [404, 'REPOSITORY_NOT_FOUND'], [500, 'GITHUB_UNAVAILABLE'], [503, 'GITHUB_UNAVAILABLE'], [429, 'GITHUB_UNAVAILABLE'],
  ])('reads status %i as %s', async (status, code) => {
    await serve((_, answer) => { answer.statusCode = status; answer.end('remote: fatal: Authentication failed') }, async (url) => {
      await expect(list(url)).rejects.toMatchObject({code, message: expect.not.stringContaining(TOKEN) as string})
    })
  })

  it('tells a refused connection from a refused token', async () => {
    const url = await serve((_, answer) => void answer.end(), (address) => Promise.resolve(address))
    await expect(list(url)).rejects.toMatchObject({code: 'GITHUB_UNREACHABLE'})
  })

  it('stops a server that never answers', async () => {
    await serve(() => undefined, async (url) => {
      await expect(git(['ls-remote', '--', url], {cwd: tempDir(), remote: {url, token: null}, timeoutMs: 300})).rejects.toMatchObject({code: 'GITHUB_UNREACHABLE'})
    })
  })

  it('signs in by a header for that host alone, which is in no argument', async () => {
    const seen: (string | undefined)[] = []
    await serve((request, answer) => { seen.push(request.headers.authorization); answer.statusCode = 500; answer.end() }, async (url) => {
      await list(url).catch(() => undefined)
      await git(['ls-remote', '--', url], {cwd: tempDir(), remote: {url: 'https://other.example/o/r', token: TOKEN}}).catch(() => undefined)
    })
    expect(seen).toEqual([`Basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`, undefined])
    const {stdout} = await git(['-c', 'alias.spy=!tr "\\0" "\\n" < /proc/$PPID/cmdline', 'spy'], {cwd: tempDir(), remote: {url: 'https://h.example/', token: TOKEN}})
    expect(stdout).toContain('core.hooksPath=/dev/null')
    expect(stdout).not.toMatch(new RegExp(`${TOKEN}|${Buffer.from(TOKEN).toString('base64').slice(4, 20)}`))
  })

  it('takes proxy and certificate settings of the user’s configuration, and no header, helper or address of it', async () => {
    const home = tempDir()
    put(home, {'.gitconfig': '[http]\n\tuserAgent = from-the-user\n\textraHeader = X-Mine: 1\n[url "http://127.0.0.1:1/"]\n\tinsteadOf = http://127.0.0.1\n[credential]\n\thelper = "!touch asked; echo password=x #"\n'})
    const seen: unknown[] = []
    await serve((request, answer) => { seen.push([request.headers['user-agent'], request.headers['x-mine']]); answer.statusCode = 401; answer.end() }, async (url) => {
      await expect(list(url, openGit({env: {...process.env, HOME: home}}))).rejects.toMatchObject({code: 'BAD_TOKEN'})
    })
    expect(seen).toEqual([['from-the-user', undefined]])
    expect(existsSync(join(home, 'asked'))).toBe(false)
  })
})

describe('what git says', () => {
  const say = (stderr: string, remote = true) => gitError({args: ['-c', 'a=b', 'fetch'], result: {exitCode: 128, stdout: '', stderr, timedOut: false, capped: false}, remote, mask: (text) => text.replaceAll('hush', '***')})
  it.each<[string, string]>([
    ["fatal: unable to access 'https://h/': Could not resolve host: h", 'GITHUB_UNREACHABLE'], ["fatal: Authentication failed for 'https://h/'", 'BAD_TOKEN'],
    ['remote: Permission to o/r denied to u.\nfatal: unable to access: The requested URL returned error: 403', 'FORBIDDEN'],
    ['remote: fatal: Authentication failed\nremote: error: returned error: 403\nfatal: something else', 'GIT_FAILED'], ['', 'GIT_FAILED'],
  ])('%s', (stderr, code) => expect(say(stderr)).toMatchObject({code}))

  it('is masked, cut to its end, and never about GitHub when the network was not asked', () => {
    expect(say('fatal: hush').message).toBe('git fetch failed: fatal: ***')
    expect(say(`${'x\n'.repeat(3000)}fatal: end`).message).toMatch(/^git fetch failed: x\n.*fatal: end$/s)
    expect(say(`${'x\n'.repeat(3000)}fatal: end`).message.length).toBeLessThan(2050)
    expect(say('fatal: Authentication failed', false)).toMatchObject({code: 'GIT_FAILED'})
  })
})

describe('git', () => {
  it('that is not there is a configuration error, and a missing directory is not that', async () => {
    await expect(openGit({env: {PATH: tempDir()}})(['version'], {cwd: tempDir()})).rejects.toMatchObject({code: 'GIT_MISSING', exit: 3})
    await expect(git(['version'], {cwd: '/nonexistent/dir'})).rejects.toMatchObject({code: 'GIT_FAILED', message: expect.stringContaining('/nonexistent/dir') as string})
  })

  it('sees neither tokens nor the repository of a hook that pilot runs in', async () => {
    const runner = openGit({env: {...process.env, GITHUB_TOKEN: TOKEN, OPENAI_API_KEY: 'k', GIT_DIR: '/elsewhere', GIT_TRACE: '1', HTTPS_PROXY: 'http://p'}})
    const {stdout, stderr} = await runner(['-c', 'alias.spy=!env', 'spy'], {cwd: tempDir()})
    expect(stdout).toContain('HTTPS_PROXY=http://p')
    expect(stdout).not.toMatch(/GITHUB_TOKEN|OPENAI_API_KEY|elsewhere/)
    expect(stderr).toBe('')
  })

  it('passes on no name that could be an option or a pattern', () => {
    for (const bad of ['HEAD', '--all', 'abc', `${'a'.repeat(40)}^`, '']) expect(() => objectId(bad)).toThrow()
    expect(branchRef('pilot/GH-124')).toBe('refs/heads/pilot/GH-124')
    for (const bad of ['-x', 'a//b', 'a/.b', 'x/', 'x.', 'a@{1}', 'a\nb', 'é']) expect(() => branchRef(bad)).toThrow()
  })

  it('finds root and origin of a checkout, and says when there is none', async () => {
    const w = world()
    expect(await repositoryRoot(git, join(w.checkout, 'src'))).toBe(w.checkout)
    expect(await originUrl(git, w.checkout)).toBe(w.url)
    sh(w.checkout, 'remote', 'remove', 'origin')
    expect(await originUrl(git, w.checkout)).toBeNull()
    const elsewhere = tempDir()
    writeFileSync(join(elsewhere, 'x'), '')
    await expect(repositoryRoot(git, elsewhere)).rejects.toMatchObject({code: 'NOT_A_CHECKOUT', exit: 3})
    expect(await originUrl(git, elsewhere)).toBeNull()
  })
})
