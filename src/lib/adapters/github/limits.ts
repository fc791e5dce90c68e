import type {Refusal} from './failure.js'

// Limits are judged here and not by plugin-throttling's handlers: the plugin measures with Date.now, takes a 429 without the usual words
// for a plain refusal, and lets other requests run on while one waits, which GitHub answers with a ban.

const WORDS = /rate limit|abuse detection/i
const RIGHTS = /not accessible|permission|must have|must be|saml|archived|locked/i
/** GitHub's documentation: without a hint wait at least a minute, and longer each time. */
const FALLBACK_MS = 60_000

/** Whether a refusal is about pace and not about rights. GitHub uses 403 for both. */
export function isLimit(refusal: Refusal): boolean {
  if (refusal.status === 429) return true
  if (refusal.status !== 403) return false
  if (WORDS.test(refusal.message) || refusal.headers['retry-after'] !== undefined) return true
  return refusal.headers['x-ratelimit-remaining'] === '0' && !RIGHTS.test(refusal.message)
}

/** Milliseconds to wait, in GitHub's order: retry-after, the reset of a used-up budget, a doubling minute. `nth` counts from 0. */
export function limitWait(refusal: Refusal, now: Date, nth: number): number {
  const seconds = Number(refusal.headers['retry-after'] ?? Number.NaN)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const reset = Number(refusal.headers['x-ratelimit-reset'] ?? Number.NaN)
  // One second more, because the budget is back after the second named, not at its start.
  if (refusal.headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset)) return Math.max(1000, reset * 1000 + 1000 - now.getTime())
  return FALLBACK_MS * 2 ** nth
}

export const isSecondary = (refusal: Refusal): boolean => /secondary|abuse/i.test(refusal.message)
