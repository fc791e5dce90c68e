import {describe, expect, it} from 'vitest'
import {attemptSums} from '../../../src/lib/core/cost/join.js'
import {attemptsSchema, NO_ATTEMPTS} from '../../../src/lib/core/run/attempt.js'
import {recordEnd, recordStart} from '../../../src/lib/core/run/attempt-log.js'

const start = (runId: string) => ({runId, executor: 'claude', baseSha: 'a'.repeat(40), startedAt: '2026-01-01T00:00:00.000Z'})

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
  it('carries nothing where nothing is known to be spent', () => {
    const first = recordStart(NO_ATTEMPTS, start('one'))
    expect(recordStart(first.attempts, start('two')).current.carried).toBeUndefined()
  })
})
