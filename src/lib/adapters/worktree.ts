import {existsSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {PilotError} from '../errors.js'
import type {Evidence} from '../core/run/outcome.js'
import type {Worktree} from '../ports.js'
import {branchRef, objectId, type Git, type GitOptions} from './git.js'
import type {Clone} from './git-clone.js'
import {changedPaths, mergeInto, readInside} from './worktree-files.js'
import {freeRescueRef, settle} from './worktree-rescue.js'

export type Identity = {name: string; email: string}
/** A worktree's files, and the folder inside the clone that holds its HEAD and index. */
export type Place = {issue: number; path: string; gitDir: string}
export type InWorktree = (args: readonly string[], options?: Omit<GitOptions, 'cwd' | 'remote'>) => ReturnType<Git>

/** Pilot's own files, should an agent or a command have made them in the worktree. `.pilot/config.yaml` is the repository's and stays visible. */
const OWN_FILES = ['.pilot/.gitignore', '.pilot/epics', '.pilot/runs', '.pilot/ledger.ndjson']
/** Enough to read and to scan; a larger patch ends here. Characters. */
const PATCH_CAP = 32 * 1024 * 1024

export type WorktreeOptions = {git: Git; clone: Clone; place: Place; checkout: string | null; identity: Identity; warn: (message: string) => void}

/**
 * One worktree. Every command names its git directory itself, so that a `.git` that an agent removed or replaced changes nothing, and what counts
 * is HEAD, whatever branch the agent put it on. Branches that an agent made and left stay in the clone.
 */
export function openWorktree(o: WorktreeOptions): Worktree {
  const {clone, place} = o
  const who = {GIT_AUTHOR_NAME: o.identity.name, GIT_AUTHOR_EMAIL: o.identity.email, GIT_COMMITTER_NAME: o.identity.name, GIT_COMMITTER_EMAIL: o.identity.email}
  const run: InWorktree = async (args, options = {}) => {
    await clone.pristine()
    return o.git(['--git-dir', place.gitDir, '--work-tree', place.path, ...args], {cwd: place.path, ...options, env: {...who, ...options.env}})
  }
  const inClone = (args: readonly string[], ok: readonly number[] = [0]) => clone.run(['--git-dir', place.gitDir, ...args], {ok})
  const head = async () => (await inClone(['rev-parse', '--verify', 'HEAD^{commit}'])).stdout.trim()

  const commit = async (message: string): Promise<string | null> => {
    // no agent runs any more: a lock that is still there belongs to a git that was killed
    await rm(join(place.gitDir, 'index.lock'), {force: true})
    await settle({run, place, clone, warn: o.warn})
    await run(['add', '--all', '--ignore-errors', '--', '.'], {ok: [0, 1]})
    await run(['reset', '--quiet', 'HEAD', '--', ...OWN_FILES])
    const nested = await addedRepositories(run)
    if (nested.length > 0) {
      o.warn(`Left out of the commit because they are git repositories of their own: ${nested.join(', ')}`)
      await run(['rm', '--cached', '--quiet', '--force', '--', ...nested.map((path) => `:(top,literal)${path}`)])
    }
    if ((await run(['diff', '--cached', '--quiet'], {ok: [0, 1]})).exitCode === 0) return null
    await run(['commit', '--quiet', '--no-verify', '--cleanup=whitespace', '--file=-'], {input: message})
    return head()
  }

  /** HEAD when it holds commits that are neither the base nor pushed. */
  const unpushed = async (): Promise<string | null> => {
    const known = await clone.run(['for-each-ref', '--format=%(objectname)', `refs/pilot/base/GH-${place.issue}`, `refs/pilot/pushed/GH-${place.issue}`])
    const sha = await head()
    const {stdout} = await clone.run(['rev-list', '--count', sha, '--not', ...known.stdout.split('\n').filter(Boolean)])
    return Number(stdout) > 0 ? sha : null
  }

  return {
    path: place.path, head, commit,
    changed: (sha) => changedPaths(run, sha, OWN_FILES),
    read: (path) => readInside(place.path, path),
    merge: (sha) => mergeInto({run, clone, place, sha}),
    async evidence(baseSha) {
      const [base, sha] = [objectId(baseSha), await head()]
      const count = await inClone(['rev-list', '--count', `${base}..${sha}`])
      // without renames both the old and the new path are listed, which is what a check of protected paths has to see
      const stat = await inClone(['diff', '--no-ext-diff', '--no-textconv', '--no-renames', '--numstat', '-z', base, sha])
      const patch = await clone.run(['diff', '--no-color', '--no-ext-diff', '--no-textconv', '--find-renames', base, sha], {cap: PATCH_CAP})
      return {evidence: {baseSha: base, headSha: sha, commits: Number(count.stdout), ...parseNumstat(stat.stdout)}, patch: patch.stdout}
    },
    async push(branch, expected) {
      const sha = await head()
      const answer = await clone.remote.push({ref: branchRef(branch), expected, to: sha})
      if (answer.kind === 'rejected') throw new PilotError('GIT_FAILED', `The push to ${branch} was rejected: ${answer.reason}`)
      await clone.run(['update-ref', `refs/pilot/pushed/GH-${place.issue}`, sha])
    },
    async remove({runId}) {
      if (existsSync(place.path)) await commit(`pilot: unfinished work on GH-${place.issue}`)
      const sha = await unpushed()
      const ref = sha === null ? null : await freeRescueRef(clone, place.issue, runId, sha)
      if (ref !== null && o.checkout !== null) await show(o, ref)
      await rm(place.path, {recursive: true, force: true, maxRetries: 3})
      await rm(place.gitDir, {recursive: true, force: true})
      return ref
    },
  }
}

/** Makes a rescued commit visible in the user's repository: objects and one ref, no branch, index, file or FETCH_HEAD. */
async function show({git, clone, checkout, warn}: WorktreeOptions, ref: string): Promise<void> {
  try {
    const args = ['--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-prune', '--recurse-submodules=no', '--quiet']
    await git(['fetch', ...args, '--', await clone.gitDir(), `${ref}:${ref}`], {cwd: checkout ?? '.', userConfig: true})
  } catch (error) {
    warn(`${ref} could not be shown in ${checkout}; it is kept in ${await clone.gitDir()}. (${error instanceof Error ? error.message : String(error)})`)
  }
}

/** Paths that would be committed as links to a repository inside the worktree, where the base has none. */
async function addedRepositories(run: InWorktree): Promise<string[]> {
  const {stdout} = await run(['diff', '--cached', '--raw', '-z', '--no-renames', '--diff-filter=A'])
  const fields = stdout.split('\0')
  return fields.flatMap((field, i) => /^:000000 160000 /.test(field) ? [fields[i + 1] ?? ''] : [])
}

/** `git diff --numstat -z`: `added\tdeleted\tpath\0`, with `-` for binary files. */
export function parseNumstat(text: string): Pick<Evidence, 'files' | 'additions' | 'deletions'> {
  const rows = text.split('\0').filter(Boolean).map((row) => /^(\d+|-)\t(\d+|-)\t([\s\S]*)$/.exec(row)).filter((row) => row !== null)
  const sum = (column: 1 | 2) => rows.reduce((total, row) => total + (Number(row[column]) || 0), 0)
  return {files: rows.map((row) => row[3] ?? ''), additions: sum(1), deletions: sum(2)}
}
