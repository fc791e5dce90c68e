import {existsSync, lstatSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {readPlainFile} from './plain-file.js'
import type {InWorktree, Place} from './worktree.js'

/** How a pointer begins, and no longer than which it is (bytes): https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const POINTER = 'version https://git-lfs.github.com/spec/v1\n'
const MOST_BYTES = 1024

/**
 * Which of the files Git LFS is to keep although they hold their content here and no pointer to it. Pilot runs no filters, which are programs that the
 * repository or its agents name, so it would push the content itself.
 */
export async function rawInLfs(run: InWorktree, place: Place, paths: readonly string[]): Promise<string[]> {
  const folders = new Set(paths.flatMap(withFolders))
  if (![...folders].some((folder) => existsSync(join(place.path, folder, '.gitattributes')))) return []
  const {stdout} = await run(['check-attr', '-z', '--stdin', 'filter'], {input: `${paths.join('\0')}\0`})
  // `path\0filter\0value\0`
  const kept = [...stdout.matchAll(/([^\0]*)\0filter\0lfs\0/g)].map(([, path]) => path ?? '')
  const raw = await Promise.all(kept.map(async (path) => (await isRaw(join(place.path, path)) ? [path] : [])))
  return raw.flat()
}

/** The folders above a path, up to the root. */
function withFolders(path: string): string[] {
  const folder = dirname(path)
  return folder === '.' ? ['.'] : [folder, ...withFolders(folder)]
}

/** An empty file is its own pointer. */
async function isRaw(path: string): Promise<boolean> {
  const stat = lstatSync(path, {throwIfNoEntry: false})
  if (stat === undefined || !stat.isFile() || stat.size === 0) return false
  return !(await readPlainFile(path, MOST_BYTES))?.toString('utf8').startsWith(POINTER)
}
