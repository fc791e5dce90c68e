import {describe, expect, test} from 'vitest'
import {describeAction, type Action} from '../../../src/lib/core/action.js'
import {nextRetry, whyNoMore, type RetryInput} from '../../../src/lib/core/retry/ladder.js'
import {settleLabels} from '../../../src/lib/core/retry/settle.js'
import {NO_ATTEMPTS, type Attempt, type Attempts} from '../../../src/lib/core/run/attempt.js'

type Mark = 'failed' | 'infra' | 'started' | 'passed'
const attempt = (mark: Mark, i: number): Attempt => ({
  attempt: i + 1, vainStarts: 0, outcome: mark === 'infra' ? 'failed' : mark, failure: mark === 'failed' ? 'verify_failed' : mark === 'infra' ? 'network' : null, executor: 'shell', models: [], usage: null, costUsd: null,
  baseSha: null, headSha: null, merged: null, review: null, pr: null, runId: 'r', startedAt: 's', endedAt: null,
})
const made = (marks: readonly Mark[]): Attempts => ({...NO_ATTEMPTS, attempts: marks.map(attempt)})
const say = (actions: readonly Action[]): string => actions.map((a) => describeAction(a).replace('label #7 ', '')).join(' | ').replaceAll('pilot-', '')
const step = (labels: string[], marks: Mark[], more: Partial<RetryInput> = {}) =>
  nextRetry({issue: 7, labels: ['pilot', ...labels.map((l) => `pilot-${l}`)], attempts: made(marks), closed: false, ...more})

const OFF = '-failed | -retry-ready'
describe('the table', () => {
  test.each([
    [['failed', 'retry-ready'], ['failed'], 'dispatch', 1, 2, '+retry-1', OFF],
    [['failed', 'retry-ready', 'retry-1'], ['failed', 'failed'], 'dispatch', 2, 3, '+retry-2 | -retry-1', OFF],
    [['failed', 'retry-ready', 'retry-2'], ['failed', 'failed', 'failed'], 'stop', 3, 4, '+retry-exhausted +needs-human', '-retry-2 | -retry-ready'],
    [['failed', 'retry-ready', 'retry-exhausted', 'needs-human'], ['failed', 'failed', 'failed'], 'stop', 3, 4, '-retry-ready', ''],
    // no record at all: the labels are the only witness
    [['retry-ready'], [], 'dispatch', 1, 1, '+retry-1', '-retry-ready'],
    [['retry-ready', 'retry-1'], [], 'dispatch', 2, 1, '+retry-2 | -retry-1', '-retry-ready'],
    [['retry-ready', 'retry-2'], [], 'stop', 3, 1, '+retry-exhausted +needs-human', '-retry-2 | -retry-ready'],
    // attempts made by hand besides the ladder never buy more of it
    [['failed', 'retry-ready', 'retry-1'], ['failed', 'failed', 'failed', 'failed'], 'dispatch', 2, 5, '+retry-2 | -retry-1', OFF],
    // labels of any spelling, removed as they are spelled
    [['Failed', 'RETRY-READY', 'Retry-1'], ['failed', 'failed'], 'dispatch', 2, 3, '+retry-2 | -Retry-1', '-Failed | -RETRY-READY'],
  ] as [string[], Mark[], string, number, number, string, string][])('%j after %j: %s', (labels, marks, outcome, rung, number, before, after) => {
    const it = step(labels, marks)
    expect([it.outcome, it.step, it.attempt, say(it.before), say(it.afterStart)]).toEqual([outcome, rung, number, before, after])
    expect(it.code).toBe(outcome === 'stop' ? 'RETRIES_EXHAUSTED' : undefined)
    expect(it.parentComment?.body.startsWith(it.parentComment.head)).toBe(labels.includes('retry-2') && outcome === 'stop' ? true : undefined)
    expect(it.resumed).toBe(false)
  })
})

describe('execute beside the ladder', () => {
  test.each([
    [[], [], null], [['failed', 'retry-ready'], ['failed'], null], [['failed', 'retry-ready', 'retry-1'], ['failed', 'failed'], null],
    // the last retry was not made yet, or not in a way that counts
    [['failed', 'retry-ready', 'retry-2'], ['failed', 'failed'], null], [['retry-ready', 'retry-2'], ['failed', 'failed', 'infra'], null],
    [['failed', 'retry-ready', 'retry-2'], ['failed', 'failed', 'failed'], 'both retries failed'], [['failed', 'Retry-2'], ['failed', 'failed', 'failed'], 'both retries failed'],
    [['retry-2'], [], 'both retries failed'],
    [['failed', 'retry-ready'], ['failed', 'failed', 'failed'], 'it failed 3 times'], [['failed', 'retry-ready', 'retry-1'], ['failed', 'failed', 'failed', 'failed'], 'it failed 4 times'],
    // a person took the labels of the ladder off; a person closed what passed
    [['failed'], ['failed', 'failed', 'failed'], null], [['retry-2'], ['failed', 'failed', 'failed', 'passed'], null],
  ] as [string[], Mark[], string | null][])('%j after %j: %s', (labels, marks, why) => {
    expect(whyNoMore(['pilot', ...labels.map((l) => `pilot-${l}`)], made(marks))).toBe(why)
  })
})

describe('attempts that say which rung they were made on', () => {
  // as it was made: the mark, and the rung whose label stood when it began
  test.each([
    ['F0 F0 I1', 'retry-1', 1, true], ['F0 F0 S1', 'retry-1', 1, true], ['F0 F0', 'retry-1', 1, true], ['F0 F0 F0 I1', 'retry-1', 1, true],
    ['F0 F0 F1 I2', 'retry-2', 2, true], ['F0 F0 F1', 'retry-2', 2, true], ['F0 I1', 'retry-1', 1, true], ['I1', 'retry-1', 1, true],
    // made on it by hand, or by hand after it: used
    ['F0 F1 I1', 'retry-1', 2, false], ['F0 F0 F1', 'retry-1', 2, false], ['F0 F0 F1 F1', 'retry-1', 2, false],
    ['F0 F1 F2 I2', 'retry-2', 3, false], ['F0 F0 F1 F2', 'retry-2', 3, false],
    // a person took the labels off and began anew
    ['F0 F1 F2 F0 I1', 'retry-1', 1, true],
    // of an earlier version the first ones, which do not say
    ['F F I1', 'retry-1', 2, false], ['F F0 I1', 'retry-1', 1, true],
  ] as [string, string, number, boolean][])('%s on %s', (made, label, rung, resumed) => {
    const MARKS: Record<string, Mark> = {F: 'failed', I: 'infra', S: 'started'}
    const attempts = made.split(' ').map((word, i) => ({...attempt(MARKS[word[0]!]!, i), ...(word[1] === undefined ? {} : {rung: Number(word[1])})}))
    const it = nextRetry({issue: 7, labels: ['pilot', 'pilot-retry-ready', `pilot-${label}`], attempts: {...NO_ATTEMPTS, attempts}, closed: false})
    expect([it.step, it.resumed, it.outcome]).toEqual([rung, resumed, rung === 3 ? 'stop' : 'dispatch'])
  })
})

describe('a step counts once', () => {
  test.each([
    ['retry-1 added, nothing else', ['failed', 'retry-ready', 'retry-1'], ['failed'], 1, 2, '', OFF],
    ['retry-2 added, retry-1 not yet off', ['failed', 'retry-ready', 'retry-1', 'retry-2'], ['failed', 'failed'], 2, 3, '-retry-1', OFF],
    ['retry-1 off, not started', ['failed', 'retry-ready', 'retry-2'], ['failed', 'failed'], 2, 3, '', OFF],
    ['started, labels not yet off', ['failed', 'retry-ready', 'retry-1'], ['failed', 'started'], 1, 2, '', OFF],
    ['started, retry-ready off', ['failed', 'retry-ready', 'retry-2'], ['failed', 'failed', 'started'], 2, 3, '', OFF],
    ['infrastructure failure', ['retry-ready', 'retry-1'], ['failed', 'infra'], 1, 2, '', '-retry-ready'],
    ['infrastructure failure on the last rung', ['retry-ready', 'retry-2'], ['failed', 'failed', 'infra'], 2, 3, '', '-retry-ready'],
  ] as [string, string[], Mark[], number, number, string, string][])('%s: resumed', (_, labels, marks, rung, number, before, after) => {
    const it = step(labels, marks)
    expect([it.outcome, it.step, it.attempt, say(it.before), say(it.afterStart), it.resumed]).toEqual(['dispatch', rung, number, before, after, true])
  })

  test.each([
    ['both labels added', ['failed', 'retry-ready', 'retry-2', 'retry-exhausted', 'needs-human'], '', '-retry-2 | -retry-ready', true],
    ['with retry-1 left from before', ['failed', 'retry-ready', 'retry-1', 'retry-2', 'retry-exhausted', 'needs-human'], '', '-retry-1 | -retry-2 | -retry-ready', true],
    ['comment written, retry-2 off', ['failed', 'retry-ready', 'retry-exhausted', 'needs-human'], '-retry-ready', '', false],
    ['all done', ['failed', 'retry-exhausted', 'needs-human'], '', '', false],
  ] as [string, string[], string, string, boolean][])('killed at the end of the ladder, %s: finished', (_, labels, before, after, comments) => {
    const it = step(labels, ['failed', 'failed', 'failed'])
    expect([it.outcome, it.code, it.step, say(it.before), say(it.afterStart), it.parentComment !== undefined]).toEqual(['stop', 'RETRIES_EXHAUSTED', 3, before, after, comments])
  })

  test('killed after any write and run again, the ladder ends where an undisturbed run ends', () => {
    const perform = (labels: string[], actions: readonly Action[]): string[] => actions.reduce((now, a) =>
      (a.kind === 'add-labels' ? [...now, ...a.labels] : a.kind === 'remove-label' ? now.filter((l) => l !== a.label) : now), labels)
    for (const [labels, marks] of [[['pilot-failed', 'pilot-retry-ready'], ['failed']], [['pilot-failed', 'pilot-retry-ready', 'pilot-retry-1'], ['failed', 'failed']],
      [['pilot-failed', 'pilot-retry-ready', 'pilot-retry-2'], ['failed', 'failed', 'failed']]] as [string[], Mark[]][]) {
      const run = (from: string[]) => nextRetry({issue: 7, labels: from, attempts: made(marks), closed: false})
      const whole = run(labels)
      const end = perform(perform(labels, whole.before), whole.afterStart).sort()
      const writes = [...whole.before, ...whole.afterStart]
      for (let k = 0; k < writes.length; k++) {
        const half = perform(labels, writes.slice(0, k))
        const again = run(half)
        expect(again.outcome).toBe(whole.outcome)
        expect(perform(perform(half, again.before), again.afterStart).sort()).toEqual(end)
      }
    }
  })
})

test.each([
  ['fresh issue', [], [], {}, 'noop', undefined], ['fresh issue, named', [], [], {named: true}, 'noop', undefined], ['passed, named', [], ['failed', 'passed'], {named: true}, 'noop', undefined],
  ['failed, not ready', ['failed'], ['failed'], {}, 'noop', undefined], ['failed, not ready, named', ['failed'], ['failed'], {named: true}, 'dispatch', undefined],
  ['failure recorded, killed before the label, named', [], ['failed'], {named: true}, 'dispatch', undefined], ['killed in the retry, named', ['retry-1', 'in-progress'], ['failed', 'started'], {named: true}, 'dispatch', undefined],
  ['killed in the retry, not named', ['retry-1', 'in-progress'], ['failed', 'started'], {}, 'noop', undefined],
  ['done', ['done', 'retry-ready'], ['failed'], {named: true}, 'noop', undefined], ['closed', ['retry-ready'], ['failed'], {closed: true}, 'noop', undefined],
  ['exhausted beats a new retry-ready', ['retry-ready', 'retry-exhausted', 'retry-1'], [], {named: true}, 'stop', 'RETRIES_EXHAUSTED'],
  ['a person has to look', ['retry-ready', 'needs-human'], ['failed'], {named: true}, 'stop', 'NEEDS_HUMAN'],
  ['last retry failed, not ready, named', ['failed', 'retry-2'], ['failed', 'failed', 'failed'], {named: true}, 'stop', 'RETRIES_EXHAUSTED'],
] as [string, string[], Mark[], Partial<RetryInput>, string, string | undefined][])('%s', (_, labels, marks, more, outcome, code) => {
  const it = step(labels, marks, more)
  expect([it.outcome, it.code]).toEqual([outcome, code])
  if (outcome === 'noop') expect([...it.before, ...it.afterStart]).toEqual([])
})

test.each([
  [['pilot', 'pilot-retry-ready', 'Pilot-Retry-1', 'pilot-retry-2', 'pilot-retry-exhausted', 'pilot-failed', 'pilot-in-progress', 'bug'], '+done | -retry-ready | -Pilot-Retry-1 | -retry-2 | -retry-exhausted | -failed | -in-progress'],
  [['pilot', 'pilot-done', 'pilot-retry-1'], '-retry-1'], [['pilot', 'pilot-done'], ''],
])('settling %j', (labels, said) => expect(say(settleLabels(7, labels))).toBe(said))
