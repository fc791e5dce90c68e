/** What is known of a cost in US dollars, with a `+` where calls of unknown cost come on top. Where nothing is known it is a word, never $0. */
export const shownCost = (usd: number | null, unpriced: number): string =>
  usd === null || (usd === 0 && unpriced > 0) ? 'unknown' : `$${usd.toFixed(2)}${unpriced > 0 ? '+' : ''}`
