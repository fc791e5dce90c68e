import {existsSync, lstatSync, readlinkSync} from 'node:fs'
import {join} from 'node:path'
import {PilotError} from '../errors.js'
import type {Evidence} from '../core/run/outcome.js'
import type {Worktree} from '../ports.js'
import {binaryFiles, withText} from '../core/run/binary.js'
import {endDwellers} from './agent-strays.js'
import {branchRef, objectId, type Git, type GitOptions} from './git.js'
import {restoreFile, type Clone} from './git-clone.js'
import {changedPaths, mergeInto, readInside} from './worktree-files.js'
import {forget, gather, keepAside} from './worktree-gather.js'
import {NotedFiles} from './noted-files.js'
import {removeTree} from './remove-tree.js'
import {detachedHead} from './worktree-head.js'
import {Leftovers, restoreTracked, untracked} from './worktree-leftovers.js'
import {openNested} from './worktree-nested.js'
import {rawInLfs} from './worktree-lfs.js'
import {removePipes} from './worktree-pipes.js'
import {openRescue, outgoing, type Offsite} from './worktree-rescue.js'
import {settle} from './worktree-settle.js'
import {Submodules} from './worktree-submodules.js'

export type Identity = {name: string; email: string}
/** A worktree's files, and the folder inside the clone that holds its HEAD and index. */
export type Place = {issue: number; path: string; gitDir: string}
export type InWorktree = (args: readonly string[], options?: Omit<GitOptions, 'cwd' | 'remote'>) => ReturnType<Git>

/** Pilot's own files, should an agent or a command have made them in the worktree. `.pilot/config.yaml` is the repository's and stays visible. */
const OWN_FILES = ['.pilot/.gitignore', '.pilot/epics', '.pilot/runs', '.pilot/ledger.ndjson']
const isOwn = (path: string): boolean => OWN_FILES.some((own) => path === own || path.startsWith(`${own}/`))
/** Enough to read and to scan; a larger patch ends here. Characters. */
const PATCH_CAP = 32 * 1024 * 1024

export type WorktreeOptions = {
  git: Git; clone: Clone; place: Place; checkout: string | null; identity: Identity; offsite: Offsite | null
  /** branches and stashes that the clone had before, which are not this worktree's */
  before: ReadonlyMap<string, string>
  /** the commit that git has just made it at; null: it was there */
  made: string | null
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
  const restoreGitDir = async () => {
    await clone.pristine()
    // an agent could lead git to another folder of settings
    await restoreFile(place.gitDir, 'commondir', '../..\n')
    if (isHead(join(place.gitDir, 'HEAD'))) return
    const base = o.made ?? (await clone.run(['rev-parse', '--verify', `refs/pilot/base/GH-${place.issue}`])).stdout.trim()
    // the agent's commits are lost with its HEAD, its files are not
    await restoreFile(place.gitDir, 'HEAD', `${base}\n`)
  }
  const run: InWorktree = async (args, options = {}) => {
    await restoreGitDir()
    return o.git(['--git-dir', place.gitDir, '--work-tree', place.path, ...args], {cwd: place.path, ...options, env: {...who, ...options.env}})
  }
  const submodules = new Submodules({run, place, rescue, warn: o.warn})
  const settling = {run, place, rescue, submodules, warn: o.warn}
  // what nothing ignores as well: an agent may add the line to .gitignore that was missing; a folder without tracked files stands for all that is in it
  const noted = new NotedFiles(place.path, async () => (await run(['ls-files', '--others', '--directory', '-z'])).stdout.split('\0').filter(Boolean))
  const inClone = async (args: readonly string[], ok: readonly number[] = [0]) => {
    await restoreGitDir()
    return clone.run(['--git-dir', place.gitDir, ...args], {ok})
  }
  /** before git looks at what an agent or a command left; a HEAD that is a pipe would be made anew without this order */
  const unblock = async () => {
    await clone.pristine()
    await removePipes(place.path, await clone.gitDir())
  }
  /** no agent runs any more; what it left running, or for git to wait at, goes */
  const end = async () => {
    endDwellers(place.path)
    await unblock()
  }
  /** what git has once called a commit of this clone stays one, so HEAD is only read again */
  const commits = new Set<string>(o.made === null ? [] : [o.made])
  const head = async (): Promise<string> => {
    const named = await detachedHead(place.gitDir)
    if (named !== null && commits.has(named)) return named
    const sha = (await inClone(['rev-parse', '--verify', 'HEAD^{commit}'])).stdout.trim()
    commits.add(sha)
    return sha
  }

  type Shown = Awaited<ReturnType<Worktree['evidence']>>
  /** two commits never differ in another way than before, so the newest pair is compared once */
  let seen: {base: string; sha: string; shown: Shown} | undefined
  const compare = async ({base, sha}: {base: string; sha: string}): Promise<Shown> => {
    const diff = async (...args: readonly string[]) =>
      (await clone.run(['diff', '--no-color', '--no-ext-diff', '--no-textconv', '--find-renames', ...args], {cap: PATCH_CAP})).stdout
    const [count, stat, patch] = await Promise.all([
      inClone(['rev-list', '--count', `${base}..${sha}`]),
      // without renames both the old and the new path are listed, which is what a check of protected paths has to see
      inClone(['diff', '--no-ext-diff', '--no-textconv', '--no-renames', '--numstat', '-z', base, sha]),
      diff(base, sha),
    ])
    const hidden = binaryFiles(patch).length > 0
    return {
      evidence: {baseSha: base, headSha: sha, commits: Number(count.stdout), ...parseNumstat(stat.stdout)},
      patch: hidden ? withText(patch, await diff('--text', base, sha)) : patch,
    }
  }

  const commit = async (message: string): Promise<string | null> => {
    // no agent runs any more: a lock that is still there belongs to a git that was killed
    await removeTree(join(place.gitDir, 'index.lock'))
    await submodules.settle()
    // what is inside a submodule is settled; git would ask the settings there, which are the agent's
    const {stdout: dirty} = await run(['status', '--porcelain=v2', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=dirty'])
    const isSettled = !await settle(settling, /(?:^|\0)u /.test(dirty))
    if (isSettled && dirty === '') return null
    // of an agent that failed, which nothing was gathered from
    if (/(?:^|\0)\? [^\0]*\/\0/.test(dirty)) await openNested({...settling, leftovers})
    const left = leftovers.isEmpty ? [] : await leftovers.among(await untracked(run))
    await submodules.release()
    const others = [...OWN_FILES.map((file) => `:(exclude,top)${file}`), ...await submodules.outside()]
    await run(['add', '--all', '--ignore-errors', '--', '.', ...others], {ok: [0, 1]})
    const staged = await stagedChanges(run)
    const nested = staged.filter(({isRepository}) => isRepository).map(({path}) => path)
    if (nested.length > 0) o.warn(`Left out of the commit because they are git repositories of their own: ${nested.join(', ')}`)
    const out = [...left, ...nested, ...staged.map(({path}) => path).filter(isOwn)]
    await unstage(run, out)
    if (staged.length === 0 || out.length > 0 && (await run(['diff', '--cached', '--quiet'], {ok: [0, 1]})).exitCode === 0) return null
    await run(['commit', '--quiet', '--no-verify', '--cleanup=whitespace', '--file=-'], {input: message})
    const made = await detachedHead(place.gitDir)
    if (made !== null) commits.add(made)
    return head()
  }

  /** HEAD when it holds commits that are neither the base nor pushed. */
  const unpushed = async (): Promise<string | null> => {
    const sha = await head()
    // either may be missing; a pattern without a wildcard would stand for what lies below it
    const known = ['[b]ase', '[p]ushed'].map((kind) => `--glob=refs/pilot/${kind}/GH-${place.issue}`)
    const {stdout} = await clone.run(['rev-list', '--count', sha, '--not', ...known])
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
    tree: async () => (await inClone(['rev-parse', '--verify', `${await head()}^{tree}`])).stdout.trim(),
    async changed(sha) {
      const paths = await changedPaths(run, sha, OWN_FILES)
      const inside = await submodules.changed()
      const left = new Set([...await leftovers.among(paths), ...inside.same])
      return [...new Set([...paths, ...inside.changed])].filter((path) => !left.has(path)).sort()
    },
    async gather(onto) {
      seen = undefined
      await end()
      await gather({...settling, clone, noted, leftovers, before: o.before}, onto)
    },
    async restore(sha) {
      await unblock()
      const paths = await restoreTracked(run, place, sha)
      await leftovers.note(await untracked(run))
      await submodules.leave()
      return paths
    },
    async noteUntracked(by) {
      await submodules.note()
      await noted.note(by)
    },
    async clearUntracked(canSetUp) {
      await submodules.clear()
      return noted.clear(canSetUp)
    },
    outgoing: (baseSha, headSha) => outgoing(clone, objectId(headSha), [objectId(baseSha)]),
    rawInLfs: (paths) => rawInLfs(run, place, paths),
    read: (path) => readInside(place.path, path),
    merge: (sha) => mergeInto({run, clone, place, sha}),
    async evidence(baseSha, headSha) {
      const range = {base: objectId(baseSha), sha: objectId(headSha)}
      if (seen?.base !== range.base || seen.sha !== range.sha) seen = {...range, shown: await compare(range)}
      return seen.shown
    },
    async push(branch, expected, headSha) {
      const sha = objectId(headSha)
      if (expected !== null) await keepReplaced(expected, sha)
      const answer = await clone.remote.push({ref: branchRef(branch), expected, to: sha})
      if (answer.kind === 'rejected') throw new PilotError('GIT_FAILED', `The push to ${branch} was rejected: ${answer.reason}`)
      await clone.run(['update-ref', `refs/pilot/pushed/GH-${place.issue}`, sha])
    },
    async remove({runId}) {
      // of a run that was killed as well, whose agent nobody ended
      await end()
      if (existsSync(place.path)) await commit(`pilot: unfinished work on GH-${place.issue}`)
      const sha = await unpushed()
      const ref = sha === null ? null : await rescue.keep(runId, sha)
      // of an agent that failed, which nothing was gathered from
      if (existsSync(place.path)) await forget(clone, await keepAside({...settling, clone, before: o.before}))
      await removeTree(place.path)
      await removeTree(place.gitDir)
      return ref
    },
  }
}

/** What git takes for one: a file, or as old ones had it a link to a branch. A pipe would be waited for. */
function isHead(path: string): boolean {
  const stat = lstatSync(path, {throwIfNoEntry: false})
  return stat?.isSymbolicLink() === true ? readlinkSync(path).startsWith('refs/') : stat?.isFile() === true
}

/**
 * What the next commit would change. `isRepository`: another repository's commit would be recorded there, one made inside the worktree or a submodule
 * at a commit that nobody has.
 */
async function stagedChanges(run: InWorktree): Promise<{path: string; isRepository: boolean}[]> {
  const {stdout} = await run(['diff', '--cached', '--raw', '-z', '--no-renames', '--ignore-submodules=none'])
  // `:oldmode newmode old new letter\0path\0`
  return [...stdout.matchAll(/:\d{6} (\d{6}) [^\0]*\0([^\0]*)\0/gy)].map(([, mode, path]) => ({path: path ?? '', isRepository: mode === '160000'}))
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
