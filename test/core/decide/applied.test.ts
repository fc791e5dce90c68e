import {describe, expect, test} from 'vitest'
import {describeAction} from '../../../src/lib/core/action.js'
import {adviceFor, appliedOf, appliedSchema, covers, followBase, NO_ADVICE, withLearnings, type AppliedDecision} from '../../../src/lib/core/decide/applied.js'
import {effectOf, settled} from '../../../src/lib/core/decide/effect.js'
import {wavesInForce} from '../../../src/lib/core/decide/facts.js'
import {fallbackDecision} from '../../../src/lib/core/decide/fallback.js'
import {validateDecision} from '../../../src/lib/core/decide/validate.js'
import {attempt, attempts, SHA} from '../run/support.js'
import {failed, facts, left} from './support.js'

const decided = (raw: Record<string, unknown>, about = facts(), standing: AppliedDecision | null = null) =>
  appliedOf(validateDecision(raw, about).decision, about, 'pilot', '2026-01-01T00:00:00Z', standing)
const different = {strategies: {124: {action: 'retry_different', guidance: 'use vitest', reason: 'r'}}}

describe('fallback', () => {
  test('dependents of failures last, the rest as planned; no issue changes', () => {
    const decision = fallbackDecision(facts({remaining: [left(125, [124]), left(126), left(127, [125]), left(128, [126])]}))
    expect(decision.waves).toEqual([[126], [128], [125], [127]])
    expect(effectOf(appliedOf(decision, facts(), 'fallback', '', null), facts(), [{number: 124, labels: []}, {number: 125, labels: []}])).toEqual([])
  })
  test('a circle is run one by one', () => {
    expect(fallbackDecision(facts({remaining: [left(125, [126]), left(126, [125]), left(127)]})).waves).toEqual([[127], [125], [126]])
  })
  test('nothing remains: no waves', () => expect(fallbackDecision(facts({remaining: []})).waves).toEqual([]))
})

describe('each failure is decided about once', () => {
  const standing = decided({}, facts({failed: [failed(124), failed(129, {attempt: 2})]}))
  test.each([
    ['the same', [failed(129, {attempt: 2}), failed(124)], true], ['one was handed to a person since', [failed(124)], true], ['another attempt of it', [failed(124, {attempt: 2})], false],
    ['another sub-issue', [failed(124), failed(130)], false],
  ])('%s', (_, now, is) => expect(covers(standing, facts({failed: now, remaining: []}))).toBe(is))
  test('no decision covers nothing', () => expect(covers(null, facts())).toBe(false))
})

describe('what a decision said stands until it is used or another one says otherwise', () => {
  const two = facts({failed: [failed(124), failed(129)]})
  const before = decided({
    strategies: {124: {action: 'retry_different', guidance: 'use vitest', reason: 'r'}, 129: {action: 'retry', guidance: '', reason: 'r'}},
    routedContext: [{issue: 125, context: 'register it'}, {issue: 126, context: 'old'}], waves: [[126], [125], [127, 128]],
  }, two)
  const later = (raw: Record<string, unknown>, about: Parameters<typeof facts>[0] = {}) =>
    decided(raw, facts({failed: [failed(124), failed(129, {attempt: 2})], decided: before.waves, ...about}), before)
  const retries = (applied: AppliedDecision) => applied.retries.map(({issue, attempt, guidance}) => [issue, attempt, guidance])
  const context = (applied: AppliedDecision) => applied.context.map(({issue, context: text}) => [issue, text])

  test('one that says nothing, as the fallback does, takes nothing back', () => {
    const now = later({})
    expect([retries(now), context(now), now.waves]).toEqual([[[124, 1, 'use vitest']], [[125, 'register it'], [126, 'old']], [[126], [125], [127, 128]]])
  })
  test('what it says of an issue counts alone', () => {
    const now = later({strategies: {124: {action: 'skip'}}, routedContext: [{issue: 126, context: 'new'}], skip: [{issue: 125, reason: 'gone'}], waves: [[128, 126], [127]]})
    expect([retries(now), context(now), now.waves]).toEqual([[], [[126, 'new']], [[128, 126], [127]]])
    expect(later({waves: [[125], [126, 128], [127]]}).waves).toEqual([[125], [126, 128], [127]])
  })
  test('what was used or is merged is gone', () => {
    const now = later({}, {failed: [failed(124, {attempt: 2})], remaining: [left(127), left(128)]})
    expect([retries(now), context(now), now.waves]).toEqual([[], [], [[127, 128]]])
  })
  test('new waves that cannot stand leave those in force, not those of the plan', () => {
    const about = facts({decided: [[128], [126], [125], [127]]})
    const {decision, rejected} = validateDecision({waves: [[124], [125]]}, about)
    expect([decision.waves, rejected.length]).toEqual([[[128], [126], [125], [127]], 1])
    expect(fallbackDecision(about).waves).toEqual([[126], [125], [127], [128]])
  })
  test.each([
    ['merged since', [[126], [125], [127, 128]], [left(125), left(127, [125])], [[125], [127]]],
    ['one that the decision did not know', [[125]], [left(125), left(126)], [[125, 126]]],
    ['an edge that came later', [[127], [125]], [left(125), left(127, [125])], [[125], [127]]],
    ['none before', [], [left(125), left(127, [125])], [[125], [127]]],
  ])('waves in force: %s', (_, decidedWaves, remaining, waves) => expect(wavesInForce(remaining, decidedWaves)).toEqual(waves))
})

describe('advice is bound to issue, attempt and base, and expires', () => {
  const applied = decided({...different, routedContext: [{issue: 125, context: 'register it'}]})
  const one = attempts(attempt(1))
  test.each([
    ['the next attempt of the failed one', 124, one, {guidance: 'use vitest', rise: false}],
    ['a start in vain in between changes nothing', 124, attempts(attempt(1), attempt(2, {failure: 'network'})), {guidance: 'use vitest', rise: false}],
    ['one attempt later', 124, attempts(attempt(1), attempt(2)), NO_ADVICE],
    ['its attempt started from an older base than was decided on', 124, attempts(attempt(1, {baseSha: SHA('c')})), {guidance: 'use vitest', rise: false}],
    ['its record is lost', 124, attempts(), NO_ADVICE],
    ['context before the first attempt', 125, attempts(), {guidance: 'register it', rise: false}],
    ['context after it', 125, one, NO_ADVICE],
    ['guidance for others', 126, attempts(), NO_ADVICE],
  ] as const)('%s', (_, issue, record, advice) => expect(adviceFor(applied, issue, record, SHA('b'))).toEqual(advice))
  test('the base moved on: what was said of a failure has expired, what waited for it to move has not', () => {
    expect([adviceFor(applied, 124, one, SHA('c')), adviceFor(applied, 125, attempts(), SHA('c')).guidance]).toEqual([NO_ADVICE, 'register it'])
  })
  test('landing the epic\'s own work takes it along', () => {
    expect(adviceFor(followBase(applied, SHA('b'), SHA('c')), 124, one, SHA('c')).guidance).toBe('use vitest')
    expect(followBase(applied, SHA('d'), SHA('c'))).toEqual(applied)
  })
  test('escalate asks for a rise', () =>
    expect(adviceFor(decided({strategies: {124: {action: 'escalate', guidance: 'deep', reason: ''}}}), 124, one, SHA('b'))).toEqual({guidance: 'deep', rise: true}))
  test('no decision, no advice', () => expect(adviceFor(null, 124, one, SHA('b'))).toEqual(NO_ADVICE))
  test.each([['with what it has to put on', applied], ['carried out', settled(applied)]])('parses back: %s', (_, one) => expect(appliedSchema.parse(JSON.parse(JSON.stringify(one)))).toEqual(one))
})

describe('effect', () => {
  const effect = (applied: AppliedDecision, labels: Record<number, string[]>, now = facts()) =>
    effectOf(applied, now, Object.entries(labels).map(([n, names]) => ({number: Number(n), labels: names}))).map(describeAction)
  const lines = (raw: Record<string, unknown>, labels: Record<number, string[]>) => effect(decided(raw), labels)
  test.each([
    ['a retry is made ready', different, {124: ['pilot-failed']}, ['label #124 +pilot-retry-ready']],
    ['ready already', different, {124: ['pilot-failed', 'Pilot-Retry-Ready']}, []],
    ['a skip is handed to a person', {strategies: {124: {action: 'skip'}}, skip: [{issue: 125, reason: 'r'}]}, {124: [], 125: []}, ['label #124 +pilot-needs-human', 'label #125 +pilot-needs-human']],
    ['handed over already', {skip: [{issue: 125, reason: 'r'}]}, {125: ['pilot-needs-human']}, []],
    ['an issue that is gone', {skip: [{issue: 125, reason: 'r'}]}, {}, []],
    ['decompose moves no label', {strategies: {124: {action: 'decompose'}}}, {124: ['pilot-failed']}, []],
  ])('%s', (_, raw, labels, expected) => expect(lines(raw, labels)).toEqual(expected))

  const BOTH = {strategies: {124: {action: 'retry'}, 129: {action: 'skip'}}, skip: [{issue: 125, reason: 'r'}]}
  const two = facts({failed: [failed(124), failed(129)]})
  const both = decided(BOTH, two)
  const bare = {124: ['pilot-failed'], 125: [], 129: ['pilot-failed']}
  const [READY, GIVEN, SKIPPED] = ['label #124 +pilot-retry-ready', 'label #129 +pilot-needs-human', 'label #125 +pilot-needs-human']
  test.each([
    ['nothing happened since', two, [READY, GIVEN, SKIPPED]],
    ['one is in the hands of a person already, as after half of it was made', facts({failed: [failed(124)]}), [READY, SKIPPED]],
    ['what failed was tried since and failed again', facts({failed: [failed(124, {attempt: 2}), failed(129, {attempt: 2})]}), [SKIPPED]],
    ['what failed passed since, or was closed', facts({failed: []}), [SKIPPED]],
    ['what was left was started since', facts({failed: [failed(124), failed(125)], remaining: [left(126)]}), [READY]],
  ])('of a decision that was not carried out, what still stands is made: %s', (_, now, expected) => expect(effect(both, bare, now)).toEqual(expected))
  test('what was carried out is not made again, whatever people took off since', () => expect(effect(settled(both), bare, two)).toEqual([]))
  test('a decision of an earlier version counts as carried out', () => {
    const {pending: _, ...old} = both
    expect(effect(appliedSchema.parse(old), bare, two)).toEqual([])
  })
  test('the next decision makes what the one before left, not what it made, and says otherwise where it does', () => {
    const now = facts({failed: [failed(124), failed(129), failed(130)]})
    expect([effect(decided({}, now, both), bare, now), effect(decided({}, now, settled(both)), bare, now), decided({}, now, settled(both)).retries.map(({issue}) => issue)])
      .toEqual([[READY, GIVEN, SKIPPED], [], [124]])
    expect(effect(decided({strategies: {124: {action: 'skip'}}, routedContext: [{issue: 125, context: 'go on'}]}, now, both), bare, now)).toEqual(['label #124 +pilot-needs-human', GIVEN])
  })
})

test('learnings add up, the newest are kept', () => {
  const {decision} = validateDecision({learnings: ['c', 'a']}, facts())
  expect(withLearnings(['a', 'b'], decision)).toEqual(['a', 'b', 'c'])
  expect(withLearnings(Array.from({length: 20}, (_, i) => `${i}`), decision)).toHaveLength(20)
  expect(withLearnings(Array.from({length: 20}, (_, i) => `${i}`), decision).at(-1)).toBe('a')
})
