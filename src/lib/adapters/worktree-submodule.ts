import {existsSync} from 'node:fs'
import {copyFile, lstat, realpath, rename, utimes, writeFile} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import {PilotError} from '../errors.js'
import {restoreFile} from './git-clone.js'
import {readPlainFile} from './plain-file.js'
import {removeTree} from './remove-tree.js'
import {changedPaths, isInside, showAll} from './worktree-files.js'
import type {InWorktree, Place} from './worktree.js'

/** What a submodule is put back to. */
export type Given = {
  /** the commit that the repository around it records */
  sha: string
  /** its own HEAD, as the file has it */
  head: string
  /** of its files; null: those of `sha` */
  tree: string | null
  /** what its `.git` says; null: that is a folder, or nobody has looked */
  link: string | null
}
export type Found = Pick<Given, 'head' | 'tree'> & {/** paths inside that differ from `sha` */ paths: readonly string[]}

/** Of HEAD, or of a file that names another folder. Bytes. */
const MOST_BYTES = 4096
const textOf = async (path: string): Promise<string | null> => (await readPlainFile(path, MOST_BYTES).catch(() => null))?.toString('utf8') ?? null

/**
 * The files of one submodule, read and written by the worktree's own git directory and an index of their own. What its git directory says is never
 * asked for settings: an agent may have named a filter or a monitor there. Its objects, HEAD and index are data.
 */
export class Submodule {
  readonly #run: InWorktree
  readonly #index: string
  readonly #root: string
  readonly #gitDir: string | null
  readonly given: Given

  private constructor(run: InWorktree, place: Place, root: string, {gitDir, given}: {gitDir: string | null; given: Given}) {
    this.#index = join(place.gitDir, 'index.submodule')
    this.#root = root
    this.#gitDir = gitDir
    this.given = given
    const borrowed = gitDir === null ? {} : {GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(join(gitDir, 'objects'))}
    const env = {GIT_INDEX_FILE: this.#index, ...borrowed}
    this.#run = (args, options = {}) => run(['-C', root, '--work-tree', root, ...args], {...options, env: {...env, ...options.env}})
  }

  /** `given`: what it has to be; only the commit is known of one that was not looked at before the agent ran. */
  static async open(run: InWorktree, place: Place, path: string, given: Given | string): Promise<Submodule> {
    const root = join(place.path, path)
    const whole = typeof given === 'string' ? {sha: given, head: `${given}\n`, tree: null, link: null} : given
    return new Submodule(run, place, root, {gitDir: await gitDirOf(place, root, whole.link ?? await textOf(join(root, '.git'))), given: whole})
  }

  /** As it is now. The index that this makes is the one that `keep` and `putBack` need. */
  async look(): Promise<Found> {
    const {sha} = this.given
    const head = this.#gitDir === null ? '' : await textOf(join(this.#gitDir, 'HEAD')) ?? ''
    await this.#openIndex()
    // without that commit there is nothing to compare with: all of it counts
    const paths = await changedPaths(this.#run, sha, []).catch((error: unknown) => {
      if (error instanceof PilotError && error.code === 'GIT_FAILED') return null
      throw error
    })
    if (paths?.length === 0) return {head, tree: null, paths}
    const {stdout} = await this.#run(['ls-files', '--stage', '-z'])
    // git would look into a submodule of its own, and ask that one's settings
    const deeper = [...stdout.matchAll(/(?:^|\0)160000 [^\t]*\t([^\0]*)/g)].map(([, path]) => `:(exclude,top,literal)${path}`)
    await this.#run(['add', '--all', '--ignore-errors', '--', '.', ...deeper], {ok: [0, 1]})
    return {head, tree: (await this.#run(['write-tree'])).stdout.trim(), paths: paths ?? []}
  }

  /** What it is to be put back to from now on. */
  async asItIs({head, tree}: Found): Promise<Given> {
    return {sha: this.given.sha, head, tree, link: await textOf(join(this.#root, '.git'))}
  }

  /** Its own index spares reading each file again, where that is one; flags that hide a file are taken off. */
  async #openIndex(): Promise<void> {
    await removeTree(this.#index)
    const own = join(this.#gitDir ?? this.#root, 'index')
    const stat = this.#gitDir === null ? undefined : await lstat(own).catch(() => undefined)
    try {
      if (stat?.isFile() !== true) throw new PilotError('GIT_FAILED', `${own} is no index.`)
      await copyFile(own, this.#index)
      // git takes a file for unchanged only when it is older than the index
      await utimes(this.#index, stat.atime, stat.mtime)
      await showAll(this.#run)
    } catch (error) {
      if (!(error instanceof PilotError) || error.code !== 'GIT_FAILED') throw error
      await removeTree(this.#index)
      await this.#run(['read-tree', this.given.sha], {ok: [0, 128]})
    }
  }

  /** Repositories that an agent left inside, of which no commit would hold the files. Answers whether there were any. */
  async openNested({paths}: Found): Promise<boolean> {
    const nested = paths.filter((path) => path.endsWith('/')).map((path) => join(this.#root, path, '.git')).filter((path) => existsSync(path))
    for (const path of nested) await removeTree(path)
    return nested.length > 0
  }

  /** A commit of these files that needs nothing of the submodule's own objects; answers its id. */
  async keep(tree: string, message: string): Promise<string> {
    const commit = (await this.#run(['commit-tree', tree, '-m', message])).stdout.trim()
    const packs = join((await this.#run(['rev-parse', '--path-format=absolute', '--git-path', 'objects/pack'])).stdout.trim(), 'pack')
    await this.#run(['pack-objects', '--quiet', '--revs', packs], {input: `${commit}\n`})
    return commit
  }

  /** After `look`: files as given, also those that are there beside them; what the submodule ignores stays. */
  async putBack(): Promise<void> {
    const {sha, tree, head, link} = this.given
    if (this.#gitDir === null) throw new PilotError('GIT_FAILED', 'it has no git directory that pilot knows')
    await this.#run(['read-tree', '--reset', '-u', tree ?? sha])
    await this.#run(['clean', '-ffd', '--quiet'])
    if (tree !== null) await this.#run(['read-tree', sha])
    if (link !== null && await textOf(join(this.#root, '.git')) !== link) {
      await removeTree(join(this.#root, '.git'))
      await writeFile(join(this.#root, '.git'), link)
    }
    await restoreFile(this.#gitDir, 'HEAD', head)
    for (const file of ['index', 'index.lock', 'HEAD.lock']) await removeTree(join(this.#gitDir, file))
    await rename(this.#index, join(this.#gitDir, 'index'))
  }

  close(): Promise<void> { return removeTree(this.#index) }
}

/** Where the submodule's own objects are: below the worktree's git directory, as `git submodule` has it, or a folder inside. null: anywhere else. */
async function gitDirOf(place: Place, root: string, link: string | null): Promise<string | null> {
  try {
    const named = link === null ? join(root, '.git') : resolve(root, /^gitdir: (.+)\n$/.exec(link)?.[1] ?? '.git')
    const [real, ours] = await Promise.all([realpath(named), realpath(link === null ? root : join(place.gitDir, 'modules'))])
    return real !== ours && isInside(ours, real) && (await lstat(real)).isDirectory() ? real : null
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}
