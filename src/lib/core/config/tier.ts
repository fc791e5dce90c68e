import {EXECUTORS, type Executor} from './words.js'

/** What serves a tier on one executor. `endpoint` is the name of an entry of `endpoints`, for `native` only. */
export type TierTarget = {endpoint: string | null; model: string}
/** One executor and model for everyone, or one model for each executor named. */
export type TierSetting =
  | ({kind: 'one'; executor: Executor} & TierTarget)
  | {kind: 'map'; models: Partial<Record<Executor, TierTarget>>}

const NAMES = EXECUTORS.join('|')
const NAME = '[A-Za-z0-9][A-Za-z0-9_-]*'
/** A model id becomes one argument of a command line: no space, and no leading dash that would make it an option. */
const MODEL = '[^\\s-]\\S*'
export const ENDPOINT_NAME_PATTERN = new RegExp(`^${NAME}$`)
export const MODEL_PATTERN = new RegExp(`^${MODEL}$`)
export const TIER_HEAD_PATTERN = new RegExp(`^(${NAMES})(@${NAME})?$`)
export const TIER_PATTERN = new RegExp(`^(${NAMES})(@${NAME})?:${MODEL}$`)
export const TIER_SHAPE = `executor:model or executor@endpoint:model with an executor of ${EXECUTORS.join(', ')}`
export const TIER_KEYS = `executors as keys (${EXECUTORS.join(', ')}; for native: native@endpoint)`

const headOf = (head: string): {executor: Executor; endpoint: string | null} => {
  const [executor, endpoint] = head.split('@')
  return {executor: executor as Executor, endpoint: endpoint ?? null}
}

/** Reads a checked tier. Only the first colon separates: model ids such as `qwen3-coder:30b` have colons of their own. */
export function parseTier(written: string | Record<string, string>): TierSetting {
  if (typeof written === 'string') {
    const colon = written.indexOf(':')
    return {kind: 'one', ...headOf(written.slice(0, colon)), model: written.slice(colon + 1)}
  }
  const models: Partial<Record<Executor, TierTarget>> = {}
  for (const [head, model] of Object.entries(written)) {
    const {executor, endpoint} = headOf(head)
    models[executor] = {endpoint, model}
  }
  return {kind: 'map', models}
}

/** The executors of a tier with the endpoint and model each would use. */
export function targetsOf(tier: TierSetting): ({executor: Executor} & TierTarget)[] {
  if (tier.kind === 'one') return [{executor: tier.executor, endpoint: tier.endpoint, model: tier.model}]
  return EXECUTORS.flatMap((executor) => {
    const target = tier.models[executor]
    return target ? [{executor, ...target}] : []
  })
}

/** What was expected where a tier is not what the schema accepts. */
export function expectedTier(input: unknown): string {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return TIER_SHAPE
  const heads = Object.keys(input)
  if (heads.some((head) => !TIER_HEAD_PATTERN.test(head))) return TIER_KEYS
  if (!oneEach(heads)) return 'each executor at most once'
  return heads.length === 0 ? 'at least one executor: model' : 'one model id without spaces for each executor'
}

/** Whether every executor is named once, whatever its endpoint. */
export const oneEach = (heads: readonly string[]): boolean => new Set(heads.map((head) => headOf(head).executor)).size === heads.length
