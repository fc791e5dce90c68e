import {describe, expect, test} from 'vitest'
import {classify} from '../../../src/lib/core/classify/classify.js'
import {proseOf, wordCount} from '../../../src/lib/core/classify/clean.js'
import {readProse} from '../../../src/lib/core/classify/prose.js'

test.each([
  ['two words', 2], ['and/or', 2], ['', 0], ['一二三四', 2], ['don\'t well-known', 2], ['a\r\nb\rc', 3],
  ['```\ncode here\n```\nafter it', 2], ['~~~\ncode\n~~~', 0], ['````\n```\nstill code\n```\n````\nout', 1],
  ['text\n\n    indented code\n\nmore', 2], ['- item\n\n    its second paragraph', 4], ['use `some code` here', 3],
  ['> quoted words', 0], ['<!-- a comment -->word', 1], ['before\n<!-- never closed', 1],
  ['see https://example.com/a/b and www.example.org', 2], ['![alt text](x.png) word', 1], ['[link text](https://example.com)', 2],
  ['change src/auth/login.ts now', 2], ['<b>bold</b> word', 2], ['**bold** _word_', 2], ['## Environment\nlinux box', 0], ['## Out of scope\nlinux box', 0],
  ['2024-01-02T03:04:05 INFO started', 0], ['    at foo (bar.js:1:2)', 0], ['TypeError: x is not a function', 0],
  ['Caused by: broken pipe', 0], ['$ npm install', 0],
])('%j has %i words', (body, words) => { expect(readProse(body).words).toBe(words) })

test('structure stays while markup goes', () => {
  const lines = readProse('# Plan\n- [x] **Done** thing\n  - nested\n1. first\n2) second\nNotes:\ntext').lines
  expect(lines.map((l) => [l.kind, l.marker, l.checked, l.indent, l.text])).toEqual([
    ['heading', null, false, 0, 'Plan'], ['item', 'box', true, 0, 'Done thing'], ['item', 'bullet', false, 2, 'nested'],
    ['item', 'number', false, 0, 'first'], ['item', 'number', false, 0, 'second'], ['heading', null, false, 0, 'Notes'],
      ['text', null, false, 0, 'text'],
  ])
})

test('a line keeps its words around what is taken out', () => {
  expect(proseOf('Fix `a` in src/b.ts, see [the guide](https://x.y) (www.z.org) and c/d')).toBe('Fix in see the guide and c/d')
  expect(wordCount('one 2 three')).toBe(2)
})

describe('what real issues are written in', () => {
  const kinds = (body: string): string[] => readProse(body).lines.map((line) => `${line.kind}${line.marker === null ? '' : `/${line.marker}`}:${line.section}`)
  test.each<[string, string, string[]]>([
    ['underlined headings', 'Steps to reproduce\n------------------\n1. Add it\n\nTasks\n=====\n- Add it', [
      'heading:reproduction', 'item/number:reproduction', 'heading:work', 'item/bullet:work']],
    ['a form without markup', 'Acceptance Criteria\n\n- [ ] Add it', ['heading:criteria', 'item/box:criteria']],
    ['HTML headings and lists', '<h2>Tasks</h2>\n<ul>\n<li>Add it</li>', ['heading:work', 'text:work', 'item/bullet:work']],
    ['a folded log', '<details><summary>Logs</summary>\n\n<pre>\n- [ ] Add it\n</pre>\n</details>', ['heading:template', 'text:template']],
    ['brackets and full-width numbers', '(1) Add it\n2、再来\n1.5 is a version', ['item/number:plain', 'item/number:plain', 'text:plain']],
    ['headings in other scripts', '## 复现步骤\n1. 打开\n\n## 环境\n- 一', ['heading:reproduction', 'item/number:reproduction', 'heading:template', 'item/bullet:template']],
  ])('%s', (_name, body, want) => { expect(kinds(body)).toEqual(want) })

  test.each<[string, string, number]>([
    ['a table', '| area | effort |\n| --- | --- |\n| shelf | two days |', 5],
    ['an image with its text', '<img width="400" alt="a cover" src="https://example.org/x.png">', 0],
    ['nested quotes', '> > they said\n> so\nwe say no', 3],
    ['a trace between words', 'It fails.\nTraceback (most recent call last):\n  File "a.py", line 3\nValueError: no\nEvery time.', 4],
    ['Chinese', '我们需要一个更好的书架', 6],
    ['Japanese and Latin', '新しい shelf が必要', 4],
    ['names in code count, paths in code do not', 'Let `flush()` call `src/a.ts` and `b.ts`', 4],
    ['link texts count, their addresses do not', '- [Add a search](https://example.org/a/b)\n- https://example.org/c', 3],
  ])('words of %s', (_name, body, words) => { expect(readProse(body).words).toBe(words) })

  test('line ends make no difference', () => {
    const body = '## Tasks\n- [ ] Add a search\n\n```\ncode\n```\n> quote\nmore'
    for (const end of ['\r\n', '\r']) expect(readProse(body.replaceAll('\n', end))).toEqual(readProse(body))
  })
})

describe('however long a text is', () => {
  test('what is read of it is bounded, in lines, in their length and altogether', () => {
    for (const unit of ['word '.repeat(30_000), '- [ ] Add a search\n'.repeat(5000), `${'word '.repeat(100)}\n`.repeat(500)]) {
      const {lines, read} = readProse(unit)
      expect(read).toBeLessThanOrEqual(400)
      expect(Math.max(...lines.map(({plain}) => plain.length))).toBeLessThanOrEqual(2000)
      expect(lines.slice(0, read).reduce((sum, {plain}) => sum + plain.length, 0)).toBeLessThan(32_000)
      expect(lines.reduce((sum, {plain}) => sum + plain.length, 0)).toBeLessThanOrEqual(65_536)
    }
  })
  test('headings and items are read to the end of a long text, and its words are not counted there', () => {
    const filler = 'Some running text.\n'.repeat(600)
    const {lines, read, words} = readProse(`${filler}## Tasks\n- [ ] Add a search\nMore text.\nPhase 3: covers`)
    expect(lines.slice(read).map(({plain}) => plain)).toEqual(['Tasks', 'Add a search', 'Phase 3: covers'])
    expect(words).toBe(1200)
  })
  test.each([
    ['an open comment in code', '```html\n<!-- open\n```\n- [ ] Add a search', ['Add a search']],
    ['one that nothing ends, inside a line', 'Write <!-- first\n- [ ] Add a search', ['Write <!-- first', 'Add a search']],
    ['one over several lines', 'a <!-- b\n- [ ] no\n--> c\n- [ ] Add a search', ['a', 'c', 'Add a search']],
  ])('%s', (_name, body, want) => { expect(readProse(body).lines.map(({plain}) => plain)).toEqual(want)
  })
  test('work below 60 KB of log is found', () => {
    const log = `\`\`\`\n${'2031-01-02 03:04:05 INFO put a cover on the shelf\n'.repeat(1200)}\`\`\`\n`
    expect(readProse(`${log}- [ ] Add a search`).lines.map(({plain}) => plain)).toEqual(['Add a search'])
  })
})

const settings = {enabled: true, min_complexity: 'epic', max_subtasks: 5, min_description_words: 100} as const
/** Processor time, in ms: the clock on the wall also counts what else the machine does. */
const costOf = (unit: string, length: number): number => Math.min(...[1, 2, 3, 4].map(() => {
  const body = unit.repeat(Math.ceil(length / unit.length)).slice(0, length)
  const from = process.cpuUsage()
  classify({number: 1, title: unit.repeat(50), body, labels: []}, settings)
  const {user, system} = process.cpuUsage(from)
  return (user + system) / 1000
}))
test.each(['<', '<!--', '<!-- -->', '[', '![', '[a](', '`', '```\n', '*', '- [ ] ', '- [ ] Add x\n', '1. Add x\n', '# a\n', 'a:\n', 'a/',
  'a.', '\n', ' ', '> ', 'add a ', '**a**\n', '((((', '#1 ', '/a#', 'Phase 1\n', '一', '<li>', '<summary>', '<pre>', '-', '=', '_', 'some ', 'this a ', 'a few '])(
  'eight times as much of %j costs about eight times as much', (unit) => {
    costOf(unit, 1000)
    // Quadratic would be 64; below five milliseconds the measure is noise.
    expect(costOf(unit, 240_000) / Math.max(costOf(unit, 30_000), 5)).toBeLessThan(30)
  })
