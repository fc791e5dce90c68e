import {expect, test} from 'vitest'
import {familyOf} from '../../../src/lib/core/family/children.js'
import {printChildBody} from '../../../src/lib/core/issue/child-body.js'
import type {Issue} from '../../../src/lib/core/issue/issue.js'
import {isBot, issue} from '../../support/issues.js'

const KEY = (n: number): string => n.toString(16).padStart(12, '0')
const body = (order: number, parent = 12): string =>
  printChildBody({parent, description: 'd', acceptance: [], dependsOn: [], mark: {parent, plan: '0123456789ab', key: KEY(order), order}})
const epic = issue(12)
const made = (number: number, order: number, about: Partial<Issue> = {}): Issue => issue(number, {body: body(order), ...about})
const see = (native: Issue[] | null, listed: Issue[]): [unknown[], unknown[]] => {
  const {children, foreign} = familyOf(epic, native, listed, isBot)
  return [children.map((c) => [c.issue.number, c.order]), foreign.map((f) => [f.issue, f.reason])]
}

test.each([
  ['by marker, in planned order', null, [made(15, 2), made(14, 3), made(16, 1)], [[16, 1], [15, 2], [14, 3]], []],
  ['union of link and marker, each once', [made(14, 1), issue(20)], [made(14, 1), made(15, 2)], [[14, 1], [15, 2], [20, null]], []],
  ['GH-12 is not GH-123', null, [issue(14, {body: body(1, 123)}), issue(15, {body: 'Parent: GH-123'}), issue(16, {body: 'Parent: GH-1'})], [], []],
  ['a copied marker is not adopted', null, [made(14, 1), made(13, 1, {author: 'mallory', labels: ['pilot']})], [[14, 1]], [[13, 'copied-marker']]],
  ['linked by a person, the copied marker still gives no key', [made(13, 1, {author: 'mallory'})], [made(14, 1)], [[14, 1], [13, null]], [[13, 'copied-marker']]],
  ['marker and Parent line disagree', null, [made(14, 1, {body: body(1).replace('GH-12', 'GH-99')}), made(15, 2, {body: body(2, 99).replace('Parent: GH-99', 'Parent: GH-12')})], [[15, null]], [[14, 'copied-marker']]],
  ['linked, its Parent line edited: link, marker and author agree', [made(14, 1, {body: body(1).replace('GH-12', 'GH-99')}), made(15, 2, {body: body(2).replace('Parent: GH-12', '')})], [], [[14, 1], [15, 2]], []],
  ['linked, with the marker of another parent\'s child', [made(14, 1, {body: body(1, 99)})], [], [[14, null]], []],
  ['made twice: the lower number', null, [made(18, 1), made(14, 1), made(15, 2)], [[14, 1], [15, 2]], [[18, 'duplicate']]],
  ['made twice, the higher one linked', [made(18, 1)], [made(14, 1)], [[14, 1]], [[18, 'duplicate']]],
  ['a Parent line of ours or vouched for by label', null, [issue(14, {body: 'Parent: #12'}), issue(15, {body: 'Parent: GH-12', author: 'ann', labels: ['Pilot']})], [[14, null], [15, null]], []],
  ['a Parent line of a stranger', null, [issue(15, {body: 'Parent: GH-12', author: 'mallory'})], [], [[15, 'stranger']]],
  ['pull requests and the epic itself are no children', [issue(12)], [made(14, 1, {isPull: true}), issue(12, {body: 'Parent: GH-12'})], [], []],
  ['a sub-issue of another repository', [issue(14, {url: 'https://github.com/octo/other/issues/14'})], [made(15, 1)], [[15, 1]], [[14, 'other-repository']]],
  ['nothing', null, [issue(14)], [], []],
] as [string, Issue[] | null, Issue[], unknown[], unknown[]][])('%s', (_, native, listed, children, foreign) => expect(see(native, listed)).toEqual([children, foreign]))

test('a child of ours in another repository is known as moved, a stranger\'s or one without a marker is not', () => {
  const url = (n: number): string => `https://github.com/octo/other/issues/${n}`
  const native = [made(1, 1, {url: url(1)}), made(2, 2, {url: url(2), author: 'mallory'}), issue(3, {url: url(3)}), made(4, 4, {url: url(4), body: body(4, 99)})]
  expect(familyOf(epic, native, [], isBot).moved).toEqual([{key: KEY(1), url: url(1), title: 'Issue 1', completed: false}])
})

test('a child says how it was found', () => {
  const {children} = familyOf(epic, [made(14, 1)], [made(14, 1), made(15, 2)], isBot)
  expect(children.map(({key, plan, native}) => ({key, plan, native}))).toEqual([{key: KEY(1), plan: '0123456789ab', native: true}, {key: KEY(2), plan: '0123456789ab', native: false}])
})
