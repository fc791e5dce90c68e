import {holdsSecret} from '../core/run/added-text.js'
import {PilotError} from '../errors.js'
import type {Git} from './git.js'
import type {Clone} from './git-clone.js'

/** Keeps commits of one issue under rescue refs. */
export type Rescue = {
  /** answers the name of the ref: `refs/pilot/rescue/GH-N/NAME`, with a number behind it where that name already keeps something else */
  keep(name: string, sha: string): Promise<string>
}

/** For a machine that is thrown away after the run: rescue refs are pushed too, unless `mask` finds a secret in what that would send. */
export type Offsite = {mask: (text: string) => string}
export type RescueOptions = {git: Git; clone: Clone; issue: number; checkout: string | null; offsite: Offsite | null; warn: (message: string) => void}

/** A rescue ref is made in pilot's clone first, then shown in the user's repository, then pushed where that is wanted; only the first can fail. */
export function openRescue(o: RescueOptions): Rescue {
  return {
    async keep(name, sha) {
      const ref = await freeRescueRef(o.clone, o.issue, name, sha)
      if (o.checkout !== null) await show(o, o.checkout, ref)
      if (o.offsite !== null) await send(o, o.offsite, ref, sha)
      return ref
    },
  }
}

/** Makes a rescued commit visible in the user's repository: objects and one ref, no branch, index, file or FETCH_HEAD. */
async function show({git, clone, warn}: RescueOptions, checkout: string, ref: string): Promise<void> {
  try {
    const args = ['--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-prune', '--recurse-submodules=no', '--quiet']
    await git(['fetch', ...args, '--', await clone.gitDir(), `${ref}:${ref}`], {cwd: checkout, userConfig: true})
  } catch (error) {
    warn(`${ref} could not be shown in ${checkout}; it is kept in ${await clone.gitDir()}. (${error instanceof Error ? error.message : String(error)})`)
  }
}

async function send({clone, issue, warn}: RescueOptions, {mask}: Offsite, ref: string, sha: string): Promise<void> {
  try {
    const text = await outgoing(clone, sha, [`refs/pilot/base/GH-${issue}`, `refs/pilot/pushed/GH-${issue}`])
    if (text === null || holdsSecret(text, mask)) {
      warn(`${ref} was not pushed: ${text === null ? 'it is too large to be searched for secrets' : 'it contains a secret'}.`)
      return
    }
    const answer = await clone.remote.push({ref, expected: null, to: sha})
    if (answer.kind === 'rejected') warn(`${ref} could not be pushed: ${answer.reason}`)
  } catch (error) {
    warn(`${ref} could not be pushed. (${error instanceof Error ? error.message : String(error)})`)
  }
}

/** What is searched for secrets before a push ends here, and nothing beyond is pushed. Characters. */
const OUTGOING_CAP = 64 * 1024 * 1024

/**
 * Everything that a push of `sha` would send to a remote that has `known` (commits, or patterns of refs of the clone): messages, authors and every
 * commit's own patch, binary files too, because what one commit adds and the next removes is sent all the same. null when that is too much to read.
 */
export async function outgoing(clone: Clone, sha: string, known: readonly string[]): Promise<string | null> {
  const patterns = known.filter((name) => name.startsWith('refs/'))
  // without a pattern git lists every ref of the clone, and the remote has not all of those
  const refs = patterns.length === 0 ? '' : (await clone.run(['for-each-ref', '--format=%(objectname)', ...patterns])).stdout
  const not = [...known.filter((name) => !name.startsWith('refs/')), ...refs.split('\n').filter(Boolean)]
  const args = ['log', '--patch', '--text', '-m', '--format=fuller', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', sha]
  const {stdout} = await clone.run([...args, ...(not.length === 0 ? [] : ['--not', ...not])], {cap: OUTGOING_CAP})
  return stdout.length >= OUTGOING_CAP ? null : stdout
}

/**
 * Points a rescue ref of the clone at a commit and answers its name: `refs/pilot/rescue/GH-N/NAME`, with a number behind it where that name
 * already keeps something else. Creation is exclusive, so nothing that was rescued before is ever overwritten.
 */
export async function freeRescueRef(clone: Clone, issue: number, name: string, sha: string): Promise<string> {
  const safe = name.replace(/[^A-Za-z0-9_-]/g, '-') || 'run'
  for (let n = 1; n <= 1000; n++) {
    const ref = `refs/pilot/rescue/GH-${issue}/${safe}${n === 1 ? '' : `-${n}`}`
    const {exitCode, stdout} = await clone.run(['rev-parse', '--verify', '--quiet', ref], {ok: [0, 1]})
    if (exitCode === 0 && stdout.trim() === sha) return ref
    const made = await clone.run(['update-ref', ref, sha, '0'.repeat(sha.length)], {ok: [0, 1, 128]})
    if (made.exitCode === 0) return ref
  }
  throw new PilotError('GIT_FAILED', `No free name below refs/pilot/rescue/GH-${issue}/${safe}.`)
}
