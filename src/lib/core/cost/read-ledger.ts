import {z} from 'zod'
import {jsonOf} from '../json.js'
import type {Usage} from '../plan/plan.js'
import {ledgerLineSchema, type LedgerLine} from './ledger.js'

/** A line that no sum holds, by its number from 1. */
export type SkippedLine = {line: number; reason: string}
export type Ledger = {lines: LedgerLine[]; skipped: SkippedLine[]}

/** Clocks of machines that share a day differ by a time zone at most; a line from later than that was written by a clock that jumped. */
const AHEAD_MS = 86_400_000
/** A field that a later version adds makes no line unreadable. */
const readable = z.object(ledgerLineSchema.shape)

/**
 * The lines of a ledger that can be counted, in the order of the file. What a kill cut short, what is damaged, another repository's, dated in the
 * future or there twice (a copied file) is left out and named.
 */
export function readLedger(text: string, {now, repo}: {now: Date; /** null: any */ repo: string | null}): Ledger {
  const [lines, skipped] = [[] as LedgerLine[], [] as SkippedLine[]]
  const seen = new Map<string, number>()
  const rows = text.split('\n')
  rows.forEach((row, i) => {
    if (row.trim() === '') return
    const at = i + 1
    const found = lineIn(row, {now, repo})
    if (typeof found === 'string') {
      // appended lines end with a newline; what does not was cut off
      skipped.push({line: at, reason: at === rows.length && jsonOf(row) === undefined ? 'cut off while it was written' : found})
      return
    }
    // by what it says: a copy may end its lines otherwise, or write the keys in another order
    const key = JSON.stringify(found)
    const before = seen.get(key)
    if (before !== undefined) return void skipped.push({line: at, reason: `the same as line ${before}`})
    seen.set(key, at)
    lines.push(found)
  })
  return {lines, skipped}
}

function lineIn(row: string, {now, repo}: {now: Date; repo: string | null}): LedgerLine | string {
  const value = jsonOf(row)
  if (value === undefined) return 'no JSON'
  const {data, error} = readable.safeParse(value)
  if (data === undefined) return `no ledger line: ${error.issues.slice(0, 3).map((issue) => `${issue.path.join('.') || 'line'}: ${issue.message}`).join('; ')}`
  if (repo !== null && data.repo.toLowerCase() !== repo.toLowerCase()) return `of another repository, ${data.repo}`
  if (Date.parse(data.ts) > now.getTime() + AHEAD_MS) return `dated in the future, ${data.ts}`
  return data
}

/** The tokens of a line; null where it says none. */
export function usageOf({inFresh, cacheRead, cacheWrite5m, cacheWrite1h, out}: LedgerLine): Usage | null {
  if ([inFresh, cacheRead, cacheWrite5m, cacheWrite1h, out].every((count) => count === null)) return null
  return {inFresh: inFresh ?? 0, cacheRead: cacheRead ?? 0, cacheWrite5m: cacheWrite5m ?? 0, cacheWrite1h: cacheWrite1h ?? 0, out: out ?? 0}
}
