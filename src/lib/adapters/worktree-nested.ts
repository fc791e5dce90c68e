import {join} from 'node:path'
import {readPlainFile} from './plain-file.js'
import {removeTree} from './remove-tree.js'
import {untracked, type Leftovers} from './worktree-leftovers.js'
import {snapshot, type Settling} from './worktree-settle.js'

/**
 * Git repositories that an agent left inside the worktree, which no commit of ours would hold, so that verification would rest on files that are not
 * pushed. (Of one around tracked files git sees the files and not the repository.) One that it began itself is opened: its files are work like any
 * other, its commits go as the agent's others do. A clone of something else is no work; it is kept under a rescue ref and removed. Those that the
 * user's own commands made stay.
 */
export async function openNested(o: Settling & {leftovers: Leftovers}): Promise<void> {
  const clones: string[] = []
  const opened: string[] = []
  const seen = new Set<string>()
  // each round takes one layer of repositories in repositories away; a name that is no UTF-8 stays, since we read another one
  for (;;) {
    const nested = (await repositories(o)).filter((path) => !seen.has(path))
    if (nested.length === 0) break
    for (const path of nested) {
      seen.add(path)
      if (!clones.some((clone) => path.startsWith(clone))) (await isClone(o, path) ? clones : opened).push(path)
      await removeTree(join(o.place.path, path, '.git'))
    }
  }
  const issue = o.place.issue
  if (opened.length > 0) o.warn(`The agent began git repositories inside its work on GH-${issue}: ${named(opened)}; their files are part of the change, without their history.`)
  if (clones.length === 0) return
  const ref = await o.rescue.keep('clones', await snapshot(o))
  for (const path of clones) await removeTree(join(o.place.path, path))
  o.warn(`The agent cloned other repositories into its work on GH-${issue}: ${named(clones)}; they are no part of the change and are kept as ${ref}.`)
}

const named = (paths: readonly string[]): string => paths.map((path) => path.slice(0, -1)).join(', ')

/** Untracked repositories; git lists one as a folder. */
async function repositories({run, leftovers}: Pick<Settling, 'run'> & {leftovers: Leftovers}): Promise<string[]> {
  const folders = (await untracked(run)).filter((path) => path.endsWith('/'))
  const left = new Set(await leftovers.among(folders))
  return folders.filter((path) => !left.has(path))
}

/** No settings of a repository are as large. Bytes. */
const MOST_BYTES = 1024 * 1024

/** Has it a remote, its git directory elsewhere, or settings that cannot be read? */
async function isClone({place}: Settling, path: string): Promise<boolean> {
  try {
    const config = await readPlainFile(join(place.path, path, '.git/config'), MOST_BYTES)
    return config === null || /^\s*\[remote /m.test(config.toString('utf8'))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}
