import {existsSync} from 'node:fs'
import {rename} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {PilotError} from '../errors.js'
import type {Workshop} from '../ports.js'
import {branchRef, objectId, type Git, type Remote} from './git.js'
import {openClone, type Clone} from './git-clone.js'
import {pastRace} from './git-race.js'
import {removeTree} from './remove-tree.js'
import {openWorktree, type Identity, type Place, type WorktreeOptions} from './worktree.js'
import {sharedRefs} from './worktree-gather.js'
import {openOwner, ownedWorktree} from './worktree-owner.js'
import type {Offsite} from './worktree-rescue.js'
import {treeMap} from './workshop-tree.js'

export const PILOT_IDENTITY: Identity = {name: 'pilot', email: 'pilot@users.noreply.github.com'}

export type WorkshopOptions = {
  git: Git
  remote: Remote
  /** `$XDG_CACHE_HOME/pilot/OWNER/NAME` */
  cacheDir: string
  /** root of the user's checkout: objects are copied from it, and rescue refs are the only thing ever written to it */
  checkout: string | null
  /** owns the worktrees that `open` makes, and names the rescue ref of an older one that it finds in its way */
  runId: string
  identity?: Identity
  /** where the machine is thrown away after the run: rescue refs are pushed too, once `mask` finds no secret in them */
  offsite?: Offsite | null
  clone?: Clone
  warn?: (message: string) => void
}

/** Worktrees of pilot's own clone at `<cacheDir>/worktrees/GH-N`. */
export function openWorkshop(o: WorkshopOptions): Workshop {
  const clone = o.clone ?? openClone(o)
  const warn = o.warn ?? (() => undefined)
  const pathOf = (issue: number): string => join(o.cacheDir, 'worktrees', `GH-${issue}`)
  const placeOf = async (issue: number): Promise<Place> => {
    const path = pathOf(issue)
    return {issue, path, gitDir: join(await clone.gitDir(), 'worktrees', basename(path))}
  }
  const attach = (place: Place, {before, made}: Pick<WorktreeOptions, 'before' | 'made'>) => openWorktree({
    git: o.git, clone, place, checkout: o.checkout, identity: o.identity ?? PILOT_IDENTITY, offsite: o.offsite ?? null, before, made, warn,
  })

  const addWorktree = async (path: string, sha: string) => {
    await clone.pristine()
    const cwd = await clone.gitDir()
    await o.git(['--git-dir', cwd, 'worktree', 'add', '--quiet', '--detach', '--', path, sha], {cwd})
  }

  /** What an earlier run left behind. Where even rescuing fails, the files are put aside instead of removed. */
  const clear = async (place: Place) => {
    if (!existsSync(place.path) && !existsSync(place.gitDir)) return
    try {
      const kept = await attach(place, {before: new Map(), made: null}).remove({runId: o.runId})
      if (kept !== null) warn(`An earlier worktree of GH-${place.issue} held unpushed work; it is kept as ${kept}.`)
    } catch (error) {
      if (existsSync(place.path)) {
        const aside = `${place.path}.left-by-${o.runId.replace(/[^\w.-]/g, '-')}`
        await rename(place.path, aside)
        warn(`An earlier worktree of GH-${place.issue} could not be read (${String(error)}); its files are kept in ${aside}.`)
      }
      await removeTree(place.gitDir)
    }
  }

  return {
    pathOf,
    async open(issue, {sha}) {
      if (!Number.isSafeInteger(issue) || issue < 1) throw new PilotError('BAD_ISSUE', `${issue} is not an issue number.`)
      const place = await placeOf(issue)
      const owner = openOwner(place.path, o.runId)
      await owner.take()
      // before anything is pointed elsewhere: what of an earlier worktree is unpushed is told by its own base
      await clear(place)
      await clone.ensure(objectId(sha), `refs/pilot/base/GH-${issue}`, [`refs/pilot/pushed/GH-${issue}`])
      // detached: no branch name is taken, and one that an agent makes cannot stand in the way of the next worktree
      const [before] = await Promise.all([sharedRefs(clone), pastRace(() => addWorktree(place.path, sha), () => discard(place))])
      return ownedWorktree(attach(place, {before, made: sha}), issue, owner, warn)
    },
    async branchSha(branch) {
      const ref = branchRef(branch)
      return (await clone.remote.list([ref])).get(ref) ?? null
    },
    async tree(sha, max) {
      await clone.ensure(objectId(sha), 'refs/pilot/fetched/tree')
      const {stdout} = await clone.run(['ls-tree', '-r', '-z', '--name-only', sha])
      return treeMap(stdout.split('\0').filter(Boolean), max)
    },
    async files(sha) {
      await clone.ensure(objectId(sha), 'refs/pilot/fetched/tree')
      const {stdout} = await clone.run(['ls-tree', '-r', '-l', '-z', sha])
      // `mode type object size\tpath`; 100644 and 100755 are files, 120000 a link, 160000 a submodule
      return [...stdout.matchAll(/(?:^|\0)100\d{3} blob \S+ +(\d+)\t([^\0]+)/g)].map(([, bytes, path]) => ({path: path ?? '', bytes: Number(bytes)}))
    },
  }
}

/** What a `worktree add` that failed half way has made. */
async function discard({path, gitDir}: Place): Promise<void> {
  await removeTree(path)
  await removeTree(gitDir)
}
