import {lstatSync, readdirSync, realpathSync} from 'node:fs'
import {join} from 'node:path'
import type {InWorktree} from './worktree.js'

/** Paths of submodules with the commit that a tree records there. */
export type Gitlinks = ReadonlyMap<string, string>

/** Of a commit or tree; null where there is none of that name. */
export async function gitlinksOf(run: InWorktree, rev: string): Promise<Gitlinks | null> {
  const {exitCode, stdout} = await run(['ls-tree', '-r', '-z', rev], {ok: [0, 128]})
  if (exitCode !== 0) return null
  return new Map([...stdout.matchAll(/(?:^|\0)160000 commit ([0-9a-f]+)\t([^\0]+)/g)].map(([, sha, path]) => [path ?? '', sha ?? ''] as const))
}

/** Is it a folder in its own place? Behind a link that an agent made lies somebody else's. */
export function isFolder(root: string, path: string): boolean {
  const folder = join(root, path)
  return lstatSync(folder, {throwIfNoEntry: false})?.isDirectory() === true && realpathSync(folder) === join(realpathSync(root), path)
}

export const isEmpty = (folder: string): boolean => readdirSync(folder).length === 0

/** Does this submodule hold files and is no repository? */
export function isBare(root: string, path: string): boolean {
  return isFolder(root, path) && !isEmpty(join(root, path)) && lstatSync(join(root, path, '.git'), {throwIfNoEntry: false}) === undefined
}

/** Do files stand in the place of this submodule: is it no repository, and no name in `.gitmodules`? */
export async function isReplaced(run: InWorktree, root: string, path: string): Promise<boolean> {
  if (!isBare(root, path)) return false
  const modules = join(root, '.gitmodules')
  const stat = lstatSync(modules, {throwIfNoEntry: false})
  if (stat === undefined) return true
  if (!stat.isFile()) return false
  // 1: it names none
  const {stdout} = await run(['config', '--file', modules, '--no-includes', '--null', '--get-regexp', '^submodule\\..*\\.path$'], {ok: [0, 1]})
  return !stdout.split('\0').map((entry) => entry.slice(entry.indexOf('\n') + 1)).includes(path)
}

/** What an index must not say, and must say, for `known` to be its submodules; `listed`: `git ls-files --stage -z`. For `git update-index --index-info`. */
export function asKnown(listed: string, known: Gitlinks, root: string): {lines: string; foreign: string[]} {
  const entries = [...listed.matchAll(/(\d{6}) [^\t]*\t([^\0]*)\0/gy)].map(([, mode, path]) => ({mode, path: path ?? ''}))
  const foreign = entries.filter(({mode, path}) => mode === '160000' && !known.has(path)).map(({path}) => path)
  const taken = (path: string) => entries.some((entry) => entry.path === path || entry.path.startsWith(`${path}/`))
  const lacking = [...known].filter(([path]) => !taken(path) && isFolder(root, path))
  return {lines: [...foreign.map((path) => `0 ${'0'.repeat(40)}\t${path}\0`), ...lacking.map(([path, sha]) => `160000 ${sha}\t${path}\0`)].join(''), foreign}
}
