import {existsSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {PilotError} from '../errors.js'
import type {Evidence} from '../core/run/outcome.js'
import type {Worktree} from '../ports.js'
import {endDwellers} from './agent-strays.js'
import {branchRef, objectId, type Git, type GitOptions} from './git.js'
import {restoreFile, type Clone} from './git-clone.js'
import {changedPaths, mergeInto, readInside} from './worktree-files.js'
import {forget, gather, keepAside} from './worktree-gather.js'
import {Leftovers, restoreTracked, untracked} from './worktree-leftovers.js'
import {openRescue, outgoing, type Offsite} from './worktree-rescue.js'
import {settle} from './worktree-settle.js'

export type Identity = {name: string; email: string}
/** A worktree's files, and the folder inside the clone that holds its HEAD and index. */
export type Place = {issue: number; path: string; gitDir: string}
export type InWorktree = (args: readonly string[], options?: Omit<GitOptions, 'cwd' | 'remote'>) => ReturnType<Git>

/** Pilot's own files, should an agent or a command have made them in the worktree. `.pilot/config.yaml` is the repository's and stays visible. */
const OWN_FILES = ['.pilot/.gitignore', '.pilot/epics', '.pilot/runs', '.pilot/ledger.ndjson']
/** Enough to read and to scan; a larger patch ends here. Characters. */
const PATCH_CAP = 32 * 1024 * 1024

export type WorktreeOptions = {
  git: Git; clone: Clone; place: Place; checkout: string | null; identity: Identity; offsite: Offsite | null
  /** branches and stashes that the clone had before, which are not this worktree's */
  before: ReadonlyMap<string, string>
  warn: (message: string) => void
}

/**
 * One worktree. Every command names its git directory itself, so that a `.git` that an agent removed or replaced changes nothing, and what counts
 * is HEAD and the files, whatever branch the agent put them on.
 */
export function openWorktree(o: WorktreeOptions): Worktree {
  const {clone, place} = o
  const rescue = openRescue({...o, issue: place.issue})
  const leftovers = new Leftovers(place.path)
  const who = {GIT_AUTHOR_NAME: o.identity.name, GIT_AUTHOR_EMAIL: o.identity.email, GIT_COMMITTER_NAME: o.identity.name, GIT_COMMITTER_EMAIL: o.identity.email}
  const run: InWorktree = async (args, options = {}) => {
    await clone.pristine()
    // an agent could lead git to another folder of settings
    await restoreFile(place.gitDir, 'commondir', '../..\n')
    return o.git(['--git-dir', place.gitDir, '--work-tree', place.path, ...args], {cwd: place.path, ...options, env: {...who, ...options.env}})
  }
  const inClone = (args: readonly string[], ok: readonly number[] = [0]) => clone.run(['--git-dir', place.gitDir, ...args], {ok})
  const head = async () => (await inClone(['rev-parse', '--verify', 'HEAD^{commit}'])).stdout.trim()

  const commit = async (message: string): Promise<string | null> => {
    // no agent runs any more: a lock that is still there belongs to a git that was killed
    await rm(join(place.gitDir, 'index.lock'), {force: true})
    await settle({run, place, rescue, warn: o.warn})
    const left = await leftovers.among(await untracked(run))
    await run(['add', '--all', '--ignore-errors', '--', '.'], {ok: [0, 1]})
    await run(['reset', '--quiet', 'HEAD', '--', ...OWN_FILES])
    const nested = await changedRepositories(run)
    if (nested.length > 0) o.warn(`Left out of the commit because they are git repositories of their own: ${nested.join(', ')}`)
    await unstage(run, [...left, ...nested])
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

  /** A branch that is replaced, by a new attempt over an earlier one, keeps its commits: people may have looked at them or added to them. */
  const keepReplaced = async (old: string, sha: string) => {
    await clone.ensure(old, `refs/pilot/fetched/GH-${place.issue}`)
    if ((await inClone(['merge-base', '--is-ancestor', old, sha], [0, 1])).exitCode === 0) return
    o.warn(`The branch of GH-${place.issue} is replaced; its old commits are kept as ${await rescue.keep(`replaced-${old.slice(0, 12)}`, old)}`)
  }

  return {
    path: place.path, head, commit,
    async changed(sha) {
      const paths = await changedPaths(run, sha, OWN_FILES)
      const left = new Set(await leftovers.among(paths))
      return paths.filter((path) => !left.has(path))
    },
    gather: (onto) => gather({run, clone, place, rescue, before: o.before, warn: o.warn}, onto),
    async restore(sha) {
      const paths = await restoreTracked(run, sha)
      await leftovers.note(await untracked(run))
      return paths
    },
    outgoing: async (baseSha) => outgoing(clone, await head(), [objectId(baseSha)]),
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
      if (expected !== null) await keepReplaced(expected, sha)
      const answer = await clone.remote.push({ref: branchRef(branch), expected, to: sha})
      if (answer.kind === 'rejected') throw new PilotError('GIT_FAILED', `The push to ${branch} was rejected: ${answer.reason}`)
      await clone.run(['update-ref', `refs/pilot/pushed/GH-${place.issue}`, sha])
    },
    async remove({runId}) {
      // of a run that was killed as well, whose agent nobody ended
      endDwellers(place.path)
      if (existsSync(place.path)) await commit(`pilot: unfinished work on GH-${place.issue}`)
      const sha = await unpushed()
      const ref = sha === null ? null : await rescue.keep(runId, sha)
      // of an agent that failed, which nothing was gathered from
      if (existsSync(place.path)) await forget(clone, await keepAside({run, clone, place, rescue, before: o.before, warn: o.warn}))
      await rm(place.path, {recursive: true, force: true, maxRetries: 3})
      await rm(place.gitDir, {recursive: true, force: true})
      return ref
    },
  }
}

/** Paths where another repository's commit is about to be recorded: one made inside the worktree, or a submodule at a commit that nobody has. */
async function changedRepositories(run: InWorktree): Promise<string[]> {
  const {stdout} = await run(['diff', '--cached', '--raw', '-z', '--no-renames', '--ignore-submodules=none'])
  const fields = stdout.split('\0')
  return fields.flatMap((field, i) => /^:\d{6} 160000 /.test(field) ? [fields[i + 1] ?? ''] : [])
}

/** Puts paths in the index back to what HEAD has there. */
async function unstage(run: InWorktree, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return
  await run(['--literal-pathspecs', 'reset', '--quiet', '--pathspec-from-file=-', '--pathspec-file-nul', 'HEAD'], {input: `${paths.join('\0')}\0`})
}

/** `git diff --numstat -z`: `added\tdeleted\tpath\0`, with `-` for binary files. */
export function parseNumstat(text: string): Pick<Evidence, 'files' | 'additions' | 'deletions'> {
  const rows = text.split('\0').filter(Boolean).map((row) => /^(\d+|-)\t(\d+|-)\t([\s\S]*)$/.exec(row)).filter((row) => row !== null)
  const sum = (column: 1 | 2) => rows.reduce((total, row) => total + (Number(row[column]) || 0), 0)
  return {files: rows.map((row) => row[3] ?? ''), additions: sum(1), deletions: sum(2)}
}
