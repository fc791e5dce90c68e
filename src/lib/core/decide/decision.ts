import {z} from 'zod'
import {answerSchema} from '../answer-schema.js'

export const STRATEGY_ACTIONS = ['retry', 'retry_different', 'escalate', 'decompose', 'skip'] as const
export type StrategyAction = (typeof STRATEGY_ACTIONS)[number]

const number = z.int().min(1)
const strategy = z.strictObject({action: z.enum(STRATEGY_ACTIONS), guidance: z.string(), reason: z.string()})
export type Strategy = z.infer<typeof strategy>

/** A decision after a wave, as the model is asked for it and as it stands once it is checked. Keys of records are issue numbers. */
export const decisionSchema = z.strictObject({
  analysis: z.record(z.string(), z.string()),
  strategies: z.record(z.string(), strategy),
  routedContext: z.array(z.strictObject({issue: number, context: z.string()})),
  skip: z.array(z.strictObject({issue: number, reason: z.string()})),
  waves: z.array(z.array(number)),
  learnings: z.array(z.string()),
})
export type Decision = z.infer<typeof decisionSchema>
export const decisionJsonSchema = (): string => answerSchema(decisionSchema)

/** Characters at most: what a field may bring into later prompts and comments. */
export const CAPS = {analysis: 500, guidance: 1000, context: 1000, reason: 300, learning: 300} as const
/** Learnings kept over the life of an epic; the newest count. */
export const MAX_LEARNINGS = 20

/** One entry of an answer that was not taken, and why. */
export const rejectedSchema = z.strictObject({field: z.string(), value: z.string(), reason: z.string()})
export type Rejected = z.infer<typeof rejectedSchema>
/** How much of such an entry is kept, in characters. */
export const REJECTED_MAX = 200
