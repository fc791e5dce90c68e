import {z} from 'zod'
import {CHILD_STATES} from '../family/child-state.js'
import {wavesOf} from '../plan/waves.js'
import {FAILURE_CLASSES} from '../run/failure.js'
import {wavesFault} from './waves.js'

const number = z.int().min(1)

export const failedChildSchema = z.strictObject({
  number, title: z.string(),
  /** its newest counted attempt and the commit that it started from: what guidance is bound to */
  attempt: z.int().min(1), baseSha: z.string().nullable(),
  failure: z.enum(FAILURE_CLASSES),
  /** ends of what the attempt left: at most 2,000, 1,500 and 1,000 characters */
  verifyTail: z.string(), review: z.string(), summary: z.string(),
  history: z.array(z.strictObject({attempt: z.int(), failure: z.enum(FAILURE_CLASSES).nullable(), models: z.array(z.string()), headSha: z.string().nullable()})),
  /** what the ladder, the escalation cap and the issue's own text allow */
  may: z.strictObject({retry: z.boolean(), rise: z.boolean(), decompose: z.boolean()}),
})
export type FailedChild = z.infer<typeof failedChildSchema>

export const factsSchema = z.strictObject({
  version: z.literal(1),
  epic: z.strictObject({number, title: z.string()}),
  base: z.strictObject({branch: z.string(), sha: z.string()}),
  failed: z.array(failedChildSchema),
  /** open, not failed, not merged: the only issues that waves, skips and context may name; `dependsOn` holds siblings only */
  remaining: z.array(z.strictObject({number, title: z.string(), state: z.enum(CHILD_STATES), dependsOn: z.array(number), touches: z.array(z.string())})),
  /** the order in force of what remains; artifacts of earlier versions have none */
  waves: z.array(z.array(number)).default([]),
  learnings: z.array(z.string()),
})
/** Everything a decision after a wave is based on, rebuilt from GitHub each time. */
export type Facts = z.infer<typeof factsSchema>

/**
 * The failures that a decision is about, as `ISSUE@ATTEMPT`. Each is decided once: a second run, or one after a crash, does not pay again,
 * although a decision in force changes what has failed and what remains.
 */
export const failuresOf = ({failed}: Pick<Facts, 'failed'>): string[] => failed.map((child) => `${child.number}@${child.attempt}`).sort()

/**
 * The order in force: that of the decision before, as long as it still fits what remains, so that no later decision takes back by the way
 * how an earlier one planned anew; else the plan's.
 */
export function wavesInForce(remaining: Facts['remaining'], decided: readonly (readonly number[])[]): number[][] {
  const left = new Set(remaining.map((child) => child.number))
  const waves = decided.map((wave) => wave.filter((n) => left.has(n))).filter((wave) => wave.length > 0)
  return wavesFault(waves, remaining, new Set()) === null ? waves : plannedWaves(remaining)
}

/** The waves as the plan has them: dependencies first, nothing beside something that may touch the same file. */
const plannedWaves = (remaining: Facts['remaining']): number[][] =>
  wavesOf(remaining.map(({number: order, dependsOn, touches}) => ({order, dependsOn, touches})))
