import {existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {put, sh} from './git-fixture.js'
import {open} from './submodule-fixture.js'

// What an agent changes inside a submodule can be in no commit of the repository around it.

const REF = 'refs/pilot/rescue/GH-7/submodule-libs-part'

it('keeps changed and new files of a submodule, puts it back, and leaves it out of the change; the same content makes one ref', async () => {
  const {tree, base, sub, notes, ran, refs, kept, state, clean, w, files} = await open()
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
  expect([kept('a.c'), kept('new/n.c'), refs()]).toEqual(['ONE', 'new', [REF]])
  // what the agent left alone is not for whoever may see this repository
  expect(files(REF)).toEqual(['a.c', 'new/n.c'])
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

it('keeps of removed files the names, and of files that the user’s own commands changed only what the agent made of them', async () => {
  const {tree, base, sub, files, w, recorded, notes} = await open({setup: (path) => { put(path, {'made.h': 'made\n'}) }})
  rmSync(join(sub, 'b.c'))
  put(sub, {'a.c': 'ONE\n'})
  await tree.gather(base)
  expect([files(REF), readFileSync(join(sub, 'b.c'), 'utf8')]).toEqual([['a.c'], 'two\n'])
  const message = sh(w.checkout, 'show', '--no-patch', '--format=%B', REF)
  expect(message.split('\n')).toEqual(['pilot: submodule libs/part as the agent on GH-7 left it', '', `What differs from ${recorded} as set up.`, '', 'Removed:', 'b.c'])
  expect(notes.join()).toContain(': a.c, b.c; they')
})

it('fails where it cannot keep what the agent changed, and neither puts it back nor removes it', async () => {
  const {tree, base, sub, notes, refs, broken, shop, w} = await open()
  put(sub, {'a.c': 'ONE\n'})
  broken.push('pack-objects')
  await expect(tree.gather(base)).rejects.toThrow('EAGAIN')
  await expect(tree.commit('work')).rejects.toThrow('EAGAIN')
  await tree.clearUntracked(true)
  expect([readFileSync(join(sub, 'a.c'), 'utf8'), refs()]).toEqual(['ONE\n', []])
  // killed, and the next run cannot either
  await shop('run-2').open(7, {sha: base})
  expect(notes.join()).toMatch(/could not be read.*its files are kept in .*GH-7\.left-by-run-2/)
  expect(readFileSync(join(w.cacheDir, 'worktrees/GH-7.left-by-run-2/libs/part/a.c'), 'utf8')).toBe('ONE\n')
})

it('leaves a submodule as it is where git cannot take one of its files', async () => {
  const {tree, base, sub, notes, kept} = await open()
  put(sub, {'a.c': 'ONE\n', 'git~1': 'work\n'})
  await tree.gather(base)
  put(sub, {'report.xml': 'x\n'})
  await tree.restore(base)
  await tree.clearUntracked(true)
  expect([kept('a.c'), readFileSync(join(sub, 'git~1'), 'utf8'), await tree.changed(base)]).toEqual(['ONE', 'work\n', []])
  expect(notes.slice(1)).toEqual([expect.stringMatching(/could not be put back to .* stays as it is: git cannot take git~1,/)])
})

it('keeps what an agent made inside and recorded in the repository around it, when the run was killed', async () => {
  const {tree, base, sub, notes, shop, kept, refs} = await open()
  put(sub, {'a.c': 'ONE\n'})
  sh(sub, 'commit', '--quiet', '-am', 'inside')
  sh(tree.path, 'commit', '--quiet', '-am', 'records it')
  await shop('run-2').open(7, {sha: base})
  expect([kept('a.c'), refs()]).toEqual(['ONE', ['refs/pilot/rescue/GH-7/run-2', REF]])
  expect(notes.join()).toContain(`kept as ${REF}, without the commits that it made there`)
})

it('keeps and puts back submodules of a submodule too', async () => {
  const {tree, base, sub, notes, kept, files, state, clean} = await open({deep: true})
  const deep = join(sub, 'deep')
  put(deep, {'d.c': 'DEEP\n'})
  expect(await tree.changed(base)).toEqual(['libs/part/deep'])
  await tree.gather(base)
  expect([kept('d.c', 'submodule-libs-part-deep'), readFileSync(join(deep, 'd.c'), 'utf8'), state(), await tree.changed(base)]).toEqual(['DEEP', 'deep\n', clean, []])
  expect(notes.splice(0)).toEqual([expect.stringContaining('files of the submodule libs/part/deep in')])
  // committed inside, recorded in the one around it, and a file there as well
  put(deep, {'d.c': 'TIEF\n'})
  sh(deep, 'commit', '--quiet', '-am', 'deep')
  put(sub, {'a.c': 'ONE\n'})
  sh(sub, 'commit', '--quiet', '-am', 'records it')
  await tree.gather(base)
  expect([kept('d.c', 'submodule-libs-part-deep-2'), files(REF), state(), sh(deep, 'status', '--porcelain')]).toEqual(['TIEF', ['a.c'], clean, ''])
  expect([await tree.changed(base), notes.length]).toEqual([[], 2])
})

it('keeps the files of a repository that an agent added to a submodule, and spares one that the user’s own commands made', async () => {
  const setup = (sub: string) => {
    sh(sub, 'init', '--quiet', 'third')
    put(sub, {'third/t.c': 't\n'})
    sh(join(sub, 'third'), 'add', '--all')
    sh(join(sub, 'third'), 'commit', '--quiet', '-m', 't')
    sh(sub, 'init', '--quiet', 'unborn')
    put(sub, {'unborn/u.c': 'u\n'})
  }
  const {tree, base, sub, files} = await open({setup})
  sh(sub, 'init', '--quiet', 'mine')
  put(sub, {'mine/m.c': 'm\n'})
  sh(join(sub, 'mine'), 'add', '--all')
  sh(join(sub, 'mine'), 'commit', '--quiet', '-m', 'm')
  sh(sub, 'add', 'mine')
  await tree.gather(base)
  expect([files(REF), existsSync(join(sub, 'mine')), await tree.changed(base)]).toEqual([['mine/m.c'], false, []])
  expect(['third/.git', 'third/t.c', 'unborn/.git', 'unborn/u.c'].map((path) => existsSync(join(sub, path)))).toEqual([true, true, true, true])
})

it.each([['in its place', 'edit'], ['committed', 'commit']])('takes the files of a submodule that an agent made part of the repository, %s', async (_how, what) => {
  const {tree, base, sub, refs} = await open()
  rmSync(join(sub, '.git'))
  sh(tree.path, 'rm', '--quiet', '--cached', 'libs/part')
  rmSync(join(tree.path, '.gitmodules'))
  put(sub, {'a.c': 'ONE\n'})
  if (what === 'commit') {
    sh(tree.path, 'add', '--all')
    sh(tree.path, 'commit', '--quiet', '-m', 'vendored')
  }
  await tree.gather(base)
  const sha = await tree.commit('work')
  expect([sh(tree.path, 'show', `${sha}:libs/part/a.c`), sh(tree.path, 'show', `${sha}:libs/part/b.c`)]).toEqual(['ONE', 'two'])
  expect([(await tree.evidence(base, sha!)).evidence.files, refs()]).toEqual([['.gitmodules', 'libs/part', 'libs/part/.gitignore', 'libs/part/a.c', 'libs/part/b.c'], []])
})

it('keeps what the ignore rules of an agent hide inside a submodule before it is put back', async () => {
  const {tree, base, sub, files, state, clean, refs, notes} = await open()
  put(sub, {'.gitignore': '*.gen\n', 'x.gen': 'made\n', 'out.o': 'built\n'})
  await tree.gather(base)
  expect([files(REF), files(`${REF}-2`), state(), notes.length]).toEqual([['.gitignore', 'out.o'], ['x.gen'], clean, 2])
  expect([await tree.changed(base), refs().length, existsSync(join(sub, 'x.gen'))]).toEqual([[], 2, false])
})

it('takes files that the user’s own commands put in place of a submodule for nobody’s work', async () => {
  const {tree, base, sub, refs} = await open({setup: (path) => { rmSync(join(path, '.git')) }})
  rmSync(join(tree.path, '.gitmodules'))
  put(tree.path, {'src/b.ts': 'work\n'})
  await tree.gather(base)
  expect(sh(tree.path, 'show', '--name-only', '--format=', await tree.commit('work') ?? '').split('\n')).toEqual(['.gitmodules', 'src/b.ts'])
  expect([existsSync(join(sub, 'a.c')), refs()]).toEqual([true, []])
})
