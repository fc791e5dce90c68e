import {TIERS, type Tier} from '../config/words.js'
import type {Sample} from './spend.js'

/**
 * With fewer attempts nothing is said: at 10 the 95 % interval of a pass rate of one half still reaches from 0.24 to 0.76, about as wide as the range in
 * which break-even rates of neighbouring tiers lie (a fifth to two thirds, by their prices). Below that every answer would be possible.
 */
export const LEAST_ATTEMPTS = 10
/** First try and two retries (SPEC §12). */
const TRIES = 3
/** Two-sided 95 %. */
const Z = 1.96

export type Rate = {rate: number; low: number; high: number}
/** Pass rate with its Wilson interval, which stays within 0 and 1 and holds for few tries and for rates near the ends. */
export function wilson(passed: number, tries: number): Rate {
  const p = passed / tries
  const scale = 1 + (Z * Z) / tries
  const middle = (p + (Z * Z) / (2 * tries)) / scale
  const half = (Z / scale) * Math.sqrt((p * (1 - p)) / tries + (Z * Z) / (4 * tries * tries))
  return {rate: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half)}
}

export type TierRecord = {tier: Tier; attempts: number; pass: Rate; /** mean US dollars of an attempt; of those that have a price */ usd: number | null}
export type Start = {tier: Tier; /** US dollars of the whole ladder; the share of issues that it brings to a pull request; the first divided by the second */ expectedUsd: number; passes: number; usdPerPass: number}
export type ClassEconomics = {
  complexity: string; tiers: TierRecord[]; starts: Start[]
  /** of the two tiers that were compared; the pass rate above which the cheaper one goes first */
  breakEven: {cheaper: Tier; dearer: Tier; rate: number} | null
  advice: string
}

function recordOf(tier: Tier, samples: readonly Sample[]): TierRecord {
  const priced = samples.flatMap(({usd}) => usd ?? [])
  return {
    tier, attempts: samples.length, pass: wilson(samples.filter(({passed}) => passed).length, samples.length),
    usd: priced.length === 0 ? null : priced.reduce((sum, usd) => sum + usd, 0) / priced.length,
  }
}

/** A failed try is followed by one at the next tier that there are figures for, and at the last one by the same again. */
function ladderFrom(tiers: readonly (TierRecord & {usd: number})[], start: number): Start {
  let [expectedUsd, stillOpen] = [0, 1]
  for (let step = 0; step < TRIES; step++) {
    const now = tiers[Math.min(start + step, tiers.length - 1)]!
    expectedUsd += stillOpen * now.usd
    stillOpen *= 1 - now.pass.rate
  }
  const passes = 1 - stillOpen
  return {tier: tiers[start]!.tier, expectedUsd, passes, usdPerPass: passes === 0 ? Infinity : expectedUsd / passes}
}

/**
 * What it costs, by what was seen, to start a class of issues at each tier. The cheaper of two neighbours goes first exactly where its pass rate is higher
 * than the ratio of the costs: otherwise its failures cost more than its successes save. Nothing is changed by it.
 */
export function economicsOf(samples: readonly Sample[]): ClassEconomics[] {
  return [...new Set(samples.map(({complexity}) => complexity))].sort().map((complexity) => {
    const own = samples.filter((sample) => sample.complexity === complexity)
    const tiers = TIERS.filter((tier) => own.some((sample) => sample.tier === tier)).map((tier) => recordOf(tier, own.filter((sample) => sample.tier === tier)))
    const enough = tiers.filter((tier): tier is TierRecord & {usd: number} => tier.attempts >= LEAST_ATTEMPTS && tier.usd !== null)
    const starts = enough.map((_, i) => ladderFrom(enough, i)).filter(({usdPerPass}) => Number.isFinite(usdPerPass))
    return {complexity, tiers, starts, ...compared(complexity, tiers, enough)}
  })
}

const percent = (share: number): string => `${Math.round(share * 100)} %`
const dollars = (amount: number): string => `$${amount.toFixed(2)}`
const bounds = ({rate, low, high}: Rate): string => `${percent(rate)} (${percent(low)} to ${percent(high)})`

function compared(complexity: string, all: readonly TierRecord[], enough: readonly (TierRecord & {usd: number})[]): Pick<ClassEconomics, 'breakEven' | 'advice'> {
  const [cheaper, dearer] = enough
  if (cheaper === undefined || dearer === undefined) {
    const have = all.map(({tier, attempts}) => `${attempts} at ${tier}`).join(', ')
    return {breakEven: null, advice: `not enough data: ${have}; two tiers with ${LEAST_ATTEMPTS} priced attempts each are needed`}
  }
  const key = `routing.complexity.${complexity === 'epic' ? 'complex' : complexity}`
  const rate = dearer.usd === 0 ? 1 : cheaper.usd / dearer.usd
  const breakEven = {cheaper: cheaper.tier, dearer: dearer.tier, rate}
  const why = `an attempt costs ${dollars(cheaper.usd)} at ${cheaper.tier} and ${dollars(dearer.usd)} at ${dearer.tier}, so ${cheaper.tier} first pays above a pass rate of ${percent(rate)}; it passed ${bounds(cheaper.pass)} of ${cheaper.attempts} attempts`
  if (cheaper.pass.low > rate) return {breakEven, advice: `start at ${cheaper.tier} (${key}: ${cheaper.tier}): ${why}`}
  if (rate >= 1 || cheaper.pass.high < rate) return {breakEven, advice: `start at ${dearer.tier} (${key}: ${dearer.tier}): ${why}`}
  return {breakEven, advice: `no advice yet, the break-even lies within what chance can make: ${why}`}
}
