import {calcPrice} from '@pydantic/genai-prices'
import type {Prices} from '../ports.js'

/** The provider of a model family; asking for one at a time keeps a name of one vendor from matching another's row. */
const PROVIDERS: readonly (readonly [RegExp, string])[] = [[/^claude-/, 'anthropic'], [/^(?:gpt-|o\d|codex-)/, 'openai'], [/^gemini-/, 'google']]

/**
 * List prices by exact model id: the table matches prefixes, so a newer model could silently get an older one's price;
 * an answer for another id counts as unknown.
 */
export const openPrices = (): Prices => ({
  knows(model) {
    const providerId = PROVIDERS.find(([pattern]) => pattern.test(model))?.[1]
    if (providerId === undefined) return false
    return calcPrice({input_tokens: 1, output_tokens: 1}, model, {providerId})?.model.id === model
  },
})
