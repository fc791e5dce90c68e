import {z} from 'zod'
import {usageSchema} from '../plan/plan.js'
import {FAILURE_CLASSES, countsAsAttempt} from './failure.js'
import {proofSchema} from './proof.js'

/** A full git object id. */
export const sha = z.string().regex(/^[0-9a-f]{40,64}$/)

export const attemptSchema = z.strictObject({
  /** from 1 over the life; a start that did not count (infrastructure, crash) is started again under its number */
  attempt: z.int().min(1),
  /** how often this attempt was started in vain before, for reasons that do not count */
  vainStarts: z.int().min(0),
  outcome: z.enum(['started', 'passed', 'failed']),
  failure: z.enum(FAILURE_CLASSES).nullable(),
  executor: z.string(),
  models: z.array(z.string()),
  usage: usageSchema.nullable(),
  /** US dollars; null = unknown */
  costUsd: z.number().min(0).nullable(),
  /** calls of unknown cost, which `costUsd` lacks; absent: none, or an earlier version that did not count them */
  unpriced: z.int().min(1).optional(),
  /** of `costUsd` and `unpriced`, what runs spent that started this attempt in vain before, null = unknown; absent: nothing */
  carried: z.array(z.strictObject({runId: z.string(), costUsd: z.number().min(0).nullable(), unpriced: z.int().min(1).optional()})).optional(),
  baseSha: sha.nullable(),
  /** the commit that was verified and reviewed and pushed; where the outcome is `failed`, the last one that was made, if any */
  headSha: sha.nullable(),
  /** the head that holds the newer base as well, verified and about to be pushed: recorded first, so that a crash after the push leaves no unknown head */
  merged: z.strictObject({headSha: sha, baseSha: sha}).nullable(),
  review: z.enum(['approved', 'rejected', 'skipped']).nullable(),
  pr: z.int().nullable(),
  /** 12 hex digits of what its failure looked like; null: it did not fail, or not in a way that can be told from others. Earlier versions have none */
  fingerprint: z.string().nullable().optional(),
  /** of the retry ladder, whose label the issue carried when it began: 0 none; earlier versions have none */
  rung: z.int().min(0).max(3).optional(),
  runId: z.string(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
})
/** One pass through implement, verify and review for an issue. */
export type Attempt = z.infer<typeof attemptSchema>

export const attemptsSchema = z.strictObject({
  version: z.literal(1),
  attempts: z.array(attemptSchema),
  /** of the newest attempt, for a runner that has no `.pilot/`: masked and capped */
  newest: z.strictObject({
    verifyTail: z.string().max(2000), review: z.string().max(1500), summary: z.string().max(1000),
    /** of a commit that passed; comments of earlier versions have none */
    proof: proofSchema.optional(),
  }),
})
/** What the attempts comment of an issue holds. */
export type Attempts = z.infer<typeof attemptsSchema>
export const NO_ATTEMPTS: Attempts = {version: 1, attempts: [], newest: {verifyTail: '', review: '', summary: ''}}

/**
 * What the attempt's own run spent of its `costUsd`, in US dollars; null: unknown. A run that never told its end may have spent anything, and nothing on
 * top of what was carried is nothing that is known. A red base is found before the first call.
 */
export function ownCost(attempt: Attempt): number | null {
  const {outcome, failure, costUsd, carried = []} = attempt
  if (failure === 'baseline_broken') return 0
  if (outcome === 'started' || costUsd === null) return null
  const own = costUsd - carried.reduce((sum, earlier) => sum + (earlier.costUsd ?? 0), 0)
  return own > 0 || (carried.length === 0 && ownUnpriced(attempt) === 0) ? own : null
}
/** Calls of unknown cost of the attempt's own run. */
export const ownUnpriced = ({unpriced = 0, carried = []}: Attempt): number => Math.max(0, unpriced - carried.reduce((sum, earlier) => sum + (earlier.unpriced ?? 0), 0))

/** What each run spent on an attempt, its own last. `unpriced`: calls of unknown cost, one where nothing but that is known. */
export function spentByRun(attempt: Attempt): {runId: string; costUsd: number | null; unpriced: number}[] {
  const own = {runId: attempt.runId, costUsd: ownCost(attempt), unpriced: ownUnpriced(attempt)}
  return [...attempt.carried ?? [], own].map(({runId, costUsd, unpriced = 0}) => ({runId, costUsd, unpriced: Math.max(unpriced, costUsd === null ? 1 : 0)}))
}

/** Calls of unknown cost in all runs of an attempt. */
export const unpricedIn = (attempt: Attempt): number => spentByRun(attempt).reduce((sum, {unpriced}) => sum + unpriced, 0)

/** The same in all attempts of an issue. */
export const unpricedOf = ({attempts}: Pick<Attempts, 'attempts'>): number => attempts.reduce((sum, attempt) => sum + unpricedIn(attempt), 0)

export const isCounted = (attempt: Attempt): boolean =>
  attempt.outcome === 'passed' || (attempt.outcome === 'failed' && attempt.failure !== null && countsAsAttempt(attempt.failure))

/** The attempts that used up a number: those that passed, or failed at the work. */
export const counted = (attempts: Attempts): Attempt[] => attempts.attempts.filter(isCounted)

/** The number that the next start gets: a start that did not count is started again under its own number. */
export const nextAttemptNumber = (attempts: Attempts): number => counted(attempts).length + 1

export type Verified = Attempt & {headSha: string}

/**
 * The newest attempt whose head was verified and reviewed, if any: what `land` may merge and `execute` need not redo. Where `head` is the
 * one that it merged the newer base into, that head and base are the attempt's.
 */
export function verifiedAttempt(attempts: Attempts, head?: string): Verified | undefined {
  const attempt = attempts.attempts.findLast((a): a is Verified => a.outcome === 'passed' && a.headSha !== null)
  if (attempt === undefined || attempt.merged === null || attempt.merged.headSha !== head) return attempt
  return {...attempt, ...attempt.merged, merged: null}
}
