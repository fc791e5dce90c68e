import {execFile} from 'node:child_process'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {expect, onTestFinished, test} from 'vitest'
import {type Sandbox} from '../../src/lib/sandbox/index.js'
import {at, name, start, tempDir} from './support.js'

const run = promisify(execFile)
type Git = (...args: string[]) => Promise<string>

/** A git that answers stdout, or the text of its failure. */
function gitIn(cwd: string): Git {
  const who = {GIT_AUTHOR_NAME: 'w', GIT_AUTHOR_EMAIL: 'w@example.com', GIT_COMMITTER_NAME: 'w', GIT_COMMITTER_EMAIL: 'w@example.com'}
  const env = {
    PATH: process.env['PATH'] ?? '', HOME: cwd, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0', ...who
  }
  return async (...args) => {
    try {
      return (await run('git', args, {cwd, env})).stdout.trim()
    } catch (error) {
      return `FAILED ${(error as {stderr?: string}).stderr ?? String(error)}`
    }
  }
}

async function serve(sandbox: Sandbox): Promise<{apiUrl: string; url: (token: string | null) => string}> {
  const {apiUrl, gitUrl, close} = await sandbox.listen()
  onTestFinished(close)
  return {apiUrl, url: (token) => `${token ? gitUrl.replace('://', `://x-access-token:${token}@`) : gitUrl}/${name}.git`}
}

async function clone(url: string): Promise<{git: Git; dir: string; out: string}> {
  const dir = join(await tempDir(), 'work')
  await mkdir(dir)
  const git = gitIn(dir)
  return {git, dir, out: await git('clone', '-q', url, '.')}
}

async function commit(git: Git, dir: string, file: string, text: string): Promise<string> {
  await writeFile(join(dir, file), text)
  await git('add', '.')
  await git('commit', '-qm', `change ${file}`)
  return git('rev-parse', 'HEAD')
}

test('clone, commit, push; the pull request follows the push', async () => {
  const {sandbox, rest} = await start()
  const pushed: string[] = []
  sandbox.on('push', (e) => pushed.push(`${e.pusher} ${e.ref} ${e.before === null ? 'new' : 'moved'}`))
  const {url} = await serve(sandbox)
  const {git, dir} = await clone(url(sandbox.token))
  expect(await readFile(join(dir, 'README.md'), 'utf8')).toBe('# app\n')
  await git('checkout', '-qb', 'feature')
  const first = await commit(git, dir, 'a.txt', 'one\n')
  expect(await git('push', '-q', 'origin', 'feature')).toBe('')
  const {number} = (await rest.pulls.create({...at, title: 'pr', head: 'feature', base: 'main'})).data
  const second = await commit(git, dir, 'a.txt', 'two\n')
  await git('push', '-q', 'origin', 'feature')
  expect((await rest.pulls.get({...at, pull_number: number})).data.head.sha).toBe(second)
  expect(first).not.toBe(second)
  await git('fetch', '-q', 'origin', `refs/pull/${number}/head`)
  expect(await git('rev-parse', 'FETCH_HEAD')).toBe(second)
  await rest.pulls.merge({...at, pull_number: number, sha: second})
  await git('fetch', '-q', 'origin')
  expect(await git('show', 'origin/main:a.txt')).toBe('two')
  expect(pushed).toEqual(
    [`${sandbox.login} refs/heads/feature new`, `${sandbox.login} refs/heads/feature moved`, `${sandbox.login} refs/heads/main moved`]
  )
})

test('a reader sees each push at once, whatever protocol it speaks', async () => {
  const {sandbox} = await start()
  const {url} = await serve(sandbox)
  const {git, dir} = await clone(url(sandbox.token))
  const seen = (version: string): Promise<string[]> =>
    Promise.all([1, 2].map(async () => (await git('-c', `protocol.version=${version}`, 'ls-remote', 'origin', 'refs/heads/next')).split('\t')[0]!))
  for (const text of ['one\n', 'two\n']) {
    const sha = await commit(git, dir, 'a.txt', text)
    await git('push', '-q', 'origin', 'HEAD:refs/heads/next')
    for (const version of ['0', '1', '2']) expect(await seen(version)).toEqual([sha, sha])
  }
})

test('force-with-lease on a ref of its own is compare-and-swap', async () => {
  const {sandbox} = await start()
  const {url} = await serve(sandbox)
  const {git, dir} = await clone(url(sandbox.token))
  const one = await commit(git, dir, 'l', '1')
  expect(await git('push', '-q', '--force-with-lease=refs/pilot/lock:', 'origin', `${one}:refs/pilot/lock`)).toBe('')
  const two = await commit(git, dir, 'l', '2')
  expect(await git('push', '-q', '--force-with-lease=refs/pilot/lock:', 'origin', `${two}:refs/pilot/lock`)).toMatch(/stale info/)
  expect(await git('push', '-q', `--force-with-lease=refs/pilot/lock:${one}`, 'origin', `${two}:refs/pilot/lock`)).toBe('')
  expect((await sandbox.snapshot()).refs[name]!['refs/pilot/lock']).toBe(two)
})

test.each([
  ['a reader', 'reads', /403/], ['nobody', null, /could not read|terminal prompts disabled/],
  ['an unknown token', 'nope', /Authentication failed/], ['a writer', 'writes', /^$/],
])('%s may clone what is public, and push or not', async (_, token, pushing) => {
  const {sandbox} = await start()
  sandbox.addUser({login: 'reader', token: 'reads'})
  sandbox.addUser({login: 'writer', token: 'writes', permission: {[name]: 'write'}})
  const {url} = await serve(sandbox)
  const {git, dir, out} = await clone(url(token))
  expect(out).toBe('')
  await commit(git, dir, 'x', 'x')
  expect(await git('push', '-q', 'origin', 'HEAD:main')).toMatch(pushing)
})

test('a private repository cannot be cloned by a stranger; a Bearer header works', async () => {
  const {sandbox} = await start({private: true})
  sandbox.addUser({login: 'stranger', token: 's'})
  const {url} = await serve(sandbox)
  expect((await clone(url('s'))).out).toMatch(/not found/)
  const git = gitIn(await tempDir())
  expect(
    await git('-c', `http.extraHeader=Authorization: Bearer ${sandbox.token}`, 'ls-remote', url(null), 'refs/heads/main')
  ).toMatch(/refs\/heads\/main$/)
})

test('REST over HTTP: same answers, HEAD /, clone_url of the server', async () => {
  const {sandbox} = await start()
  const {apiUrl} = await serve(sandbox)
  expect((await fetch(apiUrl, {method: 'HEAD'})).status).toBe(200)
  const repo = await (await fetch(`${apiUrl}/repos/${name}`)).json() as {clone_url: string}
  expect(repo.clone_url).toBe(`${apiUrl}/${name}.git`)
  const made = await fetch(`${apiUrl}/repos/${name}/issues`, {
    method: 'POST', body: '{"title":"é"}', headers: {authorization: `token ${sandbox.token}`, 'content-type': 'application/json'},
  })
  expect([made.status, ((await made.json()) as {title: string}).title]).toEqual([201, 'é'])
  expect((await fetch(`${apiUrl}/nothing/here`)).status).toBe(404)
})

test('what is said of refs is what they are now, whoever moved them and however often it was asked', async () => {
  const repos = await tempDir()
  const {sandbox, rest} = await start({dir: repos})
  const {url} = await serve(sandbox)
  const {git, dir} = await clone(url(sandbox.token))
  const seen = async (...patterns: string[]): Promise<string[]> => (await git('ls-remote', '--symref', 'origin', ...patterns)).split('\n').filter(Boolean)
  const one = await commit(git, dir, 'a.txt', 'one\n')
  const listed = await seen()
  expect([await seen(), await seen('refs/heads/x')]).toEqual([listed, []])
  await git('push', '-q', 'origin', 'HEAD:refs/heads/x')
  expect([await seen('refs/heads/x'), (await seen()).length]).toEqual([[`${one}\trefs/heads/x`], listed.length + 1])
  // through the API, and by hand in the bare repository, also packed
  await rest.git.updateRef({...at, ref: 'heads/main', sha: one})
  expect(await seen('HEAD')).toEqual(['ref: refs/heads/main\tHEAD', `${one}\tHEAD`])
  const bare = gitIn(join(repos, `${name}.git`))
  await bare('pack-refs', '--all')
  expect(await seen('refs/heads/x')).toEqual([`${one}\trefs/heads/x`])
  await bare('update-ref', '-d', 'refs/heads/x')
  expect(await seen('refs/heads/x')).toEqual([])
  await bare('symbolic-ref', 'refs/heads/y', 'refs/heads/main')
  expect(await seen('refs/heads/y')).toEqual(['ref: refs/heads/main\trefs/heads/y', `${one}\trefs/heads/y`])
  await bare('symbolic-ref', 'HEAD', 'refs/heads/y')
  expect(await seen('HEAD')).toContain(`${one}\tHEAD`)
})
