import {describe, expect, it} from 'vitest'
import {counted, isCounted, nextAttemptNumber, verifiedAttempt, type Attempt} from '../../../src/lib/core/run/attempt.js'
import {lastVainStart, recordEnd, recordStart, startsInVain} from '../../../src/lib/core/run/attempt-log.js'
import {FAILURE_CLASSES, FAILURES} from '../../../src/lib/core/run/failure.js'
import {attempt, attempts, passed, SHA} from './support.js'

const started = (number: number, about: Partial<Attempt> = {}): Attempt => attempt(number, {outcome: 'started', failure: null, endedAt: null, ...about})

describe('counting', () => {
  it.each(FAILURE_CLASSES)('%s counts when it is the fault of the work', (failure) => {
    expect(isCounted(attempt(1, {failure}))).toBe(FAILURES[failure].group === 'work')
  })

  it.each<[string, Attempt[], number]>([
    ['nothing yet', [], 1],
    ['a start that never ended', [started(1)], 1],
    ['a failure of the work', [attempt(1)], 2],
    ['a pass', [passed(1, SHA('a'))], 2],
    ['an outage after a failure', [attempt(1), attempt(2, {failure: 'network'})], 2],
    ['two failures', [attempt(1), attempt(2)], 3],
  ])('after %s the next number is right', (_, list, next) => {
    expect(nextAttemptNumber(attempts(...list))).toBe(next)
    expect(counted(attempts(...list))).toHaveLength(next - 1)
  })

  it('finds the newest verified attempt, whatever came after', () => {
    expect(verifiedAttempt(attempts())).toBeUndefined()
    expect(verifiedAttempt(attempts(attempt(1, {headSha: SHA('a')})))).toBeUndefined()
    expect(verifiedAttempt(attempts(passed(1, SHA('a')), passed(2, SHA('c')), attempt(3)))?.headSha).toBe(SHA('c'))
  })
})

describe('the log of attempts', () => {
  const start = {runId: 'new', executor: 'codex', baseSha: SHA('f'), startedAt: '2026-02-02T00:00:00Z', rung: 1}
  const shape = (list: Attempt[]) => recordStart(attempts(...list), start).attempts.attempts.map((a) => [a.attempt, a.vainStarts, a.outcome])

  it.each<[string, Attempt[], [number, number, string][]]>([
    ['the first', [], [[1, 0, 'started']]],
    ['after a failure of the work', [attempt(1)], [[1, 0, 'failed'], [2, 0, 'started']]],
    ['after a crash', [started(1)], [[1, 1, 'started']]],
    ['after an outage that followed a crash', [attempt(1, {failure: 'network', vainStarts: 1})], [[1, 2, 'started']]],
    ['after a budget that others held, which is no start in vain', [attempt(1, {failure: 'budget', vainStarts: 1})], [[1, 1, 'started']]],
    ['after a failure and a crash', [attempt(1), started(2)], [[1, 0, 'failed'], [2, 1, 'started']]],
  ])('a start %s', (_, list, expected) => {
    expect(shape(list)).toEqual(expected)
  })

  it('keeps what a start in vain has cost already', () => {
    const usage = {inFresh: 1, cacheRead: 2, cacheWrite5m: 3, cacheWrite1h: 4, out: 5}
    const {current} = recordStart(attempts(attempt(1, {failure: 'overloaded', costUsd: 0.5, usage})), start)
    expect(current).toMatchObject({attempt: 1, vainStarts: 1, costUsd: 0.5, usage, runId: 'new', executor: 'codex', baseSha: SHA('f'), rung: 1, headSha: null, endedAt: null})
    expect(recordStart(attempts(attempt(1, {costUsd: 0.5})), start).current).toMatchObject({attempt: 2, costUsd: null})
  })

  it('replaces only the newest at the end, and changes nothing in place', () => {
    const before = attempts(attempt(1), started(2))
    const copy = structuredClone(before)
    const newest = {verifyTail: 'tail', review: '', summary: 's'}
    expect(recordEnd(before, passed(2, SHA('a')), newest)).toEqual({version: 1, attempts: [attempt(1), passed(2, SHA('a'))], newest})
    recordStart(before, start)
    expect(before).toEqual(copy)
  })

  it.each<[string, Attempt[], boolean]>([
    ['nothing', [], false],
    ['two starts in vain', [started(1, {vainStarts: 1})], false],
    ['three starts in vain', [started(1, {vainStarts: 2})], true],
    ['three outages', [attempt(1, {failure: 'network', vainStarts: 2})], true],
    ['two starts in vain and one without money', [attempt(1, {failure: 'budget', vainStarts: 2})], false],
    ['three starts in vain and one without money', [attempt(1, {failure: 'budget', vainStarts: 3})], true],
    ['a counted failure after two in vain', [attempt(1, {vainStarts: 2})], false],
  ])('a person has to look after %s: %#', (_, list, expected) => {
    expect(startsInVain(attempts(...list))).toBe(expected)
  })

  it.each([
    ['network', 1, false], ['network', 2, true], ['baseline_broken', 2, true], ['interrupted', 2, false], ['budget', 2, false], ['verify_failed', 2, false],
  ] as const)('%s after %d starts in vain is the last of them: %s', (failure, vainStarts, expected) => {
    expect(lastVainStart(started(1, {vainStarts}), failure)).toBe(expected)
  })
})
