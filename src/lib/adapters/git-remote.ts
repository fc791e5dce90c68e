import {PilotError} from '../errors.js'
import {objectId, type Git, type Remote} from './git.js'
import {pastRace} from './git-race.js'
import {refusalOf, type Refusal} from './push-refusal.js'

/** A compare-and-swap of one remote ref: from `expected` (null: it must not exist) to `to` (null: delete it). */
export type RefChange = {ref: string; expected: string | null; to: string | null}
/** `reason`: for people; what to do next is in `why` */
export type PushAnswer = {kind: 'done'} | {kind: 'rejected'; why: Refusal; reason: string}

export type RemoteGit = {
  readonly url: string
  /** refs of the remote that match one of the patterns exactly or by a trailing `*` */
  list(patterns: readonly string[]): Promise<ReadonlyMap<string, string>>
  push(change: RefChange): Promise<PushAnswer>
  /** brings objects in; `refs` are refspecs or object ids */
  fetch(refs: readonly string[]): Promise<void>
}

/**
 * The remote side of one pilot-owned bare repository. `pristine` runs before each call: an agent may have written into the repository's
 * configuration, and a proxy or a switched-off certificate check there would see the token.
 */
export function openRemote(o: {git: Git; remote: Remote; gitDir: () => Promise<string>; pristine: () => Promise<void>}): RemoteGit {
  const {git, remote} = o
  if (remote.url.startsWith('-')) throw new PilotError('GIT_FAILED', `${JSON.stringify(remote.url)} is not a git address.`)
  const run = async (args: readonly string[], ok: readonly number[] = [0]) => {
    const cwd = await o.gitDir()
    await o.pristine()
    return git(['--git-dir', cwd, ...args], {cwd, remote, ok})
  }
  return {
    url: remote.url,
    async list(patterns) {
      const {stdout} = await run(['ls-remote', '--refs', '--', remote.url, ...patterns])
      const rows = stdout.split('\n').map((line) => line.split('\t')).filter((row): row is [string, string] => row.length === 2)
      // git matches the tail of a name: refs/heads/x would also find refs/heads/a/refs/heads/x
      const wanted = (ref: string) => patterns.some((p) => p.endsWith('*') ? ref.startsWith(p.slice(0, -1)) : ref === p)
      return new Map(rows.filter(([, ref]) => wanted(ref)).map(([sha, ref]) => [ref, sha]))
    },
    async push({ref, expected, to}) {
      const lease = `--force-with-lease=${ref}:${expected === null ? '' : objectId(expected)}`
      const refspec = `${to === null ? '' : objectId(to)}:${ref}`
      // a refused push answers 1; a broken connection answers 128 and throws
      const args = ['push', '--porcelain', '--no-verify', '--no-follow-tags', '--recurse-submodules=no', lease, '--', remote.url, refspec]
      // where the answer was lost the push may have arrived: only the ref itself tells
      const arrived = async () => ((await this.list([ref])).get(ref) ?? null) === to
      const {exitCode, stdout, stderr} = await run(args, [0, 1]).catch(async (error: unknown) => {
        if (await arrived().catch(() => false)) return {exitCode: 0, stdout: '', stderr: ''}
        throw error
      })
      if (exitCode === 0) return {kind: 'done'}
      const refused = stdout.split('\n').filter((line) => line.startsWith('!')).map((line) => line.split('\t').slice(2).join(' ').trim())
      // a refusal as well: curl sends a request again whose connection broke, and the second time the ref is no longer the expected one
      if (await arrived()) return {kind: 'done'}
      if (refused.length === 0 || refused.some((reason) => reason.includes('[remote failure]'))) {
        throw new PilotError('GITHUB_UNREACHABLE', `git push was not answered: ${stderr.trim().slice(-2000)}`, ['try again'])
      }
      const said = stderr.split('\n').filter((line) => line.startsWith('remote:')).map((line) => line.slice(7).trim()).filter(Boolean)
      const why = refused.some((column) => refusalOf(column) === 'declined') ? 'declined' : 'raced'
      return {kind: 'rejected', why, reason: [...refused, ...said].join('; ').slice(0, 2000)}
    },
    async fetch(refs) {
      const args = ['fetch', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--recurse-submodules=no', '--quiet']
      await pastRace(() => run([...args, '--', remote.url, ...refs]))
    },
  }
}
