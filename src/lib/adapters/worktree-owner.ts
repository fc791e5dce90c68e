import {mkdir, rm, writeFile} from 'node:fs/promises'
import {dirname} from 'node:path'
import {PilotError} from '../errors.js'
import type {Worktree} from '../ports.js'
import {readPlainFile} from './plain-file.js'

/**
 * Which run a worktree belongs to. The folder has one name an issue, so a runner that slept past its lease wakes beside the worktree of the one that
 * took over on the same machine. The file lies beside the folder: what an agent does inside, or to the clone, does not change it.
 */
export type Owner = {
  /** to be called under the issue's claim, before the older worktree is cleared: from here on its run has lost it */
  take(): Promise<void>
  /** the run that it belongs to; null when there is none */
  who(): Promise<string | null>
  isMine(): Promise<boolean>
  drop(): Promise<void>
}

/** Of a run's id, and more. Bytes. */
const MOST_BYTES = 4096

export function openOwner(path: string, runId: string): Owner {
  const file = `${path}.owner`
  const who = async (): Promise<string | null> => {
    try { return (await readPlainFile(file, MOST_BYTES))?.toString('utf8') ?? null } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }
  return {
    who,
    async take() {
      await mkdir(dirname(file), {recursive: true, mode: 0o700})
      await writeFile(file, runId)
    },
    isMine: async () => await who() === runId,
    drop: () => rm(file, {force: true}),
  }
}

/**
 * The worktree for the run that opened it: once another one owns it, whatever reads, changes or sends it throws CLAIM_LOST, and `remove` leaves it
 * alone and says so.
 */
export function ownedWorktree(inner: Worktree, issue: number, owner: Owner, warn: (message: string) => void): Worktree {
  const own = <A extends unknown[], R>(step: (...args: A) => Promise<R>) => async (...args: A): Promise<R> => {
    if (!await owner.isMine()) {
      throw new PilotError('CLAIM_LOST', `The worktree of GH-${issue} is no longer this run's own; nothing more is done there.`, [`pilot status ${issue}`])
    }
    return step(...args)
  }
  return {
    path: inner.path, head: own(() => inner.head()), tree: own(() => inner.tree()), gather: own((onto) => inner.gather(onto)),
    restore: own((sha) => inner.restore(sha)), noteUntracked: own((by) => inner.noteUntracked(by)), clearUntracked: own((canSetUp) => inner.clearUntracked(canSetUp)),
    outgoing: own((base, sha) => inner.outgoing(base, sha)), changed: own((sha) => inner.changed(sha)), commit: own((message) => inner.commit(message)),
    evidence: own((base, sha) => inner.evidence(base, sha)), read: own((path) => inner.read(path)), rawInLfs: own((paths) => inner.rawInLfs(paths)), merge: own((sha) => inner.merge(sha)),
    push: own((branch, expected, sha) => inner.push(branch, expected, sha)),
    async remove(rescue) {
      if (!await owner.isMine()) {
        const other = await owner.who()
        warn(`The worktree of GH-${issue} ${other === null ? 'was taken over and is gone' : `belongs to run ${other} now`}; it is left alone.`)
        return null
      }
      const ref = await inner.remove(rescue)
      await owner.drop()
      return ref
    },
  }
}
