import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {allowance, budgetStates, overBudget, type BudgetState, type Request} from '../../../src/lib/core/cost/budget.js'
import {ledgerSums} from '../../../src/lib/core/cost/join.js'
import {heldUsd, parseRecord, printRecord, withEntry, type SpendEntry} from '../../../src/lib/core/cost/reservations.js'
import {entry, line, NOW} from './support.js'

const LIMITS = {perIssueUsd: 10, perEpicUsd: 60, perDayUsd: 30}
const request = (more: Partial<Request> = {}): Request => ({runId: 'me', issue: 7, epic: null, date: '2026-01-01', isExclusive: true, ...more})
const day = (...entries: SpendEntry[]) => [{date: '2026-01-01', entries}]
const of = (states: readonly BudgetState[], key: string) => states.find((state) => state.key === `budget.per_${key}_usd`)

describe('what may be spent', () => {
  const state = (limitUsd: number, spentUsd: number, held = 0): BudgetState => ({key: 'budget.per_day_usd', of: '2026-01-01', limitUsd, spentUsd, unpriced: 0, heldUsd: held})
  it.each<[string, number, BudgetState[], object]>([
    ['all of it', 5, [state(30, 0)], {kind: 'granted', usd: 5, key: null}],
    ['what is left', 5, [state(30, 28)], {kind: 'granted', usd: 2, key: 'budget.per_day_usd'}],
    ['the least of all', 5, [state(30, 26), {...state(60, 59), key: 'budget.per_epic_usd'}], {kind: 'granted', usd: 1, key: 'budget.per_epic_usd'}],
    ['nothing when it is spent', 5, [state(30, 30)], {kind: 'over', byOthers: false}],
    ['nothing of a budget of 0', 5, [state(0, 0)], {kind: 'over', byOthers: false}],
    ['nothing when it is held, and waiting may help', 5, [state(30, 10, 20)], {kind: 'over', byOthers: true}],
    ['nothing of less than a cent', 5, [state(30, 29.995)], {kind: 'over', byOthers: false}],
    ['without a budget what is wanted', 5, [], {kind: 'granted', usd: 5, key: null}],
  ])('is %s', (_, wanted, states, expected) => { expect(allowance(wanted, states)).toMatchObject(expected) })

  it('never sums up to more than the limit, however many ask', () => {
    fc.assert(fc.property(fc.array(fc.double({min: 0.01, max: 20, noNaN: true}), {maxLength: 40}), fc.double({min: 0, max: 50, noNaN: true}), (wants, perDayUsd) => {
      let entries: SpendEntry[] = []
      wants.forEach((wanted, i) => {
        const mine = request({runId: `r${i}`, issue: i + 1})
        const found = allowance(wanted, budgetStates(mine, {...LIMITS, perDayUsd}, day(...entries), [], NOW))
        if (found.kind === 'granted') entries = withEntry(entries, entry({runId: mine.runId, issue: mine.issue, capUsd: found.usd, spentUsd: 0}))
      })
      expect(entries.reduce((sum, {capUsd}) => sum + capUsd, 0)).toBeLessThanOrEqual(perDayUsd + 1e-9)
    }))
  })

  it('says what was spent, on what, and which key to raise', () => {
    const over = allowance(1, [{...state(30, 30.4), heldUsd: 0}])
    expect(over.kind === 'over' && overBudget(over, 'local .pilot/config.yaml:7')).toBe('2026-01-01 has cost $30.40 of its $30.00: raise budget.per_day_usd (local .pilot/config.yaml:7)')
    const more = allowance(1, [{...state(30, 30.4), unpriced: 1}])
    expect(more.kind === 'over' && overBudget(more, 'default')).toMatch(/^2026-01-01 has cost at least \$30\.40 of its \$30\.00:/)
    const held = allowance(1, [state(30, 10, 20)])
    expect(held.kind === 'over' && overBudget(held, 'default')).toMatch(/^2026-01-01 has cost \$10\.00 of its \$30\.00 and \$20\.00 more is held .*try again when they have ended, or raise budget\.per_day_usd/)
  })
})

describe('how budgets stand', () => {
  it('counts what others spent and hold, and not what this request holds itself', () => {
    const states = budgetStates(request(), LIMITS, day(entry({runId: 'me', capUsd: 10, spentUsd: 2}), entry({runId: 'other', issue: 8, capUsd: 5, spentUsd: 1})), [], NOW)
    expect(of(states, 'day')).toMatchObject({spentUsd: 3, heldUsd: 4, limitUsd: 30, of: '2026-01-01'})
    expect(of(states, 'issue')).toMatchObject({spentUsd: 2, heldUsd: 0, of: '#7'})
    expect(of(states, 'epic')).toBeUndefined()
  })

  it('counts what a killed run spent after midnight as the new day’s, and in its issue once', () => {
    const local = ledgerSums([line({runId: 'dead', costUsd: 0.1, ts: '2025-12-31T23:50:00.000Z'}), line({runId: 'dead', costUsd: 9, ts: '2026-01-01T00:20:00.000Z'})])
    const days = [{date: '2025-12-31', entries: [entry({runId: 'dead', spentUsd: 0.1})]}, {date: '2026-01-01', entries: [entry({runId: 'dead', spentUsd: 8})]}]
    for (const record of [[], days.slice(0, 1), days]) {
      const states = budgetStates(request(), LIMITS, record, local, NOW)
      expect(of(states, 'day')?.spentUsd).toBeCloseTo(9, 9)
      expect(of(states, 'issue')?.spentUsd).toBeCloseTo(9.1, 9)
    }
  })

  it('counts a call over midnight in the budget of the day that reserved it, and in no other', () => {
    const local = ledgerSums([line({runId: 'other', costUsd: 8, ts: '2026-01-02T00:05:00.000Z'})])
    const days = [{date: '2026-01-01', entries: [entry({runId: 'other', capUsd: 8, spentUsd: 8, expiresAt: null})]}]
    const spent = (date: string) => of(budgetStates(request({issue: 9, date}), LIMITS, days, local, NOW), 'day')?.spentUsd
    expect([spent('2026-01-01'), spent('2026-01-02')]).toEqual([8, 0])
  })

  it('lets what a dead runner held go when its lease is over, and what it spent stay', () => {
    const dead = entry({runId: 'dead', issue: 8, capUsd: 10, spentUsd: 3})
    expect(heldUsd(dead, NOW)).toBe(7)
    expect(heldUsd(dead, new Date('2026-01-01T12:10:00Z'))).toBe(0)
    expect(of(budgetStates(request(), LIMITS, day(dead), [], new Date('2026-01-01T12:11:00Z')), 'day')).toMatchObject({spentUsd: 3, heldUsd: 0})
    // whoever holds the issue's claim knows at once that nobody else works on it
    expect(of(budgetStates(request({issue: 8}), LIMITS, day(dead), [], NOW), 'day')).toMatchObject({spentUsd: 3, heldUsd: 0})
    expect(of(budgetStates(request({issue: 8, isExclusive: false}), LIMITS, day(dead), [], NOW), 'day')).toMatchObject({heldUsd: 7})
  })

  it.each<[string, Partial<SpendEntry>, Partial<Request>, number, object]>([
    ['a live one, with what its call streamed so far', {}, {}, 0, {spentUsd: 5, unpriced: 0, heldUsd: 5}],
    ['one whose lease ran out', {}, {}, 11, {spentUsd: 5, unpriced: 1, heldUsd: 0}],
    ['one whose claim was taken over', {}, {issue: 8}, 0, {spentUsd: 5, unpriced: 1, heldUsd: 0}],
    ['one that told nothing before it died', {spentUsd: 0, streamedUsd: 0, calls: 0}, {issue: 8}, 0, {spentUsd: 0, unpriced: 1, heldUsd: 0}],
    ['one that settled', {streamedUsd: 0, capUsd: 3, expiresAt: null}, {issue: 8}, 11, {spentUsd: 3, unpriced: 0, heldUsd: 0}],
    ['the request’s own', {runId: 'me'}, {issue: 8}, 0, {spentUsd: 5, unpriced: 0, heldUsd: 0}],
  ])('of a runner counts what it told, and where it died one call of unknown cost: %s', (_, told, asks, minutes, expected) => {
    const runner = entry({runId: 'runner', issue: 8, capUsd: 10, spentUsd: 3, streamedUsd: 2, ...told})
    expect(of(budgetStates(request(asks), LIMITS, day(runner), [], new Date(NOW.getTime() + minutes * 60_000)), 'day')).toMatchObject(expected)
  })

  it('takes what this machine wrote down of a run for what the record does not know yet, and adds nothing up twice', () => {
    const local = [{runId: 'dead', issue: 8, epic: 1, date: '2026-01-01', usd: 4, calls: 2, unpriced: 0}, {runId: 'old', issue: 7, epic: 1, date: '2025-12-31', usd: 2, calls: 1, unpriced: 0}]
    const states = budgetStates(request({epic: 1}), LIMITS, day(entry({runId: 'dead', issue: 8, epic: 1, spentUsd: 3, expiresAt: null})), local, NOW)
    expect(of(states, 'day')).toMatchObject({spentUsd: 4})
    expect(of(states, 'epic')).toMatchObject({spentUsd: 6})
    expect(of(states, 'issue')).toMatchObject({spentUsd: 2})
  })
})

describe('the record', () => {
  it('parses back what it printed', () => {
    const entries = [entry(), entry({runId: 'r2', issue: null, epic: 3, expiresAt: null}), entry({runId: 'r3', streamedUsd: 0.25})]
    expect(parseRecord(printRecord(entries, 'n'))).toEqual(entries)
    expect(parseRecord(`${printRecord([], 'n')}\n`)).toEqual([])
  })
  it.each(['', 'hello', '{}', '[]', 'null', '{"version":2,"entries":[]}', '{"version":1,"entries":[{}]}', '{"version":1,"entries":[],"more":1}'])('takes %j for unreadable', (text) => {
    expect(parseRecord(text)).toBeUndefined()
  })
  it('never takes back what was told to be spent', () => {
    expect(withEntry([entry({spentUsd: 3, calls: 4})], entry({spentUsd: 1, calls: 1, capUsd: 8}))).toEqual([entry({spentUsd: 3, calls: 4, capUsd: 8})])
    expect(withEntry([entry()], entry({issue: 8}))).toHaveLength(2)
    // what was streamed is no final figure: the final one takes its place, also where it is less
    expect(withEntry([entry({spentUsd: 1, streamedUsd: 2})], entry({spentUsd: 2.5, streamedUsd: 0}))).toEqual([entry({spentUsd: 2.5, streamedUsd: 0})])
  })
})
