import {existsSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {PilotError} from '../errors.js'
import type {Clone} from './git-clone.js'
import type {InWorktree, Place} from './worktree.js'

const OPERATIONS = [
  {name: 'rebase', mark: 'rebase-merge'}, {name: 'rebase', mark: 'rebase-apply'}, {name: 'merge', mark: 'MERGE_HEAD'},
  {name: 'cherry-pick', mark: 'CHERRY_PICK_HEAD'}, {name: 'revert', mark: 'REVERT_HEAD'},
] as const

/**
 * Ends a merge, rebase, cherry-pick or revert that an agent left half done, before anything is committed.
 * Without conflicts a merge, cherry-pick or revert is only waiting for its commit: the files stay as they are and become part of pilot's own commit.
 * With conflicts, and for every rebase, the files as they are go to a rescue ref and git's own abort goes back to the state before: conflict
 * markers must not be committed, and in the middle of a rebase HEAD lacks the commits that were not applied yet.
 */
export async function settle({run, place, clone, warn}: {run: InWorktree; place: Place; clone: Clone; warn: (message: string) => void}): Promise<void> {
  const operation = OPERATIONS.find(({mark}) => existsSync(join(place.gitDir, mark)))
  if (operation === undefined) return
  const conflicts = (await run(['ls-files', '--unmerged', '-z'])).stdout !== ''
  if (operation.name !== 'rebase' && !conflicts) return forget(place)
  const sha = await snapshot(run, place)
  const ref = await freeRescueRef(clone, place.issue, `unfinished-${operation.name}`, sha)
  warn(`The agent left a ${operation.name} unfinished in GH-${place.issue}; it was aborted, the files as they were are kept as ${ref}.`)
  const {exitCode} = await run([operation.name, '--abort'], {ok: [0, 1, 128]})
  if (exitCode !== 0) await forget(place)
}

async function forget(place: Place): Promise<void> {
  for (const file of ['MERGE_HEAD', 'MERGE_MSG', 'MERGE_MODE', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'sequencer', 'rebase-merge', 'rebase-apply']) {
    await rm(join(place.gitDir, file), {recursive: true, force: true})
  }
}

/** A commit of the files as they are, on top of HEAD, made through an index of its own so that the unfinished operation can still be aborted. */
async function snapshot(run: InWorktree, place: Place): Promise<string> {
  const index = join(place.gitDir, 'index.rescue')
  const env = {GIT_INDEX_FILE: index}
  try {
    await run(['read-tree', 'HEAD'], {env})
    await run(['add', '--all', '--ignore-errors', '--', '.'], {env, ok: [0, 1]})
    const tree = (await run(['write-tree'], {env})).stdout.trim()
    return (await run(['commit-tree', tree, '-p', 'HEAD', '-m', `pilot: GH-${place.issue} in the middle of an operation`], {env})).stdout.trim()
  } finally {
    await rm(index, {force: true})
  }
}

/**
 * Points a rescue ref of the clone at a commit and answers its name: `refs/pilot/rescue/GH-N/NAME`, with a number behind it where that name
 * already keeps something else. Creation is exclusive, so nothing that was rescued before is ever overwritten.
 */
export async function freeRescueRef(clone: Clone, issue: number, name: string, sha: string): Promise<string> {
  const safe = name.replace(/[^A-Za-z0-9_-]/g, '-') || 'run'
  for (let n = 1; n <= 1000; n++) {
    const ref = `refs/pilot/rescue/GH-${issue}/${safe}${n === 1 ? '' : `-${n}`}`
    const {exitCode, stdout} = await clone.run(['rev-parse', '--verify', '--quiet', ref], {ok: [0, 1]})
    if (exitCode === 0 && stdout.trim() === sha) return ref
    const made = await clone.run(['update-ref', ref, sha, '0'.repeat(sha.length)], {ok: [0, 1, 128]})
    if (made.exitCode === 0) return ref
  }
  throw new PilotError('GIT_FAILED', `No free name below refs/pilot/rescue/GH-${issue}/${safe}.`)
}
