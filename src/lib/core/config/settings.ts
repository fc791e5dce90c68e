import {parseDuration} from './duration.js'
import {parseTier, type TierSetting} from './tier.js'
import type {
  AgentExecutor, Association, Complexity, Executor, Gate, ImplementComplexity, LandMethod, Preset, Tier,
} from './words.js'

export type AgentSettings = {command: string; allowed_tools: string[]; mcp_config_path: string; extra_args: string[]}
export type EndpointSettings = {url: string; api_key_env: string | null}

/** The resolved configuration, spelled as the file spells it. Durations are milliseconds, amounts are USD, null is not set. */
export type Settings = {
  version: 1
  executor: {default: Executor; shell: {command: string}} & Record<AgentExecutor, AgentSettings>
  planning: {model: string; allowed_tools: string[]}
  endpoints: Record<string, EndpointSettings>
  tiers: Record<Tier, TierSetting>
  routing: {
    preset: Preset; gates: Partial<Record<Gate, Tier>>; complexity: Partial<Record<ImplementComplexity, Tier>>
    max_escalations_per_issue: number
  }
  decompose: {enabled: boolean; min_complexity: Complexity; max_subtasks: number; min_description_words: number}
  retry: {decompose_on_kill: boolean}
  decide: {enabled: boolean}
  verify: {setup: string[]; commands: string[]; timeout: number; baseline: boolean; fix_rounds: number}
  review: {enabled: boolean; max_rounds: number}
  land: {method: LandMethod; delete_branch: boolean; wait: number}
  budget: {per_issue_usd: number; per_epic_usd: number; per_day_usd: number}
  trust: {associations: Association[]; users: string[]; bots: string[]}
  hooks: {run_tests_on_stop: boolean}
  limits: {implement: number; plan: number; text: number; stall: number}
  github: {api_url: string | null; login: string | null}
  protected_paths: {allow: string[]}
}

type AsText<T> = {[K in keyof T]: T[K] extends number ? string : T[K]}
/** All layers merged, before durations and tiers are read. */
export type Merged = Omit<Settings, 'endpoints' | 'tiers' | 'verify' | 'land' | 'limits'> & {
  endpoints: Record<string, {url: string; api_key_env?: string}>
  tiers: Record<Tier, string | Record<string, string>>
  verify: Omit<Settings['verify'], 'timeout'> & {timeout: string}
  land: Omit<Settings['land'], 'wait'> & {wait: string}
  limits: AsText<Settings['limits']>
}

/** Only text that the schema accepted comes here. */
const ms = (text: string): number => {
  const value = parseDuration(text)
  if (value === undefined) throw new RangeError(`not a duration: ${text}`)
  return value
}

export function toSettings(merged: Merged): Settings {
  const {tiers, verify, land, limits} = merged
  const endpoints = Object.entries(merged.endpoints)
    .map(([name, {url, api_key_env}]) => [name, {url, api_key_env: api_key_env ?? null}] as const)
  return {
    ...merged,
    endpoints: Object.fromEntries(endpoints),
    tiers: {
      free: parseTier(tiers.free), cheap: parseTier(tiers.cheap), balanced: parseTier(tiers.balanced), frontier: parseTier(tiers.frontier),
    },
    verify: {...verify, timeout: ms(verify.timeout)},
    land: {...land, wait: ms(land.wait)},
    limits: {implement: ms(limits.implement), plan: ms(limits.plan), text: ms(limits.text), stall: ms(limits.stall)},
  }
}
