import {z} from 'zod'
import {jsonOf} from '../json.js'
import {MOST_USD} from './believe.js'

const usd = z.number().min(0).max(MOST_USD)
const word = z.string().max(200)
export const spendEntrySchema = z.strictObject({
  runId: word, issue: z.int().min(1).nullable(), epic: z.int().min(1).nullable(), command: word,
  /** the most that this run may spend here before it asks again */
  capUsd: z.number().min(0),
  /** known to be spent, at the last time it told */
  spentUsd: usd, calls: z.int().min(0), unpriced: z.int().min(0),
  /** on top of it, what the call that is under way said so far; its final figure takes the place of this. Absent: nothing */
  streamedUsd: usd.optional(),
  startedAt: z.iso.datetime(),
  /** until then the rest of the cap is held; null: settled, nothing is held any more */
  expiresAt: z.iso.datetime().nullable(),
})
/** What one run spent, and holds, on one issue. */
export type SpendEntry = z.infer<typeof spendEntrySchema>

const recordSchema = z.strictObject({version: z.literal(1), entries: z.array(spendEntrySchema)})

/** One day of the spend record, as the commit message of `refs/pilot/spend/DATE`. `nonce` makes each commit another one. */
export const printRecord = (entries: readonly SpendEntry[], nonce: string): string => JSON.stringify({version: 1, nonce, entries})

/** undefined for anything that pilot did not write. */
export function parseRecord(text: string): SpendEntry[] | undefined {
  const value = jsonOf(text)
  if (typeof value !== 'object' || value === null) return undefined
  const {nonce: _, ...rest} = value as Record<string, unknown>
  return recordSchema.safeParse(rest).data?.entries
}

/** All that an entry tells of, the call under way included. US dollars. */
export const usedUsd = ({spentUsd, streamedUsd = 0}: Pick<SpendEntry, 'spentUsd' | 'streamedUsd'>): number => spentUsd + streamedUsd

/** Did its runner die? It has not told of itself for a lease and never settled, so what it spent after it last told is unknown. */
export const hasLapsed = ({expiresAt}: Pick<SpendEntry, 'expiresAt'>, now: Date): boolean => expiresAt !== null && Date.parse(expiresAt) <= now.getTime()

/** What an entry holds beyond what it spent; nothing once it is settled or its runner has not told of itself for a lease. */
export const heldUsd = (entry: SpendEntry, now: Date): number =>
  entry.expiresAt === null || hasLapsed(entry, now) ? 0 : Math.max(0, entry.capUsd - usedUsd(entry))

export const isSame = (a: {runId: string; issue: number | null}, b: {runId: string; issue: number | null}): boolean => a.runId === b.runId && a.issue === b.issue

/** The entries with one put in the place of its own earlier state. What was once told to be spent is never taken back. */
export function withEntry(entries: readonly SpendEntry[], entry: SpendEntry): SpendEntry[] {
  const before = entries.find((other) => isSame(other, entry))
  const now = before === undefined ? entry : {
    ...entry, spentUsd: Math.max(before.spentUsd, entry.spentUsd), calls: Math.max(before.calls, entry.calls), unpriced: Math.max(before.unpriced, entry.unpriced),
  }
  return before === undefined ? [...entries, now] : entries.map((other) => (isSame(other, entry) ? now : other))
}
