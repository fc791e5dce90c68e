import type {Usage} from '../plan/plan.js'

const FIELDS = ['inFresh', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'out'] as const satisfies readonly (keyof Usage)[]

/** What is booked for a session before the process that goes on in it. */
export type Booked = {usage: Usage | null; costUsd: number | null}

/**
 * What one process of a session used. Some executors tell the sum of the whole session, some what the process used, and which of the two
 * changes between versions of one program (agents.md §2.2 for codex; claude tells sums from a version after 2.1.197 on, measured with both
 * and 2.1.329). It is the sum exactly where it holds all that was booked before and all that the process surely used itself (`atLeast`).
 */
export function ownUsage(told: Usage, before: Usage | null, atLeast: Usage | null): {usage: Usage; isSum: boolean} {
  // said the other way round a count that is none would hold everything
  const holds = (field: keyof Usage, booked: Usage) => told[field] >= booked[field] + (atLeast?.[field] ?? 0)
  if (before === null || !FIELDS.every((field) => holds(field, before))) return {usage: told, isSum: false}
  const own = (field: keyof Usage) => told[field] - before[field]
  return {
    isSum: true,
    usage: {inFresh: own('inFresh'), cacheRead: own('cacheRead'), cacheWrite5m: own('cacheWrite5m'), cacheWrite1h: own('cacheWrite1h'), out: own('out')},
  }
}
