import {z} from 'zod'
import {jsonOf} from '../json.js'
import {bandSchema, type Band, type Rates} from './rates.js'

const entrySchema = z.strictObject({
  /** exact id, as agents report it */
  model: z.string().min(1),
  /** the first day on which the price holds, UTC */
  from: z.iso.date(),
  source: z.string().min(1),
  bands: z.array(bandSchema).min(1).refine((bands) => bands[0]?.over === 0 && bands.every((band, i) => i === 0 || band.over > bands[i - 1]!.over), {error: 'bands ascend from over: 0'}),
})
/** One dated price of one model. */
export type OverlayEntry = z.infer<typeof entrySchema>

const band = (over: number, inFresh: number, cacheRead: number, cacheWrite5m: number, cacheWrite1h: number, out: number): Band =>
  ({over, inFresh, cacheRead, cacheWrite5m, cacheWrite1h, out})
const VENDOR = 'vendor price page, read 2026-11-20'
const SECOND_HAND = 'release notes and resellers that quote the vendor, read 2026-11-20'

/**
 * What the price table lacks or gets wrong, with date and source. Of this table's version, an id that it does not know can match the row of an older
 * model; a row here counts before any of the table.
 */
export const OVERLAY: readonly OverlayEntry[] = [
  {model: 'claude-sonnet-5-5', from: '2026-09-28', source: VENDOR, bands: [band(0, 2, 0.2, 2.5, 4, 10)]},
  {model: 'claude-sonnet-5-5', from: '2026-10-07', source: SECOND_HAND, bands: [band(0, 2, 0.1, 2.5, 4, 10)]},
  {model: 'claude-haiku-5-5', from: '2026-10-07', source: VENDOR, bands: [band(0, 0.1, 0.01, 0.125, 0.2, 0.5), band(100_000, 0.5, 0.05, 0.625, 1, 2.5)]},
  {model: 'claude-fable-5-2', from: '2026-11-09', source: SECOND_HAND, bands: [band(0, 8, 0.2, 10, 16, 40)]},
  {model: 'gpt-6.1-sol', from: '2026-09-29', source: SECOND_HAND, bands: [band(0, 2, 0.1, 2.5, 2.5, 10), band(272_000, 4, 0.2, 5, 5, 15)]},
]

/** Ids that agents report for a row of the table under another id (the vendors' model lists, read 2026-11-20). */
export const SAME: Readonly<Record<string, string>> = {
  'claude-haiku-4-5-20251001': 'claude-haiku-4-5', 'claude-sonnet-4-5-20250929': 'claude-sonnet-4-5', 'claude-opus-4-5-20251101': 'claude-opus-4-5',
  'claude-opus-4-1-20250805': 'claude-opus-4-1', 'gpt-5-codex': 'gpt-5',
}

/** The day on which the newest entry was looked up, as the version of this table. */
export const OVERLAY_VERSION = 'overlay 2026-11-20'

/** The price in force at a time: the newest entry of exactly this id that has begun; null where there is none. */
export function overlayRates(entries: readonly OverlayEntry[], model: string, at: Date, version: string): Rates | null {
  const day = at.toISOString().slice(0, 10)
  const found = entries.filter((entry) => entry.model === model && entry.from <= day).reduce<OverlayEntry | null>((best, entry) => (best === null || entry.from >= best.from ? entry : best), null)
  const [first, ...rest] = found?.bands ?? []
  return first === undefined ? null : {version, bands: [first, ...rest]}
}

const fileSchema = z.strictObject({version: z.literal(1), prices: z.array(z.unknown())})
export type PriceFile = {entries: OverlayEntry[]; /** what of the file is not used, in words */ problems: string[]}

/**
 * A price file of the user's, `{"version": 1, "prices": [OverlayEntry…]}`. A file of another shape and entries that cannot be read are told and
 * left out; the others count.
 */
export function readPriceFile(text: string): PriceFile {
  const file = fileSchema.safeParse(jsonOf(text))
  if (!file.success) return {entries: [], problems: ['it is no {"version": 1, "prices": […]}; the whole file is left out']}
  const read = file.data.prices.map((entry) => entrySchema.safeParse(entry))
  return {
    entries: read.flatMap((entry) => entry.data ?? []),
    problems: read.flatMap(({error}, i) => (error === undefined ? [] : [`prices[${i}] is left out: ${error.issues.slice(0, 3).map((issue) => `${issue.path.join('.') || 'entry'}: ${issue.message}`).join('; ')}`])),
  }
}
