import {describe, expect, test} from 'vitest'
import {earlierOf, isRepeated} from '../../../src/lib/core/run/earlier.js'
import {implementPrompt} from '../../../src/lib/core/run/prompts.js'
import {issue} from '../../support/issues.js'
import {attempt, attempts, passed, SHA} from './support.js'

const NOTHING = {guidance: '', advice: ''}
const newest = {verifyTail: 'TAIL', review: 'REVIEW', summary: 'SUMMARY'}

describe('what an attempt is told of those before it', () => {
  test.each([['no attempt', attempts()], ['only outages', attempts(attempt(1, {failure: 'network'}))], ['it passed', attempts(passed(1, SHA('c')))]])(
    '%s: nothing', (_, record) => expect(earlierOf(record, null, NOTHING)).toBeNull())
  test('guidance without a failure', () =>
    expect(earlierOf(attempts(), null, {guidance: 'g', advice: 'a'})).toEqual({failure: null, tried: [], repeated: false, guidance: 'g', advice: 'a'}))
  test.each([
    ['verify_failed', null, 'TAIL'], ['verify_failed', 'WHOLE', 'WHOLE'], ['review_rejected', 'WHOLE', 'REVIEW'], ['agent_error', null, 'SUMMARY'], ['timeout', 'WHOLE', ''], ['killed', null, ''], ['no_changes', null, ''],
  ] as const)('%s: its own output', (failure, output, shown) =>
    expect(earlierOf({...attempts(attempt(1, {failure})), newest}, output, NOTHING)?.failure).toEqual({attempt: 1, failure, output: shown}))
  test('a long output is an excerpt round its failures', () => {
    const output = [...Array.from({length: 500}, (_, i) => `  ✓ passes ${i}`), 'FAIL sum.test.ts', 'expected 2'].join('\n')
    const said = earlierOf(attempts(attempt(1)), output, NOTHING)!.failure!.output
    expect([said.includes('FAIL sum.test.ts'), said.includes('… 496 lines left out …'), said.includes('passes 3\n')]).toEqual([true, true, false])
  })
  test('all that was tried, with commits', () => {
    const told = earlierOf(attempts(attempt(1, {models: ['m'], headSha: SHA('d')}), attempt(2, {failure: 'network'}), attempt(2, {failure: 'timeout'})), null, NOTHING)!
    expect(told.tried).toEqual([{attempt: 1, failure: 'verify_failed', models: ['m'], headSha: SHA('d')}, {attempt: 2, failure: 'timeout', models: [], headSha: null}])
    const prompt = implementPrompt(issue(7), 'nonce-1234', [], told)
    expect(prompt).toContain(`- attempt 1: verify_failed, by m, left commit ${SHA('d')}\n- attempt 2: timeout\n`)
  })
})

describe('the same failure twice', () => {
  const look = (fingerprint: string | null | undefined, failure: 'verify_failed' | 'timeout' = 'verify_failed') => attempt(1, {failure, ...(fingerprint === undefined ? {} : {fingerprint})})
  test.each([
    ['once', attempts(look('a')), false], ['twice', attempts(look('a'), look('a')), true], ['an outage between', attempts(look('a'), attempt(2, {failure: 'network'}), look('a')), true],
    ['another failure', attempts(look('a'), look('b')), false], ['the same, but not last', attempts(look('a'), look('a'), look('b')), false], ['another class', attempts(look('a'), look('a', 'timeout')), false],
    ['unknown', attempts(look(null), look(null)), false], ['of an earlier version', attempts(look(undefined), look(undefined)), false], ['passed since', attempts(look('a'), look('a'), passed(3, SHA('c'))), false],
  ] as const)('%s: %s', (_, record, repeated) => expect(isRepeated(record)).toBe(repeated))
  test('asks for another approach', () => {
    const prompt = (record: ReturnType<typeof attempts>) => implementPrompt(issue(7), 'nonce-1234', [], earlierOf(record, null, NOTHING))
    expect(prompt(attempts(look('a'), look('a')))).toContain('take another approach')
    expect(prompt(attempts(look('a'), look('b')))).not.toContain('another approach')
  })
})
