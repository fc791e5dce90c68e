import {z} from 'zod'
import {answerSchema} from '../answer-schema.js'
import {answersIn, type Said} from '../answer.js'
import type {Review} from './outcome.js'

/** What a reviewer is asked to answer (SPEC §10). */
export const reviewAnswerSchema = z.object({
  verdict: z.enum(['approve', 'request_changes']),
  summary: z.string().default(''),
  findings: z.array(z.object({
    severity: z.enum(['blocker', 'major', 'minor']).catch('minor'), file: z.string().default(''), line: z.int().nullish(), message: z.string(),
  })).default([]),
})
export const reviewAnswerJsonSchema = (): string => answerSchema(reviewAnswerSchema)

const SUMMARY_MAX = 1500

/**
 * A reviewer's answer, bound to the commit that it saw; undefined when it cannot be read (an infrastructure fault, not a verdict). Where it gave
 * several verdicts the last one that asks for changes counts: an approval beside it may be a quote from what is reviewed.
 */
export function readReview(said: Said, sha: string): Review | undefined {
  const reviews = answersIn(said, (value) => reviewAnswerSchema.safeParse(value).data)
  const review = reviews.findLast(({verdict}) => verdict === 'request_changes') ?? reviews.at(-1)
  if (review === undefined) return undefined
  const {verdict, summary, findings} = review
  return {version: 1, sha, verdict, summary: summary.slice(0, SUMMARY_MAX), findings: findings.slice(0, 50).map((f) => ({...f, line: f.line ?? null}))}
}

export const skippedReview = (sha: string): Review => ({version: 1, sha, verdict: 'skipped', summary: '', findings: []})

/** The findings as text for the next round of the implementer. */
export const findingsText = (review: Review): string =>
  [review.summary, ...review.findings.map((f) => `${f.severity} ${f.file}${f.line === null ? '' : `:${f.line}`}: ${f.message}`)].join('\n')
