import {z} from 'zod'
import {classifyResultSchema} from '../core/classify/result.js'
import {CHILD_STATES} from '../core/family/child-state.js'
import {planSchema} from '../core/plan/plan.js'
import {spawnPlanSchema, type SpawnPlan} from '../core/route/spawn-plan.js'
import {FAILURE_CLASSES} from '../core/run/failure.js'
import type {ClassifyItem} from '../flow/classify.js'
import type {DecomposeResult} from '../flow/decompose.js'
import type {ExecuteItem} from '../flow/execute.js'
import type {LogsResult} from '../flow/logs.js'
import type {LandResult} from '../flow/land.js'
import type {Finding} from '../flow/doctor.js'
import type {InitResult} from '../flow/init.js'
import type {ParentResult} from '../flow/close-parent.js'
import type {PlanResult} from '../flow/plan-epic.js'
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
  headSha: z.string().nullable(), failure: z.enum(FAILURE_CLASSES).nullable(), costUsd: z.number().nullable(), actions, error,
}) satisfies z.ZodType<ExecuteItem>
const parent = z.strictObject({parent: number, outcome: z.enum(['close', 'waiting', 'refused', 'noop']), code: z.string().nullable(), reasons: z.array(z.string()), actions})
const statusRow = z.strictObject({
  number, title: z.string(), state: z.enum(CHILD_STATES), attempt: z.int().nullable(), pr: number.nullable(), checks: z.enum(['none', 'pending', 'success', 'failure']).nullable(),
  costUsd: z.number().nullable(), blockedBy: z.array(number), next: z.string(),
})

export type ItemsResult<T> = {items: T[]}
export type NextResult = {include: Candidate[]}
export type PlanEpicResult = Omit<PlanResult, 'status'>
export type DecomposeJson = Omit<DecomposeResult, 'status'>
export type LandJson = LandResult
export type CloseParentResult = Omit<ParentResult, 'code' | 'parent'> & {parent: number | null; code: string | null}
export type RouteResult = {issue: number; gates: SpawnPlan[]}
export type DoctorResult = {findings: Finding[]}
export type InitJson = InitResult
export type DemoResult = {dir: string; kept: boolean; epic: StatusResult; merged: number[]; commands: string[]; requests: number}

const statusResult = z.strictObject({
  epic: z.strictObject({number, title: z.string(), state: z.enum(['open', 'closed']), planned: z.int().nullable()}).nullable(), children: z.array(statusRow),
}) satisfies z.ZodType<StatusResult>

export const RESULT_SCHEMAS = {
  'classify': z.strictObject({items: z.array(classifyItem)}),
  'plan-epic': z.strictObject({plan: planSchema.nullable(), actions}) satisfies z.ZodType<PlanEpicResult>,
  'decompose': z.strictObject({decision: z.enum(['split', 'single']), created: placed, existing: placed, linked: z.array(number), children: z.array(number), actions}) satisfies z.ZodType<DecomposeJson>,
  'execute': z.strictObject({items: z.array(executeItem)}),
  'retry': z.strictObject({items: z.array(executeItem)}),
  'land': z.strictObject({issue: number, pr: number, headSha: z.string(), mergeSha: z.string().nullable(), merged: z.boolean(), parent: parent.nullable(), actions}),
  'close-parent': parent.extend({parent: number.nullable()}),
  'next': z.strictObject({include: z.array(z.strictObject({issue: number, title: z.string(), branch: z.string()}))}) satisfies z.ZodType<NextResult>,
  'status': statusResult,
  'route': z.strictObject({issue: number, gates: z.array(spawnPlanSchema)}) satisfies z.ZodType<RouteResult>,
  'doctor': z.strictObject({findings: z.array(z.strictObject({
    check: z.string(), state: z.enum(['ok', 'warning', 'failed']), detail: z.string(), fix: z.string().nullable(), code: z.string().nullable(),
  }))}),
  'init': z.strictObject({written: z.array(z.string()), kept: z.array(z.string()), labels: z.array(z.string()), actions}) satisfies z.ZodType<InitJson>,
  'logs': z.strictObject({path: z.string(), shownBytes: z.int(), totalBytes: z.int(), droppedBytes: z.int(), final: z.boolean(), text: z.string()}) satisfies z.ZodType<LogsResult>,
  'demo': z.strictObject({dir: z.string(), kept: z.boolean(), epic: statusResult, merged: z.array(number), commands: z.array(z.string()), requests: z.int()}) satisfies z.ZodType<DemoResult>,
} as const
