import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {steering} from '../core/run/patch.js'
import {objectId} from './git.js'
import type {Clone} from './git-clone.js'
import type {InWorktree, Place} from './worktree.js'
import type {NotedFiles} from './noted-files.js'
import {removeTree} from './remove-tree.js'
import {showAll} from './worktree-files.js'
import {detachedHead} from './worktree-head.js'
import type {Leftovers} from './worktree-leftovers.js'
import {openNested} from './worktree-nested.js'
import {settle, type Settling} from './worktree-settle.js'

/** Where an agent can put work besides the files and HEAD. Shared by all worktrees of the clone. */
const SHARED = ['refs/heads', 'refs/stash']

/**
 * Branches and stashes of the clone as they were when a worktree was opened. What is there later and not contained in HEAD came from an agent:
 * it is kept under a rescue ref, and removed unless another worktree of the clone may be using it.
 */
export async function sharedRefs(clone: Clone): Promise<ReadonlyMap<string, string>> {
  const {stdout} = await clone.run(['for-each-ref', '--format=%(refname) %(objectname)', ...SHARED])
  return new Map(stdout.split('\n').filter(Boolean).map((line) => line.split(' ') as [string, string]))
}

export type Gathering = Settling & {clone: Clone; before: ReadonlyMap<string, string>}

/**
 * Brings together what an agent left, in whatever state: afterwards HEAD is `onto`, on no branch, and all of its work is an uncommitted change on
 * top. Commits that it made are dissolved into it: pilot makes the commits, so that no message, author or intermediate state of the agent's is pushed.
 */
export async function gather(o: Gathering & {noted: NotedFiles; leftovers: Leftovers}, onto: string): Promise<void> {
  const {run, place} = o
  objectId(onto)
  // no agent runs any more: a lock that is still there belongs to a git that was killed
  for (const lock of ['index.lock', 'HEAD.lock']) await removeTree(join(place.gitDir, lock))
  const conflicts = await hasConflicts(run, place)
  await openNested(o)
  await settle(o, conflicts)
  const aside = await keepAside(o)
  // on no branch, and there already: most agents commit nothing
  if (await detachedHead(place.gitDir) !== onto) await run(['update-ref', '--no-deref', 'HEAD', onto])
  await forget(o.clone, aside)
  await run(['reset', '--mixed', '--quiet'])
  await showAll(run)
  await o.submodules.settle()
  await removeSteering(run, place, o.noted)
}

/** Has the index unmerged paths? One that git cannot read goes: it holds nothing that HEAD and the files do not. */
async function hasConflicts(run: InWorktree, place: Place): Promise<boolean> {
  const {exitCode, stdout} = await run(['ls-files', '--unmerged', '-z'], {ok: [0, 128]})
  if (exitCode === 0) return stdout !== ''
  await removeTree(join(place.gitDir, 'index'))
  return false
}

/** Keeps branches and stashes that hold something else than HEAD does. Answers the refs that can go: in use by no other worktree. */
export async function keepAside({clone, place, rescue, before, run, warn}: Gathering): Promise<string[]> {
  const found = [...await sharedRefs(clone)].filter(([ref, sha]) => before.get(ref) !== sha)
  for (const [ref, sha] of found) {
    if ((await run(['merge-base', '--is-ancestor', sha, 'HEAD'], {ok: [0, 1, 128]})).exitCode === 0) continue
    const name = ref === 'refs/stash' ? 'stash' : `branch ${ref.slice('refs/heads/'.length)}`
    // all stashes are in the log of one ref
    const tips = name === 'stash' ? (await clone.run(['rev-list', '--walk-reflogs', ref])).stdout.split('\n').filter(Boolean) : [sha]
    for (const tip of tips) warn(`The agent left a ${name} beside its work on GH-${place.issue}; it is kept as ${await rescue.keep(name.replace(' ', '-'), tip)}.`)
  }
  const alone = found.length > 0 && (await readdir(join(await clone.gitDir(), 'worktrees'))).length === 1
  return alone ? found.map(([ref]) => ref) : []
}

export async function forget(clone: Clone, refs: readonly string[]): Promise<void> {
  for (const ref of refs) await clone.run(['update-ref', '-d', ref])
}

/**
 * Instruction and settings files that are ignored would not show in the change, and would steer the next agent all the same, in whatever folder they
 * lie. Those that the user's own commands made and nobody changed stay: packages bring some.
 */
async function removeSteering(run: InWorktree, place: Place, noted: NotedFiles): Promise<void> {
  const {stdout} = await run(['ls-files', '--others', '--ignored', '--exclude-standard', '-z'])
  for (const path of stdout.split('\0')) {
    if (path !== '' && steering(path) && !noted.isAsNoted(path)) await removeTree(join(place.path, path))
  }
}
