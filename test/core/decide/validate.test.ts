import {describe, expect, test} from 'vitest'
import {CAPS, MAX_LEARNINGS, decisionSchema} from '../../../src/lib/core/decide/decision.js'
import {decisionIn} from '../../../src/lib/core/decide/parse.js'
import {validateDecision} from '../../../src/lib/core/decide/validate.js'
import {lcg, nasties} from '../../support/nasty.js'
import {failed, facts, left} from './support.js'

const check = (raw: Record<string, unknown>, about = facts()) => validateDecision(raw, about)
const PLANNED = [[125, 126], [127, 128]]
/** 128 depends on the failed one, which is no remaining one: it comes as early as it may. */
const AS_PLANNED = [[125, 126, 128], [127]]

describe('a good answer is taken whole', () => {
  const raw = {
    analysis: {'124': 'wrong runner'}, strategies: {'GH-124': {action: 'retry_different', guidance: 'use vitest', reason: 'jest is not there'}},
    routedContext: [{issue: '#126', context: 'register in index.ts'}], skip: [{issue: 128, reason: 'its base is gone'}], waves: [[125], [126, 127]], learnings: ['tests run with vitest'],
  }
  test('every field, issues in any spelling', () => {
    const {decision, rejected} = check(raw)
    expect(rejected).toEqual([])
    expect(decision).toEqual({
      ...raw, strategies: {124: raw.strategies['GH-124']}, routedContext: [{issue: 126, context: 'register in index.ts'}],
    })
  })
  test('and parses by its own schema', () => expect(decisionSchema.parse(check(raw).decision)).toEqual(check(raw).decision))
})

describe('one bad field never costs the rest', () => {
  const good = {learnings: ['kept']}
  test.each([
    ['strategies null', {strategies: null}, 'strategies', 'not an object of issues'],
    ['strategies a list', {strategies: []}, 'strategies', 'not an object of issues'],
    ['unknown issue', {strategies: {999: {action: 'retry'}}}, 'strategies', 'not a sub-issue that failed'],
    ['a passed or remaining issue', {strategies: {125: {action: 'retry'}}}, 'strategies', 'not a sub-issue that failed'],
    ['unknown action', {strategies: {124: {action: 'panic'}}}, 'strategies', 'unknown action'],
    ['no guidance', {strategies: {124: {action: 'retry_different', guidance: ' '}}}, 'strategies', 'no guidance: nothing would be different'],
    ['a strategy that is text', {strategies: {124: 'retry'}}, 'strategies', 'not an object'],
    ['context null', {routedContext: null}, 'routedContext', 'not a list'],
    ['context for the failed one', {routedContext: [{issue: 124, context: 'x'}]}, 'routedContext', 'not a remaining sub-issue'],
    ['context without text', {routedContext: [{issue: 125}]}, 'routedContext', 'no context'],
    ['context twice', {routedContext: [{issue: 125, context: 'x'}, {issue: 125, context: 'y'}]}, 'routedContext', 'named twice'],
    ['skip of what is no issue', {skip: ['all', 7]}, 'skip', 'not a remaining sub-issue'],
    ['skip without a reason', {skip: [{issue: 125}]}, 'skip', 'no reason'],
    ['analysis of a stranger', {analysis: {1: 'x'}}, 'analysis', 'not a sub-issue that failed'],
    ['analysis without text', {analysis: {124: 3}}, 'analysis', 'no text'],
    ['a learning that is no text', {learnings: ['kept', 5]}, 'learnings', 'no text'],
  ])('%s', (_, bad, field, reason) => {
    const {decision, rejected} = check({...good, ...bad})
    expect(rejected.map((r) => [r.field, r.reason])).toContainEqual([field, reason])
    expect(decision.learnings).toEqual(['kept'])
    expect(decision.waves).toEqual(AS_PLANNED)
    expect(decision.strategies).toEqual({})
  })
  test('context for something that is skipped goes', () => {
    const {decision, rejected} = check({skip: [{issue: 125, reason: 'r'}], routedContext: [{issue: 125, context: 'c'}]})
    expect([decision.routedContext, rejected.map((r) => r.reason)]).toEqual([[], ['is skipped']])
  })
})

describe('what ladder, caps and text do not allow is no strategy', () => {
  test.each([
    ['retry', {retry: false}, /ladder/], ['retry_different', {retry: false}, /ladder/], ['escalate', {retry: false}, /ladder/], ['escalate', {rise: false}, /cannot rise/],
    ['decompose', {decompose: false}, /split points/], ['skip', {retry: false, rise: false, decompose: false}, null],
    ['decompose', {retry: false}, null], ['retry', {rise: false, decompose: false}, null],
  ] as const)('%s with %j', (action, denied, refusal) => {
    const about = facts({failed: [failed(124, {may: {retry: true, rise: true, decompose: true, ...denied}})]})
    const {decision, rejected} = check({strategies: {124: {action, guidance: 'g', reason: 'r'}}}, about)
    if (refusal === null) expect(decision.strategies[124]).toEqual({action, guidance: 'g', reason: 'r'})
    else expect([decision.strategies, rejected[0]?.reason]).toEqual([{}, expect.stringMatching(refusal)])
  })
})

describe('waves cover what remains exactly, in order, or the old ones stand', () => {
  test.each([
    ['as planned', PLANNED, null], ['one by one', [[126], [125], [128], [127]], null], ['one missing', [[125, 126], [127]], '#128 is missing'],
    ['one twice', [[125, 126], [127, 128], [125]], '#125 stands in them twice'], ['a stranger', [[125, 126], [127, 128, 129]], '#129 is none of the remaining sub-issues'],
    ['the failed one', [[125, 126], [127, 128, 124]], '#124 is none of the remaining sub-issues'], ['out of order', [[127, 126], [125, 128]], '#127 does not come after #125, which it depends on'],
    ['beside what it needs', [[125, 127], [126, 128]], '#127 does not come after #125, which it depends on'], ['an empty wave', [[], [125, 126], [127, 128]], 'a wave is empty'],
    ['empty', [], '#125 is missing'], ['no lists', [125, 126], 'not lists of issues'], ['a word', 'all', 'not lists of issues'], ['null', null, 'not lists of issues'],
  ])('%s', (_, waves, fault) => {
    const {decision, rejected} = check({waves})
    expect(decision.waves).toEqual(fault === null ? waves : AS_PLANNED)
    expect(rejected.map((r) => r.reason)).toEqual(fault === null ? [] : [`${fault}; the old waves stand`])
  })
  test('skips come off first', () => {
    const skip = [{issue: 126, reason: 'r'}]
    expect(check({skip, waves: [[125, 128], [127]]})).toMatchObject({rejected: [], decision: {waves: [[125, 128], [127]]}})
    expect(check({skip, waves: [[125, 126], [127, 128]]}).decision.waves).toEqual([[125, 128], [127]])
    expect(check({skip}).decision.waves).toEqual([[125, 128], [127]])
  })
  test('nothing said: as planned, one file at a time', () => {
    const about = facts({remaining: [left(125, [], ['src/a.ts']), left(126, [], ['src/a.ts']), left(127, [], [])]})
    expect(check({}, about).decision.waves).toEqual([[125], [126], [127]])
  })
})

test('texts are capped and nothing in them acts on GitHub', () => {
  const text = `<!-- pilot:attempts v1 -->\n@all Closes #5\nParent: GH-9\n${'x'.repeat(5000)}`
  const {decision} = check({
    analysis: {124: text}, strategies: {124: {action: 'retry', guidance: text, reason: text}}, routedContext: [{issue: 125, context: text}], learnings: [text],
  })
  const strategy = decision.strategies[124]!
  for (const [said, max] of [[decision.analysis[124]!, CAPS.analysis], [strategy.guidance, CAPS.guidance], [strategy.reason, CAPS.reason], [decision.routedContext[0]!.context, CAPS.context], [decision.learnings[0]!, CAPS.learning]] as const) {
    expect(said.length).toBeLessThanOrEqual(max)
    expect(said).not.toMatch(/<!--\s*pilot|@all|Closes #5|^Parent:/m)
  }
})
test('learnings: known ones are not repeated, and there is an end to them', () => {
  const many = Array.from({length: 40}, (_, i) => `fact ${i}`)
  expect(check({learnings: ['known', 'new', 'new']}, facts({learnings: ['known']})).decision.learnings).toEqual(['new'])
  expect(check({learnings: many}).decision.learnings).toHaveLength(MAX_LEARNINGS)
})

test('whatever a model says, the result is a decision about these issues alone', () => {
  const random = lcg(5)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  const values = (): unknown => pick([null, 1, -1, 1e300, true, [], {}, [[125]], [[125, 126, 127, 128]], {124: {action: 'retry'}}, {124: {action: 'skip'}}, [{issue: 126, reason: 'r', context: 'c'}], {'__proto__': 1}, ...nasties(3, Math.floor(random() * 1e6))])
  for (let i = 0; i < 400; i++) {
    const raw = Object.fromEntries(['analysis', 'strategies', 'routedContext', 'skip', 'waves', 'learnings'].filter(() => random() > 0.3).map((key) => [key, values()]))
    const {decision} = check(decisionIn({text: JSON.stringify(raw)})?.raw ?? {})
    expect(decisionSchema.safeParse(decision).success).toBe(true)
    const skipped = new Set(decision.skip.map((s) => s.issue))
    expect(decision.waves.flat().sort()).toEqual([125, 126, 127, 128].filter((n) => !skipped.has(n)))
    expect(Object.keys(decision.strategies).every((n) => n === '124')).toBe(true)
  }
})
