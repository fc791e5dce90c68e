import type {Usage} from '../plan/plan.js'
import {isUsd} from './believe.js'
import type {LedgerLine} from './ledger.js'
import {inputOf, isFree, priceOf, tokensOf, type Rates} from './rates.js'
import {usageOf} from './read-ledger.js'

/**
 * What the prices of today make of the calls that a table priced, or could not. `beforeUsd`: what they cost as far as it was known, null: of none of them;
 * `beforeUnpriced`: how many had no price. `kept`: several models in one line, or no price of today that fits it.
 */
export type Repriced = {calls: number; beforeUsd: number | null; beforeUnpriced: number; afterUsd: number; kept: number}

/** The lines at today's prices. The agent's own figures stand; the ledger itself is never rewritten. */
export function reprice(lines: readonly LedgerLine[], rates: (model: string) => Rates | null): {lines: LedgerLine[]; repriced: Repriced} {
  const repriced = {calls: 0, beforeUsd: 0, beforeUnpriced: 0, afterUsd: 0, kept: 0}
  const priced = lines.map((line): LedgerLine => {
    const usage = usageOf(line)
    if (line.costSource === 'agent' || usage === null) return line
    const price = line.modelsActual.length > 1 ? null : rates(line.modelsActual[0] ?? line.modelRequested)
    const costUsd = price && anew(line, usage, price)
    if (price === null || costUsd === null) {
      repriced.kept += 1
      return line
    }
    repriced.calls += 1
    repriced.beforeUsd += line.costUsd ?? 0
    repriced.beforeUnpriced += line.costUsd === null ? 1 : 0
    repriced.afterUsd += costUsd
    return {...line, costUsd, costSource: 'table', priceVersion: price.version}
  })
  const {calls, beforeUsd, beforeUnpriced} = repriced
  return {lines: priced, repriced: {...repriced, beforeUsd: calls > 0 && beforeUnpriced === calls ? null : beforeUsd}}
}

/**
 * The line at these prices; null where they cannot tell. A line does not hold which of its tokens were one request, but for `native`, which makes exactly
 * one a call: above the first band of a price for long prompts nobody knows any more what each request cost.
 */
function anew({executor}: LedgerLine, usage: Usage, price: Rates): number | null {
  const isRequest = executor === 'native'
  const [, second] = price.bands
  if (!isRequest && second !== undefined && inputOf(usage) > second.over) return null
  if (tokensOf(usage) === 0 && !isFree(price)) return null
  const costUsd = priceOf(price, usage, isRequest ? 'request' : 'sum')
  return isUsd(costUsd) ? costUsd : null
}
