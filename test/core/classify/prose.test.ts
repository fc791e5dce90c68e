import {expect, test} from 'vitest'
import {classify} from '../../../src/lib/core/classify/classify.js'
import {proseOf, wordCount} from '../../../src/lib/core/classify/clean.js'
import {readProse} from '../../../src/lib/core/classify/prose.js'

test.each([
  ['two words', 2], ['```\ncode here\n```\nafter it', 2], ['~~~\ncode\n~~~', 0], ['````\n```\nstill code\n```\n````\nout', 1],
    ['> quoted words', 0],
  ['<!-- a comment -->word', 1], ['before\n<!-- never closed', 1], ['see https://example.com/a/b and www.example.org', 2],
    ['![alt text](x.png) word', 1],
  ['[link text](https://example.com)', 2], ['change src/auth/login.ts now', 2], ['use `some code` here', 2], ['<b>bold</b> word', 2],
    ['**bold** _word_', 2],
  ['text\n\n    indented code\n\nmore', 2], ['- item\n\n    its second paragraph', 4], ['2024-01-02T03:04:05 INFO started', 0],
  ['    at foo (bar.js:1:2)', 0], ['TypeError: x is not a function', 0], ['Caused by: broken pipe', 0], ['$ npm install', 0],
    ['## Environment\nlinux box', 0],
  ['and/or', 2], ['', 0], ['一二三四', 2], ['don\'t well-known', 2], ['a\r\nb\rc', 3],
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

const settings = {enabled: true, min_complexity: 'epic', max_subtasks: 5, min_description_words: 100} as const
test.each(['<', '<!--', '<!-- -->', '[', '![', '[a](', '`', '```\n', '*', '- [ ] ', '- [ ] Add x\n', '1. Add x\n', '# a\n', 'a:\n', 'a/',
  'a.', '\n', ' ', '> ', 'add a ', '**a**\n', '((((', '#1 ', 'Phase 1\n', '一'])(
  'two hundred and forty thousand characters of %j cost about eight times thirty thousand', (unit) => {
    const cost = (length: number): number => Math.min(...[1, 2, 3].map(() => {
      const body = unit.repeat(Math.ceil(length / unit.length)).slice(0, length)
      const from = performance.now()
      classify({number: 1, title: unit.repeat(50), body, labels: []}, settings)
      return performance.now() - from
    }))
    cost(1000)
    // Quadratic would be 64; below three milliseconds the clock is noise.
    expect(cost(240_000) / Math.max(cost(30_000), 3)).toBeLessThan(30)
  })
