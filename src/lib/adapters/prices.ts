import {calcPrice} from '@pydantic/genai-prices'
import {overlayRates, OVERLAY, OVERLAY_VERSION, SAME, type OverlayEntry} from '../core/cost/overlay.js'
import type {Band, Rates} from '../core/cost/rates.js'
import type {Prices} from '../ports.js'

/** Of the installed package; a test holds it against the package's own. */
export const TABLE_VERSION = 'genai-prices 0.1.8'
/** The provider of a model family; asking for one at a time keeps a name of one vendor from matching another's row. */
const PROVIDERS: readonly (readonly [RegExp, string])[] = [[/^claude-/, 'anthropic'], [/^(?:gpt-|o\d|codex-)/, 'openai'], [/^gemini-/, 'google']]

type Answer = NonNullable<ReturnType<typeof calcPrice>>
export type PricesOptions = {now?: () => Date; /** entries of the user's own, which count before all others */ own?: readonly OverlayEntry[]}

/**
 * List prices by exact model id. The table matches prefixes, so a newer model could silently get an older one's price; an answer counts only where its
 * row has this very id.
 */
export function openPrices({now = () => new Date(), own = []}: PricesOptions = {}): Prices {
  const rates = (model: string): Rates | null =>
    overlayRates(own, model, now(), 'prices.json') ?? overlayRates(OVERLAY, model, now(), OVERLAY_VERSION) ?? tableRates(SAME[model] ?? model, now())
  return {rates, knows: (model) => rates(model) !== null}
}

function tableRates(model: string, at: Date): Rates | null {
  const providerId = PROVIDERS.find(([pattern]) => pattern.test(model))?.[1]
  if (providerId === undefined) return null
  const answer = calcPrice({input_tokens: 1, output_tokens: 1}, model, {providerId, timestamp: at})
  if (answer?.model.id !== model) return null
  const [first, ...rest] = bandsOf(answer.model_price)
  return first === undefined ? null : {version: TABLE_VERSION, bands: [first, ...rest]}
}

/** The table's rows have a base price and steps, for each kind of token apart; a kind without a price of its own costs what the wider kind does. */
function bandsOf(price: Answer['model_price']): Band[] {
  const {input_mtok: input, output_mtok: output} = price
  if (input === undefined || output === undefined) return []
  const starts = [...new Set(Object.values(price).flatMap((value) => (typeof value === 'object' ? value.tiers.map(({start}) => start) : [])))].sort((a, b) => a - b)
  return [0, ...starts].map((over): Band => {
    const at = (value: (typeof price)[string], wider: number): number =>
      value === undefined ? wider : typeof value === 'number' ? value : value.tiers.findLast(({start}) => start <= over && over > 0)?.price ?? value.base
    const inFresh = at(input, 0)
    const cacheWrite5m = at(price['cache_write_mtok'], inFresh)
    return {over, inFresh, cacheRead: at(price['cache_read_mtok'], inFresh), cacheWrite5m, cacheWrite1h: at(price['cache_write_1h_mtok'], cacheWrite5m), out: at(output, 0)}
  })
}
