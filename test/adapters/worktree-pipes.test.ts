import {execFileSync} from 'node:child_process'
import {lstatSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import type {Git} from '../../src/lib/adapters/git.js'
import {openWorkshop} from '../../src/lib/adapters/workshop.js'
import {git, put, sh, world} from './git-fixture.js'

/** Where git waits at a pipe it fails soon. */
const impatient: Git = (args, options) => git(args, {...options, timeoutMs: 5000})

it('what the user\'s own commands leave for git to wait at is gone before git looks', async () => {
  const w = world()
  const tree = await openWorkshop({git: impatient, remote: {url: w.url, token: null}, cacheDir: w.cacheDir, checkout: w.checkout, runId: 'run-1'}).open(7, {sha: w.base})
  const gitDir = sh(tree.path, 'rev-parse', '--absolute-git-dir')
  const pipes = ['src/.gitignore', 'fixture/.git/HEAD', 'src/pipe', 'README.md'].map((path) => join(tree.path, path))
  put(tree.path, {'fixture/.git/config': '', 'src/a.ts': 'formatted\n'})
  execFileSync('sh', ['-c', 'rm "$1/README.md" "$2/index"; shift; mkfifo "$1/index"; shift; mkfifo "$@"', 'sh', tree.path, gitDir, ...pipes])
  const changed = await tree.restore(w.base)
  expect(changed).toContain('src/a.ts')
  const there = [...pipes, join(gitDir, 'index')].map((path) => lstatSync(path, {throwIfNoEntry: false})?.isFIFO() ?? null)
  // one that git passes over stays; a tracked file is put back
  expect(there).toEqual([null, null, true, false, false])
})
