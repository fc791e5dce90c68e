import {expect, test} from 'vitest'
import {relativeTime, table, type Column} from '../../src/lib/cli/table.js'
import {PLAIN, pageUi, type Ui} from '../../src/lib/cli/ui.js'
import {displayWidth, truncate} from '../../src/lib/cli/width.js'

type Row = {n: number; title: string; at: Date | null}
const now = new Date('2026-01-02T00:00:00Z')
const terminal: Ui = {...pageUi(now), width: 40}
const piped: Ui = {...terminal, stdoutTty: false}
const columns: Column<Row>[] = [
  {title: 'issue', value: ({n}) => n, align: 'right'}, {title: 'title', value: ({title}) => title, flex: true}, {title: 'seen', value: ({at}) => at},
]
const rows: Row[] = [{n: 7, title: 'tab\tand\nnewline', at: new Date('2026-01-01T21:00:00Z')}, {n: 123, title: '日本 \u001B[31mred\u202E', at: null}]

test('piped: bare tab-separated rows, absolute times, one line a row', () => {
  expect(table(columns, rows, piped)).toBe('7\ttab and newline\t2026-01-01T21:00:00.000Z\n123\t日本 [31mred\t\n')
})
test('on a terminal: header, alignment by display width, relative times', () => {
  expect(table(columns, rows, terminal)).toBe([
    'ISSUE  TITLE            SEEN',
    '    7  tab and newline  3h ago',
    '  123  日本 [31mred',
    ''].join('\n'))
})
test('the flexible column gives way', () => {
  const text = table(columns, [{n: 1, title: 'a very long title that goes on and on', at: now}], terminal)
  expect(text).toContain('    1  a very long title that…  just now\n')
  for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(40)
})
test('styles paint the text, not the padding', () => {
  const styled: Ui = {...terminal, style: {...PLAIN, red: (text) => `<${text}>`}}
  const column: Column<Row> = {title: 'issue', value: ({n}) => n, style: ({n}) => n === 7 ? 'red' : undefined}
  expect(table([column, columns[1]!], rows, styled)).toContain('<7>      tab')
})
test('no rows, no header', () => { expect(table(columns, [], terminal)).toBe('') })

test.each([[0, 'just now'], [-5e3, 'just now'], [59e3, 'just now'], [60e3, '1m ago'], [3599e3, '59m ago'], [3600e3, '1h ago'], [864e5, '1d ago'],
  [29 * 864e5, '29d ago'], [30 * 864e5, '2025-12-03']])('%d ms ago: %s', (ms, text) =>
  expect(relativeTime(new Date(now.getTime() - ms), now)).toBe(text))
test.each([['abc', 3], ['日本', 4], ['한글', 4], ['é', 1], ['e\u0301', 1], ['👩‍👩‍👧', 2], ['🚀', 2], ['❤️', 2], ['\u001B[31mx\u001B[0m', 1], ['\u200B', 0], ['ｆ', 2], ['', 0]])(
  'width of %j is %i', (text, width) => expect(displayWidth(text)).toBe(width))
test.each([['abcdef', 6, 'abcdef'], ['abcdef', 5, 'abcd…'], ['日本語', 5, '日本…'], ['日本語', 4, '日…'], ['a b c', 3, 'a…']])('%s in %i: %s', (text, columns_, short) =>
  expect(truncate(text, columns_)).toBe(short))
