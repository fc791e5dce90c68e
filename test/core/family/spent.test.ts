import {expect, it} from 'vitest'
import {spentOn} from '../../../src/lib/core/family/spent.js'
import {attempt, attempts} from '../run/support.js'

const NOTHING = {attempts: attempts(), below: null}

it('what sub-issues cost is all of their attempts, and of epics among them what is below', () => {
  expect(spentOn([])).toEqual({costUsd: null, unpricedAttempts: 0})
  expect(spentOn([NOTHING])).toEqual({costUsd: null, unpricedAttempts: 0})
  const twice = {attempts: attempts(attempt(1, {costUsd: 0.5}), attempt(2, {costUsd: 0.25, unpriced: 2})), below: null}
  expect(spentOn([twice, NOTHING])).toEqual({costUsd: 0.75, unpricedAttempts: 1})
  // one that failed, and then became an epic whose parts cost more
  const split = {attempts: attempts(attempt(1, {costUsd: 1})), below: {costUsd: 2, unpricedAttempts: 3}}
  expect(spentOn([twice, split])).toEqual({costUsd: 3.75, unpricedAttempts: 4})
  expect(spentOn([{...NOTHING, below: {costUsd: null, unpricedAttempts: 1}}])).toEqual({costUsd: null, unpricedAttempts: 1})
})
