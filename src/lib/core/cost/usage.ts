import type {Usage} from '../plan/plan.js'

/** Sums two usages; what is unknown (null) adds nothing and leaves the known part standing. */
export function addUsage(a: Usage | null, b: Usage | null): Usage | null {
  if (a === null || b === null) return a ?? b
  return {
    inFresh: a.inFresh + b.inFresh, cacheRead: a.cacheRead + b.cacheRead, cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m,
    cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h, out: a.out + b.out,
  }
}

/** Sums two costs in US dollars; null stays null only when nothing is known at all. */
export const addCost = (a: number | null, b: number | null): number | null => (a === null || b === null ? a ?? b : a + b)
