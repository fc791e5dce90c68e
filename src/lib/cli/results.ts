import {z} from 'zod'
import {classifyResultSchema} from '../core/classify/result.js'
import {DRIFT_KINDS} from '../core/family/repair.js'
import {CHILD_STATES} from '../core/family/child-state.js'
import {decisionSchema, rejectedSchema} from '../core/decide/decision.js'
import {TIERS} from '../core/config/words.js'
import {planSchema} from '../core/plan/plan.js'
import {spawnPlanSchema, type SpawnPlan} from '../core/route/spawn-plan.js'
import {FAILURE_CLASSES} from '../core/run/failure.js'
import type {ClassifyItem} from '../flow/classify.js'
import type {DecideResult} from '../flow/decide.js'
import type {DecomposeResult} from '../flow/decompose.js'
import type {ExecuteItem} from '../flow/execute.js'
import type {LogsResult} from '../flow/logs.js'
import type {LandResult} from '../flow/land.js'
import type {Finding} from '../flow/doctor.js'
import type {InitResult} from '../flow/init.js'
import type {ParentResult} from '../flow/close-parent.js'
import type {PlanResult} from '../flow/plan-epic.js'
import {SPEND_KEYS} from '../core/cost/spend-keys.js'
import type {SpendResult} from '../flow/spend.js'
import type {StatusResult} from '../flow/status.js'
import type {Candidate} from '../core/run/next.js'
import {STATUSES} from '../errors.js'

// The JSON contract of every command's `result`, as schemas: published under schema/results/, compared with the committed files in the
// tests, and checked against what the commands really answer.

const actions = z.array(z.string())
const status = z.enum(STATUSES)
const number = z.int().min(1)
const error = z.strictObject({code: z.string(), message: z.string(), suggestions: z.array(z.string()), retryable: z.boolean()}).nullable()
const placed = z.array(z.strictObject({order: z.int(), number}))

const classifyItem = classifyResultSchema.extend({status, actions}) satisfies z.ZodType<ClassifyItem>
const executeItem = z.strictObject({
  issue: number, status, reason: z.string(), attempt: z.int().nullable(), branch: z.string(), pr: number.nullable(),
  headSha: z.string().nullable(), failure: z.enum(FAILURE_CLASSES).nullable(), costUsd: z.number().nullable(), unpricedCalls: z.int().optional(), actions, plans: z.array(spawnPlanSchema).optional(), error,
}) satisfies z.ZodType<ExecuteItem>
const parent = z.strictObject({parent: number, outcome: z.enum(['close', 'waiting', 'refused', 'noop']), code: z.string().nullable(), reasons: z.array(z.string()), actions})
const statusRow = z.strictObject({
  number, title: z.string(), state: z.enum(CHILD_STATES), attempt: z.int().nullable(), pr: number.nullable(), checks: z.enum(['none', 'pending', 'success', 'failure']).nullable(),
  costUsd: z.number().nullable(), unpricedCalls: z.int().optional(), blockedBy: z.array(number), next: z.string(),
})

export type ItemsResult<T> = {items: T[]}
export type NextResult = {include: Candidate[]}
export type PlanEpicResult = Omit<PlanResult, 'status'>
export type DecomposeJson = Omit<DecomposeResult, 'status'>
export type DecideJson = DecideResult
export type LandJson = LandResult
export type CloseParentResult = Omit<ParentResult, 'code' | 'parent'> & {parent: number | null; code: string | null}
export type RouteResult = {issue: number; gates: SpawnPlan[]}
export type DoctorResult = {findings: Finding[]}
export type InitJson = InitResult
export type DemoResult = {dir: string; kept: boolean; epic: StatusResult; merged: number[]; commands: string[]; requests: number}

const statusResult = z.strictObject({
  epic: z.strictObject({number, title: z.string(), state: z.enum(['open', 'closed']), planned: z.int().nullable()}).nullable(), children: z.array(statusRow),
  drift: z.array(z.strictObject({issue: number, kind: z.enum(DRIFT_KINDS), detail: z.string(), repair: z.string()})), actions: actions.optional(),
}) satisfies z.ZodType<StatusResult>

const usd = z.number().min(0).nullable()
const counted = z.array(z.strictObject({what: z.string(), calls: z.int()}))
const rate = z.strictObject({rate: z.number(), low: z.number(), high: z.number()})
const tier = z.enum(TIERS)
const spendResult = z.strictObject({
  totalUsd: usd, unpricedCalls: z.int(), calls: z.int(), mergedPrs: z.int(), usdPerMergedPr: usd,
  rows: z.array(z.strictObject({key: z.string(), calls: z.int(), tokens: z.int().nullable(), usd, unpriced: z.int()})),
  by: z.enum(SPEND_KEYS), mergedFrom: z.enum(['github', 'local']),
  perMergedPr: z.array(z.strictObject({complexity: z.string(), tier: z.string(), prs: z.int(), unpriced: z.int(), unpricedCalls: z.int(), usd, usdPerPr: usd})),
  cacheShare: z.number().nullable(), escalations: counted, fallbacks: counted,
  counterfactual: z.strictObject({
    model: z.string(), calls: z.int(), actualUsd: z.number(), sameCallsUsd: z.number(), withoutDietUsd: z.number(), assumptions: z.array(z.string()),
  }).nullable(),
  economics: z.array(z.strictObject({
    complexity: z.string(), tiers: z.array(z.strictObject({tier, attempts: z.int(), priced: z.int(), pass: rate, usd})),
    starts: z.array(z.strictObject({tier, expectedUsd: z.number(), passes: z.number(), usdPerPass: z.number()})),
    breakEven: z.strictObject({cheaper: tier, dearer: tier, rate: z.number()}).nullable(), advice: z.string(),
  })),
  repriced: z.strictObject({calls: z.int(), beforeUsd: usd, beforeUnpriced: z.int(), afterUsd: z.number(), kept: z.int()}).nullable(),
  skippedLines: z.array(z.strictObject({line: z.int(), reason: z.string()})),
}) satisfies z.ZodType<SpendResult>

export const RESULT_SCHEMAS = {
  'classify': z.strictObject({items: z.array(classifyItem)}),
  'plan-epic': z.strictObject({plan: planSchema.nullable(), actions}) satisfies z.ZodType<PlanEpicResult>,
  'decompose': z.strictObject({decision: z.enum(['split', 'single']), created: placed, existing: placed, linked: z.array(number), children: z.array(number), actions}) satisfies z.ZodType<DecomposeJson>,
  'decide': z.strictObject({
    epic: number, by: z.enum(['pilot', 'fallback']).nullable(), reason: z.string(), decision: decisionSchema.nullable(), rejected: z.array(rejectedSchema),
    artifact: z.string().nullable(), costUsd: z.number().nullable(), actions,
  }) satisfies z.ZodType<DecideJson>,
  'execute': z.strictObject({items: z.array(executeItem)}),
  'retry': z.strictObject({items: z.array(executeItem)}),
  'land': z.strictObject({issue: number, pr: number, headSha: z.string(), mergeSha: z.string().nullable(), merged: z.boolean(), parent: parent.nullable(), actions}),
  'close-parent': parent.extend({parent: number.nullable()}),
  'next': z.strictObject({include: z.array(z.strictObject({issue: number, title: z.string(), branch: z.string()}))}) satisfies z.ZodType<NextResult>,
  'status': statusResult,
  'spend': spendResult,
  'route': z.strictObject({issue: number, gates: z.array(spawnPlanSchema)}) satisfies z.ZodType<RouteResult>,
  'doctor': z.strictObject({findings: z.array(z.strictObject({
    check: z.string(), state: z.enum(['ok', 'warning', 'failed']), detail: z.string(), fix: z.string().nullable(), code: z.string().nullable(),
  }))}),
  'init': z.strictObject({written: z.array(z.string()), kept: z.array(z.string()), labels: z.array(z.string()), actions}) satisfies z.ZodType<InitJson>,
  'logs': z.strictObject({path: z.string(), shownBytes: z.int(), totalBytes: z.int(), droppedBytes: z.int(), final: z.boolean(), text: z.string()}) satisfies z.ZodType<LogsResult>,
  'demo': z.strictObject({dir: z.string(), kept: z.boolean(), epic: statusResult, merged: z.array(number), commands: z.array(z.string()), requests: z.int()}) satisfies z.ZodType<DemoResult>,
} as const
