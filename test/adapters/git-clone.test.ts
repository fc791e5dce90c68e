import {existsSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import type {Git} from '../../src/lib/adapters/git.js'
import {openClone} from '../../src/lib/adapters/git-clone.js'
import {git, put, sh, world, type World} from './git-fixture.js'

/** One more commit on the remote's main, from elsewhere than the user's checkout. */
function push(w: World, name: string): string {
  const other = join(w.root, 'other')
  if (!existsSync(other)) sh(w.root, 'clone', '--quiet', w.url, other)
  put(other, {[name]: `${name}\n`})
  sh(other, 'add', '--all')
  sh(other, 'commit', '--quiet', '-m', name)
  sh(other, 'push', '--quiet', 'origin', 'HEAD:main')
  return sh(other, 'rev-parse', 'HEAD')
}
/** A remote with three commits. */
function three(): World {
  const w = world()
  push(w, 'two')
  sh(w.origin, 'config', 'uploadpack.allowFilter', 'true')
  return {...w, base: push(w, 'three')}
}
/** As another process opens it. */
const opened = (w: World, checkout: string | null, runner: Git = git, url = w.url) => openClone({git: runner, remote: {url, token: null}, cacheDir: w.cacheDir, checkout})
/** Counts the processes: the name of each git command. */
function counted(): {runner: Git; names: string[]} {
  const names: string[] = []
  return {names, runner: (args, options) => { names.push(args.find((arg) => /^[a-z][a-z-]+$/.test(arg)) ?? ''); return git(args, options) }}
}
const commits = (dir: string, sha: string): number => Number(sh(dir, 'rev-list', '--count', sha))

describe('the clone has the whole history, though the checkout', () => {
  it.each([
    ['is shallow', (w: World, there: string) => sh(w.root, 'clone', '--quiet', '--depth', '1', w.url, there)],
    ['is shallow and bare', (w: World, there: string) => sh(w.root, 'clone', '--quiet', '--bare', '--depth', '2', w.url, there)],
    ['is a worktree of a shallow one', (w: World, there: string) => {
      sh(w.root, 'clone', '--quiet', '--depth', '1', w.url, 'main-one')
      sh(join(w.root, 'main-one'), 'worktree', 'add', '--quiet', '--detach', there)
    }],
    ['has grafts', (w: World, there: string) => {
      sh(w.root, 'clone', '--quiet', w.url, there)
      put(there, {'.git/info/grafts': `${w.base}\n`})
    }],
    ['has replaced commits', (w: World, there: string) => {
      sh(w.root, 'clone', '--quiet', w.url, there)
      sh(there, 'replace', '--graft', 'HEAD')
    }],
    ['is partial, without blobs', (w: World, there: string) => sh(w.root, 'clone', '--quiet', '--filter=blob:none', w.url, there)],
    ['is gone', () => undefined],
    ['is none', (_: World, there: string) => put(there, {'x': ''})],
  ])('%s', async (_, make) => {
    const w = three()
    const there = join(w.root, 'there')
    make(w, there)
    const clone = opened(w, there)
    await clone.ensure(w.base, 'refs/pilot/base/GH-1')
    const dir = await clone.gitDir()
    expect(commits(dir, w.base)).toBe(3)
    const moved = push(w, 'four')
    await opened(w, there).ensure(moved, 'refs/pilot/base/GH-2')
    expect([commits(dir, moved), existsSync(join(dir, 'shallow'))]).toEqual([4, false])
    sh(dir, 'fsck', '--strict')
    // git walks the history for what it has to send
    expect(await clone.remote.push({ref: 'refs/heads/older', expected: null, to: sh(dir, 'rev-parse', `${moved}~2`)})).toEqual({kind: 'done'})
  })

  it('lends it nothing where it is whole: then no byte comes from the remote', async () => {
    const w = three()
    sh(w.checkout, 'pull', '--quiet', 'origin', 'main')
    const {runner, names} = counted()
    const clone = opened(w, w.checkout, runner, `file://${w.root}/gone.git`)
    await clone.ensure(w.base, 'refs/pilot/base/GH-1')
    expect([commits(await clone.gitDir(), w.base), names]).toEqual([3, ['init', 'update-ref', 'cat-file', 'rev-parse', 'fetch', 'update-ref']])
    names.length = 0
    await opened(w, w.checkout, runner).ensure(w.base, 'refs/pilot/base/GH-2')
    expect(names).toEqual(['update-ref'])
  })
})

describe('a clone that was copied from a shallow checkout', () => {
  /** As pilot once left it: the commit is held by a ref, its parents are not there, and an attempt's work stands on it. */
  async function poisoned(): Promise<{w: World; dir: string; rescued: string}> {
    const w = three()
    const dir = await opened(w, null).gitDir()
    rmSync(join(dir, 'whole'))
    sh(w.root, 'clone', '--quiet', '--depth', '1', w.url, 'there')
    sh(dir, 'fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--', join(w.root, 'there'), w.base)
    sh(dir, 'update-ref', 'refs/pilot/base/GH-1', w.base)
    const rescued = sh(dir, 'commit-tree', `${w.base}^{tree}`, '-p', w.base, '-m', 'half')
    sh(dir, 'update-ref', 'refs/pilot/rescue/GH-1/run', rescued)
    expect(() => commits(dir, w.base)).toThrow()
    return {w, dir, rescued}
  }

  it.each([['stayed', 0], ['moved on', 1]])('is completed once, where the base %s, and keeps what it holds', async (_, more) => {
    const {w, dir, rescued} = await poisoned()
    const base = more === 0 ? w.base : push(w, 'four')
    const {runner, names} = counted()
    await opened(w, null, runner).ensure(base, 'refs/pilot/base/GH-2')
    expect([commits(dir, base), commits(dir, rescued), sh(dir, 'rev-parse', 'refs/pilot/rescue/GH-1/run')]).toEqual([3 + more, 4, rescued])
    sh(dir, 'fsck', '--strict')
    expect(readdirSync(w.cacheDir)).toEqual(['clone.git'])
    expect(names.slice(0, 4)).toEqual(['rev-list', 'fsck', 'init', 'fetch'])
    names.length = 0
    await opened(w, null, runner).gitDir()
    expect(names).toEqual([])
  })

  it('is completed where only a worktree stands on such a commit, or where the base was rewritten since', async () => {
    const {w, dir, rescued} = await poisoned()
    sh(dir, 'worktree', 'add', '--quiet', '--detach', join(w.cacheDir, 'worktrees/GH-1'), rescued)
    for (const ref of ['base/GH-1', 'rescue/GH-1/run']) sh(dir, 'update-ref', '-d', `refs/pilot/${ref}`)
    sh(join(w.root, 'other'), 'reset', '--quiet', '--hard', 'HEAD~2')
    sh(join(w.root, 'other'), 'push', '--quiet', '--force', 'origin', 'HEAD:main')
    await opened(w, null).gitDir()
    expect(commits(dir, rescued)).toBe(4)
  })

  it('names the way out where the remote has lost what is missing', async () => {
    const {w, dir} = await poisoned()
    sh(join(w.root, 'other'), 'reset', '--quiet', '--hard', 'HEAD~2')
    sh(join(w.root, 'other'), 'push', '--quiet', '--force', 'origin', 'HEAD:main')
    sh(w.origin, 'reflog', 'expire', '--expire=now', '--all')
    sh(w.origin, 'prune', '--expire=now')
    await expect(opened(w, null).gitDir()).rejects.toMatchObject({code: 'GIT_FAILED', message: expect.stringContaining('not our ref') as string, suggestions: [`rm -r '${dir}'`]})
    expect(readdirSync(w.cacheDir)).toEqual(['clone.git'])
    // without a connection nothing is to be thrown away
    const away = opened(w, null, git, 'http://127.0.0.1:1/acme/app.git').gitDir()
    await expect(away).rejects.toMatchObject({code: 'GITHUB_UNREACHABLE'})
  })
})

describe('a clone without the mark', () => {
  it('is marked after one look where nothing is missing', async () => {
    const w = three()
    const dir = await opened(w, null).gitDir()
    await opened(w, null).ensure(w.base, 'refs/pilot/base/GH-1')
    rmSync(join(dir, 'whole'))
    const {runner, names} = counted()
    for (let n = 0; n < 2; n++) await opened(w, null, runner, `file://${w.root}/gone.git`).gitDir()
    expect(names).toEqual(['rev-list'])
  })

  it('is looked at again where something else is wrong with it', async () => {
    const w = three()
    const dir = await opened(w, null).gitDir()
    rmSync(join(dir, 'whole'))
    put(dir, {'refs/pilot/base/GH-1': `${'1'.repeat(40)}\n`})
    const {runner, names} = counted()
    for (let n = 0; n < 2; n++) await opened(w, null, runner).gitDir()
    expect([names, existsSync(join(dir, 'whole'))]).toEqual([['rev-list', 'fsck', 'rev-list', 'fsck'], false])
  })

  it('is read with pilot’s settings, not with those that an agent wrote', async () => {
    const w = three()
    const dir = await opened(w, null).gitDir()
    await opened(w, null).ensure(w.base, 'refs/pilot/base/GH-1')
    rmSync(join(dir, 'whole'))
    writeFileSync(join(dir, 'config'), 'not a configuration')
    await opened(w, null).gitDir()
    expect(existsSync(join(dir, 'whole'))).toBe(true)
  })
})
