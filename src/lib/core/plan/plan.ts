import {z} from 'zod'
import {COMPLEXITIES} from '../config/words.js'

/** Twelve lower-case hex digits: enough to tell plans and subtasks of one repository apart, short enough to read. */
export const shortHash = z.string().regex(/^[0-9a-f]{12}$/)
const WORK_COMPLEXITIES = COMPLEXITIES.filter((c): c is Exclude<typeof c, 'epic'> => c !== 'epic')

export const subtaskSchema = z.strictObject({
  order: z.int().min(1),
  /** stable identity of the subtask within its epic; the child's marker carries it */
  key: shortHash,
  title: z.string().min(1).max(80),
  description: z.string().min(1),
  acceptance: z.array(z.string()),
  /** orders of the subtasks that must be merged first; always lower than `order` */
  dependsOn: z.array(z.int().min(1)),
  /** globs of the files that it expects to change */
  touches: z.array(z.string()),
  complexity: z.enum(WORK_COMPLEXITIES as [typeof WORK_COMPLEXITIES[number], ...typeof WORK_COMPLEXITIES]),
})
export type Subtask = z.infer<typeof subtaskSchema>

export const usageSchema = z.strictObject({
  inFresh: z.int().min(0), cacheRead: z.int().min(0), cacheWrite5m: z.int().min(0), cacheWrite1h: z.int().min(0), out: z.int().min(0),
})
/** Tokens of one or more model calls, by the classes that are priced differently. */
export type Usage = z.infer<typeof usageSchema>

export const planSchema = z.strictObject({
  version: z.literal(1),
  epic: z.strictObject({number: z.int().min(1), title: z.string(), bodySha: z.string(), updatedAt: z.string()}),
  base: z.strictObject({branch: z.string(), sha: z.string()}),
  decision: z.enum(['split', 'single']),
  reason: z.string(),
  effort: z.string(),
  planHash: shortHash,
  /** who wrote the subtasks: the planning model, or the issue's own split points */
  source: z.enum(['model', 'issue']),
  subtasks: z.array(subtaskSchema),
  /** orders that may run at the same time, in the order in which the waves run */
  waves: z.array(z.array(z.int().min(1))),
  usage: usageSchema.nullable(),
  /** US dollars of the planning calls; null = unknown, never 0 for unknown */
  costUsd: z.number().min(0).nullable(),
  /** issue numbers by key, of the children that were made: one that a person rewrote is still known by its number */
  children: z.record(shortHash, z.int().min(1)).optional(),
})
/** What `plan-epic` decided about an epic: `.pilot/epics/N/plan.json` and the plan comment. */
export type EpicPlan = z.infer<typeof planSchema>
