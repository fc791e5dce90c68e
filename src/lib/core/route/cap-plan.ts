import type {Config} from '../config/layers.js'
import {descriptorOf} from './agents/index.js'
import type {Provenance, SpawnPlan} from './spawn-plan.js'

/** A cap below the plan's own. `key`: the budget that has no more left; null: the gate is not worth more, whatever is left. */
export type Cap = {usd: number; key: string | null}

/** A plan with a lower cap, in its command line too. Nothing else changes. */
export function capPlan(plan: SpawnPlan, {usd, key}: Cap, config: Config): SpawnPlan {
  const own = plan.provenance['maxBudgetUsd']
  const overrode = own === undefined ? [] : [{from: own.key ?? own.from, value: own.value, at: own.at}, ...own.overrode]
  const source = key === null ? null : config.source(key)
  const said: Provenance = {
    value: usd, from: source?.from ?? 'pilot', at: source?.at ?? null, key, reason: source === null ? `the most that gate ${plan.gate} may cost` : 'all that this budget has left', overrode,
  }
  return {...plan, maxBudgetUsd: usd, argv: descriptorOf(plan.executor).recap?.(plan.argv, usd) ?? plan.argv, provenance: {...plan.provenance, maxBudgetUsd: said}}
}
