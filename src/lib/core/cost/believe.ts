import type {Usage} from '../plan/plan.js'
import {wasAsked} from '../plan/plan-cost.js'
import type {FailureClass} from '../run/failure.js'
import type {UsagePart} from '../run/outcome.js'

/** The largest context there is holds a million tokens, and no plan allows a hundred requests: a call of a billion tokens did not happen. */
export const MOST_TOKENS = 1_000_000_000
/** A day's budget is some tens of dollars; a call of ten thousand is a wrong unit or a broken counter. */
export const MOST_USD = 10_000

const isCount = (count: number): boolean => Number.isInteger(count) && count >= 0 && count <= MOST_TOKENS
export const isUsd = (amount: number): boolean => Number.isFinite(amount) && amount >= 0 && amount <= MOST_USD

const FIELDS = ['inFresh', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'out'] as const satisfies readonly (keyof Usage)[]
type Told = {usage: Usage | null; costUsd: number | null; parts?: readonly UsagePart[]; turns?: number | null; failure?: FailureClass | null}
type Believed = {usage: Usage | null; costUsd: number | null; parts: readonly UsagePart[] | undefined; turns: number | null; faults: string[]}

/**
 * What an agent said about its use, as far as it can be true. Anything negative, not a number, beyond belief or a part of what comes in wholes only
 * becomes unknown, which no sum holds, and is named in `faults`: the ledger holds what is believed, and a line that cannot be read again would take its
 * cost out of every sum. A call that counts no token and tells no cost is named too; it has no price.
 */
export function believe(told: Told): Believed {
  const {costUsd, parts, turns = null} = told
  const isEmpty = countsNone(told)
  // nothing was asked, so 0 is what it was
  const usage = isEmpty && !wasAsked({failure: told.failure ?? null, usage: null, costUsd: null}) ? null : told.usage
  const wrong = usage === null ? [] : FIELDS.filter((field) => !isCount(usage[field]))
  const wrongUsd = costUsd !== null && !isUsd(costUsd)
  const wrongTurns = turns !== null && !isCount(turns)
  const wholeParts = parts === undefined || parts.every((part) => FIELDS.every((field) => isCount(part.usage[field])) && (part.costUsd === null || isUsd(part.costUsd)))
  return {
    usage: wrong.length === 0 ? usage : null, costUsd: wrongUsd ? null : costUsd, parts: wrong.length === 0 && wholeParts ? parts : undefined,
    turns: wrongTurns ? null : turns,
    faults: [
      ...(wrong.length === 0 ? [] : [`its token counts cannot be true (${wrong.map((field) => `${field} ${shown(usage![field])}`).join(', ')}); they count as unknown`]),
      ...(isEmpty && usage !== null ? ['it says that it used no tokens and tells no cost, which cannot be true of a call that was made'] : []),
      ...(wrongUsd ? [`its cost cannot be true (${shown(costUsd)} dollars); it counts as unknown`] : []),
      ...(wrongTurns ? [`its number of turns cannot be true (${shown(turns)}); it counts as unknown`] : []),
      ...(wholeParts || wrong.length > 0 || wrongUsd ? [] : ['the figures of one of its models or requests cannot be true; they count as unknown']),
    ],
  }
}

const countsNone = ({usage, costUsd, parts = []}: Told): boolean =>
  usage !== null && costUsd === null && parts.every((part) => part.costUsd === null) && [usage, ...parts.map((part) => part.usage)].every((one) => FIELDS.every((field) => one[field] === 0))

const shown = (n: number): string => (Number.isNaN(n) ? 'no count' : String(n))
