import {PilotError} from '../errors.js'
import type {Claim, Clock} from '../ports.js'
import type {Minted} from './claims.js'
import type {RemoteGit} from './git-remote.js'

export type HoldOptions = {
  issue: number
  ref: string
  remote: RemoteGit
  clock: Clock
  leaseMs: number
  first: Minted
  mint: () => Promise<Minted>
  every: (run: () => void) => () => void
  warn: (message: string) => void
}

/** A claim that was taken: renewed by compare-and-swap until it is released or found to be lost. */
export function holdClaim(o: HoldOptions): Claim {
  const {ref, remote, issue} = o
  /** every commit that may be on the ref because of us: the answer to a renewal can be lost while the renewal arrives */
  const ours = new Map([[o.first.sha, o.first]])
  let now = o.first
  let state: 'held' | 'lost' | 'released' = 'held'
  let queue: Promise<unknown> = Promise.resolve()

  /** one after the other: a renewal must not cross a release */
  const inTurn = <T>(step: () => Promise<T>): Promise<T> => {
    const result = queue.then(step, step)
    queue = result.catch(() => undefined)
    return result
  }
  const renew = async () => {
    if (state !== 'held') return
    const next = await o.mint()
    ours.set(next.sha, next)
    const answer = await remote.push({ref, expected: now.sha, to: next.sha})
    if (answer.kind === 'done') now = next
    else await look()
  }
  /** what the remote says now; a commit that is none of ours means that the claim is gone for good */
  const look = async () => {
    const sha = (await remote.list([ref])).get(ref)
    const found = sha === undefined ? undefined : ours.get(sha)
    if (found === undefined) state = 'lost'
    else now = found
  }
  const stop = o.every(() => void inTurn(renew).catch((error: unknown) => o.warn(`The claim on #${issue} could not be renewed: ${String(error)}`)))
  const lost = () => {
    stop()
    return new PilotError('CLAIM_LOST', `The claim on #${issue} is no longer this run's own; nothing more is written.`, [`pilot status ${issue}`])
  }

  const left = (): number => now.expiresAt - o.clock.now().getTime()
  const assertHeld = () => inTurn(async () => {
    if (state === 'held') await look()
    // a timer that slept: less than half a lease left is renewed now, and only a renewal that arrives proves anything
    if (state === 'held' && left() < o.leaseMs / 2) {
      const before = now
      await renew()
      if (state === 'held' && now === before) await renew()
    }
    if (state !== 'held') throw lost()
  })

  return {
    issue,
    assertHeld,
    assertMayPay: () => assertHeld().catch((error: unknown) => { if (!(error instanceof PilotError) || state !== 'held' || left() <= 0) throw error }),
    release: () => inTurn(async () => {
      stop()
      if (state !== 'held') return
      state = 'released'
      try {
        if ((await remote.push({ref, expected: now.sha, to: null})).kind === 'done') return
        // not our newest commit: either an older answer was lost, or it is somebody else's now and stays
        const sha = (await remote.list([ref])).get(ref)
        if (sha !== undefined && ours.has(sha)) await remote.push({ref, expected: sha, to: null})
      } catch (error) {
        o.warn(`The claim on #${issue} could not be released; it ends by itself at ${new Date(now.expiresAt).toISOString()}. (${String(error)})`)
      }
    }),
  }
}
