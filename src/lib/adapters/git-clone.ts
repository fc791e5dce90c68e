import {existsSync, lstatSync} from 'node:fs'
import {mkdir, mkdtemp, rename, rm, unlink, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {PilotError} from '../errors.js'
import {objectId, type Git, type Remote} from './git.js'
import {pastRace} from './git-race.js'
import {openRemote, type RemoteGit} from './git-remote.js'
import {hasHistory, makeWhole, markWhole} from './git-whole.js'
import {readPlainFile} from './plain-file.js'

/** All that pilot's clone needs to know: no remote, no credentials, nothing that names a program. */
const CONFIG = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n[gc]\n\tauto = 0\n'
/** What machines and package managers leave behind is nobody's work, even where the repository does not ignore it. A `!` rule of its own wins. */
const JUNK = ['.DS_Store', 'Thumbs.db', 'desktop.ini', 'node_modules/', '__pycache__/', '*.py[co]', '*.sw[op]', '*~', ''].join('\n')
/** From inside a worktree an agent can name filters, proxies and addresses, hide files, change how they are read, and shift history. */
const KEPT = [['config', CONFIG], ['info/exclude', JUNK], ['HEAD', 'ref: refs/heads/main\n']] as const
const UNWANTED = ['config.worktree', 'info/attributes', 'info/grafts']

export type Clone = {
  /** `<cache>/clone.git`, made when it is not there */
  gitDir(): Promise<string>
  remote: RemoteGit
  /** puts the clone's own settings back to what pilot wrote */
  pristine(): Promise<void>
  /** runs git inside the clone, without the network */
  run: (args: readonly string[], options?: {ok?: readonly number[]; env?: Readonly<Record<string, string>>; input?: string; cap?: number}) => ReturnType<Git>
  /** makes sure that a commit of the remote is here, held by `ref`; refs in `gone` are removed in the same step */
  ensure(sha: string, ref: string, gone?: readonly string[]): Promise<void>
}

/**
 * The pilot-owned bare clone of one repository. It starts empty and fetches single commits: first from the local checkout, which is a copy on
 * disk and not a download, then from the remote. Nothing is shared with the checkout afterwards (no alternates), so neither can break the other.
 */
export function openClone(o: {git: Git; remote: Remote; cacheDir: string; checkout: string | null}): Clone {
  const path = join(o.cacheDir, 'clone.git')
  let made: Promise<string> | undefined
  let there = false
  const gitDir = async () => {
    // made anew when an agent removed it under us: claims are held and given back through it
    if (there && !existsSync(join(path, 'HEAD'))) made = undefined
    const dir = await (made ??= makeOnce(o, path))
    there = true
    return dir
  }
  const pristine = async () => restoreSettings(await gitDir())
  const run: Clone['run'] = async (args, options = {}) => {
    await pristine()
    const cwd = await gitDir()
    return pastRace(() => o.git(['--git-dir', cwd, ...args], {cwd, ...options}))
  }
  const remote = openRemote({git: o.git, remote: o.remote, gitDir, pristine})
  const has = async (sha: string) => (await run(['cat-file', '-e', `${sha}^{commit}`], {ok: [0, 1, 128]})).exitCode === 0

  /** Answers whether the commit is here now, with all that it needs. */
  const copyFromCheckout = async (sha: string): Promise<boolean> => {
    if (o.checkout === null || !await hasHistory(o.git, o.checkout, await gitDir())) return false
    const args = ['fetch', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--recurse-submodules=no', '--quiet', '--', o.checkout]
    const fetch = async (refspec: string) => (await run([...args, refspec], {ok: [0, 1, 128]})).exitCode === 0
    if (await fetch(sha)) return true
    // not that commit, but its remote-tracking branches spare most of the download; a partial checkout answers with an error, which is fine
    await fetch('+refs/remotes/origin/*:refs/pilot/local/*')
    return false
  }
  return {
    gitDir, remote, run, pristine,
    async ensure(sha, ref, gone = []) {
      objectId(sha)
      const input = [`update ${ref} ${sha}`, ...gone.map((old) => `delete ${old}`), ''].join('\n')
      const point = (ok: readonly number[]) => run(['update-ref', '--no-deref', '--stdin'], {input, ok})
      // git points no ref at what is not here, so where all is well this is the only process
      if ((await point([0, 128])).exitCode === 0) return
      // after a copy that failed the commit may be here without its parents: only while no ref holds it does git fetch them
      if (!await has(sha) && !await copyFromCheckout(sha)) await remote.fetch([sha])
      await point([0])
    },
  }
}

/** A commit of the empty tree without parents, for what is kept as a ref's message; answers its id. It exists nowhere but here. */
export async function commitMessage(clone: Clone, message: string, at: Date): Promise<string> {
  const date = `${Math.floor(at.getTime() / 1000)} +0000`
  const env = {
    GIT_AUTHOR_NAME: 'pilot', GIT_AUTHOR_EMAIL: 'pilot@users.noreply.github.com', GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'pilot', GIT_COMMITTER_EMAIL: 'pilot@users.noreply.github.com', GIT_COMMITTER_DATE: date,
  }
  return (await clone.run(['commit-tree', EMPTY_TREE, '-F', '-'], {env, input: message})).stdout.trim()
}
/** Of an SHA-1 repository, which the clone is; every git knows it without having stored it, and sends it. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

async function restoreSettings(gitDir: string): Promise<void> {
  // the folder among them that the others are looked for in
  await Promise.all(KEPT.map(([name, content]) => restoreFile(gitDir, name, content)))
  const left = UNWANTED.map((name) => join(gitDir, name)).filter((path) => lstatSync(path, {throwIfNoEntry: false}) !== undefined)
  await Promise.all(left.map((path) => rm(path, {recursive: true, force: true})))
}

/** More than any of these files holds. Bytes. */
const MOST_BYTES = 4096

/** By rename: a git that runs at the same moment must never read half a file. Whatever else is in its place (a link, a pipe, a folder) goes. */
export async function restoreFile(gitDir: string, name: string, content: string): Promise<void> {
  const file = join(gitDir, name)
  if ((await readPlainFile(file, MOST_BYTES).catch(() => null))?.toString('utf8') === content) return
  const temp = await mkdtemp(join(gitDir, 'settings-')).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new PilotError('GIT_FAILED', `${gitDir} is gone; something removed it.`) : error
  })
  await writeFile(join(temp, 'new'), content)
  await mkdir(dirname(file), {recursive: true}).catch(async () => {
    // something else in place of its folder, which another process may be putting right as well
    await unlink(dirname(file)).catch(() => undefined)
    await mkdir(dirname(file), {recursive: true})
  })
  await rename(join(temp, 'new'), file).catch(async (error: NodeJS.ErrnoException) => {
    // a folder in its place
    if (error.code !== 'EISDIR' && error.code !== 'ENOTEMPTY') throw error
    await rm(file, {recursive: true, force: true})
    await rename(join(temp, 'new'), file)
  })
  await rm(temp, {recursive: true, force: true})
}

/** Made beside its place and renamed into it: of two processes that start at once one wins and the other one uses the winner's. */
async function makeOnce({git, remote, cacheDir}: {git: Git; remote: Remote; cacheDir: string}, path: string): Promise<string> {
  if (existsSync(join(path, 'HEAD'))) {
    await restoreSettings(path)
    await makeWhole({git, remote, cacheDir, gitDir: path})
    return path
  }
  await mkdir(cacheDir, {recursive: true, mode: 0o700})
  const temp = await mkdtemp(join(cacheDir, 'clone-'))
  try {
    await git(['init', '--quiet', '--bare', '--template=', '--initial-branch=main', '--', temp], {cwd: cacheDir})
    await writeFile(join(temp, 'config'), CONFIG)
    await markWhole(temp)
    await rename(temp, path).catch(async (error: unknown) => {
      if (existsSync(join(path, 'HEAD'))) throw error
      // what is left of one that somebody began to remove
      await rm(path, {recursive: true, force: true})
      await rename(temp, path)
    })
  } catch (error) {
    await rm(temp, {recursive: true, force: true})
    if (!existsSync(join(path, 'HEAD'))) throw error
  }
  return path
}
