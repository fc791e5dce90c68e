import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {PilotError} from '../errors.js'
import {EMPTY_TREE} from './git-clone.js'
import {gitlinksOf, isBare, isEmpty, isFolder, isReplaced, type Gitlinks} from './worktree-gitlinks.js'
import type {Rescue} from './worktree-rescue.js'
import {Submodule, type Found, type Given} from './worktree-submodule.js'
import {detachedHead} from './worktree-head.js'
import type {InWorktree, Place} from './worktree.js'

type Step = (submodule: Submodule) => Promise<void>
type Options = {run: InWorktree; place: Place; rescue: Rescue; warn: (message: string) => void}

/**
 * Submodules of a worktree that hold files. No commit of the repository around them can hold what an agent changes inside one: it is kept under a
 * rescue ref, and the submodule is put back to what it was, so that what is verified and reviewed is what a push sends. Where the user's own commands
 * fill in or change a submodule, it is put back to what those left. Submodules of a submodule count like those around them. A repository without
 * submodules costs no git process.
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
  /** the reasons for that */
  readonly #told = new Set<string>()
  /** submodules inside one, by its path and commit: a commit never records others than before */
  readonly #inner = new Map<string, Gitlinks>()
  /** whose files are in no repository since before any agent: nobody's work */
  readonly #bare = new Set<string>()
  #recorded: {head: string | null; links: Gitlinks} | null = null
  #base: Gitlinks | null = null
  constructor(o: Options) { this.#o = o }

  /** To be called when the user's own commands have run on the base. */
  async note(): Promise<void> {
    for (const marks of [this.#given, this.#left, this.#stuck, this.#bare]) marks.clear()
    for (const path of (await this.#atHead()).keys()) if (isBare(this.#o.place.path, path)) this.#bare.add(path)
    const step: Step = async (submodule) => { this.#given.set(submodule.path, await submodule.asItIs(await submodule.look())) }
    await this.#each(this.#orWarn(step), await this.#atHead())
  }

  /** To be called when one of the user's own commands has run. */
  async leave(): Promise<void> {
    await this.#each(this.#orWarn(async (submodule) => { this.#left.set(submodule.path, markOf(await submodule.look())) }))
  }

  /** Puts back what the user's own commands made of them on a change. Whatever else is there is kept first. */
  async clear(): Promise<void> {
    if (this.#given.size === 0) return
    await this.#each(this.#orWarn(async (submodule) => {
      if (!this.#given.has(submodule.path)) return
      const found = await submodule.look()
      const mark = markOf(found)
      if (isGiven(submodule, found) || this.#stuck.get(submodule.path) === mark) return
      await (this.#left.get(submodule.path) === mark ? this.#putBack(submodule, found) : this.#settle(submodule))
    }))
  }

  /** Those that hold something else than the user's own commands left, or than is recorded. */
  async changed(): Promise<{changed: string[]; same: string[]}> {
    const [changed, same]: [string[], string[]] = [[], []]
    await this.#each(async (submodule) => { (this.#isWork(submodule, await submodule.look()) ? changed : same).push(submodule.path) })
    return {changed, same}
  }

  /** To be called when an agent has ended. Fails where its work cannot be read or kept. */
  settle(): Promise<void> { return this.#each((submodule) => this.#settle(submodule)) }

  /** Takes submodules whose files an agent made part of the repository out of the index, so that `git add` sees the files. `env`: of another index. */
  async release(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const replaced: string[] = []
    for (const path of (await this.#atHead()).keys()) if (await this.#isReplaced(path)) replaced.push(path)
    if (replaced.length > 0) await this.#o.run(['update-index', '--force-remove', '-z', '--stdin'], {env, input: `${replaced.join('\0')}\0`})
  }

  /** Pathspecs for `git add`: what is inside takes no part, and git must not ask the settings there. One whose folder is gone is a change like any other. */
  async outside(): Promise<string[]> {
    const paths: string[] = []
    for (const path of (await this.#atHead()).keys()) if (isFolder(this.#o.place.path, path) && !await this.#isReplaced(path)) paths.push(path)
    return paths.map((path) => `:(exclude,top,literal)${path}`)
  }

  async #settle(submodule: Submodule): Promise<void> {
    // a second time for what an agent's own ignore rules hid, which shows once those are put back
    for (let round = 0; round < 2; round++) {
      let found = await submodule.look()
      if (!this.#isWork(submodule, found)) return
      while (await submodule.openNested(found)) found = await submodule.look()
      await this.#keep(submodule, found)
      await this.#putBack(submodule, found)
    }
  }

  async #keep(submodule: Submodule, {tree, head}: Found): Promise<void> {
    const {place: {issue}, rescue, warn} = this.#o
    const {path, given} = submodule
    if (tree === null || tree === given.tree) return
    if (tree === EMPTY_TREE) {
      warn(`The agent removed all files of the submodule ${path} in its work on GH-${issue}, which the change cannot hold; they are put back.`)
      return
    }
    const work = await submodule.work(tree)
    const {paths} = work
    if (paths?.length === 0) return
    const known = this.#kept.get(`${path} ${tree}`)
    const ref = known ?? await rescue.keep(`submodule-${path}`, await submodule.keep(work, `pilot: submodule ${path} as the agent on GH-${issue} left it`))
    this.#kept.set(`${path} ${tree}`, ref)
    const few = paths === null ? 'which of them cannot be told' : `${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}`
    const history = head === given.head ? '' : ', without the commits that it made there'
    warn(`The agent changed files of the submodule ${path} in its work on GH-${issue}: ${few}; they are no part of the change, which cannot hold them, and are kept as ${ref}${history}.`)
  }

  async #putBack(submodule: Submodule, found: Found): Promise<void> {
    const {path, given} = submodule
    try {
      await submodule.putBack(found)
      this.#left.delete(path)
    } catch (error) {
      this.#stuck.set(path, markOf(found))
      const why = error instanceof Error ? error.message : String(error)
      if (this.#told.has(`${path} ${why}`)) return
      this.#told.add(`${path} ${why}`)
      this.#o.warn(`The submodule ${path} of GH-${this.#o.place.issue} could not be put back to ${given.sha.slice(0, 12)} and stays as it is: ${why}`)
    }
  }

  #isWork(submodule: Submodule, found: Found): boolean {
    return !isGiven(submodule, found) && ![this.#left.get(submodule.path), this.#stuck.get(submodule.path)].includes(markOf(found))
  }

  /** For steps that put nothing back which is not kept: of one that cannot be read the others still count. */
  #orWarn(step: Step): Step {
    return async (submodule) => {
      try {
        await step(submodule)
      } catch (error) {
        this.#o.warn(`The submodule ${submodule.path} of GH-${this.#o.place.issue} could not be read: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }

  async #each(step: Step, links?: Gitlinks): Promise<void> {
    const top = new Map(links ?? await this.#links())
    for (const path of top.keys()) if (await this.#isReplaced(path)) top.delete(path)
    await this.#walk(step, top)
  }

  async #isReplaced(path: string): Promise<boolean> {
    return !this.#bare.has(path) && await isReplaced(this.#o.run, this.#o.place.path, path)
  }

  /** One after the other, the outer before those inside it. */
  async #walk(step: Step, links: Gitlinks): Promise<void> {
    const {run, place} = this.#o
    for (const [path, sha] of links) {
      if (!isFolder(place.path, path) || isEmpty(join(place.path, path)) && !this.#given.has(path)) continue
      const submodule = await Submodule.open(run, place, path, this.#given.get(path) ?? sha)
      try {
        await step(submodule)
        await this.#walk(step, await this.#inside(submodule))
      } finally {
        await submodule.close()
      }
    }
  }

  async #inside(submodule: Submodule): Promise<Gitlinks> {
    const key = `${submodule.path} ${submodule.given.sha}`
    const found = this.#inner.get(key) ?? await submodule.inner()
    if (found === null) return new Map()
    this.#inner.set(key, found)
    return new Map([...found].map(([path, sha]) => [`${submodule.path}/${path}`, sha]))
  }

  /** Paths with the commit that the base records, which no agent could move; those that only HEAD has beside them. */
  async #links(): Promise<Gitlinks> {
    const head = await this.#atHead()
    if (this.#recorded === null) return head
    this.#base ??= await gitlinksOf(this.#o.run, `refs/pilot/base/GH-${this.#o.place.issue}`) ?? new Map()
    return new Map([...head, ...this.#base])
  }

  async #atHead(): Promise<Gitlinks> {
    const {run, place} = this.#o
    const head = await detachedHead(place.gitDir)
    if (this.#recorded !== null && this.#recorded.head === head && head !== null) return this.#recorded.links
    if (this.#recorded === null && !existsSync(join(place.path, '.gitmodules')) && !existsSync(join(place.gitDir, 'modules'))) return new Map()
    const links = await gitlinksOf(run, 'HEAD')
    if (links === null) throw new PilotError('GIT_FAILED', `HEAD of GH-${place.issue} is no commit that is there.`)
    this.#recorded = {head, links}
    return links
  }
}

const markOf = ({head, tree, missed}: Pick<Found, 'head' | 'tree' | 'missed'>): string => [`${head.trim()} ${tree ?? ''}`, ...missed].join('\0')
const isGiven = ({given}: Submodule, found: Found): boolean => markOf(given) === markOf(found)
