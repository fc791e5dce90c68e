import {createHash} from 'node:crypto'
import {existsSync, lstatSync, readFileSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {openWorkshop, type WorkshopOptions} from '../../src/lib/adapters/workshop.js'
import {treeMap} from '../../src/lib/adapters/workshop-tree.js'
import {git, put, sh, world, type World} from './git-fixture.js'

const workshop = (w: World, more: Partial<WorkshopOptions> = {}) =>
  openWorkshop({git, remote: {url: w.url, token: null}, cacheDir: w.cacheDir, checkout: w.checkout, runId: 'run-1', ...more})

/** Every file below a folder with its content's hash, type and mode. */
function fingerprint(root: string, skip: (path: string) => boolean = () => false): Record<string, string> {
  const rows: Record<string, string> = {}
  const walk = (path: string) => {
    for (const name of readdirSync(join(root, path))) {
      const child = path === '' ? name : `${path}/${name}`
      if (skip(child)) continue
      const stat = lstatSync(join(root, child))
      if (stat.isDirectory()) walk(child)
      else rows[child] = `${stat.mode} ${stat.isSymbolicLink() ? readlinkSync(join(root, child)) : createHash('sha1').update(readFileSync(join(root, child))).digest('hex')}`
    }
  }
  walk('')
  return rows
}

describe('a worktree', () => {
  it('goes from a commit of the remote over commit and evidence to a pushed branch', async () => {
    const w = world()
    const shop = workshop(w)
    const tree = await shop.open(7, {sha: w.base})
    expect(await tree.commit('nothing')).toBeNull()
    put(tree.path, {'src/b.ts': 'one\ntwo\n', 'README.md': 'hello world\n', '.pilot/runs/x.json': '{}', 'bin.dat': '\0\0\0'})
    expect(await tree.changed(w.base)).toEqual(['README.md', 'bin.dat', 'src/b.ts'])
    const sha = await tree.commit('feat: b\n\n#7 at the start of a line stays')
    expect(sha).toBe(await tree.head())
    const {evidence, patch} = await tree.evidence(w.base, await tree.head())
    expect(evidence).toEqual({baseSha: w.base, headSha: sha, commits: 1, files: ['README.md', 'bin.dat', 'src/b.ts'], additions: 3, deletions: 1})
    expect(patch).toContain('+hello world')
    await tree.push('pilot/GH-7', null, await tree.head())
    expect(await shop.branchSha('pilot/GH-7')).toBe(sha)
    expect(await shop.branchSha('pilot/GH-70')).toBeNull()
    expect(sh(w.origin, 'log', '-1', '--format=%an <%ae>%n%b', 'pilot/GH-7')).toBe('pilot <pilot@users.noreply.github.com>\n#7 at the start of a line stays')
    expect(await tree.remove({runId: 'run-1'})).toBeNull()
    expect(existsSync(tree.path)).toBe(false)
    expect(readFileSync(join(w.cacheDir, 'clone.git/config'), 'utf8')).not.toMatch(/url|remote|helper/)
  })

  it('shows the content of what is text in spite of a NUL byte or an attribute, and of nothing else', async () => {
    const w = world()
    put(w.checkout, {'.gitattributes': '*.gen.ts -diff\n'})
    sh(w.checkout, 'add', '--all')
    sh(w.checkout, 'commit', '--quiet', '-m', 'attributes')
    sh(w.checkout, 'push', '--quiet', 'origin', 'HEAD:main')
    const base = sh(w.checkout, 'rev-parse', 'HEAD')
    const tree = await workshop(w).open(7, {sha: base})
    put(tree.path, {'src/b.ts': '// \0 looks binary\nevil()\n', 'c.gen.ts': 'alsoEvil()\n', 'd.ts': 'plain()\n'})
    writeFileSync(join(tree.path, 'logo.png'), Buffer.from(Array.from({length: 400}, (_, i) => [0x89, 0x50, 0, 0xff][i % 4]!)))
    await tree.commit('x')
    const {patch} = await tree.evidence(base, await tree.head())
    expect(patch.split('\n').filter((line) => /^\+(?!\+\+)|^Binary/.test(line))).toEqual([
      '+alsoEvil()', '+plain()', 'Binary files /dev/null and b/logo.png differ', '+// \0 looks binary', '+evil()'])
  })

  it('pushes only over what is expected, and says why the remote refused', async () => {
    const w = world()
    const tree = await workshop(w).open(7, {sha: w.base})
    sh(w.checkout, 'push', '--quiet', 'origin', 'main:refs/heads/pilot/GH-7')
    put(tree.path, {'x': '1'})
    const first = await tree.commit('x')
    await expect(tree.push('pilot/GH-7', null, await tree.head())).rejects.toMatchObject({code: 'GIT_FAILED', message: expect.stringContaining('stale info') as string})
    await expect(tree.push('pilot/GH-7', 'f'.repeat(40), await tree.head())).rejects.toMatchObject({code: 'GIT_FAILED'})
    await tree.push('pilot/GH-7', w.base, await tree.head())
    await tree.push('pilot/GH-7', w.base, await tree.head()) // once more after a lost answer: it is there already
    expect(sh(w.origin, 'rev-parse', 'pilot/GH-7')).toBe(first)
    writeFileSync(join(w.origin, 'hooks/pre-receive'), '#!/bin/sh\necho "no such commits here" >&2\nexit 1\n', {mode: 0o755})
    put(tree.path, {'x': '2'})
    await tree.commit('x')
    await expect(tree.push('pilot/GH-7', first, await tree.head())).rejects.toMatchObject({code: 'GIT_FAILED', message: expect.stringMatching(/pre-receive hook declined.*no such commits here/s) as string})
    for (const name of ['--delete', 'a..b', 'a b', 'x:refs/heads/main', '+main', 'a*', 'x.lock', '']) {
      await expect(tree.push(name, null, w.base)).rejects.toMatchObject({code: 'GIT_FAILED', message: expect.stringContaining('not a branch name') as string})
    }
  })

  it.each([['with', true], ['without', false]])('is rescued before it goes, %s the user’s checkout', async (_, shown) => {
    const w = world()
    const tree = await workshop(w, shown ? {} : {checkout: null}).open(7, {sha: w.base})
    put(tree.path, {'done.txt': 'done'})
    await tree.commit('done')
    put(tree.path, {'half.txt': 'half'})
    expect(await tree.remove({runId: 'run/1..x'})).toBe('refs/pilot/rescue/GH-7/run-1--x')
    const where = shown ? w.checkout : join(w.cacheDir, 'clone.git')
    expect(sh(where, 'ls-tree', '--name-only', 'refs/pilot/rescue/GH-7/run-1--x')).toBe('README.md\ndone.txt\nhalf.txt\nsrc')
  })

  it('leaves the user’s checkout as it is, byte for byte, but for rescue refs and objects', async () => {
    const w = world()
    put(w.checkout, {'README.md': 'edited\n', 'new.txt': 'untracked', '.git/hooks/post-checkout': '#!/bin/sh\ntouch ../hooked\n'})
    sh(w.checkout, 'add', 'README.md')
    sh(w.checkout, 'config', 'fetch.prune', 'true')
    const skip = (path: string) => path.startsWith('.git/objects/') || path.startsWith('.git/refs/pilot/rescue/')
    const before = fingerprint(w.checkout, skip)
    const shop = workshop(w)
    const tree = await shop.open(7, {sha: w.base})
    put(tree.path, {'x': '1'})
    await tree.commit('x')
    await tree.push('pilot/GH-7', null, await tree.head())
    put(tree.path, {'y': '1'})
    expect(await tree.remove({runId: 'a'})).toBe('refs/pilot/rescue/GH-7/a')
    expect(fingerprint(w.checkout, skip)).toEqual(before)
    expect(sh(w.checkout, 'for-each-ref', '--format=%(refname)', 'refs/pilot')).toBe('refs/pilot/rescue/GH-7/a')
  })

  it('rescues an older worktree that is in the way, and keeps two rescues of one run apart', async () => {
    const w = world()
    const notes: string[] = []
    const shop = workshop(w, {warn: (text) => notes.push(text)})
    const older = await shop.open(7, {sha: w.base})
    put(older.path, {'old.txt': 'old'})
    const newer = await shop.open(7, {sha: w.base})
    expect(existsSync(join(newer.path, 'old.txt'))).toBe(false)
    expect(notes.join()).toContain('refs/pilot/rescue/GH-7/run-1')
    put(newer.path, {'new.txt': 'new'})
    expect(await newer.remove({runId: 'run-1'})).toBe('refs/pilot/rescue/GH-7/run-1-2')
    expect(sh(w.checkout, 'show', 'refs/pilot/rescue/GH-7/run-1:old.txt')).toBe('old')
    expect(sh(w.checkout, 'show', 'refs/pilot/rescue/GH-7/run-1-2:new.txt')).toBe('new')
  })

  it('is the run’s that opened it last: the one before it can neither use nor remove it', async () => {
    const w = world()
    const notes: string[] = []
    const older = await workshop(w, {runId: 'slept', warn: (text) => notes.push(text)}).open(7, {sha: w.base})
    put(older.path, {'old.txt': 'old'})
    const newer = await workshop(w, {runId: 'woke'}).open(7, {sha: w.base})
    put(newer.path, {'new.txt': 'new'})
    const {path} = older
    const uses = Object.entries(older).filter(([name]) => name !== 'path' && name !== 'remove') as unknown as [string, (...args: unknown[]) => Promise<unknown>][]
    const given: unknown[] = [w.base, null]
    for (const [, use] of uses) await expect(use(...given)).rejects.toMatchObject({code: 'CLAIM_LOST'})
    expect(await older.remove({runId: 'slept'})).toBeNull()
    expect(notes).toEqual(['The worktree of GH-7 belongs to run woke now; it is left alone.'])
    expect([existsSync(join(path, 'new.txt')), existsSync(join(path, 'old.txt'))]).toEqual([true, false])
    expect(sh(w.checkout, 'for-each-ref', '--format=%(refname)', 'refs/pilot')).toBe('refs/pilot/rescue/GH-7/woke')
    expect(await newer.tree()).toBe(sh(newer.path, 'rev-parse', 'HEAD^{tree}'))
    expect(await newer.remove({runId: 'woke'})).toBe('refs/pilot/rescue/GH-7/woke-2')
    expect(readdirSync(join(w.cacheDir, 'worktrees'))).toEqual([])
  })

  it('keeps commits of a worktree whose folder somebody removed', async () => {
    const w = world()
    const tree = await workshop(w).open(7, {sha: w.base})
    put(tree.path, {'x': '1'})
    const sha = await tree.commit('x')
    rmSync(tree.path, {recursive: true})
    await workshop(w, {runId: 'run-2'}).open(7, {sha: w.base})
    expect(sh(w.checkout, 'rev-parse', 'refs/pilot/rescue/GH-7/run-2')).toBe(sha)
  })

  it('finds what an agent did on a branch of its own, without .git, or with a repository of its own inside', async () => {
    const w = world()
    const notes: string[] = []
    const tree = await workshop(w, {warn: (text) => notes.push(text)}).open(7, {sha: w.base})
    sh(tree.path, 'checkout', '--quiet', '-b', 'my-own-branch')
    put(tree.path, {'a.txt': 'a'})
    sh(tree.path, 'add', '--all')
    sh(tree.path, 'commit', '--quiet', '-m', 'agent')
    rmSync(join(tree.path, '.git'))
    sh(tree.path, 'init', '--quiet', 'inner')
    put(tree.path, {'inner/x': 'x', 'b.txt': 'b'})
    sh(join(tree.path, 'inner'), 'add', '--all')
    sh(join(tree.path, 'inner'), 'commit', '--quiet', '-m', 'inner')
    sh(tree.path, 'init', '--quiet', 'hollow')
    await tree.commit('pilot')
    const {evidence} = await tree.evidence(w.base, await tree.head())
    expect(evidence).toMatchObject({commits: 2, files: ['a.txt', 'b.txt', 'inner/x']})
    expect(notes.join()).toContain('inner')
    await tree.push('pilot/GH-7', null, await tree.head())
  })

  it('ends a half-done merge or rebase without committing conflict markers or losing commits', async () => {
    const w = world()
    for (const [issue, how] of [[1, 'merge'], [2, 'rebase']] as const) {
      const tree = await workshop(w, {runId: `r${issue}`}).open(issue, {sha: w.base})
      sh(tree.path, 'checkout', '--quiet', '-b', `theirs-${how}`)
      put(tree.path, {'README.md': 'theirs\n'})
      sh(tree.path, 'commit', '--quiet', '-am', 'theirs')
      sh(tree.path, 'checkout', '--quiet', '-b', `mine-${how}`, w.base)
      put(tree.path, {'README.md': 'mine\n'})
      sh(tree.path, 'commit', '--quiet', '-am', 'mine')
      const mine = sh(tree.path, 'rev-parse', 'HEAD')
      expect(() => sh(tree.path, how, `theirs-${how}`)).toThrow()
      expect(readFileSync(join(tree.path, 'README.md'), 'utf8')).toContain('<<<<<<<')
      await tree.commit('pilot')
      expect(await tree.head()).toBe(mine)
      expect(readFileSync(join(tree.path, 'README.md'), 'utf8')).toBe('mine\n')
      expect(sh(join(w.cacheDir, 'clone.git'), 'show', `refs/pilot/rescue/GH-${issue}/unfinished-${how}:README.md`)).toContain('<<<<<<<')
    }
  })

  it('finishes a merge that only waits for its commit, past a lock that a killed git left', async () => {
    const w = world()
    const tree = await workshop(w).open(1, {sha: w.base})
    sh(tree.path, 'checkout', '--quiet', '-b', 'theirs')
    put(tree.path, {'theirs.txt': 'x'})
    sh(tree.path, 'add', '--all')
    sh(tree.path, 'commit', '--quiet', '-m', 'theirs')
    sh(tree.path, 'checkout', '--quiet', '--detach', w.base)
    sh(tree.path, 'merge', '--quiet', '--no-ff', '--no-commit', 'theirs')
    writeFileSync(join(w.cacheDir, 'clone.git/worktrees/GH-1/index.lock'), '')
    await tree.commit('pilot')
    expect((await tree.evidence(w.base, await tree.head())).evidence.files).toEqual(['theirs.txt'])
    expect(sh(tree.path, 'status', '--porcelain=v1', '--branch')).toBe('## HEAD (no branch)')
  })

  it('merges a newer base, and leaves everything as it was on a conflict', async () => {
    const w = world()
    const tree = await workshop(w).open(1, {sha: w.base})
    put(tree.path, {'mine.txt': 'mine'})
    const mine = await tree.commit('mine')
    expect(await tree.merge(w.base)).toBe('current')
    put(w.checkout, {'theirs.txt': 'x'})
    sh(w.checkout, 'add', '--all')
    sh(w.checkout, 'commit', '--quiet', '-m', 'theirs')
    const clean = sh(w.checkout, 'rev-parse', 'HEAD')
    put(w.checkout, {'mine.txt': 'not mine'})
    sh(w.checkout, 'add', '--all')
    sh(w.checkout, 'commit', '--quiet', '-m', 'conflict')
    const clash = sh(w.checkout, 'rev-parse', 'HEAD')
    sh(w.checkout, 'push', '--quiet', 'origin', 'main')
    expect(await tree.merge(clash)).toBe('conflict')
    expect(await tree.head()).toBe(mine)
    expect(await tree.read('mine.txt')).toBe('mine')
    expect(await tree.merge(clean)).toBe('merged')
    expect(await tree.read('theirs.txt')).toBe('x')
  })

  it('reads files of the worktree and nothing else', async () => {
    const w = world()
    const tree = await workshop(w).open(1, {sha: w.base})
    put(w.root, {'secret': 's'})
    symlinkSync(join(w.root, 'secret'), join(tree.path, 'link'))
    expect(await tree.read('README.md')).toBe('hello\n')
    expect(await tree.read('missing/x')).toBeNull()
    expect(await tree.read('src')).toBeNull()
    for (const path of ['link', '../../../secret', join(w.root, 'secret')]) await expect(tree.read(path)).rejects.toMatchObject({code: 'FILE_UNREADABLE'})
  })

  it('ignores what an agent wrote into the clone’s configuration and hooks', async () => {
    const w = world()
    const shop = workshop(w)
    const tree = await shop.open(1, {sha: w.base})
    const trap = join(w.root, 'trapped')
    sh(tree.path, 'config', 'core.fsmonitor', `touch ${trap}`)
    sh(tree.path, 'config', 'core.hooksPath', join(w.root, 'evil'))
    sh(tree.path, 'config', `url.file://${w.root}/elsewhere.insteadOf`, w.url)
    for (const hook of ['pre-commit', 'pre-push', 'post-checkout', 'post-index-change']) {
      put(w.root, {[`evil/${hook}`]: ''})
      writeFileSync(join(w.root, 'evil', hook), `#!/bin/sh\ntouch ${trap}\n`, {mode: 0o755})
    }
    sh(tree.path, 'config', 'filter.evil.clean', `touch ${trap}; cat`)
    put(tree.path, {'x': '1', '.gitattributes': '* filter=evil\n'})
    await tree.commit('x')
    await tree.push('pilot/GH-1', null, await tree.head())
    expect(existsSync(trap)).toBe(false)
    sh(tree.path, 'config', `url.file://${w.root}/elsewhere.insteadOf`, w.url)
    expect(await shop.branchSha('pilot/GH-1')).toBe(await tree.head())
    expect(sh(w.origin, 'rev-parse', 'pilot/GH-1')).toBe(await tree.head())
  })
})

describe('a workshop', () => {
  it('makes one clone when several processes start at once', async () => {
    const w = world()
    const trees = await Promise.all(Array.from({length: 6}, (_, i) => workshop(w).open(i + 1, {sha: w.base})))
    expect(new Set(await Promise.all(trees.map((tree) => tree.head())))).toEqual(new Set([w.base]))
    expect(readdirSync(w.cacheDir).sort()).toEqual(['clone.git', 'worktrees'])
  })

  it('fetches what the checkout lacks from the remote, and refuses a commit that nobody has', async () => {
    const w = world()
    const other = join(w.root, 'other')
    sh(w.root, 'clone', '--quiet', w.url, other)
    put(other, {'lib/deep/x.ts': '', 'lib/y.ts': ''})
    sh(other, 'add', '--all')
    sh(other, 'commit', '--quiet', '-m', 'newer')
    sh(other, 'push', '--quiet', 'origin', 'HEAD:main')
    const newer = sh(other, 'rev-parse', 'HEAD')
    expect(await workshop(w).tree(newer, 50)).toEqual(['lib/ (2 files)', '  lib/deep/ (1 file)', 'src/ (1 file)', 'README.md'])
    expect(await workshop(w, {checkout: null, cacheDir: join(w.root, 'c2')}).tree(newer, 2)).toEqual(['lib/ (2 files)', '… and 2 more'])
    await expect(workshop(w).open(1, {sha: 'e'.repeat(40)})).rejects.toMatchObject({code: 'GIT_FAILED'})
    await expect(workshop(w).open(1, {sha: '--help'})).rejects.toMatchObject({code: 'GIT_FAILED'})
  })

  it('maps a tree within its limit', () => {
    const paths = ['b/c/1', 'b/c/2', 'b/d/3', 'a', 'e/f', 'x\ny']
    expect(treeMap(paths, 9)).toEqual(['b/ (3 files)', '  b/c/ (2 files)', '  b/d/ (1 file)', 'e/ (1 file)', 'a', 'x?y'])
    expect(treeMap(paths, 5)).toEqual(['b/ (3 files)', '  b/c/ (2 files)', 'e/ (1 file)', 'a', 'x?y'])
    expect(treeMap(paths, 2)).toEqual(['b/ (3 files)', '… and 3 more'])
    expect(treeMap(paths, 0)).toEqual([])
  })
})
