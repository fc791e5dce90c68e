import {z} from 'zod'
import {COMPLEXITIES} from '../config/words.js'
import {usageSchema} from '../plan/plan.js'
import {TAGS} from './signals.js'
import {SPLIT_SOURCES} from './split-points.js'

/**
 * Why an issue is not split. The rules give the first reason that holds, in this order. The last two are GitHub's, not the text's:
 * `closed` comes before every other, and `already_decomposed` is asked for only where nothing else refuses.
 */
export const REFUSALS = [
  'no_decompose_label', 'no_decompose_title', 'disabled', 'below_min_complexity', 'description_too_short', 'no_split_points',
  'single_package', 'already_decomposed', 'closed',
] as const
export type Refusal = (typeof REFUSALS)[number]

/** One item of `classify`, as printed. */
export const classifyResultSchema = z.strictObject({
  issue: z.int().min(1).nullable(),
  complexity: z.enum(COMPLEXITIES),
  /** what the verdict really came from, not what was asked */
  source: z.enum(['heuristic', 'llm']),
  confidence: z.number().min(0).max(1),
  reason: z.string(),
  decompose: z.strictObject({eligible: z.boolean(), reason: z.string(), code: z.enum(REFUSALS).nullable()}),
  signals: z.strictObject({
    words: z.int(), checkboxes: z.int(), phases: z.int(), splitPoints: z.int(), splitSource: z.enum(SPLIT_SOURCES),
    directories: z.array(z.string()), keywords: z.array(z.string()), tag: z.enum(TAGS).nullable(),
  }),
  bypass: z.strictObject({kind: z.enum(['label', 'title']), evidence: z.string()}).nullable(),
  usage: usageSchema.nullable(),
  costUsd: z.number().min(0).nullable(),
})
export type ClassifyResult = z.infer<typeof classifyResultSchema>
