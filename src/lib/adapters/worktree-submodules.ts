import {existsSync, lstatSync, readdirSync, realpathSync} from 'node:fs'
import {join} from 'node:path'
import {EMPTY_TREE} from './git-clone.js'
import type {Rescue} from './worktree-rescue.js'
import {Submodule, type Found, type Given} from './worktree-submodule.js'
import {detachedHead} from './worktree-head.js'
import type {InWorktree, Place} from './worktree.js'

type Options = {run: InWorktree; place: Place; rescue: Rescue; warn: (message: string) => void}

/**
 * Submodules of a worktree that hold files. No commit of the repository around them can hold what an agent changes inside one: it is kept under a
 * rescue ref, and the submodule is put back to what it was, so that what is verified and reviewed is what a push sends. Where the user's own commands
 * fill in or change a submodule, it is put back to what those left. A repository without submodules costs no git process.
 */
export class Submodules {
  readonly #o: Options
  /** as the user's own commands left them on the base */
  readonly #given = new Map<string, Given>()
  /** as the newest of those commands left them since, the tests of a change among them: nobody's work */
  readonly #left = new Map<string, string>()
  /** ref by what it keeps */
  readonly #kept = new Map<string, string>()
  /** as they were when they could not be put back, which was told */
  readonly #stuck = new Map<string, string>()
  #recorded: {head: string | null; links: ReadonlyMap<string, string>} | null = null
  constructor(o: Options) { this.#o = o }

  /** To be called when the user's own commands have run on the base. */
  async note(): Promise<void> {
    await this.#each(async (path, sha) => {
      for (const marks of [this.#given, this.#left, this.#stuck]) marks.delete(path)
      await this.#with(path, sha, async (submodule) => { this.#given.set(path, await submodule.asItIs(await submodule.look())) })
    })
  }

  /** To be called when one of the user's own commands has run. */
  async leave(): Promise<void> {
    await this.#each(async (path, sha) => { this.#left.set(path, await this.#mark(path, sha)) })
  }

  /** Puts back what the user's own commands made of them on a change. */
  async clear(): Promise<void> {
    if (this.#given.size === 0) return
    await this.#each(async (path, sha) => {
      await this.#with(path, sha, async (submodule) => {
        const found = await submodule.look()
        if (this.#given.has(path) && !isGiven(submodule, found) && this.#stuck.get(path) !== markOf(found)) await this.#putBack(path, submodule, found)
      })
    })
  }

  /** Those that hold something else than the user's own commands left, or than is recorded. */
  async changed(): Promise<{changed: string[]; same: string[]}> {
    const [changed, same]: [string[], string[]] = [[], []]
    await this.#each(async (path, sha) => {
      await this.#with(path, sha, async (submodule) => { (this.#isWork(path, submodule, await submodule.look()) ? changed : same).push(path) })
    })
    return {changed, same}
  }

  /** To be called when an agent has ended. */
  async settle(): Promise<void> {
    await this.#each((path, sha) => this.#with(path, sha, async (submodule) => {
      let found = await submodule.look()
      if (!this.#isWork(path, submodule, found)) return
      while (await submodule.openNested(found)) found = await submodule.look()
      await this.#keep(path, submodule, found)
      await this.#putBack(path, submodule, found)
    }))
  }

  /** Pathspecs for `git add`: what is inside takes no part, and git must not ask the settings there. One whose folder is gone is a change like any other. */
  async outside(): Promise<string[]> {
    return [...(await this.#links()).keys()].filter((path) => this.#isFolder(path)).map((path) => `:(exclude,top,literal)${path}`)
  }

  async #keep(path: string, submodule: Submodule, {tree, paths, head}: Found): Promise<void> {
    const {place: {issue}, rescue, warn} = this.#o
    if (tree === null || tree === submodule.given.tree) return
    if (tree === EMPTY_TREE) {
      warn(`The agent removed all files of the submodule ${path} in its work on GH-${issue}, which the change cannot hold; they are put back.`)
      return
    }
    const known = this.#kept.get(`${path} ${tree}`)
    const ref = known ?? await rescue.keep(`submodule-${path}`, await submodule.keep(tree, `pilot: submodule ${path} as the agent on GH-${issue} left it`))
    this.#kept.set(`${path} ${tree}`, ref)
    const few = paths.length === 0 ? 'which of them cannot be told' : `${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}`
    const history = head === submodule.given.head ? '' : ', without the commits that it made there'
    warn(`The agent changed files of the submodule ${path} in its work on GH-${issue}: ${few}; they are no part of the change, which cannot hold them, and are kept as ${ref}${history}.`)
  }

  async #putBack(path: string, submodule: Submodule, found: Found): Promise<void> {
    try {
      await submodule.putBack()
      this.#left.delete(path)
    } catch (error) {
      this.#stuck.set(path, markOf(found))
      const why = error instanceof Error ? error.message : String(error)
      this.#o.warn(`The submodule ${path} of GH-${this.#o.place.issue} could not be put back to ${submodule.given.sha.slice(0, 12)} and stays as it is: ${why}`)
    }
  }

  #isWork(path: string, submodule: Submodule, found: Found): boolean {
    return !isGiven(submodule, found) && ![this.#left.get(path), this.#stuck.get(path)].includes(markOf(found))
  }

  async #mark(path: string, sha: string): Promise<string> {
    let mark = ''
    await this.#with(path, sha, async (submodule) => { mark = markOf(await submodule.look()) })
    return mark
  }

  async #with(path: string, sha: string, use: (submodule: Submodule) => Promise<void>): Promise<void> {
    const submodule = await Submodule.open(this.#o.run, this.#o.place, path, this.#given.get(path) ?? sha)
    try {
      await use(submodule)
    } finally {
      await submodule.close()
    }
  }

  /** One after the other. Of one that cannot be read the others still count. */
  async #each(step: (path: string, sha: string) => Promise<void>): Promise<void> {
    for (const [path, sha] of await this.#links()) {
      if (!this.#isFolder(path) || this.#isEmpty(path) && !this.#given.has(path)) continue
      try {
        await step(path, sha)
      } catch (error) {
        this.#o.warn(`The submodule ${path} of GH-${this.#o.place.issue} could not be read: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }

  /** Paths with the commit that HEAD records. */
  async #links(): Promise<ReadonlyMap<string, string>> {
    const {run, place} = this.#o
    const head = await detachedHead(place.gitDir)
    if (this.#recorded !== null && this.#recorded.head === head && head !== null) return this.#recorded.links
    if (this.#recorded === null && !existsSync(join(place.path, '.gitmodules')) && !existsSync(join(place.gitDir, 'modules'))) return new Map()
    const {stdout} = await run(['ls-tree', '-r', '-z', 'HEAD'])
    const links = new Map([...stdout.matchAll(/(?:^|\0)160000 commit ([0-9a-f]+)\t([^\0]+)/g)].map(([, sha, path]) => [path ?? '', sha ?? ''] as const))
    this.#recorded = {head, links}
    return links
  }

  /** In its own place: behind a link that an agent made lies somebody else's folder. */
  #isFolder(path: string): boolean {
    const root = join(this.#o.place.path, path)
    return lstatSync(root, {throwIfNoEntry: false})?.isDirectory() === true && realpathSync(root) === join(realpathSync(this.#o.place.path), path)
  }

  #isEmpty(path: string): boolean { return readdirSync(join(this.#o.place.path, path)).length === 0 }
}

const markOf = ({head, tree}: Found): string => `${head.trim()} ${tree ?? ''}`
const isGiven = ({given}: Submodule, {head, tree}: Found): boolean => head === given.head && tree === given.tree
