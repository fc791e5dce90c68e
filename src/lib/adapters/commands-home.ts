import {mkdir, symlink} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import type {Cleared} from '../ports.js'
import {NotedFiles} from './noted-files.js'
import {inside, removeTree} from './remove-tree.js'

/** Where package managers and build tools keep what they download, or can make again; linked, so that it lasts from issue to issue. */
const CACHES = [
  '.cache', '.npm', '.yarn', '.bun/install/cache', '.local/share/pnpm', '.cargo/registry', '.cargo/git', 'go/pkg/mod', '.m2/repository', '.gradle/caches',
  '.gradle/wrapper', '.nuget/packages', '.composer/cache', '.pub-cache',
]

/**
 * HOME of the user's command lines in one worktree. It holds nobody's sign-in, and what set-up installs there is there for the verify commands. What
 * else appears in it (an `.npmrc`, a `.gitconfig`) could make any command pass, so it begins empty with the worktree and is noted like its files.
 */
export class CommandsHome {
  readonly path: string
  readonly #caches: string
  readonly #noted: NotedFiles
  constructor(scratch: string, worktree: string) {
    this.path = join(scratch, `home-commands-${basename(worktree)}`)
    this.#caches = join(scratch, 'caches')
    this.#noted = new NotedFiles(this.path, async () => (await inside(this.path)).map((entry) => `${entry.name}${entry.isDirectory() ? '/' : ''}`))
  }

  async begin(): Promise<void> {
    await removeTree(this.path)
    await this.#link()
  }

  note(by: 'setup' | 'baseline'): Promise<void> { return this.#noted.note(by) }

  async clear(canSetUp: boolean): Promise<Cleared> {
    const cleared = await this.#noted.clear(canSetUp)
    await this.#link()
    return cleared
  }

  async #link(): Promise<void> {
    for (const cache of CACHES) {
      const [to, at] = [join(this.#caches, cache), join(this.path, cache)]
      await Promise.all([to, dirname(at)].map((folder) => mkdir(folder, {recursive: true, mode: 0o700})))
      await symlink(to, at).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      })
    }
  }
}
