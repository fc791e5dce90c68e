import {describe, expect, it} from 'vitest'
import {FAILURE_CLASSES} from '../../../src/lib/core/run/failure.js'
import {GATES, TIERS, type Tier} from '../../../src/lib/core/config/words.js'
import {escalate, historyOf} from '../../../src/lib/core/route/escalation.js'
import {attempt, attempts, passed, SHA} from '../run/support.js'
import {history} from './support.js'

type Row = [from: Tier, tag: 'ARCH' | 'SECURITY' | null, failures: number, cap: number, to: string]

describe('the implementer', () => {
  it.each<Row>([
    ['cheap', null, 0, 1, 'stays'], ['cheap', null, 1, 0, 'stays'], ['cheap', null, 2, 0, 'stays'], ['cheap', null, 9, 0, 'stays'],
    ['cheap', null, 1, 1, 'balanced'], ['free', null, 1, 1, 'cheap'], ['balanced', null, 1, 1, 'frontier'], ['frontier', null, 1, 1, 'stays'],
    ['cheap', null, 2, 1, 'balanced'], ['cheap', null, 5, 1, 'balanced'],
    ['cheap', null, 1, 2, 'balanced'], ['cheap', null, 2, 2, 'frontier'], ['free', null, 2, 2, 'frontier'], ['free', null, 3, 5, 'frontier'],
    ['cheap', 'ARCH', 0, 0, 'frontier'], ['free', 'SECURITY', 0, 0, 'frontier'], ['cheap', 'ARCH', 1, 1, 'frontier'], ['frontier', 'ARCH', 0, 0, 'stays'],
  ])('on %s, tag %s, %d failed gates, cap %d: %s', (from, tag, gateFailures, cap, to) => {
    expect(escalate('implement', from, tag, history({gateFailures}), cap)?.to ?? 'stays').toBe(to)
  })

  const URGES = ['a decision to escalate', 'the same failure twice']
  it.each<Row>([
    ['cheap', null, 0, 0, 'stays'], ['cheap', null, 0, 1, 'balanced'], ['balanced', null, 0, 1, 'frontier'], ['frontier', null, 0, 1, 'stays'],
    ['cheap', null, 1, 0, 'stays'], ['cheap', null, 1, 1, 'balanced'], ['cheap', null, 1, 2, 'frontier'], ['free', null, 0, 2, 'cheap'],
    ['cheap', 'ARCH', 0, 0, 'frontier'],
  ])('urged, on %s, tag %s, %d failed gates, cap %d: %s', (from, tag, gateFailures, cap, to) => {
    for (const urge of URGES) {
      const rise = escalate('implement', from, tag, history({gateFailures, urge}), cap)
      expect(rise?.to ?? 'stays').toBe(to)
      if (rise !== undefined && tag === null) expect(rise.reason).toContain(urge)
    }
  })

  it('says why', () => {
    const reason = (tag: 'ARCH' | null, gateFailures: number, cap: number) => escalate('implement', 'free', tag, history({gateFailures}), cap)?.reason
    expect([reason('ARCH', 2, 2), reason(null, 1, 1), reason(null, 2, 2), reason(null, 2, 1)])
      .toEqual(['label ARCH', 'one failed gate', '2 failed gates', '2 failed gates, rises capped at 1'])
  })
})

describe('the other gates', () => {
  it.each([
    [0, 1, 'stays'], [1, 1, 'stays'], [2, 1, 'frontier'], [3, 1, 'frontier'], [2, 0, 'stays'],
  ] as const)('the reviewer after %d review failures, cap %d: %s', (reviewFailures, cap, to) => {
    expect(escalate('review', 'balanced', null, history({reviewFailures, gateFailures: reviewFailures}), cap)?.to ?? 'stays').toBe(to)
  })

  it('the reviewer rises one tier and no further, and no label moves it', () => {
    expect(escalate('review', 'cheap', null, history({reviewFailures: 9}), 9)?.to).toBe('balanced')
    expect(escalate('review', 'cheap', 'ARCH', history(), 9)).toBeUndefined()
  })

  it.each(GATES.filter((gate) => gate !== 'implement' && gate !== 'review'))('%s never rises', (gate) => {
    for (const tier of TIERS) expect(escalate(gate, tier, 'SECURITY', history({gateFailures: 3, reviewFailures: 3, urge: 'a decision to escalate'}), 3)).toBeUndefined()
  })
})

describe('what counts as a failed gate', () => {
  it.each(FAILURE_CLASSES)('%s', (failure) => {
    const climbs = failure === 'verify_failed' || failure === 'review_rejected'
    expect(historyOf(attempts(attempt(1, {failure})), 2)).toEqual({attempt: 2, gateFailures: climbs ? 1 : 0, reviewFailures: failure === 'review_rejected' ? 1 : 0})
  })

  it('only attempts before this one', () => {
    const past = attempts(attempt(1), attempt(2, {failure: 'review_rejected'}), passed(3, SHA('a')), attempt(4))
    expect(historyOf(past, 3)).toEqual({attempt: 3, gateFailures: 2, reviewFailures: 1})
    expect(historyOf(past, 1)).toEqual({attempt: 1, gateFailures: 0, reviewFailures: 0})
  })
})
