import type {AgentOutcome, UsagePart} from '../run/outcome.js'
import {isUsd} from './believe.js'
import {isFree, priceOf, tokensOf, type Rates} from './rates.js'

/** What one call cost and who says so. `version`: of the price table, where it was one. */
export type Priced = {costUsd: number | null; source: 'agent' | 'table' | 'unpriced'; version: string | null}
const UNPRICED: Priced = {costUsd: null, source: 'unpriced', version: null}

/**
 * The agent's own figure first, the price table second, else unpriced. The table is asked for each model, and where that is known for each request,
 * apart; a call of which one part has no price has none. A call that counts no token at all has a price only where its models are free: each request has
 * at least a prompt, so whoever says 0 did not count.
 */
export function priceCall(outcome: Pick<AgentOutcome, 'usage' | 'costUsd' | 'models' | 'parts'>, planned: string, rates: (model: string) => Rates | null): Priced {
  if (outcome.costUsd !== null) return {costUsd: outcome.costUsd, source: 'agent', version: null}
  const parts = partsOf(outcome)
  if (parts.length === 0) return UNPRICED
  const versions = new Set<string>()
  const isCounted = parts.some((part) => part.costUsd !== null || tokensOf(part.usage) > 0)
  let costUsd = 0
  for (const part of parts) {
    const price = part.costUsd === null ? rates(part.model ?? planned) : null
    if (part.costUsd === null && (price === null || (!isCounted && !isFree(price)))) return UNPRICED
    if (price !== null) versions.add(price.version)
    costUsd += part.costUsd ?? priceOf(price!, part.usage, part.isRequest ? 'request' : 'sum')
  }
  // a price of another unit, or the sum of many parts
  if (!isUsd(costUsd)) return UNPRICED
  return {costUsd, source: 'table', version: [...versions].join(', ') || null}
}

/** A sum over several models cannot be taken apart again. */
function partsOf({usage, models, parts}: Pick<AgentOutcome, 'usage' | 'models' | 'parts'>): readonly UsagePart[] {
  if (parts !== undefined && parts.length > 0) return parts
  return usage === null || models.length > 1 ? [] : [{model: models[0] ?? null, usage, isRequest: false, costUsd: null}]
}
