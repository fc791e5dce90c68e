import {z} from 'zod'
import {EXECUTORS, GATES, TIERS} from '../config/words.js'
import {usageSchema} from '../plan/plan.js'

const provenance = z.strictObject({
  value: z.unknown(), from: z.string(), at: z.string().nullable(), key: z.string().nullable(), reason: z.string().nullable(),
  overrode: z.array(z.strictObject({from: z.string(), value: z.unknown(), at: z.string().nullable()})),
})
export type Provenance = z.infer<typeof provenance>

export const spawnPlanSchema = z.strictObject({
  issue: z.int().nullable(), gate: z.enum(GATES), attempt: z.int().min(1), executor: z.enum(EXECUTORS), tier: z.enum(TIERS).nullable(), model: z.string(),
  effort: z.string().nullable(), endpoint: z.strictObject({name: z.string(), url: z.string(), apiKeyEnv: z.string().nullable()}).nullable(),
  argv: z.array(z.string()), stdin: z.string(),
  /** set in that child only, on top of the allow-listed environment */
  env: z.record(z.string(), z.string()),
  /** the JSON schema of the answer, and the absolute file it is written to before the spawn; null for free text */
  schema: z.strictObject({file: z.string(), text: z.string()}).nullable(),
  cwd: z.string(), tools: z.array(z.string()), mcpConfigPath: z.string().nullable(),
  timeoutMs: z.int().positive(), stallMs: z.int().positive().nullable(), maxTurns: z.int().positive().nullable(), maxBudgetUsd: z.number().positive().nullable(),
  /** why the model is on a higher tier than the preset says; null where it is not */
  escalation: z.strictObject({from: z.enum(TIERS), reason: z.string()}).nullable(),
  /** the agent's earlier session that this spawn goes on in, and what is booked for it so far; null: a new session */
  resume: z.strictObject({session: z.string(), usage: usageSchema.nullable(), costUsd: z.number().nullable()}).nullable(),
  provenance: z.record(z.string(), provenance),
})
/** Everything about one spawn, decided once by `planSpawn`, and the only thing that a spawner accepts. `stdin` holds the prompt. */
export type SpawnPlan = z.infer<typeof spawnPlanSchema>
