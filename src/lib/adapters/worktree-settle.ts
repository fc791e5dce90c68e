import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {removeTree} from './remove-tree.js'
import type {InWorktree, Place} from './worktree.js'
import type {Rescue} from './worktree-rescue.js'
import type {Submodules} from './worktree-submodules.js'

const OPERATIONS = [
  {name: 'rebase', mark: 'rebase-merge'}, {name: 'rebase', mark: 'rebase-apply'}, {name: 'merge', mark: 'MERGE_HEAD'},
  {name: 'cherry-pick', mark: 'CHERRY_PICK_HEAD'}, {name: 'revert', mark: 'REVERT_HEAD'},
] as const

export type Settling = {run: InWorktree; place: Place; rescue: Rescue; submodules: Submodules; warn: (message: string) => void}

/**
 * Ends a merge, rebase, cherry-pick or revert that an agent left half done, before anything is committed.
 * Without conflicts a merge, cherry-pick or revert is only waiting for its commit: the files stay as they are and become part of pilot's own commit.
 * With conflicts, and for every rebase, the files as they are go to a rescue ref and git's own abort goes back to the state before: conflict
 * markers must not be committed, and in the middle of a rebase HEAD lacks the commits that were not applied yet.
 * `conflicts`: the index has unmerged paths. Answers whether there was anything to end.
 */
export async function settle(o: Settling, conflicts: boolean): Promise<boolean> {
  const {run, place, rescue, warn} = o
  const operation = OPERATIONS.find(({mark}) => existsSync(join(place.gitDir, mark)))
  if (operation === undefined && !conflicts) return false
  if (operation === undefined) {
    // `stash pop` and `checkout --merge` leave conflicts without an operation to abort
    const ref = await rescue.keep('unfinished-conflict', await snapshot(o))
    warn(`The agent left conflicts unresolved in GH-${place.issue}; the files as they were are kept as ${ref}, the worktree is back at its last commit.`)
    await run(['reset', '--hard', '--quiet', 'HEAD'])
    return true
  }
  if (operation.name !== 'rebase' && !conflicts) {
    await forget(place)
    return true
  }
  const sha = await snapshot(o)
  const ref = await rescue.keep(`unfinished-${operation.name}`, sha)
  warn(`The agent left a ${operation.name} unfinished in GH-${place.issue}; it was aborted, the files as they were are kept as ${ref}.`)
  const {exitCode} = await run([operation.name, '--abort'], {ok: [0, 1, 128]})
  if (exitCode !== 0) await forget(place)
  return true
}

async function forget(place: Place): Promise<void> {
  for (const file of ['MERGE_HEAD', 'MERGE_MSG', 'MERGE_MODE', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'sequencer', 'rebase-merge', 'rebase-apply']) {
    await removeTree(join(place.gitDir, file))
  }
}

/** A commit of the files as they are, on top of HEAD, made through an index of its own so that the unfinished operation can still be aborted. */
export async function snapshot({run, place, submodules}: Settling): Promise<string> {
  const index = join(place.gitDir, 'index.rescue')
  const env = {GIT_INDEX_FILE: index}
  try {
    await run(['read-tree', 'HEAD'], {env})
    await submodules.release(env)
    await run(['add', '--all', '--ignore-errors', '--', '.', ...await submodules.outside()], {env, ok: [0, 1]})
    const tree = (await run(['write-tree'], {env})).stdout.trim()
    return (await run(['commit-tree', tree, '-p', 'HEAD', '-m', `pilot: GH-${place.issue} in the middle of an operation`], {env})).stdout.trim()
  } finally {
    await removeTree(index)
  }
}
