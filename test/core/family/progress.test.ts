import {expect, test} from 'vitest'
import {familyProgress, type ChildFacts} from '../../../src/lib/core/family/progress.js'
import type {Issue} from '../../../src/lib/core/issue/issue.js'
import {issue} from '../../support/issues.js'

const facts = (number: number, about: Partial<Issue> = {}, more: Partial<ChildFacts> = {}): ChildFacts =>
  ({issue: issue(number, about), key: null, plan: null, order: number, native: true, claimed: false, pr: null, blockers: null, ...more})
const open = {number: 131, state: 'open', merged: false} as const
const merged = {number: 131, state: 'closed', merged: true} as const
const rejected = {number: 131, state: 'closed', merged: false} as const
const closed = {state: 'closed', stateReason: 'completed'} as const
const l = (...labels: string[]): Partial<Issue> => ({labels: labels.map((label) => `pilot-${label}`)})

test.each([
  ['ready', {}, {}, 'pilot execute 124'],
  ['ready', l('in-progress'), {}, 'pilot execute 124'],
  ['ready', {}, {pr: rejected}, 'pilot execute 124'],
  ['running', l('failed', 'retry-ready', 'retry-1'), {claimed: true}, 'pilot logs 124 --follow'],
  ['failed', l('Failed'), {}, 'pilot retry 124'],
  ['retry-ready', l('failed', 'retry-ready'), {}, 'pilot retry 124'],
  ['exhausted', l('failed', 'retry-exhausted', 'needs-human'), {}, 'gh issue edit 124 --remove-label pilot-retry-exhausted,pilot-needs-human && pilot execute 124'],
  ['needs-human', l('needs-human', 'failed'), {}, 'gh issue edit 124 --remove-label pilot-needs-human && pilot execute 124'],
  ['open-pr', l('in-progress'), {pr: open}, 'pilot land 131'],
  ['merged', {}, {pr: merged}, 'pilot close-parent --pr 131'],
  ['merged', l('done'), {}, 'pilot close-parent 124'],
  ['merged', closed, {pr: merged}, 'pilot close-parent --pr 131'],
  ['done', {...closed, ...l('done')}, {pr: merged}, ''],
  ['done', {state: 'closed', stateReason: null, ...l('done')}, {}, ''],
  ['closed-unmerged', closed, {}, 'pilot close-parent 123 --waive 124'],
  ['closed-unmerged', closed, {pr: rejected}, 'pilot close-parent 123 --waive 124'],
  ['closed-unmerged', {...l('done'), state: 'closed', stateReason: 'not_planned'}, {pr: merged}, 'pilot close-parent 123 --waive 124'],
] as [string, Partial<Issue>, Partial<ChildFacts>, string][])('%s: %j %j', (state, about, more, next) => {
  expect(familyProgress(123, [facts(124, about, more)])[0]).toMatchObject({state, next, blockedBy: []})
})

const needs = (...numbers: number[]): Partial<Issue> => ({body: numbers.map((n) => `Depends on: #${n}`).join('\n')})
const family = (children: ChildFacts[], outside: Issue[] = []): unknown[] =>
  familyProgress(123, children, new Map(outside.map((i) => [i.number, i]))).map(({number, state, blockedBy, next}) => [number, state, blockedBy, next])

test('a child waits until what it depends on is merged, and says what to do about that', () => {
  expect(family([facts(124, {}, {pr: open}), facts(125, needs(124)), facts(126, needs(125))])).toEqual([
    [124, 'open-pr', [], 'pilot land 131'], [125, 'blocked', [124], 'pilot land 131'], [126, 'blocked', [125], 'pilot land 131']])
  expect(family([facts(124, closed, {pr: merged}), facts(125, needs(124))])[1]).toEqual([125, 'ready', [], 'pilot execute 125'])
  // not to wait for it lets the epic close, and helps nobody who depends on it
  expect(family([facts(124, closed), facts(125, needs(124))])[1]).toEqual([125, 'blocked', [124], 'gh issue reopen 124'])
})

test('blockers from text and from GitHub are one set; the unknown ones block, the epic and the child itself never do', () => {
  expect(family([facts(125, needs(7, 123, 125), {blockers: [issue(7), issue(8, closed), issue(9, {state: 'closed', stateReason: 'not_planned'})]})])).toEqual([[125, 'blocked', [7, 9], 'pilot execute 7']])
  expect(family([facts(125, needs(7))], [issue(7)])[0]).toEqual([125, 'blocked', [7], 'pilot execute 7'])
  expect(family([facts(125, needs(7))], [issue(7, {state: 'closed', stateReason: 'not_planned'})])[0]).toEqual([125, 'blocked', [7], 'gh issue reopen 7'])
  // deleted or transferred
  expect(family([facts(125, needs(7))])[0]).toEqual([125, 'blocked', [7], 'gh issue edit 125'])
  expect(family([facts(125, needs(7))], [issue(7, closed)])[0]).toEqual([125, 'ready', [], 'pilot execute 125'])
})

test('GH-12 does not stand for GH-123, and a circle ends', () => {
  expect(family([facts(12, closed, {pr: merged}), facts(125, needs(126)), facts(126, needs(125)), facts(127, needs(1))], [issue(12, closed), issue(1)]).slice(1)).toEqual([
    [125, 'blocked', [126], 'pilot status 123'], [126, 'blocked', [125], 'pilot status 123'], [127, 'blocked', [1], 'pilot execute 1']])
})

test('issues that are no family name no epic', () => {
  const alone = (children: ChildFacts[]) => familyProgress(null, children).map(({number, state, next}) => [number, state, next])
  expect(alone([facts(124, {state: 'closed', stateReason: 'not_planned'})])).toEqual([[124, 'closed-unmerged', 'gh issue reopen 124']])
  expect(alone([facts(125, needs(126)), facts(126, needs(125))])).toEqual([[125, 'blocked', 'gh issue edit 125'], [126, 'blocked', 'gh issue edit 126']])
})

test('what failed is not called blocked, but what blocks it is said', () => {
  expect(family([facts(124), facts(125, {...needs(124), ...l('failed')})])[1]).toEqual([125, 'failed', [124], 'pilot retry 125'])
})
