import {expect, it} from 'vitest'
import type {Git} from '../../src/lib/adapters/git.js'
import {openWorkshop} from '../../src/lib/adapters/workshop.js'
import {git, put, sh, world} from './git-fixture.js'

/** Every git command that runs, by the name of its stage. */
function counted() {
  const ran: Record<string, string[]> = {}
  let stage = ''
  const counting: Git = (args, options) => {
    (ran[stage] ??= []).push(args.find((arg, i) => !arg.startsWith('-') && args[i - 1] !== '--git-dir' && args[i - 1] !== '--work-tree') ?? '')
    return git(args, options)
  }
  return {counting, ran, begin: (name: string) => { stage = name }}
}

it('takes no more git processes for an issue than it needs', async () => {
  const w = world()
  const {counting, ran, begin} = counted()
  const shop = openWorkshop({git: counting, remote: {url: w.url, token: null}, cacheDir: w.cacheDir, checkout: w.checkout, runId: 'run-1'})
  // the first issue makes the clone
  await (await shop.open(1, {sha: w.base})).remove({runId: 'run-1'})
  begin('open')
  const tree = await shop.open(7, {sha: w.base})
  put(tree.path, {'src/b.ts': 'one\n'})
  begin('commit')
  await tree.gather(w.base)
  await tree.changed(w.base)
  expect(await tree.head()).toBe(w.base)
  await tree.commit('feat: b')
  begin('verify')
  const sha = await tree.head()
  await tree.restore(sha)
  for (let stage = 0; stage < 4; stage++) await tree.evidence(w.base, await tree.head())
  begin('push')
  expect(await tree.outgoing(w.base, await tree.head())).toContain('+one')
  await tree.push('pilot/GH-7', null, await tree.head())
  begin('remove')
  expect(await tree.remove({runId: 'run-1'})).toBeNull()
  expect(sh(w.origin, 'rev-parse', 'pilot/GH-7')).toBe(sha)
  const {open, commit, verify, push, remove} = ran
  expect({open: open?.sort(), commit: commit?.sort(), verify: verify?.sort(), push, remove}).toEqual({
    open: ['for-each-ref', 'update-ref', 'worktree'],
    commit: ['add', 'commit', 'diff', 'diff', 'for-each-ref', 'ls-files', 'ls-files', 'ls-files', 'ls-files', 'ls-files', 'reset', 'status'],
    verify: ['diff', 'diff', 'diff', 'ls-files', 'rev-list'],
    push: ['log', 'push', 'update-ref'],
    remove: ['status', 'rev-list', 'for-each-ref'],
  })
})

it('looks for secrets in all that the remote has not, whatever else of it pilot keeps', async () => {
  const w = world()
  const tree = await openWorkshop({git, remote: {url: w.url, token: null}, cacheDir: w.cacheDir, checkout: null, runId: 'run-1'}).open(7, {sha: w.base})
  put(tree.path, {'key.txt': 'a planted secret\n'})
  const sha = await tree.commit('feat: key')
  sh(`${w.cacheDir}/clone.git`, 'update-ref', 'refs/pilot/rescue/GH-7/earlier', sha ?? '')
  expect(await tree.outgoing(w.base, await tree.head())).toContain('+a planted secret')
})

it('keeps pilot\'s own files out of a commit, also one that an agent has put into the index', async () => {
  const w = world()
  const tree = await openWorkshop({git, remote: {url: w.url, token: null}, cacheDir: w.cacheDir, checkout: null, runId: 'run-1'}).open(7, {sha: w.base})
  put(tree.path, {'.pilot/runs/x.json': '{}', '.pilot/ledger.ndjson': '', '.pilot/ledger.ndjson.txt': 'mine'})
  sh(tree.path, 'add', '.pilot/runs/x.json')
  const sha = await tree.commit('feat: files')
  expect(sh(tree.path, 'show', '--name-only', '--format=', sha ?? '')).toBe('.pilot/ledger.ndjson.txt')
  expect(await tree.commit('nothing more')).toBeNull()
})

it('takes HEAD at its word only where it names a commit that git has seen', async () => {
  const w = world()
  const tree = await openWorkshop({git, remote: {url: w.url, token: null}, cacheDir: w.cacheDir, checkout: null, runId: 'run-1'}).open(7, {sha: w.base})
  expect(await tree.head()).toBe(w.base)
  sh(tree.path, 'checkout', '--quiet', '-b', 'elsewhere')
  sh(tree.path, 'commit', '--quiet', '--allow-empty', '-m', 'on a branch')
  expect(await tree.head()).toBe(sh(tree.path, 'rev-parse', 'HEAD'))
  put(`${w.cacheDir}/clone.git/worktrees/GH-7`, {HEAD: `${'1'.repeat(40)}\n`})
  await expect(tree.head()).rejects.toMatchObject({code: 'GIT_FAILED'})
})
