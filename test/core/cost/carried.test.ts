import {describe, expect, it} from 'vitest'
import {attemptSums} from '../../../src/lib/core/cost/join.js'
import {attemptsSchema, NO_ATTEMPTS, unpricedIn} from '../../../src/lib/core/run/attempt.js'
import {recordEnd, recordStart, withSpent} from '../../../src/lib/core/run/attempt-log.js'

const start = (runId: string) => ({runId, executor: 'claude', baseSha: 'a'.repeat(40), startedAt: '2026-01-01T00:00:00.000Z', rung: 0})

describe('an attempt that is started again after a start in vain', () => {
  it('keeps what each run spent on it under that run’s id', () => {
    const first = recordStart(NO_ATTEMPTS, start('one'))
    const broken = recordEnd(first.attempts, {...first.current, outcome: 'failed', failure: 'network', costUsd: 0.5}, NO_ATTEMPTS.newest)
    const second = recordStart(broken, start('two'))
    const again = recordEnd(second.attempts, {...second.current, outcome: 'failed', failure: 'interrupted', costUsd: 1.25}, NO_ATTEMPTS.newest)
    const third = recordStart(again, start('three'))
    const ended = recordEnd(third.attempts, {...third.current, outcome: 'passed', costUsd: 2}, NO_ATTEMPTS.newest)
    expect(attemptsSchema.parse(ended).attempts).toHaveLength(1)
    expect(attemptSums(7, null, ended).map(({runId, usd}) => [runId, usd])).toEqual([['one', 0.5], ['two', 0.75], ['three', 0.75]])
  })
  it('carries what is unknown as unknown, never as nothing', () => {
    const first = recordStart(NO_ATTEMPTS, start('one'))
    const killed = recordStart(first.attempts, start('two'))
    expect(killed.current).toMatchObject({costUsd: null, carried: [{runId: 'one', costUsd: null}]})
    const told = recordEnd(killed.attempts, {...killed.current, outcome: 'failed', failure: 'network', costUsd: 0.5}, NO_ATTEMPTS.newest)
    const third = recordStart(told, start('three'))
    // killed as well: what it spent on top of the half dollar is unknown
    const fourth = recordStart(third.attempts, start('four'))
    const carried = [{runId: 'one', costUsd: null}, {runId: 'two', costUsd: 0.5}, {runId: 'three', costUsd: null}]
    expect(fourth.current).toMatchObject({costUsd: 0.5, carried})
    expect(attemptsSchema.parse(fourth.attempts)).toEqual(fourth.attempts)
    const passed = recordEnd(fourth.attempts, {...fourth.current, outcome: 'passed', costUsd: 1.5}, NO_ATTEMPTS.newest)
    expect(attemptSums(7, null, passed).map(({runId, usd, unpriced}) => [runId, usd, unpriced])).toEqual([['one', 0, 1], ['two', 0.5, 0], ['three', 0, 1], ['four', 1, 0]])
  })
  it('knows nothing of a killed start that came after one which was free, nor of one that added nothing to what is known', () => {
    const free = recordEnd(recordStart(NO_ATTEMPTS, start('one')).attempts, {...recordStart(NO_ATTEMPTS, start('one')).current, outcome: 'failed', failure: 'network', costUsd: 0}, NO_ATTEMPTS.newest)
    const killed = recordStart(free, start('two'))
    expect(recordStart(killed.attempts, start('three')).current).toMatchObject({costUsd: 0, carried: [{runId: 'two', costUsd: null}]})
    const dear = recordStart(recordEnd(killed.attempts, {...killed.current, outcome: 'failed', failure: 'network', costUsd: 0.5}, NO_ATTEMPTS.newest), start('three'))
    const silent = recordEnd(dear.attempts, {...dear.current, outcome: 'failed', failure: 'interrupted'}, NO_ATTEMPTS.newest)
    expect(recordStart(silent, start('four')).current).toMatchObject({costUsd: 0.5, carried: [{runId: 'two', costUsd: 0.5}, {runId: 'three', costUsd: null}]})
  })
  it('keeps how many calls had no known cost, under the run that made them, and a cost of which nothing is known is unknown', () => {
    const first = recordStart(NO_ATTEMPTS, start('one'))
    const broken = recordEnd(first.attempts, {...first.current, outcome: 'failed', failure: 'network', costUsd: 0.5, unpriced: 2}, NO_ATTEMPTS.newest)
    const second = recordStart(broken, start('two'))
    expect(second.current).toMatchObject({costUsd: 0.5, unpriced: 2, carried: [{runId: 'one', costUsd: 0.5, unpriced: 2}]})
    const ended = recordEnd(second.attempts, {...second.current, outcome: 'passed', ...withSpent(second.current, {usage: null, costUsd: 0.25, unpriced: 1})}, NO_ATTEMPTS.newest)
    expect(attemptsSchema.parse(ended)).toEqual(ended)
    expect(attemptSums(7, null, ended).map(({runId, usd, unpriced}) => [runId, usd, unpriced])).toEqual([['one', 0.5, 2], ['two', 0.25, 1]])
    expect(unpricedIn(ended.attempts[0]!)).toBe(3)
    const silent = recordEnd(second.attempts, {...second.current, outcome: 'passed', ...withSpent(second.current, {usage: null, costUsd: null, unpriced: 4})}, NO_ATTEMPTS.newest)
    expect(attemptSums(7, null, silent).map(({runId, usd, unpriced}) => [runId, usd, unpriced])).toEqual([['one', 0.5, 2], ['two', 0, 4]])
    const free = {...first.current, outcome: 'passed' as const, ...withSpent(first.current, {usage: null, costUsd: 0, unpriced: 0})}
    expect([unpricedIn(free), 'unpriced' in free, unpricedIn({...free, unpriced: 1}), unpricedIn(first.current)]).toEqual([0, false, 1, 1])
  })
  it('carries nothing of a start that ended before its first call', () => {
    const first = recordStart(NO_ATTEMPTS, start('one'))
    const red = recordEnd(first.attempts, {...first.current, outcome: 'failed', failure: 'baseline_broken'}, NO_ATTEMPTS.newest)
    expect(recordStart(red, start('two')).current.carried).toBeUndefined()
    expect(attemptSums(7, null, red)).toMatchObject([{usd: 0, unpriced: 0}])
  })
})
