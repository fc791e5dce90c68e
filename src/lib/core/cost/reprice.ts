import type {LedgerLine} from './ledger.js'
import {priceOf, type Rates} from './rates.js'
import {usageOf} from './read-ledger.js'

/** What the prices of today make of the calls that a table priced, or could not. `kept`: several models in one line, or no price today either. */
export type Repriced = {calls: number; beforeUsd: number; afterUsd: number; kept: number}

/** The lines at today's prices. The agent's own figures stand; the ledger itself is never rewritten. */
export function reprice(lines: readonly LedgerLine[], rates: (model: string) => Rates | null): {lines: LedgerLine[]; repriced: Repriced} {
  const repriced: Repriced = {calls: 0, beforeUsd: 0, afterUsd: 0, kept: 0}
  const priced = lines.map((line): LedgerLine => {
    const usage = usageOf(line)
    if (line.costSource === 'agent' || usage === null) return line
    const price = line.modelsActual.length > 1 ? null : rates(line.modelsActual[0] ?? line.modelRequested)
    if (price === null) {
      repriced.kept += 1
      return line
    }
    // only `native` makes exactly one request a call
    const costUsd = priceOf(price, usage, line.executor === 'native' ? 'request' : 'sum')
    repriced.calls += 1
    repriced.beforeUsd += line.costUsd ?? 0
    repriced.afterUsd += costUsd
    return {...line, costUsd, costSource: 'table', priceVersion: price.version}
  })
  return {lines: priced, repriced}
}
