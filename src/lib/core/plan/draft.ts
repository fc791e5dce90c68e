import {z} from 'zod'
import {answerSchema} from '../answer-schema.js'
import {IMPLEMENT_COMPLEXITIES, type ImplementComplexity} from '../config/words.js'
import type {EpicPlan} from './plan.js'

export type SubtaskDraft = {
  order: number
  title: string
  description: string
  acceptance: string[]
  dependsOn: number[]
  touches: string[]
  complexity: ImplementComplexity
}
/**
 * A plan as somebody wrote it, before it is checked. Without `decision` it is meant to be split. `context`: what each part is told of the
 * whole, below its description, once the rules have judged the parts by their own words.
 */
export type PlanDraft = {decision?: 'split' | 'single'; reason: string; effort: string; subtasks: SubtaskDraft[]; context?: string}

/** Longer lists are no plan; the bound keeps a runaway answer from costing time. */
export const SUBTASKS_READ = 200
/** Characters of a title, and of a field that says what a subtask waits for, that are compared with each other. */
export const TITLE_READ = 300
export const DEPENDENCY_READ = 2000

/** What the planning model is asked to answer: every field required and none besides, as strict structured output wants it. */
export const planAnswerSchema = z.strictObject({
  decision: z.enum(['split', 'single']).describe('single: better done whole, in one pull request; subtasks is then empty'),
  reason: z.string().describe('why it is split this way, or why it is not'),
  effort: z.string().describe('a rough estimate of the whole'),
  subtasks: z.array(z.strictObject({
    order: z.int().describe('1, 2, 3 … in the order in which they should be merged'),
    title: z.string().describe('one plain line, at most 80 characters, in the style of a conventional commit'),
    description: z.string().describe('what to build and where, complete without the other subtasks'),
    acceptance: z.array(z.string()).describe('how a reviewer sees that it is done'),
    dependsOn: z.array(z.int()).describe('orders of the subtasks that must be merged before this one starts'),
    touches: z.array(z.string()).describe('globs of the files that it will change, relative to the repository root'),
    complexity: z.enum(IMPLEMENT_COMPLEXITIES),
  })),
})
export const planAnswerJsonSchema = (): string => answerSchema(planAnswerSchema)

/** A checked plan as a draft again: checking it once more must change nothing. */
export const draftOf = (plan: EpicPlan): PlanDraft => ({
  decision: plan.decision, reason: plan.reason, effort: plan.effort,
  subtasks: plan.subtasks.map(({key: _key, ...subtask}) => ({...subtask})),
})
