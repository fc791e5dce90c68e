import {expect, test} from 'vitest'
import {backOff} from '../../../src/lib/core/run/back-off.js'

test('the pauses of SPEC §14, the last of them for ever', () => {
  expect(Array.from({length: 7}, (_, looks) => backOff(looks))).toEqual([1200, 2000, 5000, 15_000, 30_000, 30_000, 30_000])
})
