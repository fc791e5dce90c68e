import {z} from 'zod'
import {PilotError} from '../errors.js'
import type {Claim, Claims, Clock} from '../ports.js'
import {commitMessage, type Clone} from './git-clone.js'
import {holdClaim} from './claims-hold.js'
import {busyError, declinedError} from './push-refusal.js'

/** SPEC §5: a lease of 10 minutes, renewed every 3, survives two lost renewals. */
export const LEASE_MS = 600_000
export const RENEW_MS = 180_000
/** As far as clocks of two machines may be apart, time zones mistaken for UTC included; a lease that ends later than this and a lease was never given. */
const SKEW_MS = 86_400_000
const PREFIX = 'refs/pilot/claims/issue-'

export type ClaimsOptions = {
  clone: Clone
  runId: string
  host: string
  pid: number
  clock: Clock
  /** a new value a call: two claims of one second would otherwise be one commit, and pushing what is there already reports success */
  nonce: () => string
  leaseMs?: number
  renewMs?: number
  /** calls `run` every `ms` without keeping the process alive, until the answer is called */
  every?: (ms: number, run: () => void) => () => void
  warn?: (message: string) => void
}

export const unrefInterval = (ms: number, run: () => void): (() => void) => {
  const timer = setInterval(run, ms).unref()
  return () => clearInterval(timer)
}

// whoever may push can write a claim: what it says ends in messages
const word = z.string().max(200).transform((text) => text.replace(/[^\x20-\x7e]/g, '?'))
const claimSchema = z.object({runId: word, host: word, pid: z.int(), startedAt: word, expiresAt: z.iso.datetime({offset: true})})
export type Holder = {runId: string; host: string; expiresAt: string}

/** A claim commit as `%ct\n%B`. What cannot be read is held until its own committer date plus the lease, because somebody did put it there. */
export function parseClaim(shown: string, leaseMs: number): Holder {
  const [seconds = '', ...rest] = shown.split('\n')
  try {
    const {runId, host, expiresAt} = claimSchema.parse(JSON.parse(rest.join('\n').slice(0, 4096)))
    return {runId, host, expiresAt}
  } catch (error) {
    if (!(error instanceof z.ZodError) && !(error instanceof SyntaxError)) throw error
    return {runId: 'unknown', host: 'unknown', expiresAt: new Date(Number(seconds) * 1000 + leaseMs).toISOString()}
  }
}

/**
 * Claims as refs on the remote. Expiry compares the holder's `expiresAt` with this machine's clock: a runner whose clock is ahead by more than
 * the rest of a lease takes a live claim over, and then `assertHeld` stops the holder before its next write. So skew costs work, never two writers.
 * An expiry that no lease can have is a wrong clock's, and the claim as good as expired: it would keep an issue for years.
 */
export function openClaims(o: ClaimsOptions): Claims {
  const {clone} = o
  const leaseMs = o.leaseMs ?? LEASE_MS
  const known = new Map<string, Holder>()
  const isLive = (holder: Holder) => {
    const left = Date.parse(holder.expiresAt) - o.clock.now().getTime()
    return left > 0 && left <= leaseMs + SKEW_MS
  }

  const read = async (sha: string): Promise<Holder | null> => {
    const found = known.get(sha)
    if (found !== undefined) return found
    if ((await clone.run(['cat-file', '-e', `${sha}^{commit}`], {ok: [0, 1, 128]})).exitCode !== 0) {
      try { await clone.remote.fetch([sha]) } catch (error) {
        // released between listing and fetching: the caller looks again
        if (error instanceof PilotError && error.code === 'GIT_FAILED') return null
        throw error
      }
    }
    const {stdout} = await clone.run(['show', '--no-patch', '--format=%ct%n%B', sha])
    const holder = parseClaim(stdout, leaseMs)
    known.set(sha, holder)
    return holder
  }
  const current = async (ref: string): Promise<{sha: string; holder: Holder | null} | null> => {
    const sha = (await clone.remote.list([ref])).get(ref)
    return sha === undefined ? null : {sha, holder: await read(sha)}
  }

  const take = async (issue: number): Promise<Claim> => {
    const ref = refOf(issue)
    const startedAt = o.clock.now().toISOString()
    const mint = () => mintClaim(clone, o, startedAt, leaseMs)
    const hold = (first: Minted) => holdClaim({
      issue, ref, remote: clone.remote, clock: o.clock, leaseMs, first, mint, warn: o.warn ?? (() => undefined),
      every: (run) => (o.every ?? unrefInterval)(o.renewMs ?? RENEW_MS, run),
    })
    let expected: string | null = null
    let reason = ''
    // each round that fails means that somebody else moved the ref in between
    for (let round = 0; round < 5; round++) {
      const minted: Minted = await mint()
      const answer = await clone.remote.push({ref, expected, to: minted.sha}).catch(async (error: unknown) => {
        // the answer was lost, the push may have arrived
        if ((await clone.remote.list([ref]).catch(() => undefined))?.get(ref) === minted.sha) return {kind: 'done'} as const
        throw error
      })
      if (answer.kind === 'done') return hold(minted)
      if (answer.why === 'declined') throw declinedError(`The claim on #${issue}`, ref, answer.reason)
      reason = answer.reason
      const now = await current(ref)
      if (now?.holder && isLive(now.holder)) throw claimed(issue, now.holder)
      expected = now?.sha ?? null
    }
    throw busyError(`The claim on #${issue} could not be written: ${reason}`)
  }

  const standing = async (): Promise<{live: ReadonlySet<number>; dead: ReadonlySet<number>}> => {
    const refs = await clone.remote.list([`${PREFIX}*`])
    const fresh = [...refs.values()].filter((sha) => !known.has(sha))
    // one request for all; where one of them is gone already, `read` asks for each
    if (fresh.length > 1) await clone.remote.fetch(fresh).catch(() => undefined)
    const [live, dead] = [new Set<number>(), new Set<number>()]
    for (const [ref, sha] of refs) {
      const holder = await read(sha)
      if (/^\d+$/.test(ref.slice(PREFIX.length)) && holder !== null) (isLive(holder) ? live : dead).add(Number(ref.slice(PREFIX.length)))
    }
    return {live, dead}
  }

  return {
    take,
    async holder(issue) {
      const now = await current(refOf(issue))
      return now?.holder && isLive(now.holder) ? now.holder : null
    },
    live: async () => (await standing()).live,
    standing,
    async clear(issue) {
      const ref = refOf(issue)
      const now = await current(ref)
      if (now === null || now.holder === null || isLive(now.holder)) return false
      return (await clone.remote.push({ref, expected: now.sha, to: null})).kind === 'done'
    },
  }
}
export type Minted = {sha: string; expiresAt: number}

/** A commit of the empty tree that exists nowhere else. */
async function mintClaim(clone: Clone, o: ClaimsOptions, startedAt: string, leaseMs: number): Promise<Minted> {
  const now = o.clock.now().getTime()
  const message = JSON.stringify({runId: o.runId, host: o.host, pid: o.pid, startedAt, expiresAt: new Date(now + leaseMs).toISOString(), nonce: o.nonce()})
  return {sha: await commitMessage(clone, message, new Date(now)), expiresAt: now + leaseMs}
}

function refOf(issue: number): string {
  if (Number.isSafeInteger(issue) && issue > 0) return `${PREFIX}${issue}`
  throw new PilotError('BAD_ISSUE', `${issue} is not an issue number.`)
}

const claimed = (issue: number, {runId, host, expiresAt}: Holder): PilotError => new PilotError(
  'CLAIMED', `#${issue} is being worked on by run ${runId} on ${host}; its claim runs until ${expiresAt}.`,
  [`wait for that run, or until ${expiresAt}`, `pilot status ${issue}`])
