import {addCost, addUsage} from '../cost/usage.js'
import type {FailureClass} from '../run/failure.js'
import type {EpicPlan, Usage} from './plan.js'

export type Call = {failure: FailureClass | null; usage: Usage | null; costUsd: number | null; /** model turns that were seen or told of, where there were any */ turns?: number | null; /** false: no budget allowed it, so it was never begun */ begun?: boolean}

/** Nothing was asked: no program, no sign-in, no endpoint, or an agent that was told to come back later; unless it had worked before that. */
const NEVER_ASKED: readonly FailureClass[] = ['cli_missing', 'auth', 'rate_limited', 'overloaded', 'network', 'invalid_config']
export const wasAsked = ({failure, usage, costUsd, turns = null, begun = true}: Call): boolean =>
  begun && ((turns ?? 0) > 0 || usage !== null || costUsd !== null || failure === null || !NEVER_ASKED.includes(failure))

/** What the planning calls used and cost together. A sum with an unknown part is unknown, never the known part alone. */
export function costOf(calls: readonly Call[]): Pick<EpicPlan, 'usage' | 'costUsd'> {
  const asked = calls.filter(wasAsked)
  return {
    usage: asked.every(({usage}) => usage !== null) ? asked.map(({usage}) => usage).reduce(addUsage, null) : null,
    costUsd: asked.every(({costUsd}) => costUsd !== null) ? asked.map(({costUsd}) => costUsd).reduce(addCost, null) : null,
  }
}
