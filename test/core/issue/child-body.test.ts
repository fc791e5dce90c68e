import {describe, expect, test} from 'vitest'
import {acceptanceOf, childMark, dependsOn, parentOf, printChildBody, type ChildBody} from '../../../src/lib/core/issue/child-body.js'
import {neutralise} from '../../../src/lib/core/issue/text.js'
import {nasties} from '../../support/nasty.js'

const mark = {parent: 123, plan: '0123456789ab', key: 'ba9876543210', order: 2}
const child = (over: Partial<ChildBody> = {}): ChildBody => ({parent: 123, description: 'Do it.', acceptance: ['works', 'is tested'], dependsOn: [124], mark, ...over})

/** What the readers of the product find in a body. */
const read = (body: string) => ({parent: parentOf(body), acceptance: acceptanceOf(body), dependsOn: dependsOn(body), mark: childMark(body)})

test('prints the body of the contract', () => {
  expect(printChildBody(child({dependsOn: [124, 125]}))).toBe([
    'Parent: GH-123', '', 'Do it.', '', '### Acceptance criteria', '- [ ] works', '- [ ] is tested', '', 'Depends on: #124', 'Depends on: #125',
    '<!-- pilot:child {"parent":123,"plan":"0123456789ab","key":"ba9876543210","order":2} -->', ''].join('\n'))
})

describe('round trip', () => {
  test.each([
    child(), child({acceptance: [], dependsOn: []}), child({description: ''}), child({description: '', acceptance: []}),
    child({description: '#### Acceptance criteria\n- [ ] not one of ours', acceptance: []}), child({description: '```js\n### Acceptance criteria\n```\n- a\n- b'}),
    child({acceptance: ['[x] looks ticked', '``` fence', '### Acceptance criteria', '🙂 `a|b` $& $1']}), child({description: '- ```\n  list fence\n  ```\nafter'}),
  ])('%#', ({description, ...rest}) => {
    const printed = printChildBody({description, ...rest})
    expect(read(printed)).toEqual(rest)
    expect(printed).toContain(description === '' ? 'Parent: GH-123\n\n' : `Parent: GH-123\n\n${description}\n\n`)
  })

  test('of hostile text: no mark, parent or dependency is ever lost or gained, whatever the ends of lines', () => {
    const texts = nasties(3000)
    for (const [i, text] of texts.entries()) {
      const printed = printChildBody(child({description: text, acceptance: [texts.at(i - 1)!, 'last'], dependsOn: [7, 8]}))
      const found = read(printed)
      expect(found).toMatchObject({parent: 123, mark, dependsOn: [7, 8]})
      expect(found.acceptance.at(-1)).toBe('last')
      expect(read(printed.replace(/\n/g, '\r\n'))).toEqual(found)
    }
  })

  test('a heading like ours in the description brings no criteria in', () => {
    const printed = printChildBody(child({description: 'x\n### acceptance criteria\n- [ ] smuggled', acceptance: []}))
    expect([printed.includes('\nx\n#### acceptance criteria\n- [ ] smuggled\n'), acceptanceOf(printed)]).toEqual([true, []])
  })

  test('a body never exceeds what GitHub takes', () => {
    const huge = child({description: `\`${'@bob '.repeat(30_000)}\``, acceptance: Array.from({length: 500}, (_, i) => `${i} ${'x'.repeat(900)}`)})
    const printed = printChildBody(huge)
    expect(printed.length).toBeLessThanOrEqual(65_536)
    expect(printed).toMatch(/characters cut\]/)
    expect(printed).not.toContain('@bob')
    expect(read(printed)).toMatchObject({mark, dependsOn: [124]})
    expect(acceptanceOf(printed).at(-1)).toMatch(/^… and \d+ more/)
  })
})

test.each([
  ['Parent: GH-12', 12], ['Parent: #12', 12], ['Parent: GH-123', 123], ['parent:gh-12', 12], ['\uFEFFParent: GH-12', 12], ['text\r\nParent: #12\r\n', 12], ['Parent: GH-12.', 12], ['Parent: GH-12 (auth)', 12],
  ['Parent: GH-12x', undefined], ['Parent: GH-12-3', undefined], [' Parent: GH-12', undefined], ['> Parent: GH-12', undefined], ['See Parent: GH-12', undefined], ['Parent: 12', undefined],
  ['Parent: GH-0', undefined], ['Parent: octo/app#12', undefined], ['```\nParent: GH-12\n```', undefined], ['~~~\nParent: GH-12\n~~~\nParent: GH-13', 13], ['<!--\nParent: GH-12\n-->\nParent: GH-13', 13],
  ['```\nopen fence\nParent: GH-12', 12], ['Parent:\nGH-12', undefined], ['Parent: GH-12\nParent: GH-13', 12], ['', undefined],
])('parent of %j is %j', (body, parent) => expect(parentOf(body)).toBe(parent))

test.each([
  ['Depends on: #12', [12]], ['Depends on: #123\nDepends on: #12\nDepends on: #12', [123, 12]], ['depends on: GH-12, #13 and #14', [12, 13, 14]], ['It depends on: #12', []], ['- Depends on: #12', []],
  ['Depends on: other/repo#12', []], ['```\nDepends on: #12\n```', []], ['Depends on: #12abc', []], ['Depends on: https://github.com/o/r/issues/5', []],
])('%j depends on %j', (body, numbers) => expect(dependsOn(body)).toEqual(numbers))

const line = (key: string, order = 1): string => `<!-- pilot:child {"parent":1,"plan":"0123456789ab","key":"${key}","order":${order}} -->`
test.each([
  [line('aaaaaaaaaaaa'), 'aaaaaaaaaaaa'], [`${line('aaaaaaaaaaaa')}\nx\n${line('bbbbbbbbbbbb')}  \nadded by hand`, 'bbbbbbbbbbbb'], [`\`\`\`\n${line('aaaaaaaaaaaa')}\n\`\`\``, undefined],
  [`> ${line('aaaaaaaaaaaa')}`, undefined], [`    ${line('aaaaaaaaaaaa')}`, undefined], [`\`\`\`\nnever closed\n${line('aaaaaaaaaaaa')}`, 'aaaaaaaaaaaa'], [line('AAAAAAAAAAAA'), undefined], [line('aaaaaaaaaaaa', 0), undefined],
  ['<!-- pilot:child {"parent":1 -->', undefined], ['<!-- pilot:child {"parent":1,"plan":"0123456789ab","key":"aaaaaaaaaaaa","order":1,"x":1} -->', undefined], ['no mark', undefined],
])('the mark of %j has key %j', (body, key) => expect(childMark(body)?.key).toBe(key))

test('criteria are read ticked or not, and a ticked box changes nothing else', () => {
  const body = printChildBody(child()).replace('- [ ] works', '- [x] works')
  expect(acceptanceOf(body)).toEqual(['works', 'is tested'])
  expect(read(body)).toEqual(read(printChildBody(child())))
  expect(acceptanceOf('no heading\n- [ ] x')).toEqual([])
  expect(neutralise('- [ ] a')).toBe('- [ ] a')
})
