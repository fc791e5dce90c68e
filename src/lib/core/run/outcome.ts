import {z} from 'zod'
import {FAILURE_CLASSES, type FailureClass} from './failure.js'
import {COMPLEXITIES} from '../config/words.js'
import {usageSchema, type Usage} from '../plan/plan.js'

/** A share of a call's use that has a price of its own: one model's, or one request's. `model` null: the planned one. */
export type UsagePart = {model: string | null; usage: Usage; isRequest: boolean; costUsd: number | null}

/** One thing that an agent's stream said, the same for every executor. Lines that no descriptor knows are kept in events.jsonl and skipped here. */
export type AgentEvent =
  | {kind: 'started'; sessionId: string | null; model: string | null; tools: readonly string[] | null}
  | {kind: 'tool'; name: string; detail: string}
  | {kind: 'text'; text: string}
  /** what was used since the last of these; `request` tells which request it belongs to, where the stream says so */
  | {kind: 'usage'; usage: Usage; costUsd: number | null; model?: string | null; request?: string | null}
  | {kind: 'result'; ok: boolean; text: string; structured: unknown; usage: Usage | null; costUsd: number | null; models: readonly string[]; failure: FailureClass | null; message: string; turns: number | null; sessionId: string | null; parts?: readonly UsagePart[]}

/** What an agent process came to. The result event, not the exit code, decides `failure`. */
export type AgentOutcome = {
  failure: FailureClass | null
  message: string
  /** false: no budget allowed it, so nothing was started and nothing spent */
  begun?: boolean
  text: string
  /** the schema-bound answer where one was asked for; unknown until the caller's schema has read it */
  structured: unknown
  usage: Usage | null
  costUsd: number | null
  /** what `usage` is made of, where the agent tells no cost and the parts are priced differently */
  parts?: readonly UsagePart[]
  models: readonly string[]
  turns: number | null
  sessionId: string | null
  wallMs: number
  exitCode: number | null
  signal: string | null
  /** who ended it, where it did not end by itself: pilot (timeout, stall, budget), the user (interrupt), the kernel for lack of memory, or somebody else */
  killedBy: 'timeout' | 'stall' | 'budget' | 'interrupt' | 'kernel' | 'outside' | null
  /** of the program itself, where it says so */
  version?: string | null
  /** what was not as planned and is no failure by itself, in words: tools beside the plan, calls that the executor refused */
  faults?: readonly string[]
}

export const verifySchema = z.strictObject({
  version: z.literal(1),
  sha: z.string(),
  passed: z.boolean(),
  commands: z.array(z.strictObject({command: z.string(), exitCode: z.int().nullable(), timedOut: z.boolean(), durationMs: z.int(), tail: z.string()})),
  /** removed or skipped tests and the like: shown in the pull request, not fatal */
  flags: z.array(z.string()),
})
/** `verify.json`: what the verify commands said about one commit. */
export type Verification = z.infer<typeof verifySchema>

export const reviewSchema = z.strictObject({
  version: z.literal(1),
  sha: z.string(),
  verdict: z.enum(['approve', 'request_changes', 'skipped']),
  summary: z.string(),
  findings: z.array(z.strictObject({severity: z.enum(['blocker', 'major', 'minor']), file: z.string(), line: z.int().nullable(), message: z.string()})),
})
/** `review.json`: the reviewer's verdict on one commit. */
export type Review = z.infer<typeof reviewSchema>

export const evidenceSchema = z.strictObject({baseSha: z.string(), headSha: z.string(), commits: z.int(), files: z.array(z.string()), additions: z.int(), deletions: z.int()})
/** What git says was done between base and head. */
export type Evidence = z.infer<typeof evidenceSchema>

export const resultSchema = z.strictObject({
  version: z.literal(1), issue: z.int(), attempt: z.int(), runId: z.string(), outcome: z.enum(['passed', 'failed']), failure: z.enum(FAILURE_CLASSES).nullable(),
  message: z.string(), branch: z.string(), pr: z.int().nullable(), evidence: evidenceSchema.nullable(), usage: usageSchema.nullable(), costUsd: z.number().nullable(),
  startedAt: z.string(), endedAt: z.string(),
  /** of the issue, by which spend and economics group; files of earlier versions have none */
  complexity: z.enum(COMPLEXITIES).optional(),
})
/** `result.json`: how an attempt ended. */
export type RunResult = z.infer<typeof resultSchema>
