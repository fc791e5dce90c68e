import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {readLedger} from '../../../src/lib/core/cost/read-ledger.js'
import {line, NOW} from './support.js'

const whole = (...lines: readonly unknown[]): string => lines.map((one) => `${JSON.stringify(one)}\n`).join('')
const at = {now: NOW, repo: 'Octo/App'}

describe('a ledger file', () => {
  it('gives its lines in order, and an empty one none', () => {
    const [a, b] = [line(), line({costUsd: null, costSource: 'unpriced'})]
    expect(readLedger(whole(a, b), at)).toEqual({lines: [a, b], skipped: []})
    expect(readLedger('', at)).toEqual({lines: [], skipped: []})
    expect(readLedger('\n\n', at)).toEqual({lines: [], skipped: []})
  })

  it.each<[string, string, RegExp]>([
    ['no JSON', 'hello\n', /^no JSON$/], ['another document', '{"a":1}\n', /^no ledger line: /], ['a list', '[]\n', /^no ledger line/],
    ['an unknown gate', whole(line({gate: 'deploy' as 'plan'})), /gate/], ['negative tokens', whole(line({inFresh: -1})), /inFresh/],
    ['tokens beyond belief', whole(line({cacheRead: 2e9})), /cacheRead/], ['a negative cost', whole(line({costUsd: -0.01})), /costUsd/],
    ['a cost beyond belief', whole(line({costUsd: 10_001})), /costUsd/], ['a time that is none', whole(line({ts: 'yesterday'})), /ts/],
    ['a clock that ran ahead', whole(line({ts: '2027-01-01T00:00:00.000Z'})), /^dated in the future/],
    ['an issue that there cannot be', whole(line({issue: -5})), /issue/], ['an epic that there cannot be', whole(line({epic: 0})), /epic/],
    ['another repository', whole(line({repo: 'octo/other'})), /^of another repository, octo\/other$/],
  ])('leaves out %s and names the line', (_, bad, reason) => {
    const good = line()
    const {lines, skipped} = readLedger(`${whole(good)}${bad}${whole(line({runId: 'later'}))}`, at)
    expect(lines.map(({runId}) => runId)).toEqual(['r1', 'later'])
    expect(skipped).toEqual([{line: 2, reason: expect.stringMatching(reason) as string}])
  })

  it('knows a last line that was cut off, and one in the middle that the next append was kept apart from', () => {
    const half = JSON.stringify(line()).slice(0, 80)
    expect(readLedger(`${whole(line())}${half}`, at).skipped).toEqual([{line: 2, reason: 'cut off while it was written'}])
    const {lines, skipped} = readLedger(`${half}\n${whole(line())}`, at)
    expect([lines.length, skipped.map((one) => one.line)]).toEqual([1, [1]])
  })

  it('counts a line once that a copied file repeats, and reads fields of later versions past', () => {
    const [one, more] = [line(), {...line(), newField: 1}]
    const {lines, skipped} = readLedger(whole(one, one, more), at)
    expect(lines).toHaveLength(2)
    expect(skipped).toEqual([{line: 2, reason: 'the same as line 1'}])
  })

  it.each<[string, (row: string) => string]>([
    ['line ends of another system', (row) => `${row}\r\n`], ['spaces at its end', (row) => `${row}  \n`], ['no line end', (row) => row],
    ['keys in another order', (row) => `${JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(row) as object).toReversed()))}\n`],
    ['a field that is not known here', (row) => `${JSON.stringify({...JSON.parse(row) as object, newField: 1})}\n`],
  ])('counts a copy once that has %s', (_, copied) => {
    const one = line()
    expect(readLedger(`${whole(one)}${copied(JSON.stringify(one))}`, at)).toEqual({lines: [one], skipped: [{line: 2, reason: 'the same as line 1'}]})
  })

  it('is read whatever stands in it; each line that is not empty is counted or named', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.constant(JSON.stringify(line())), fc.string(), fc.json()), {maxLength: 12}), (rows) => {
      const text = rows.map((row) => row.replaceAll('\n', ' ')).join('\n')
      const {lines, skipped} = readLedger(text, at)
      expect(lines.length + skipped.length).toBe(text.split('\n').filter((row) => row.trim() !== '').length)
    }))
  })
})
