import {TIERS, type Tier} from '../config/words.js'
import {escalate} from '../route/escalation.js'
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

export type TierRecord = {tier: Tier; attempts: number; /** those with a price */ priced: number; pass: Rate; /** mean US dollars of a priced attempt */ usd: number | null}
export type Start = {
  tier: Tier
  /** US dollars of the whole ladder */
  expectedUsd: number
  /** the share of issues that it brings to a pull request */
  passes: number
  /** the first divided by the second */
  usdPerPass: number
}
export type ClassEconomics = {
  complexity: string; tiers: TierRecord[]; starts: Start[]
  /** of the two cheapest ways to start; the pass rate above which the cheaper tier goes first */
  breakEven: {cheaper: Tier; dearer: Tier; rate: number} | null
  advice: string
}
type Priced = TierRecord & {usd: number}

function recordOf(tier: Tier, samples: readonly Sample[]): TierRecord {
  const priced = samples.flatMap(({usd}) => usd ?? [])
  return {
    tier, attempts: samples.length, priced: priced.length, pass: wilson(samples.filter(({passed}) => passed).length, samples.length),
    usd: priced.length === 0 ? null : priced.reduce((sum, usd) => sum + usd, 0) / priced.length,
  }
}

/**
 * Each try is made at the tier to which the failures before it raise the work (`escalate`): one tier up after the first, the top after the second, as far as
 * the tier may rise. Where that tier has too few figures, the next dearer one that has enough stands in for it, and where none is dearer (the top itself has
 * too few), the dearest that has. `rate`: the pass rate of the first tier, where it is to be another than what was seen. `usdPerPass` is Infinity where
 * nothing passes.
 */
function ladderFrom(tiers: readonly Priced[], start: number, rises: number, rate = tiers[start]!.pass.rate): Start {
  const {tier} = tiers[start]!
  let [expectedUsd, stillOpen] = [0, 1]
  for (let failures = 0; failures < TRIES; failures++) {
    const wanted = escalate('implement', tier, null, {attempt: failures + 1, gateFailures: failures, reviewFailures: 0}, rises)?.to ?? tier
    const found = tiers.findIndex((one) => TIERS.indexOf(one.tier) >= TIERS.indexOf(wanted))
    const at = found === -1 ? tiers.length - 1 : found
    expectedUsd += stillOpen * tiers[at]!.usd
    stillOpen *= 1 - (at === start ? rate : tiers[at]!.pass.rate)
  }
  const passes = 1 - stillOpen
  return {tier, expectedUsd, passes, usdPerPass: passes === 0 ? Infinity : expectedUsd / passes}
}

/** The pass rate at which starting there costs as much for each issue that passes as `usdPerPass`; by bisection, since the cost falls with the rate. */
function breakEvenRate(tiers: readonly Priced[], start: number, rises: number, usdPerPass: number): number {
  let [low, high] = [0, 1]
  if (ladderFrom(tiers, start, rises, high).usdPerPass >= usdPerPass) return 1
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2
    if (ladderFrom(tiers, start, rises, middle).usdPerPass > usdPerPass) low = middle
    else high = middle
  }
  return high
}

/**
 * What it costs, by what was seen, to start a class of issues at each tier, and where to start so that an issue that passes costs least. `rises`: how often
 * the tier may rise after a failure (routing.max_escalations_per_issue). Nothing is changed by it.
 */
export function economicsOf(samples: readonly Sample[], rises: number): ClassEconomics[] {
  return [...new Set(samples.map(({complexity}) => complexity))].sort().map((complexity) => {
    const own = samples.filter((sample) => sample.complexity === complexity)
    const tiers = TIERS.filter((tier) => own.some((sample) => sample.tier === tier)).map((tier) => recordOf(tier, own.filter((sample) => sample.tier === tier)))
    const enough = tiers.filter((tier): tier is Priced => tier.priced >= LEAST_ATTEMPTS)
    const starts = enough.map((_, i) => ladderFrom(enough, i, rises))
    return {complexity, tiers, starts: starts.filter(({usdPerPass}) => Number.isFinite(usdPerPass)), ...compared({complexity, tiers, enough, starts, rises})}
  })
}

const percent = (share: number): string => `${Math.round(share * 100)} %`
const dollars = (amount: number): string => `$${amount.toFixed(2)}`
const bounds = ({rate, low, high}: Rate): string => `${percent(rate)} (${percent(low)} to ${percent(high)})`

type Figures = {complexity: string; tiers: readonly TierRecord[]; enough: readonly Priced[]; starts: readonly Start[]; rises: number}

/** The cheapest way to start against the second cheapest: is the difference more than chance can make? */
function compared({complexity, tiers, enough, starts, rises}: Figures): Pick<ClassEconomics, 'breakEven' | 'advice'> {
  const [best, rival] = starts.map((_, i) => i).sort((a, b) => starts[a]!.usdPerPass - starts[b]!.usdPerPass || b - a)
  if (best === undefined || rival === undefined) {
    const have = tiers.map(({tier, priced}) => `${priced} at ${tier}`).join(', ')
    return {breakEven: null, advice: `not enough data: ${have}; two tiers with ${LEAST_ATTEMPTS} priced attempts each are needed`}
  }
  if (!Number.isFinite(starts[best]!.usdPerPass)) return {breakEven: null, advice: 'no advice: nothing has passed at any tier'}
  const [low, high] = best < rival ? [best, rival] : [rival, best]
  const [cheaper, dearer] = [enough[low]!, enough[high]!]
  const rate = breakEvenRate(enough, low, rises, starts[high]!.usdPerPass)
  const breakEven = {cheaper: cheaper.tier, dearer: dearer.tier, rate}
  const each = (start: Start): string => (Number.isFinite(start.usdPerPass) ? dollars(start.usdPerPass) : 'no end')
  const why = `an issue that passes costs ${each(starts[low]!)} starting at ${cheaper.tier} and ${each(starts[high]!)} at ${dearer.tier}; ${cheaper.tier} first pays above a pass rate of `
    + `${percent(rate)}, and it passed ${bounds(cheaper.pass)} of ${cheaper.attempts} attempts`
  const start = (tier: Tier): string => `start at ${tier} (routing.complexity.${complexity === 'epic' ? 'complex' : complexity}: ${tier}): ${why}`
  if (cheaper.pass.low > rate) return {breakEven, advice: start(cheaper.tier)}
  if (rate >= 1 || cheaper.pass.high < rate) return {breakEven, advice: start(dearer.tier)}
  return {breakEven, advice: `no advice yet, the break-even lies within what chance can make: ${why}`}
}
