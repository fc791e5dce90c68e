import {createHash} from 'node:crypto'
import {lstat, readlink} from 'node:fs/promises'
import {join} from 'node:path'
import {objectId} from './git.js'
import {readPlainFile} from './plain-file.js'
import type {InWorktree, Place} from './worktree.js'
import {detachedHead} from './worktree-head.js'

/** A file's content is compared up to this size; of a larger one its size and time. Bytes. */
const READ_UP_TO = 8 * 1024 * 1024

/**
 * Untracked files that the user's own commands (setup, baseline, verify) left in a worktree, with a mark of their content. They are no part of
 * the change, until the agent changes one.
 */
export class Leftovers {
  readonly #marks = new Map<string, string>()
  readonly #root: string
  constructor(root: string) { this.#root = root }

  get isEmpty(): boolean { return this.#marks.size === 0 }

  async note(paths: readonly string[]): Promise<void> {
    for (const path of paths) this.#marks.set(path, await this.#mark(path))
  }

  /** The paths that are still as they were noted. */
  async among(paths: readonly string[]): Promise<string[]> {
    const same: string[] = []
    for (const path of paths) if (this.#marks.has(path) && this.#marks.get(path) === await this.#mark(path)) same.push(path)
    return same
  }

  async #mark(path: string): Promise<string> {
    const file = join(this.#root, path)
    try {
      const stat = await lstat(file)
      if (stat.isSymbolicLink()) return `link ${await readlink(file)}`
      if (!stat.isFile()) return 'other'
      if (stat.size > READ_UP_TO) return `${stat.mode} ${stat.size} ${stat.mtimeMs}`
      const content = await readPlainFile(file, READ_UP_TO)
      return content === null ? 'other' : `${stat.mode} ${createHash('sha1').update(content).digest('hex')}`
    } catch (error) {
      // gone meanwhile, or its name is no UTF-8 and was read as another one
      if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return 'unreadable'
      throw error
    }
  }
}

/** Untracked files that nothing ignores. */
export async function untracked(run: InWorktree): Promise<string[]> {
  return (await run(['ls-files', '--others', '--exclude-standard', '-z'])).stdout.split('\0').filter(Boolean)
}

/**
 * Puts tracked files back to a commit after the user's commands ran on it, so that each of them runs on that commit and on nothing else. Answers
 * the paths that were changed.
 */
export async function restoreTracked(run: InWorktree, place: Place, sha: string): Promise<string[]> {
  const {stdout} = await run(['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--ignore-submodules=all', objectId(sha)])
  const paths = stdout.split('\0').filter(Boolean)
  if (paths.length > 0 || await detachedHead(place.gitDir) !== sha) {
    // detached first: a branch that a command switched to must not be moved
    await run(['update-ref', '--no-deref', 'HEAD', sha])
    await run(['reset', '--hard', '--quiet', sha])
  }
  return paths
}
