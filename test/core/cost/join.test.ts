import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {attemptSums, entrySums, joinByRun, ledgerSums, runKey, type RunSum} from '../../../src/lib/core/cost/join.js'
import type {LedgerLine} from '../../../src/lib/core/cost/ledger.js'
import {rowsBy, spentOf, totalOf} from '../../../src/lib/core/cost/spend.js'
import type {Attempt} from '../../../src/lib/core/run/attempt.js'
import {entry, line} from './support.js'

const attempt = (more: Partial<Attempt>): Attempt => ({
  attempt: 1, vainStarts: 0, outcome: 'passed', failure: null, executor: 'claude', models: [], usage: null, costUsd: 1, baseSha: null, headSha: null, merged: null, review: null, pr: 9, runId: 'r1',
  startedAt: '2026-01-01T12:00:00.000Z', endedAt: null, ...more,
})
const comment = (...attempts: Attempt[]) => ({version: 1 as const, attempts, newest: {verifyTail: '', review: '', summary: ''}})
const usd = (sums: readonly RunSum[]): number => sums.reduce((sum, one) => sum + one.usd, 0)
const cents = fc.integer({min: 0, max: 5000}).map((n) => n / 100)
const lines = fc.array(fc.record({runId: fc.constantFrom('a', 'b', 'c'), issue: fc.constantFrom(1, 2, null), costUsd: fc.option(cents)}), {maxLength: 20})
  .map((all) => all.map((one): LedgerLine => line(one)))
const dated = fc.array(fc.record({runId: fc.constantFrom('a', 'b'), ts: fc.constantFrom('2026-01-01T12:00:00.000Z', '2026-01-02T12:00:00.000Z', '2026-01-03T12:00:00.000Z'), costUsd: fc.option(cents)}), {maxLength: 12})
  .map((all) => all.map((one): LedgerLine => line(one)))

describe('sums from several sources', () => {
  it('of one run count once: the fullest account, and those of different runs together', () => {
    const ledger = ledgerSums([line({costUsd: 1}), line({costUsd: 0.5}), line({runId: 'r2', costUsd: 2})])
    const told = attemptSums(7, 3, comment(attempt({costUsd: 1.2}), attempt({attempt: 2, runId: 'r3', costUsd: 4})))
    const record = entrySums([{date: '2026-01-01', entries: [entry({spentUsd: 0.7}), entry({runId: 'r4', issue: null, spentUsd: 0.1})]}], () => false)
    const joined = joinByRun([ledger, told, record])
    expect(joined.map((sum) => [runKey(sum), sum.usd])).toEqual([['r1/7', 1.5], ['r2/7', 2], ['r3/7', 4], ['r4/', 0.1]])
    expect(joined.find(({runId}) => runId === 'r1')).toMatchObject({epic: 3, calls: 2})
  })

  it('give a run that took up another’s attempt its own share only', () => {
    const carried = attempt({runId: 'second', costUsd: 1, carried: [{runId: 'first', costUsd: 0.75}]})
    expect(attemptSums(7, null, comment(carried)).map(({runId, usd: own}) => [runId, own])).toEqual([['first', 0.75], ['second', 0.25]])
    const here = ledgerSums([line({runId: 'first', costUsd: 0.75})])
    expect(usd(joinByRun([here, attemptSums(7, null, comment(carried))]))).toBe(1)
  })

  it('say of a run that never told its end that its cost is unknown, also where earlier starts have a known one', () => {
    const killed = attempt({runId: 'second', outcome: 'started', costUsd: 0.75, carried: [{runId: 'zeroth', costUsd: null}, {runId: 'first', costUsd: 0.75}]})
    expect(attemptSums(7, null, comment(killed)).map(({runId, usd: own, unpriced}) => [runId, own, unpriced])).toEqual([['zeroth', 0, 1], ['first', 0.75, 0], ['second', 0, 1]])
    const dead = entry({runId: 'second', spentUsd: 0.5, streamedUsd: 0.25, calls: 1})
    const record = entrySums([{date: '2026-01-01', entries: [dead, entry({runId: 'fourth', calls: 1})]}], ({runId}) => runId === 'second')
    expect(record.map(({usd: own, calls, unpriced}) => [own, calls, unpriced])).toEqual([[0.75, 2, 1], [1, 1, 0]])
  })

  it('of a run that went on after midnight are of its days, as the first source that has it dates them', () => {
    const record = entrySums([{date: '2026-01-01', entries: [entry({spentUsd: 3, calls: 2, epic: 4})]}, {date: '2026-01-02', entries: [entry({spentUsd: 1, calls: 1, unpriced: 1})]}], () => false)
    const days = (...sources: RunSum[][]) => joinByRun(sources).map(({date, usd: own, calls, unpriced}) => [date, own, calls, unpriced])
    expect(days(record)).toEqual([['2026-01-01', 3, 2, 0], ['2026-01-02', 1, 1, 1]])
    expect(joinByRun([record]).map(({epic}) => epic)).toEqual([4, 4])
    // one call over midnight: the record has it on the day of its reservation, the ledger where it ended
    const ended = ledgerSums([line({costUsd: 3, ts: '2026-01-02T00:05:00.000Z'}), line({costUsd: 1, ts: '2026-01-02T01:00:00.000Z'})])
    expect(days(record, ended)).toEqual(days(record))
    // and what one knows beyond the other is of the days on which it tells more, the latest first
    expect(days(record, ledgerSums([line({costUsd: 3, ts: '2026-01-01T12:00:00.000Z'}), line({costUsd: 2.5, ts: '2026-01-02T00:05:00.000Z'}), line({costUsd: 4, ts: '2026-01-03T00:05:00.000Z'})])))
      .toEqual([['2026-01-01', 3, 2, 0], ['2026-01-02', 2.5, 1, 1], ['2026-01-03', 4, 0, 0]])
    const told = attemptSums(7, null, comment(attempt({costUsd: 4}), attempt({attempt: 2, costUsd: 2, startedAt: '2026-01-02T10:00:00.000Z'})))
    expect(days(record, told)).toEqual([['2026-01-01', 4, 2, 0], ['2026-01-02', 2, 1, 1]])
  })

  it('of a ledger are those of its days', () => {
    const late = [line({costUsd: 0.1, ts: '2026-01-01T23:50:00.000Z'}), line({costUsd: 9, ts: '2026-01-02T00:20:00.000Z'}), line({costUsd: null, ts: '2026-01-02T00:30:00.000Z'})]
    const days = [{date: '2026-01-01', usd: 0.1, calls: 1, unpriced: 0}, {date: '2026-01-02', usd: 9, calls: 2, unpriced: 1}]
    expect(ledgerSums(late)).toMatchObject(days)
    expect(joinByRun([ledgerSums(late)])).toMatchObject(days)
  })

  it('do not depend on order, and a source that is given twice changes nothing', () => {
    fc.assert(fc.property(lines, lines, (a, b) => {
      const [x, y] = [ledgerSums(a), ledgerSums(b)]
      const joined = joinByRun([x, y])
      const seen = (sums: readonly RunSum[]) => sums.map((sum) => [runKey(sum), sum.usd.toFixed(6), sum.calls, sum.unpriced])
      expect(seen(joinByRun([y, x]))).toEqual(seen(joined))
      expect(seen(joinByRun([x, y, x, joined]))).toEqual(seen(joined))
      expect(usd(joined)).toBeGreaterThanOrEqual(Math.max(usd(x), usd(y)) - 1e-9)
      expect(usd(joined)).toBeLessThanOrEqual(usd(x) + usd(y) + 1e-9)
    }))
  })
})

describe('days', () => {
  it('make no difference to what a run comes to in all: of each figure the most that one source tells', () => {
    fc.assert(fc.property(dated, dated, (a, b) => {
      const sources = [ledgerSums(a), ledgerSums(b)]
      const total = (sums: readonly RunSum[], runId: string, figure: 'usd' | 'calls' | 'unpriced') => sums.filter((sum) => sum.runId === runId).reduce((sum, one) => sum + one[figure], 0)
      const joined = joinByRun(sources)
      for (const runId of ['a', 'b']) {
        for (const figure of ['usd', 'calls', 'unpriced'] as const) {
          expect(total(joined, runId, figure)).toBeCloseTo(Math.max(...sources.map((source) => total(source, runId, figure))), 5)
        }
      }
    }))
  })
})

describe('rows', () => {
  it('add up to the total by whatever they are grouped, in any order of the calls', () => {
    fc.assert(fc.property(lines, fc.constantFrom('issue', 'gate', 'day', 'model', 'tier'), (all, by) => {
      const spent = all.map((one) => spentOf(one, null))
      const rows = rowsBy(spent, by)
      const total = totalOf(spent)
      expect(rows.reduce((sum, row) => sum + (row.usd ?? 0), 0)).toBeCloseTo(total.usd ?? 0, 6)
      expect(rows.reduce((sum, row) => sum + row.calls, 0)).toBe(all.length)
      expect(rows.reduce((sum, row) => sum + row.unpriced, 0)).toBe(all.filter(({costUsd}) => costUsd === null).length)
      const rounded = (of: typeof rows) => of.map((row) => ({...row, usd: row.usd === null ? null : row.usd.toFixed(6)})).sort((a, b) => a.key.localeCompare(b.key))
      expect(rounded(rowsBy(spent.toReversed(), by))).toEqual(rounded(rows))
    }))
  })

  it('say unknown where no cost is known, never $0; a call that never reached a model is none', () => {
    const unpriced = spentOf(line({costUsd: null, costSource: 'unpriced'}), null)
    expect(rowsBy([unpriced], 'gate')).toEqual([{key: 'implement', calls: 1, tokens: 10_500, usd: null, unpriced: 1}])
    expect(totalOf([unpriced])).toEqual({usd: null, calls: 1, unpriced: 1})
    expect(totalOf([])).toEqual({usd: 0, calls: 0, unpriced: 0})
    const never = line({costUsd: null, costSource: 'unpriced', inFresh: null, cacheRead: null, cacheWrite5m: null, cacheWrite1h: null, out: null, outcome: 'failed', failureClass: 'network', turns: null})
    expect(rowsBy([spentOf(never, null)], 'gate'), 'a row follows the rule of the sum').toMatchObject([{calls: 0, usd: 0, unpriced: 0}])
    const of = (issue: number) => ({...unpriced, by: {...unpriced.by, issue: `#${issue}`}})
    expect(rowsBy([of(10), of(2), of(1)], 'issue').map(({key}) => key)).toEqual(['#1', '#2', '#10'])
    expect(totalOf([spentOf(never, null)])).toEqual({usd: 0, calls: 0, unpriced: 0})
    // one that was killed did reach it
    expect(totalOf([spentOf({...never, failureClass: 'timeout'}, null)])).toEqual({usd: null, calls: 1, unpriced: 1})
  })
})
