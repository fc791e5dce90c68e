import {PilotError} from '../errors.js'
import type {SpendDay} from '../core/cost/budget.js'
import {parseRecord, printRecord, type SpendEntry} from '../core/cost/reservations.js'
import type {Clock, SpendRecord} from '../ports.js'
import {RENEW_MS, unrefInterval} from './claims.js'
import {commitMessage, type Clone} from './git-clone.js'
import type {PushAnswer} from './git-remote.js'
import {busyError, declinedError} from './push-refusal.js'

const PREFIX = 'refs/pilot/spend/'
/** Each round that fails means that another runner got through, so this many runners can ask in the same moment; waiting apart makes it many more. */
const ROUNDS = 60
/** Upper end of the pause before the next round; its lower end is 0, so that runners that collided once do not collide again. Milliseconds. */
const PAUSE_MS = 400
/** A day of a thousand runs is some 300 kB; this is for all days together. */
const MAX_BYTES = 64 * 1024 * 1024

export type SpendRecordOptions = {
  clone: Clone
  clock: Clock
  /** a new value a call: two equal commits would be one, and pushing what is there already reports success */
  nonce: () => string
  /** 0 to 1 */
  random: () => number
  every?: (ms: number, run: () => void) => () => void
}

/** The spend record as refs on the remote, one a day, each a single commit without history whose message is the day. */
export function openSpendRecord({clone, clock, nonce, random, every = unrefInterval}: SpendRecordOptions): SpendRecord {
  /** null: it cannot be read */
  const known = new Map<string, SpendDay['entries'] | null>()
  /** the commit of each day that this process wrote last */
  const written = new Map<string, string>()
  type Now = {refs: ReadonlyMap<string, string>}

  const look = async (): Promise<Now | 'moved'> => {
    const refs = await clone.remote.list([`${PREFIX}*`])
    const fresh = [...refs].filter(([, sha]) => !known.has(sha))
    if (fresh.length > 0) {
      const missing = await absent(clone, fresh.map(([, sha]) => sha))
      try { if (missing.length > 0) await clone.remote.fetch(missing) } catch (error) {
        // another runner replaced a day between listing and fetching: then what was listed is no longer there
        if (error instanceof PilotError && error.code === 'GIT_FAILED') return 'moved'
        throw error
      }
      await read(fresh)
    }
    return {refs}
  }
  /** One git for all days: a year has many. */
  const read = async (fresh: readonly [string, string][]): Promise<void> => {
    const {stdout} = await clone.run(['show', '--no-patch', '--no-walk=unsorted', '--format=%x01%H%n%B', ...new Set(fresh.map(([, sha]) => sha))], {cap: MAX_BYTES})
    const texts = new Map(stdout.split('\u0001').map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]))
    for (const [, sha] of fresh) known.set(sha, parseRecord(texts.get(sha) ?? '') ?? null)
  }
  const now = async (): Promise<Now> => {
    for (let round = 0; round < ROUNDS; round++) {
      const found = await look()
      if (found !== 'moved') return found
      await clock.sleep(random() * PAUSE_MS)
    }
    throw busyError('The spend record on the remote could not be read: it changed at every look')
  }

  const readable = ({refs}: Now): {days: SpendDay[]; damaged: string[]} => {
    const read = [...refs].map(([ref, sha]) => ({ref, entries: known.get(sha) ?? null}))
    return {
      days: read.flatMap(({ref, entries}) => (entries === null ? [] : [{date: ref.slice(PREFIX.length), entries}])),
      damaged: read.flatMap(({ref, entries}) => (entries === null ? [ref] : [])),
    }
  }
  /** Budgets rest on every day there is: an issue or an epic may be older than today. */
  const daysOf = (found: Now): SpendDay[] => {
    const {days, damaged: [ref]} = readable(found)
    if (ref === undefined) return days
    throw new PilotError('INVALID_ARTIFACT', `${ref} cannot be read as a spend record, so nobody knows what is left of the budgets; no model is started.`,
      [`look at it: git fetch origin ${ref} && git show FETCH_HEAD`, takeAway(ref)])
  }

  /** @throws PilotError FORBIDDEN where the remote will never take it */
  const swap = async (date: string, expected: string | null, entries: readonly SpendEntry[]): Promise<PushAnswer> => {
    const sha = await commitMessage(clone, printRecord(entries, nonce()), clock.now())
    const ref = `${PREFIX}${date}`
    const answer = await clone.remote.push({ref, expected, to: sha})
    if (answer.kind === 'rejected' && answer.why === 'declined') throw declinedError('The spend record', ref, answer.reason)
    if (answer.kind === 'done') {
      known.set(sha, entries)
      written.set(date, sha)
    }
    return answer
  }

  const record: SpendRecord = {
    days: async () => daysOf(await now()),
    async readable() {
      const {days, damaged} = readable(await now())
      return {days, damaged: damaged.map((ref) => `${ref} cannot be read as a spend record; what it says was spent is in no sum. ${takeAway(ref)}`)}
    },
    async change(date, change) {
      let reason = ''
      for (let round = 0; round < ROUNDS; round++) {
        const found = await now()
        const {entries, value} = change(daysOf(found))
        if (entries === null) return value
        const answer = await swap(date, found.refs.get(`${PREFIX}${date}`) ?? null, entries)
        if (answer.kind === 'done') return value
        reason = answer.reason
        await clock.sleep(random() * PAUSE_MS)
      }
      throw busyError(`The spend record on the remote could not be written: ${reason}`)
    },
    async amend(date, amend) {
      const last = written.get(date)
      const before = last === undefined ? null : known.get(last)
      if (last !== undefined && before && (await swap(date, last, amend(before))).kind === 'done') return
      await record.change(date, (days) => ({entries: amend(days.find((day) => day.date === date)?.entries ?? []), value: undefined}))
    },
    renewing: (run) => every(RENEW_MS, run),
  }
  return record
}

const takeAway = (ref: string): string => `take it away, and with it what it says was spent: git push origin :${ref}`

/** Which of these commits are not in the clone. */
async function absent(clone: Clone, shas: readonly string[]): Promise<string[]> {
  const {stdout} = await clone.run(['cat-file', '--batch-check'], {input: `${shas.join('\n')}\n`})
  return stdout.split('\n').flatMap((line) => (line.endsWith(' missing') ? [line.slice(0, -' missing'.length)] : []))
}
