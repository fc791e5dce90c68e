import {expect, it} from 'vitest'
import {shownCost} from '../../../src/lib/core/cost/shown.js'

it.each<[number | null, number, string]>([
  [0.05, 0, '$0.05'], [0.05, 3, '$0.05+'], [0, 0, '$0.00'], [null, 0, 'unknown'], [null, 2, 'unknown'], [0, 1, 'unknown'],
])('%s dollars and %i calls of unknown cost: %s', (usd, unpriced, shown) => { expect(shownCost(usd, unpriced)).toBe(shown) })
