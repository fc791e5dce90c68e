import {expect, test} from 'vitest'
import type {Child} from '../../../src/lib/core/family/children.js'
import {keyOf, madeChildren, withNumbers} from '../../../src/lib/core/plan/key.js'
import {issue} from '../../support/issues.js'
import {checkPlan} from '../../../src/lib/core/plan/check.js'
import {parsePlanComment, printPlanComment} from '../../../src/lib/core/issue/plan-comment.js'
import {context, sha256, subtask} from './support.js'

const child = (title: string, plannedAs: string | null, state: 'open' | 'closed' = 'open'): Child => ({
  issue: issue(8, {title, state}), key: plannedAs === null ? null : keyOf(7, plannedAs, 1, sha256), plan: null, order: null, native: true,
})

test('a key depends on the epic, the words of the title and its rank, not on case or marks', () => {
  const key = keyOf(7, 'feat(api): add rows', 1, sha256)
  expect(key).toMatch(/^[0-9a-f]{12}$/)
  expect(keyOf(7, '`Feat` api, add ROWS!', 1, sha256)).toBe(key)
  for (const other of [keyOf(8, 'feat(api): add rows', 1, sha256), keyOf(7, 'feat(api): add row', 1, sha256), keyOf(7, 'feat(api): add rows', 2, sha256)]) expect(other).not.toBe(key)
})

test.each<[string, Child, boolean]>([
  ['open', child('Add rows', 'Add rows'), true],
  ['closed', child('Add rows', 'Add rows', 'closed'), true],
  ['in another case', child('add ROWS', 'Add rows'), true],
  ['renamed by a person', child('Add columns', 'Add rows'), false],
  ['made by a person', child('Add rows', null), false],
])('a child that is %s: %#', (_name, made, shown) => {
  expect(madeChildren([made], 7, sha256)).toEqual(shown ? [{title: made.issue.title, state: made.issue.state}] : [])
})

test('of more than an epic can have, the first hundred', () => {
  const many = Array.from({length: 130}, (_, i) => child(`Add row ${i}`, `Add row ${i}`))
  expect(madeChildren(many, 7, sha256).map(({title}) => title)).toEqual(many.slice(0, 100).map(({issue: {title}}) => title))
})

test('the numbers of its own children go with a plan, the last told counts, and a comment holds them', () => {
  const checked = checkPlan({decision: 'split', reason: '', effort: '', subtasks: [subtask(1), subtask(2)]}, context())
  if (!checked.ok) throw new Error(checked.problems.join('; '))
  const [a, b] = checked.plan.subtasks.map(({key}) => key) as [string, string]
  expect(withNumbers(checked.plan, undefined, {ffffffffffff: 9})).toEqual(checked.plan)
  const numbered = withNumbers(checked.plan, {[a]: 3, [b]: 4}, {[a]: 5, ffffffffffff: 9})
  expect(numbered.children).toEqual({[a]: 5, [b]: 4})
  expect(withNumbers(numbered)).toEqual(checked.plan)
  expect(parsePlanComment(printPlanComment(numbered))).toEqual(numbered)
})
