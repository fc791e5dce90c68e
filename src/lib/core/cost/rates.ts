import {z} from 'zod'
import type {Usage} from '../plan/plan.js'

const usdPerMillion = z.number().min(0)
/** Prices of one model in US dollars a million tokens, for requests with more than `over` input tokens, cached ones included. */
export const bandSchema = z.strictObject({
  over: z.int().min(0), inFresh: usdPerMillion, cacheRead: usdPerMillion, cacheWrite5m: usdPerMillion, cacheWrite1h: usdPerMillion, out: usdPerMillion,
})
export type Band = z.infer<typeof bandSchema>

/** What a model costs at one time; bands ascend and the first begins at 0. `version` names the table that says so. */
export type Rates = {version: string; bands: readonly [Band, ...Band[]]}

const MILLION = 1_000_000
export const inputOf = ({inFresh, cacheRead, cacheWrite5m, cacheWrite1h}: Usage): number => inFresh + cacheRead + cacheWrite5m + cacheWrite1h
export const tokensOf = (usage: Usage): number => inputOf(usage) + usage.out
/** Free by its price, as a model of this machine in a price file of the user's. */
export const isFree = ({bands}: Rates): boolean => bands.every(({over: _, ...prices}) => Object.values(prices).every((price) => price === 0))

/**
 * US dollars of a usage. Long-context prices are per request, output included: a sum over many requests says nothing about any of them, so it is priced
 * at the first band, which is the least that it can have cost.
 */
export function priceOf({bands}: Rates, usage: Usage, scope: 'request' | 'sum'): number {
  const band = scope === 'sum' ? bands[0] : bands.findLast(({over}) => inputOf(usage) > over) ?? bands[0]
  const parts = [usage.inFresh * band.inFresh, usage.cacheRead * band.cacheRead, usage.cacheWrite5m * band.cacheWrite5m, usage.cacheWrite1h * band.cacheWrite1h, usage.out * band.out]
  return parts.reduce((sum, part) => sum + part, 0) / MILLION
}
