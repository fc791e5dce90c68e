import {existsSync} from 'node:fs'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {PilotError} from '../errors.js'
import type {Git, Remote} from './git.js'
import {openRemote} from './git-remote.js'

/** In the clone: no commit that a ref there holds is without its parents, and none will be. */
const MARK = 'whole'

/** Notes that a clone is whole: all that comes into it afterwards is checked on its way. */
export const markWhole = (gitDir: string): Promise<void> => writeFile(join(gitDir, MARK), '')

/**
 * Has this checkout the parents of its commits? git copies from a shallow one without an error and without the parents, and from then on tells every
 * remote that it has them. One that git does not want to look into, or that is gone, counts as without.
 */
export async function hasHistory(git: Git, checkout: string, cwd: string): Promise<boolean> {
  const {stdout} = await git(['-C', checkout, 'rev-parse', '--is-shallow-repository'], {cwd, ok: [0, 128]})
  return stdout.trim() === 'false'
}

/**
 * Gets for a clone that was copied from a shallow checkout, as pilot once did, what its commits lack; for one that is marked this is one look at
 * a file. The clone itself would never be sent it: git takes what a ref holds for complete and asks for nothing below. So it is fetched
 * through an empty repository over the same objects. Worktrees and rescue refs stay as they are; `fetch --refetch` would need git 2.36.
 * @throws PilotError of the fetch
 */
export async function makeWhole(o: {git: Git; remote: Remote; cacheDir: string; gitDir: string}): Promise<void> {
  const {git, remote, cacheDir, gitDir} = o
  if (existsSync(join(gitDir, MARK))) return
  const inClone = (args: readonly string[], ok: readonly number[]) => git(['--git-dir', gitDir, ...args], {cwd: gitDir, ok})
  const isWhole = async () => (await inClone(['rev-list', '--all', '--quiet'], [0, 128])).exitCode === 0
  if (!await isWhole()) {
    // its exit code is a set of bits
    const bits = Array.from({length: 64}, (_, code) => code)
    const {stdout} = await inClone(['fsck', '--connectivity-only', '--no-dangling', '--no-progress'], [...bits, 128])
    const missing = [...stdout.matchAll(/^missing commit ([0-9a-f]{40,64})$/gm)].map(([, sha]) => sha ?? '')
    // something else is wrong, or another process was making a worktree: not for this to judge, and looked at again the next time
    if (missing.length === 0) return
    const empty = await mkdtemp(join(cacheDir, 'whole-'))
    try {
      await git(['init', '--quiet', '--bare', '--template=', '--', empty], {cwd: cacheDir})
      const sameObjects: Git = (args, options) => git(args, {...options, env: {...options.env, GIT_OBJECT_DIRECTORY: join(gitDir, 'objects')}})
      await openRemote({git: sameObjects, remote, gitDir: () => Promise.resolve(empty), pristine: () => Promise.resolve()}).fetch(missing)
    } catch (error) {
      if (!(error instanceof PilotError) || error.code !== 'GIT_FAILED') throw error
      const why = `${gitDir} lacks commits that ${remote.url} does not give: ${error.message}`
      throw new PilotError('GIT_FAILED', why, [`rm -r '${gitDir}'`], {cause: error})
    } finally {
      await rm(empty, {recursive: true, force: true})
    }
  }
  await markWhole(gitDir)
}
