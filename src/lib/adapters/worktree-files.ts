import {realpath} from 'node:fs/promises'
import {existsSync} from 'node:fs'
import {isAbsolute, join, relative} from 'node:path'
import {PilotError} from '../errors.js'
import {objectId} from './git.js'
import type {Clone} from './git-clone.js'
import {readPlainFile} from './plain-file.js'
import type {InWorktree, Place} from './worktree.js'

/** Is `path` the folder itself or something below it? Both absolute and without symlinks. */
export const isInside = (folder: string, path: string): boolean => {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith('../') && !isAbsolute(way))
}

const errorCode = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''

/** No manifest or instruction is as large. Bytes. */
const MOST_BYTES = 16 * 1024 * 1024

/** A text file below `root`; null when it is not there, is no plain file or is too large to be text. A path or a symlink that leaves `root` is refused. */
export async function readInside(root: string, path: string): Promise<string | null> {
  const target = join(root, path)
  if (isAbsolute(path) || !isInside(root, target)) throw new PilotError('FILE_UNREADABLE', `${path} is outside the worktree.`)
  try {
    const real = await realpath(target)
    if (!isInside(await realpath(root), real)) throw new PilotError('FILE_UNREADABLE', `${path} is a link that leaves the worktree.`)
    return (await readPlainFile(real, MOST_BYTES))?.toString('utf8') ?? null
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return null
    throw error
  }
}

/**
 * Paths that differ between a commit and the files as they are; ignored files and `exclude` left out. Of a submodule only its commit counts here:
 * git would look for changed files by what the submodule's own settings say, which an agent may have written.
 */
export async function changedPaths(run: InWorktree, sha: string, exclude: readonly string[]): Promise<string[]> {
  const pathspec = ['--', ':(top)', ...exclude.map((file) => `:(exclude,top)${file}`)]
  const [tracked, others] = await Promise.all([
    run(['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--ignore-submodules=dirty', objectId(sha), ...pathspec]),
    run(['ls-files', '--others', '--exclude-standard', '-z', ...pathspec]),
  ])
  return [...new Set([tracked.stdout, others.stdout].flatMap((text) => text.split('\0')).filter(Boolean))].sort()
}

/** Files that the agent told git not to look at would stay out of the commit, and yet be there when it is verified. */
export async function showAll(run: InWorktree): Promise<void> {
  const {stdout} = await run(['ls-files', '-v', '-z'])
  const hidden = stdout.split('\0').filter((entry) => /^[a-zS] /.test(entry)).map((entry) => entry.slice(2))
  if (hidden.length === 0) return
  const input = `${hidden.join('\0')}\0`
  for (const flag of ['--no-assume-unchanged', '--no-skip-worktree']) await run(['update-index', flag, '-z', '--stdin'], {input})
}

/** Merges a commit of the remote into HEAD. On a conflict git's abort puts HEAD and the files back. */
export async function mergeInto({run, clone, place, sha}: {run: InWorktree; clone: Clone; place: Place; sha: string}): Promise<'merged' | 'current' | 'conflict'> {
  await clone.ensure(objectId(sha), `refs/pilot/fetched/GH-${place.issue}`)
  if ((await run(['merge-base', '--is-ancestor', sha, 'HEAD'], {ok: [0, 1]})).exitCode === 0) return 'current'
  const message = `Merge ${sha.slice(0, 12)} into the work on GH-${place.issue}`
  const {exitCode, stdout, stderr} = await run(['merge', '--quiet', '--no-verify', '--no-edit', '-m', message, sha], {ok: [0, 1, 2, 128]})
  if (exitCode === 0) return 'merged'
  // without MERGE_HEAD git refused to begin: uncommitted files in the way, unrelated histories
  if (!existsSync(join(place.gitDir, 'MERGE_HEAD'))) throw new PilotError('GIT_FAILED', `git merge failed: ${(stderr || stdout).trim().slice(-2000)}`)
  await run(['merge', '--abort'])
  return 'conflict'
}
