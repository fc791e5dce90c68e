import {describe, expect, it} from 'vitest'
import type {Usage} from '../../../src/lib/core/plan/plan.js'
import {ownUsage} from '../../../src/lib/core/route/own-usage.js'

const usage = (inFresh: number, cacheRead: number, cacheWrite5m: number, out: number, cacheWrite1h = 0): Usage => ({inFresh, cacheRead, cacheWrite5m, cacheWrite1h, out})

describe('what one process of a session used', () => {
  it.each<[string, Usage, Usage | null, Usage | null, Usage, boolean]>([
    ['a new session', usage(100, 30, 20, 10), null, null, usage(100, 30, 20, 10), false],
    ['the sum of the session', usage(300, 90, 60, 30), usage(200, 60, 40, 20), null, usage(100, 30, 20, 10), true],
    ['the sum, with the least that the process used', usage(300, 90, 60, 30), usage(200, 60, 40, 20), usage(100, 30, 20, 10), usage(100, 30, 20, 10), true],
    ['the sum, with helpers beside the main loop', usage(350, 90, 60, 35), usage(200, 60, 40, 20), usage(100, 30, 20, 10), usage(150, 30, 20, 15), true],
    ['a process that used more than the one before', usage(300, 90, 60, 30), usage(200, 60, 40, 20), usage(300, 90, 60, 30), usage(300, 90, 60, 30), false],
    ['less than was booked in one field', usage(300, 10, 60, 30), usage(200, 60, 40, 20), null, usage(300, 10, 60, 30), false],
    ['nothing', usage(0, 0, 0, 0), usage(200, 60, 40, 20), usage(0, 0, 0, 0), usage(0, 0, 0, 0), false],
    ['a sum to which nothing was added', usage(200, 60, 40, 20), usage(200, 60, 40, 20), usage(0, 0, 0, 0), usage(0, 0, 0, 0), true],
    ['a count that is none', usage(Number.NaN, 90, 60, 30), usage(200, 60, 40, 20), null, usage(Number.NaN, 90, 60, 30), false],
    ['writes that last an hour', usage(3, 3, 3, 3, 3), usage(1, 1, 1, 1, 1), null, usage(2, 2, 2, 2, 2), true],
  ])('%s', (_, told, before, atLeast, own, isSum) => expect(ownUsage(told, before, atLeast)).toEqual({usage: own, isSum}))
})
