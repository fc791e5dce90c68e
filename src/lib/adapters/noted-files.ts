import {lstatSync, type Stats} from 'node:fs'
import {join} from 'node:path'
import type {Cleared} from '../ports.js'
import {inside, removeTree} from './remove-tree.js'

/** What installs leave, without the caches beside it that every test run writes. */
const INSTALLED = /(?:^|\/)(?:node_modules\/(?:$|[^.]|\.bin\/|\.pnpm\/)|\.?venv\/|vendor\/)/

/**
 * A file as it was. `ctimeMs` cannot be set by a program and so betrays every change; null where the file has several names: package managers link
 * from one store into many folders, and each new link changes that time.
 */
type Mark = {rest: string; ctimeMs: number | null}
const FOLDER: Mark = {rest: 'folder', ctimeMs: null}
const markOf = (stat: Stats): Mark => ({rest: `${stat.ino} ${stat.mode} ${stat.size} ${stat.mtimeMs}`, ctimeMs: stat.nlink > 1 ? null : stat.ctimeMs})
/** A second name that came later excuses nothing: whoever changes a file could give it one. */
const isSame = (before: Mark, now: Mark): boolean => before.rest === now.rest && (before.ctimeMs === null || before.ctimeMs === now.ctimeMs)

/**
 * Files that no push sends (of a worktree all that git does not track, of a HOME all of it), as the user's own commands left them. What an agent, or
 * the change under test, made of them since is on no branch, so no verification may rest on it. Nothing is read but names and what `lstat` says, some
 * 20,000 files a second.
 */
export class NotedFiles {
  readonly #root: string
  readonly #list: () => Promise<readonly string[]>
  #marks: ReadonlyMap<string, Mark> | null = null
  /** what the set-up left, which no verify command makes again */
  #made: ReadonlySet<string> = new Set()
  /** everything was removed, and the set-up has not run since */
  #isBare = false
  /** `list`: files and folders below `root`, a folder with a slash at the end and for all that is in it */
  constructor(root: string, list: () => Promise<readonly string[]>) { [this.#root, this.#list] = [root, list] }

  async note(by: 'setup' | 'baseline'): Promise<void> {
    const marks = new Map<string, Mark>()
    await this.#walk(await this.#list(), (path, mark) => marks.set(path, mark) !== undefined)
    this.#marks = marks
    if (by === 'baseline') return
    this.#made = new Set(marks.keys())
    this.#isBare = false
  }

  /** Is this file there as it was noted? */
  isAsNoted(path: string): boolean {
    const [before, stat] = [this.#marks?.get(path), this.#stat(path)]
    return before !== undefined && stat !== undefined && isSame(before, markOf(stat))
  }

  /** See `Worktree.clearUntracked`. */
  async clear(canSetUp: boolean): Promise<Cleared> {
    const known = this.#marks
    if (known === null) return {removed: [], kept: [], isBare: false}
    const entries = await this.#list()
    const left = new Set(known.keys())
    const changed: string[] = []
    await this.#walk(entries, (path, mark) => {
      left.delete(path)
      const before = known.get(path)
      const isNew = before === undefined
      if (isNew || !isSame(before, mark)) changed.push(path)
      // a new folder goes as a whole
      return !isNew
    })
    const hurt = [...changed, ...[...left].filter((path) => !this.#exists(path))].filter((path) => this.#made.has(path))
    if (canSetUp && (this.#isBare || hurt.length > 0)) {
      for (const path of entries) await removeTree(join(this.#root, path))
      this.#isBare = true
      return {removed: hurt, kept: [], isBare: true}
    }
    const kept = canSetUp ? [] : changed.filter((path) => INSTALLED.test(path))
    const removed = changed.filter((path) => !kept.includes(path))
    for (const path of removed) await removeTree(join(this.#root, path))
    return {removed, kept: [...new Set(kept.map((path) => path.replace(/(node_modules|\.?venv|vendor)\/.*$/, '$1/')))], isBare: false}
  }

  /** `see` answers whether to go into a folder, whose path ends with a slash. Links are not followed. */
  async #walk(entries: readonly string[], see: (path: string, mark: Mark) => boolean): Promise<void> {
    const folders: string[] = []
    const look = (path: string, isFolder: boolean) => {
      if (isFolder) {
        if (see(path, FOLDER)) folders.push(path)
      } else {
        const stat = this.#stat(path)
        if (stat !== undefined) see(path, markOf(stat))
      }
    }
    for (const path of entries) look(path, path.endsWith('/'))
    for (let path = folders.pop(); path !== undefined; path = folders.pop()) {
      for (const entry of await inside(join(this.#root, path))) look(`${path}${entry.name}${entry.isDirectory() ? '/' : ''}`, entry.isDirectory())
    }
  }

  #stat(path: string): Stats | undefined { return lstatSync(join(this.#root, path), {throwIfNoEntry: false}) }
  #exists(path: string): boolean { return this.#stat(path) !== undefined }
}
