import {describe, expect, test} from 'vitest'
import {describeAction} from '../../../src/lib/core/action.js'
import {settleParent, type SettledChild, type SettleInput} from '../../../src/lib/core/family/close-parent.js'
import type {Issue} from '../../../src/lib/core/issue/issue.js'
import {parseProgressComment, printProgressComment} from '../../../src/lib/core/issue/progress-comment.js'
import type {EpicPlan} from '../../../src/lib/core/plan/plan.js'
import {comment, issue} from '../../support/issues.js'

const KEY = (n: number): string => n.toString(16).padStart(12, '0')
const done = {state: 'closed', stateReason: 'completed'} as const
const child = (n: number, about: Partial<Issue> = done, more: Partial<SettledChild> = {}): SettledChild => ({issue: issue(123 + n, about), key: KEY(n), order: n, mergedPr: 130 + n, ...more})
const plan = (n: number): EpicPlan => ({
  version: 1, epic: {number: 123, title: 't', bodySha: 'x', updatedAt: 'y'}, base: {branch: 'main', sha: 'a'}, decision: 'split', reason: '', effort: '', planHash: '0123456789ab', source: 'model',
  subtasks: Array.from({length: n}, (_, i) => ({order: i + 1, key: KEY(i + 1), title: `Part ${i + 1}`, description: 'd', acceptance: [], dependsOn: [], touches: [], complexity: 'medium' as const})), waves: [], usage: null, costUsd: null,
})
const epic = issue(123, {labels: ['pilot', 'Pilot-Failed', 'pilot-in-progress']})
const settle = (over: Partial<SettleInput> = {}) => settleParent({epic, plan: plan(2), children: [child(1), child(2)], moved: [], waived: [], waivedUrls: [], progressComment: undefined, summaryComment: undefined, ...over})

test('closes in the order of the contract', () => {
  const it = settle()
  expect(it.outcome).toBe('close')
  expect(it.actions.map(describeAction)).toEqual(['label #123 +pilot-done', 'label #123 -Pilot-Failed', 'label #123 -pilot-in-progress', 'comment on #123: progress, completed', 'comment on #123: summary', 'close #123 as completed'])
  const [progress, summary] = it.actions.flatMap((a) => (a.kind === 'create-comment' ? [a.body] : []))
  expect(progress).toMatch(/^<!-- pilot:progress v1 -->\n\n✅ Completed: 2\/2 sub-issues done\n\nAll sub-tasks executed successfully\.\n/)
  expect(summary).toMatch(/^<!-- pilot:summary v1 -->\n\nAll 2 sub-issues are merged/)
  expect(summary).toContain('| #124 | Issue 124 | #131 |')
})

test('the progress comment is completed in place and keeps its cost and learnings', () => {
  const before = {version: 1 as const, epic: 123, children: [], starting: 125, costUsd: 2.5, unpricedAttempts: 0, decision: {a: 1}, learnings: ['l']}
  const it = settle({progressComment: comment(55, printProgressComment(before))})
  const update = it.actions.find((a) => a.kind === 'update-comment')!
  expect(update.comment).toBe(55)
  expect(parseProgressComment(update.body)).toMatchObject({costUsd: 2.5, starting: null, decision: {a: 1}, learnings: ['l'], children: [{number: 124, state: 'done', pr: 131}, {number: 125}]})
})

test('killed after any write and run again, every write happens once', () => {
  const whole = settle().actions
  const full = whole.map(describeAction)
  const bodies = whole.flatMap((a) => (a.kind === 'create-comment' ? [a.body] : []))
  const after = (k: number): Partial<SettleInput> => ({
    epic: {...epic, labels: ['pilot', ...(k > 0 ? ['pilot-done'] : []), ...(k > 1 ? [] : ['Pilot-Failed']), ...(k > 2 ? [] : ['pilot-in-progress'])], state: k > 5 ? 'closed' : 'open'},
    progressComment: k > 3 ? comment(1, bodies[0]!.replace(/\n/g, '\r\n')) : undefined, summaryComment: k > 4 ? comment(2, bodies[1]!) : undefined,
  })
  for (let k = 0; k <= full.length; k++) expect(settle(after(k)).actions.map(describeAction)).toEqual(full.slice(k))
  expect(settle(after(6)).outcome).toBe('noop')
})

describe('does not close, and says exactly why', () => {
  test.each([
    ['open', [child(1), child(2, {}, {mergedPr: null})], ['#125 "Issue 125" is open']],
    ['merged but open', [child(1), child(2, {})], ['#125 "Issue 125" is open although #132 is merged: pilot close-parent --pr 132']],
    ['closed without merge', [child(1, done, {mergedPr: null}), child(2)], ['#124 "Issue 124" was closed without a merged pull request: reopen it, or pilot close-parent 123 --waive 124']],
    ['not planned', [child(1), child(2, {state: 'closed', stateReason: 'not_planned'})], ['#125 "Issue 125" was closed as not planned: reopen it, or pilot close-parent 123 --waive 125']],
    ['missing', [child(1)], ['planned sub-issue 2 "Part 2" does not exist: pilot decompose 123']],
    ['missing all', [], ['planned sub-issue 1 "Part 1" does not exist: pilot decompose 123', 'planned sub-issue 2 "Part 2" does not exist: pilot decompose 123']],
    ['missing, though as many others are done', [child(1), child(3, done, {key: null})], ['planned sub-issue 2 "Part 2" does not exist: pilot decompose 123']],
    ['unplanned child open', [child(1), child(2), child(3, {}, {key: null, mergedPr: null})], ['#126 "Issue 126" is open']],
  ] as [string, SettledChild[], string[]][])('%s', (_, children, reasons) => {
    expect(settle({children})).toMatchObject({outcome: 'waiting', code: 'CHILDREN_OPEN', reasons, actions: []})
  })

  test.each([[null], [plan(0)]])('no children at all is never done', (none) => {
    expect(settle({plan: none, children: []})).toMatchObject({outcome: 'refused', code: 'NO_CHILDREN', actions: []})
  })

  test('closed already: nothing to do, whatever the children are', () => {
    expect(settle({epic: {...epic, state: 'closed'}, children: []})).toMatchObject({outcome: 'noop', actions: []})
  })
})

test('a waived child is not waited for, and the summary says so', () => {
  const it = settle({children: [child(1), child(2, {}, {mergedPr: null})], waived: [125, 999]})
  expect(it).toMatchObject({outcome: 'close', warnings: ['--waive 999: #999 is not a child of #123']})
  const bodies = it.actions.flatMap((a) => (a.kind === 'create-comment' ? [a.body] : []))
  expect(bodies[0]).toContain('✅ Completed: 1/1 sub-issues done')
  expect(bodies[1]).toContain('Not waited for:\n\n- #125 Issue 125')
})

test('waiving a child that is merged changes nothing', () => {
  expect(settle({waived: [124]}).actions).toEqual(settle().actions)
})

test('all children waived: no empty success is claimed', () => {
  const it = settle({children: [child(1, {}, {mergedPr: null}), child(2, {}, {mergedPr: null})], waived: [124, 125]})
  expect(it.actions.map(describeAction)).not.toContain('comment on #123: progress, completed')
  expect(it.actions.at(-1)?.kind).toBe('close-issue')
})

test('nested epics: a child that was rolled up needs no pull request, and the next parent is named', () => {
  const nested = {...epic, body: 'Parent: GH-12\n'}
  expect(settle({epic: nested, children: [child(1), child(2, done, {mergedPr: null, rolledUp: true})]})).toMatchObject({outcome: 'close', rollUp: 12})
  expect(settle({epic: nested, nativeParent: 99}).rollUp).toBe(99)
  expect(settle({epic: {...nested, state: 'closed'}})).toMatchObject({outcome: 'noop', rollUp: 12})
  expect(settle({nativeParent: 123}).rollUp).toBeNull()
  expect(settle().rollUp).toBeNull()
})

test('waived by number, not by prefix', () => expect(settle({children: [child(1), child(2, done, {mergedPr: null})], waived: [12]}).outcome).toBe('waiting'))
