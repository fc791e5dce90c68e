import {PilotError} from '../errors.js'

const HOUR_MS = 3_600_000
const UNITS: Readonly<Record<string, number>> = {h: HOUR_MS, d: 24 * HOUR_MS, w: 7 * 24 * HOUR_MS}

/** The time that `--since` means: a day (from its beginning, UTC), or so many hours, days or weeks before now. @throws PilotError USAGE */
export function parseSince(text: string, now: Date): Date {
  const [, count, unit] = /^(\d{1,5})([hdw])$/.exec(text) ?? []
  if (count !== undefined && unit !== undefined) return new Date(now.getTime() - Number(count) * UNITS[unit]!)
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null
  // a 31st of February becomes a day in March
  if (day !== null && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)) return day
  throw new PilotError('USAGE', `--since ${text}: expected a date such as 2026-01-31, or 7d, 12h or 2w`, ['pilot spend --since 7d'])
}
