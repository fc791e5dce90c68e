import {chmodSync, existsSync, linkSync, readdirSync, readFileSync, symlinkSync, utimesSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {openWorkshop} from '../../src/lib/adapters/workshop.js'
import {git, put, tempDir, world} from './git-fixture.js'

// Files that git ignores: an agent's own are taken away before a verification, and whatever else was there stays.

const IGNORE = 'dist/\nnode_modules/\n*.log\ncoverage/\n.venv/\n'
async function open(files: Record<string, string> = {}) {
  const w = world({'.gitignore': IGNORE, 'src/a.ts': 'a\n', ...files})
  const shop = openWorkshop({git, remote: {url: w.url, token: null}, cacheDir: w.cacheDir, checkout: w.checkout, runId: 'run-1'})
  const tree = await shop.open(7, {sha: w.base})
  return {tree, at: (path: string) => join(tree.path, path), has: (path: string) => existsSync(join(tree.path, path)), make: (made: Record<string, string>) => { put(tree.path, made) }}
}
const MADE = {'dist/out.js': 'built\n', 'node_modules/lib/index.js': 'lib\n'}

describe('ignored files', () => {
  it('that the agent wrote go, in new and old folders, and only those', async () => {
    const {tree, has, make, at} = await open()
    make(MADE)
    await tree.noteUntracked('setup')
    make({'coverage/deep/a.txt': 'x', 'dist/ok': 'x', 'node_modules/.vite/results.json': '{}', 'src/made.log': 'x', 'src/b.ts': 'work\n'})
    const outside = join(tempDir(), 'kept')
    put(outside, {'file': 'x'})
    symlinkSync(outside, at('node_modules/link'))
    // as the flow does: what is work is in a commit by now
    await tree.commit('work')
    make({'left.txt': 'by the tests\n', '.pilot/runs/x.json': '{}'})
    const {removed, ...rest} = await tree.clearUntracked(true)
    expect([removed.toSorted(), rest]).toEqual([['.pilot/', 'coverage/', 'dist/ok', 'left.txt', 'node_modules/.vite/', 'node_modules/link', 'src/made.log'], {kept: [], isBare: false}])
    expect([has('coverage'), has('dist/ok'), has('node_modules/.vite'), has('node_modules/link'), has('src/made.log'), has('left.txt'), has('.pilot/runs')]).toEqual([false, false, false, false, false, false, false])
    expect([has('dist/out.js'), has('node_modules/lib/index.js'), has('src/b.ts'), existsSync(join(outside, 'file'))]).toEqual([true, true, true, true])
  })

  it.each([
    ['changed', (path: string) => { put(path, {'dist/out.js': 'forged\n'}) }],
    ['changed to the same size, with its old time', (path: string) => {
      const file = join(path, 'dist/out.js')
      const {atime, mtime} = statSync(file)
      put(path, {'dist/out.js': 'BUILT\n'})
      utimesSync(file, atime, mtime)
    }],
    ['changed in place, with its old time and a second name', (path: string) => {
      const file = join(path, 'dist/out.js')
      const {atime, mtime} = statSync(file)
      writeFileSync(file, 'BUILT\n')
      linkSync(file, join(tempDir(), 'second'))
      utimesSync(file, atime, mtime)
    }],
    ['removed', (path: string) => { rmSync(join(path, 'dist/out.js')) }],
  ])('of the set-up that the agent %s: all of them go until the set-up ran again', async (_, change) => {
    const {tree, has, make} = await open()
    make(MADE)
    await tree.noteUntracked('setup')
    change(tree.path)
    expect(await tree.clearUntracked(true)).toEqual({removed: ['dist/out.js'], kept: [], isBare: true})
    expect([has('dist'), has('node_modules'), has('src/a.ts')]).toEqual([false, false, true])
    // a set-up that failed is not forgotten
    await tree.noteUntracked('baseline')
    expect((await tree.clearUntracked(true)).isBare).toBe(true)
    make(MADE)
    await tree.noteUntracked('setup')
    expect(await tree.clearUntracked(true)).toEqual({removed: [], kept: [], isBare: false})
  })

  it('of the verify commands that the agent changed go, and nothing is set up again for them', async () => {
    const {tree, has, make} = await open()
    make(MADE)
    await tree.noteUntracked('setup')
    make({'coverage/a.txt': 'by verify\n', 'coverage/b.txt': 'by verify\n'})
    await tree.noteUntracked('baseline')
    make({'coverage/a.txt': 'by the agent\n'})
    expect(await tree.clearUntracked(true)).toEqual({removed: ['coverage/a.txt'], kept: [], isBare: false})
    expect([has('coverage/a.txt'), has('coverage/b.txt')]).toEqual([false, true])
  })

  it('that were installed by the agent stay where no set-up installs them, and are named', async () => {
    const {tree, has, make} = await open()
    await tree.noteUntracked('setup')
    make({'node_modules/lib/index.js': 'lib\n', 'dist/ok': 'x', '.venv/bin/x': 'x'})
    const {removed, ...rest} = await tree.clearUntracked(false)
    expect([removed, {...rest, kept: rest.kept.toSorted()}]).toEqual([['dist/'], {kept: ['.venv/', 'node_modules/'], isBare: false}])
    expect([has('node_modules/lib/index.js'), has('dist')]).toEqual([true, false])
  })

  it('that the agent told git to ignore are not its own', async () => {
    const {tree, make, has} = await open({'.gitignore': ''})
    make(MADE)
    await tree.noteUntracked('setup')
    make({'.gitignore': IGNORE})
    expect(await tree.clearUntracked(true)).toEqual({removed: [], kept: [], isBare: false})
    expect(has('node_modules/lib/index.js')).toBe(true)
  })

  it('go from folders that were closed', async () => {
    const {tree, make, has, at} = await open()
    await tree.noteUntracked('setup')
    make({'dist/in/ok': 'x'})
    chmodSync(at('dist/in'), 0o500)
    expect((await tree.clearUntracked(true)).removed).toEqual(['dist/'])
    expect(has('dist')).toBe(false)
  })

  it('that steer agents go when the work is gathered, in every folder, but not those that came with the set-up', async () => {
    const ours = {'node_modules/lib/CLAUDE.md': 'of the package\n', 'dist/templates/.claude/settings.json': '{}\n'}
    const {tree, make, has} = await open({'.gitignore': `${IGNORE}CLAUDE.md\n.claude/\n`})
    make(ours)
    await tree.noteUntracked('setup')
    const theirs = ['src/CLAUDE.md', 'src/deep/er/CLAUDE.md', 'src/.claude/settings.json', 'new/CLAUDE.md', 'dist/AGENTS.md', 'CLAUDE.md']
    make(Object.fromEntries([...theirs, 'src/deep/work.ts'].map((path) => [path, 'obey\n'])))
    await tree.gather(await tree.head())
    expect([theirs.filter(has), Object.keys(ours).filter(has), has('src/deep/work.ts')]).toEqual([[], Object.keys(ours), true])
    make({'node_modules/lib/CLAUDE.md': 'obey\n'})
    await tree.gather(await tree.head())
    expect(has('node_modules/lib/CLAUDE.md')).toBe(false)
  })

  it('are left alone where nothing was noted', async () => {
    const {tree, make} = await open()
    make(MADE)
    expect(await tree.clearUntracked(true)).toEqual({removed: [], kept: [], isBare: false})
    expect([readdirSync(tree.path).includes('dist'), readFileSync(join(tree.path, 'dist/out.js'), 'utf8')]).toEqual([true, 'built\n'])
  })
})
