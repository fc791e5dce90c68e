import {existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import type {Git} from '../../src/lib/adapters/git.js'
import {openWorkshop} from '../../src/lib/adapters/workshop.js'
import {git, put, sh, world} from './git-fixture.js'

// What an agent changes inside a submodule can be in no commit of the repository around it.

const FILE = ['-c', 'protocol.file.allow=always']

/** A worktree whose set-up filled in the submodule `libs/part`, and what an agent may do with it. */
async function open(o: {setup?: (sub: string) => void} = {}) {
  const w = world()
  const part = join(w.root, 'part')
  sh(w.root, 'init', '--quiet', '--initial-branch=main', part)
  put(part, {'a.c': 'one\n', 'b.c': 'two\n', '.gitignore': '*.o\n'})
  sh(part, 'add', '--all')
  sh(part, 'commit', '--quiet', '-m', 'part')
  const recorded = sh(part, 'rev-parse', 'HEAD')
  put(w.checkout, {'.gitmodules': `[submodule "the part"]\n\tpath = libs/part\n\turl = file://${part}\n`})
  sh(w.checkout, 'add', '.gitmodules')
  sh(w.checkout, 'update-index', '--add', '--cacheinfo', `160000,${recorded},libs/part`)
  sh(w.checkout, 'commit', '--quiet', '-m', 'submodule')
  sh(w.checkout, 'push', '--quiet', 'origin', 'main')
  const base = sh(w.checkout, 'rev-parse', 'HEAD')
  const notes: string[] = []
  const ran: string[] = []
  const counting: Git = (args, options) => {
    ran.push(args.join(' '))
    return git(args, options)
  }
  const shop = openWorkshop({git: counting, remote: {url: w.url, token: null}, cacheDir: w.cacheDir, checkout: w.checkout, runId: 'run-1', warn: (text) => notes.push(text)})
  const tree = await shop.open(7, {sha: base})
  const sub = join(tree.path, 'libs/part')
  const setUp = () => sh(tree.path, ...FILE, 'submodule', '--quiet', 'update', '--init')
  setUp()
  o.setup?.(sub)
  await tree.restore(base)
  await tree.noteUntracked('setup')
  return {
    w, tree, base, sub, part, notes, ran, setUp, recorded, refs: () => sh(w.checkout, 'for-each-ref', '--format=%(refname)', 'refs/pilot').split('\n').filter(Boolean),
    kept: (file: string, name = 'submodule-libs-part') => sh(w.checkout, 'show', `refs/pilot/rescue/GH-7/${name}:${file}`),
    /** the submodule's own view, for which its settings count */
    state: () => [sh(sub, 'rev-parse', 'HEAD'), sh(sub, 'status', '--porcelain')], clean: [recorded, ''],
  }
}
const REF = 'refs/pilot/rescue/GH-7/submodule-libs-part'

it('keeps changed and new files of a submodule, puts it back, and leaves it out of the change; the same content makes one ref', async () => {
  const {tree, base, sub, notes, ran, refs, kept, state, clean, w} = await open()
  const edit = () => { put(sub, {'a.c': 'ONE\n', 'new/n.c': 'new\n', 'out.o': 'built\n'}) }
  ran.length = 0
  expect(await tree.changed(base)).toEqual([])
  // two for the repository, three for the submodule, and none that writes
  expect(ran.map((line) => / (diff|ls-files) (--?[a-z-]+)/.exec(line)?.slice(1).join(' ')).sort()).toEqual(['diff --name-only', 'diff --name-only', 'ls-files --others', 'ls-files --others', 'ls-files -v'])
  edit()
  put(tree.path, {'src/b.ts': 'work\n'})
  expect(await tree.changed(base)).toEqual(['libs/part', 'src/b.ts'])
  await tree.gather(base)
  expect(await tree.changed(base)).toEqual(['src/b.ts'])
  const sha = await tree.commit('work')
  expect((await tree.evidence(base, sha!)).evidence.files).toEqual(['src/b.ts'])
  expect([state(), readFileSync(join(sub, 'a.c'), 'utf8'), existsSync(join(sub, 'new')), existsSync(join(sub, 'out.o'))]).toEqual([clean, 'one\n', false, true])
  expect([kept('a.c'), kept('b.c'), kept('new/n.c'), refs()]).toEqual(['ONE', 'two', 'new', [REF]])
  expect(() => sh(w.checkout, 'show', `${REF}:out.o`)).toThrow()
  expect(notes).toEqual([`The agent changed files of the submodule libs/part in its work on GH-7: a.c, new/n.c; they are no part of the change, which cannot hold them, and are kept as ${REF}.`])
  edit()
  await tree.gather(sha!)
  expect([await tree.changed(sha!), state(), refs()]).toEqual([[], clean, [REF]])
  expect(ran.filter((line) => line.includes('pack-objects'))).toHaveLength(1)
  // of what is kept nothing is missing without the submodule's own objects
  sh(w.checkout, 'rev-list', '--objects', '--quiet', REF)
})

it('keeps the files of commits that an agent made inside, and what it recorded of them, also of one that failed', async () => {
  const {tree, base, sub, notes, kept, state, clean} = await open()
  const commitInside = (text: string) => {
    sh(sub, 'checkout', '--quiet', '-B', 'mine')
    put(sub, {'a.c': text})
    sh(sub, 'commit', '--quiet', '-am', 'inside')
    sh(tree.path, 'commit', '--quiet', '-am', 'records it')
  }
  commitInside('ONE\n')
  await tree.gather(base)
  expect([state(), await tree.commit('nothing'), kept('a.c'), await tree.changed(base)]).toEqual([clean, null, 'ONE', []])
  expect(notes.join()).toContain(`kept as ${REF}, without the commits that it made there`)
  commitInside('EIN\n')
  // the agent failed: nothing was gathered
  expect(await tree.remove({runId: 'run-1'})).toBe('refs/pilot/rescue/GH-7/run-1')
  expect(kept('a.c', 'submodule-libs-part-2')).toBe('EIN')
})

it('starts no program that an agent named in the settings of a submodule, and gives it its own git directory back', async () => {
  const {tree, base, sub, kept, w, state, clean, refs} = await open()
  const trap = join(w.root, 'trapped')
  const other = join(w.root, 'other')
  for (const [round, at] of ['folder', 'link', 'own'].entries()) {
    if (at !== 'own') rmSync(join(sub, '.git'))
    if (at === 'folder') sh(sub, 'init', '--quiet')
    if (at === 'link') sh(sub, 'init', '--quiet', '--separate-git-dir', other)
    for (const name of ['core.fsmonitor', 'filter.evil.clean', 'filter.evil.smudge']) sh(sub, 'config', name, `touch ${trap}; cat`)
    // as long as before, so that git has to read it
    put(sub, {'.gitattributes': '* filter=evil\n', 'a.c': `${at.slice(0, 3)}\n`, 'inner/x.c': 'x\n'})
    sh(join(sub, 'inner'), 'init', '--quiet')
    put(tree.path, {'src/b.ts': `work ${at}\n`})
    if (at === 'own') sh(tree.path, 'init', '--quiet', 'cloned')
    if (at === 'own') sh(join(tree.path, 'cloned'), 'remote', 'add', 'origin', w.url)
    expect(await tree.changed(base)).toEqual([...at === 'own' ? ['cloned/'] : [], 'libs/part', 'src/b.ts'])
    await tree.gather(base)
    const name = `submodule-libs-part${round === 0 ? '' : `-${round + 1}`}`
    expect([kept('a.c', name), kept('inner/x.c', name)]).toEqual([at.slice(0, 3), 'x'])
    if (at !== 'own') expect(state()).toEqual(clean)
  }
  put(sub, {'.gitattributes': '* filter=evil\n', 'b.c': 'TWO\n'})
  await tree.restore(base)
  await tree.clearUntracked(true)
  await tree.commit('work')
  expect([existsSync(trap), refs().length]).toEqual([false, 4])
})

it('takes a folder that is gone for a change, and one that is empty or leads elsewhere for none', async () => {
  const {tree, base, sub, notes, refs, state, clean, w, setUp, ran} = await open()
  rmSync(sub, {recursive: true})
  await tree.gather(base)
  expect([await tree.changed(base), refs(), notes]).toEqual([['libs/part'], [], []])
  mkdirSync(sub)
  await tree.gather(base)
  expect([await tree.changed(base), refs(), state()]).toEqual([[], [], clean])
  expect(notes.splice(0).join()).toMatch(/removed all files of the submodule libs\/part/)
  // a link on the way to it: nothing is written behind it
  const outside = join(w.root, 'outside')
  renameSync(join(tree.path, 'libs'), outside)
  symlinkSync(outside, join(tree.path, 'libs'))
  put(outside, {'part/a.c': 'mine\n'})
  await tree.gather(base)
  expect([readFileSync(join(outside, 'part/a.c'), 'utf8'), refs()]).toEqual(['mine\n', []])
  rmSync(join(tree.path, 'libs'))
  setUp()
  put(sub, {'a.c': 'ONE\n'})
  ran.length = 0
  await tree.gather(base)
  expect([refs(), ran.filter((line) => line.includes('pack-objects')).length]).toEqual([[REF], 1])
})

it('puts a submodule back to what the user’s own commands left, and does not take their files for the agent’s', async () => {
  const {tree, base, sub, notes, refs, kept} = await open({setup: (path) => { put(path, {'a.c': 'patched\n', 'made.h': 'made\n'}) }})
  expect([await tree.changed(base), await tree.commit('nothing')]).toEqual([[], null])
  put(sub, {'a.c': 'ONE\n'})
  rmSync(join(sub, 'made.h'))
  await tree.gather(base)
  expect([kept('a.c'), readFileSync(join(sub, 'a.c'), 'utf8'), readFileSync(join(sub, 'made.h'), 'utf8'), await tree.changed(base)]).toEqual(['ONE', 'patched\n', 'made\n', []])
  // a verify command writes there: kept until the next verification begins, and nobody's work
  put(sub, {'report.xml': 'x\n'})
  expect(await tree.restore(base)).toEqual([])
  await tree.gather(base)
  expect([await tree.changed(base), existsSync(join(sub, 'report.xml'))]).toEqual([[], true])
  await tree.clearUntracked(true)
  expect([existsSync(join(sub, 'report.xml')), readFileSync(join(sub, 'made.h'), 'utf8'), refs(), notes.length]).toEqual([false, 'made\n', [REF], 1])
})

it('says so once where the recorded commit is not there, and keeps the files all the same', async () => {
  const {tree, base, sub, notes, kept, refs} = await open()
  const objects = join(tree.path, '../../clone.git/worktrees/GH-7/modules/the part/objects')
  rmSync(objects, {recursive: true})
  mkdirSync(objects)
  put(sub, {'a.c': 'ONE\n'})
  put(tree.path, {'src/b.ts': 'work\n'})
  await tree.gather(base)
  expect([kept('a.c'), readFileSync(join(sub, 'a.c'), 'utf8'), await tree.changed(base)]).toEqual(['ONE', 'ONE\n', ['src/b.ts']])
  expect(sh(tree.path, 'show', '--name-only', '--format=', await tree.commit('work') ?? '')).toBe('src/b.ts')
  expect(notes[0]).toContain('which of them cannot be told')
  expect([notes.length, notes[1], refs()]).toEqual([2, expect.stringContaining('could not be put back to'), [REF]])
})
