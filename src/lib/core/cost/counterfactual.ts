import type {LedgerLine} from './ledger.js'
import {priceOf, type Rates} from './rates.js'
import {usageOf} from './read-ledger.js'

const MEASURED_ON = 'Opus 5.5'
/**
 * Tokens of the first request of a process, measured on Claude Code 2.1.329 with that model (reference: request bytes / 4): with its default tools, with the lists of
 * tools that pilot gives, and what 20 tools of MCP servers add where they are listed by name.
 */
export const FIRST_REQUEST = {default: 12_327, execution: 4_576, planning: 3_264, text: 473, mcp: 143} as const

export type Counterfactual = {
  model: string; calls: number; /** what these calls really cost */ actualUsd: number
  /** the same tokens at the frontier model */
  sameCallsUsd: number
  /** and with default tools and MCP servers loaded in every process */
  withoutDietUsd: number
  assumptions: string[]
}

const plannedTokens = (line: LedgerLine): number =>
  line.gate === 'implement' || line.gate === 'lint' ? FIRST_REQUEST.execution : line.gate === 'plan' || line.gate === 'review' ? FIRST_REQUEST.planning : FIRST_REQUEST.text

/**
 * What the calls that have a price and say their tokens would have cost at one frontier model. The diet: what the tools add to a prompt is written to the
 * cache by the first request of a process and read from it by each further one. null where no call can be compared.
 */
export function counterfactual(lines: readonly LedgerLine[], model: string, rates: Rates | null): Counterfactual | null {
  const compared = lines.flatMap((line) => {
    const usage = usageOf(line)
    return usage === null || line.costUsd === null ? [] : [{line, usage, costUsd: line.costUsd}]
  })
  if (rates === null || compared.length === 0) return null
  const [band] = rates.bands
  const diet = compared.reduce((sum, {line}) => {
    const extra = FIRST_REQUEST.default + FIRST_REQUEST.mcp - plannedTokens(line)
    return sum + (extra * (band.cacheWrite5m + Math.max(0, (line.turns ?? 1) - 1) * band.cacheRead)) / 1_000_000
  }, 0)
  const sameCallsUsd = compared.reduce((sum, {usage}) => sum + priceOf(rates, usage, 'sum'), 0)
  return {
    model, calls: compared.length, actualUsd: compared.reduce((sum, {costUsd}) => sum + costUsd, 0), sameCallsUsd, withoutDietUsd: sameCallsUsd + diet,
    assumptions: [
      `the same tokens at ${model} (${rates.version}), the price of short prompts; another model would use more or fewer, and may need fewer attempts`,
      `first request with default tools ${FIRST_REQUEST.default} tokens and ${FIRST_REQUEST.mcp} for 20 MCP tools, instead of ${FIRST_REQUEST.execution} (implement, lint), ${FIRST_REQUEST.planning} (plan, review) or ${FIRST_REQUEST.text} (text gates); measured on Claude Code 2.1.329 with ${MEASURED_ON}; to other models it sends other prompts and tools`,
      'the difference is written to the five-minute cache once a process and read from it in every further turn; a call that tells no turns counts as one',
    ],
  }
}
