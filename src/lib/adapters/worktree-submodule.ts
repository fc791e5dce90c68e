import {existsSync} from 'node:fs'
import {copyFile, lstat, realpath, rename, utimes, writeFile} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import {PilotError} from '../errors.js'
import {restoreFile} from './git-clone.js'
import {readPlainFile} from './plain-file.js'
import {removeTree} from './remove-tree.js'
import {changedPaths, isInside, showAll} from './worktree-files.js'
import {asKnown, gitlinksOf, type Gitlinks} from './worktree-gitlinks.js'
import type {InWorktree, Place} from './worktree.js'

/** What a submodule is put back to. */
export type Given = {
  /** the commit that the repository around it records */
  sha: string
  /** its own HEAD, as the file has it */
  head: string
  /** of its files; null: those of `sha` */
  tree: string | null
  /** files that git cannot take, so that nothing keeps them; a folder ends in `/` */
  missed: readonly string[]
  /** what its `.git` says; null: that is a folder, or nobody has looked */
  link: string | null
}
export type Found = Pick<Given, 'head' | 'tree' | 'missed'> & {/** paths inside that differ from `sha` */ paths: readonly string[]}
/** What an agent did to the files: a tree of those that differ and no others. `paths` and `removed` null: with nothing to compare all of them count. */
type Work = {tree: string; paths: readonly string[] | null; removed: readonly string[]}

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
  readonly path: string

  private constructor(run: InWorktree, place: Place, path: string, {gitDir, given}: {gitDir: string | null; given: Given}) {
    const root = join(place.path, path)
    this.#index = join(place.gitDir, 'index.submodule')
    this.#root = root
    this.path = path
    this.#gitDir = gitDir
    this.given = given
    const borrowed = gitDir === null ? {} : {GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(join(gitDir, 'objects'))}
    const env = {GIT_INDEX_FILE: this.#index, ...borrowed}
    this.#run = (args, options = {}) => run(['-C', root, '--work-tree', root, ...args], {...options, env: {...env, ...options.env}})
  }

  /** `given`: what it has to be; only the commit is known of one that was not looked at before the agent ran. */
  static async open(run: InWorktree, place: Place, path: string, given: Given | string): Promise<Submodule> {
    const root = join(place.path, path)
    const whole = typeof given === 'string' ? {sha: given, head: `${given}\n`, tree: null, missed: [], link: null} : given
    return new Submodule(run, place, path, {gitDir: await gitDirOf(place, root, whole.link ?? await textOf(join(root, '.git'))), given: whole})
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
    if (paths?.length === 0) return {head, tree: null, missed: [], paths}
    const foreign = await this.#asKnown()
    // git would look into a submodule of its own, and ask that one's settings
    const files = ['--', '.', ...outside([...await this.#known() ?? []].map(([path]) => path))]
    const {exitCode} = await this.#run(['add', '--all', '--ignore-errors', ...files], {ok: [0, 1]})
    const missed = exitCode === 0 ? '' : (await this.#run(['ls-files', '--others', '--modified', '--exclude-standard', '-z', ...files])).stdout
    const tree = (await this.#run(['write-tree'])).stdout.trim()
    const recorded = (await this.#run(['rev-parse', '--verify', '--quiet', `${sha}^{tree}`], {ok: [0, 1, 128]})).stdout.trim()
    return {head, tree: tree === recorded ? null : tree, missed: [...new Set(missed.split('\0').filter(Boolean))], paths: [...paths ?? [], ...foreign]}
  }

  /** Submodules inside it that the recorded commit names; null where that is not there. */
  inner(): Promise<Gitlinks | null> { return gitlinksOf(this.#run, this.given.sha) }

  #known(): Promise<Gitlinks | null> { return gitlinksOf(this.#run, this.given.tree ?? this.given.sha) }

  /** Makes of a repository that the agent put into the index as a submodule an untracked folder again; answers those. */
  async #asKnown(): Promise<string[]> {
    const known = await this.#known()
    if (known === null) return []
    const {lines, foreign} = asKnown((await this.#run(['ls-files', '--stage', '-z'])).stdout, known, this.#root)
    if (lines !== '') await this.#run(['update-index', '-z', '--index-info'], {input: lines})
    return foreign.map((path) => `${path}/`)
  }

  /** What it is to be put back to from now on. */
  async asItIs({head, tree, missed}: Found): Promise<Given> {
    return {sha: this.given.sha, head, tree, missed, link: await textOf(join(this.#root, '.git'))}
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
    const known = await this.#known()
    const isOurs = (path: string) => known?.has(path.slice(0, -1)) === true || this.given.missed.includes(path)
    const nested = paths.filter((path) => path.endsWith('/') && !isOurs(path)).map((path) => join(this.#root, path, '.git')).filter((path) => existsSync(path))
    for (const path of nested) await removeTree(path)
    return nested.length > 0
  }

  /** Of the whole files `tree` those that differ from what was given: the others are somebody else's, and may be for fewer eyes than what is kept. */
  async work(tree: string): Promise<Work> {
    const {exitCode, stdout} = await this.#run(['diff-tree', '-r', '-z', '--raw', '--no-renames', this.given.tree ?? this.given.sha, tree], {ok: [0, 128]})
    if (exitCode !== 0) return {tree, paths: null, removed: []}
    // `:oldmode newmode old new letter\0path\0`; a submodule inside is settled by itself
    const rows = [...stdout.matchAll(/:(\d{6}) (\d{6}) \S+ (\S+) [^\0]*\0([^\0]*)\0/gy)].map(([, from, to, id, path]) => ({from, to, id: id ?? '', path: path ?? ''}))
    const there = rows.filter(({to}) => to !== '000000' && to !== '160000')
    const removed = rows.filter(({from, to}) => to === '000000' && from !== '160000').map(({path}) => path)
    const env = {GIT_INDEX_FILE: `${this.#index}.work`}
    try {
      await removeTree(env.GIT_INDEX_FILE)
      if (there.length > 0) await this.#run(['update-index', '-z', '--index-info'], {env, input: there.map(({to, id, path}) => `${to} ${id}\t${path}\0`).join('')})
      const part = (await this.#run(['write-tree'], {env})).stdout.trim()
      return {tree: part, paths: [...there.map(({path}) => path), ...removed].sort(), removed}
    } finally {
      await removeTree(env.GIT_INDEX_FILE)
    }
  }

  /** A commit of these files that needs nothing of the submodule's own objects; answers its id. */
  async keep({tree, removed}: Work, title: string): Promise<string> {
    const gone = removed.length === 0 ? [] : ['', 'Removed:', ...removed]
    const input = [title, '', `What differs from ${this.given.sha}${this.given.tree === null ? '' : ' as set up'}.`, ...gone, ''].join('\n')
    const commit = (await this.#run(['commit-tree', tree, '-F', '-'], {input})).stdout.trim()
    const packs = join((await this.#run(['rev-parse', '--path-format=absolute', '--git-path', 'objects/pack'])).stdout.trim(), 'pack')
    await this.#run(['pack-objects', '--quiet', '--revs', packs], {input: `${commit}\n`})
    return commit
  }

  /** After `look`, which answered `found`: files as given, also those that are there beside them; what the submodule ignores stays. */
  async putBack(found: Found): Promise<void> {
    const {sha, tree, head, link, missed} = this.given
    const lost = found.missed.filter((path) => !missed.includes(path))
    if (lost.length > 0) throw new PilotError('GIT_FAILED', `git cannot take ${lost.join(', ')}, so nothing would keep that`)
    if (this.#gitDir === null) throw new PilotError('GIT_FAILED', 'it has no git directory that pilot knows')
    // by the ignore rules that `look` went by: what an agent's own rules hide was not kept
    await this.#run(['read-tree', tree ?? sha])
    await this.#run(['clean', '-ffd', '--quiet', '--', '.', ...outside(missed)])
    await this.#run(['read-tree', '--reset', '-u', tree ?? sha])
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

const outside = (paths: readonly string[]): string[] => paths.map((path) => `:(exclude,top,literal)${path.replace(/\/$/, '')}`)

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
