import {join} from 'node:path'
import type {Git} from '../../src/lib/adapters/git.js'
import {openWorkshop} from '../../src/lib/adapters/workshop.js'
import {git, put, sh, world} from './git-fixture.js'

export const FILE = ['-c', 'protocol.file.allow=always']

/** A worktree whose set-up filled in the submodule `libs/part`, and what an agent may do with it. */
export async function open(o: {setup?: (sub: string) => void; deep?: true} = {}) {
  const w = world()
  const part = join(w.root, 'part')
  sh(w.root, 'init', '--quiet', '--initial-branch=main', part)
  put(part, {'a.c': 'one\n', 'b.c': 'two\n', '.gitignore': '*.o\n'})
  sh(part, 'add', '--all')
  sh(part, 'commit', '--quiet', '-m', 'part')
  if (o.deep === true) {
    const deep = join(w.root, 'deep')
    sh(w.root, 'init', '--quiet', '--initial-branch=main', deep)
    put(deep, {'d.c': 'deep\n'})
    sh(deep, 'add', '--all')
    sh(deep, 'commit', '--quiet', '-m', 'deep')
    sh(part, ...FILE, 'submodule', '--quiet', 'add', `file://${deep}`, 'deep')
    sh(part, 'commit', '--quiet', '-m', 'with deep')
  }
  const recorded = sh(part, 'rev-parse', 'HEAD')
  put(w.checkout, {'.gitmodules': `[submodule "the part"]\n\tpath = libs/part\n\turl = file://${part}\n`})
  sh(w.checkout, 'add', '.gitmodules')
  sh(w.checkout, 'update-index', '--add', '--cacheinfo', `160000,${recorded},libs/part`)
  sh(w.checkout, 'commit', '--quiet', '-m', 'submodule')
  sh(w.checkout, 'push', '--quiet', 'origin', 'main')
  const base = sh(w.checkout, 'rev-parse', 'HEAD')
  const notes: string[] = []
  const ran: string[] = []
  /** part of a command that fails */
  const broken: string[] = []
  const counting: Git = (args, options) => {
    ran.push(args.join(' '))
    return broken.some((word) => args.includes(word)) ? Promise.reject(new Error('spawn git EAGAIN')) : git(args, options)
  }
  const shop = (runId: string) => openWorkshop({git: counting, remote: {url: w.url, token: null}, cacheDir: w.cacheDir, checkout: w.checkout, runId, warn: (text) => notes.push(text)})
  const tree = await shop('run-1').open(7, {sha: base})
  const sub = join(tree.path, 'libs/part')
  const setUp = () => sh(tree.path, ...FILE, 'submodule', '--quiet', 'update', '--init', '--recursive')
  setUp()
  o.setup?.(sub)
  await tree.restore(base)
  await tree.noteUntracked('setup')
  return {
    w, tree, base, sub, part, notes, ran, setUp, recorded, broken, shop, refs: () => sh(w.checkout, 'for-each-ref', '--format=%(refname)', 'refs/pilot').split('\n').filter(Boolean),
    files: (ref: string) => sh(w.checkout, 'ls-tree', '-r', '--name-only', ref).split('\n'),
    kept: (file: string, name = 'submodule-libs-part') => sh(w.checkout, 'show', `refs/pilot/rescue/GH-7/${name}:${file}`),
    /** the submodule's own view, for which its settings count */
    state: () => [sh(sub, 'rev-parse', 'HEAD'), sh(sub, 'status', '--porcelain')], clean: [recorded, ''],
  }
}
