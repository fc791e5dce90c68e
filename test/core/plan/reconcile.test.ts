import {describe, expect, it} from 'vitest'
import {describeAction} from '../../../src/lib/core/action.js'
import type {Child} from '../../../src/lib/core/family/children.js'
import {checkPlan} from '../../../src/lib/core/plan/check.js'
import type {EpicPlan} from '../../../src/lib/core/plan/plan.js'
import {assertDecomposable, reconcile, type ReconcileFacts} from '../../../src/lib/core/plan/reconcile.js'
import {PilotError} from '../../../src/lib/errors.js'
import {issue} from '../../support/issues.js'
import {context, subtask} from './support.js'

const checked = checkPlan({decision: 'split', reason: '', effort: '', subtasks: [subtask(1), subtask(2, {dependsOn: [1]}), subtask(3, {dependsOn: [1, 2]})]}, context())
if (!checked.ok) throw new Error(checked.problems.join('; '))
const plan: EpicPlan = checked.plan
const epic = issue(7, {labels: ['pilot', 'area:core', 'priority:high', 'bug', 'pilot-failed']})
/** The child of an order, as issue 10 + order. */
const child = (order: number, about: Partial<Child> = {}): Child =>
  ({issue: issue(10 + order), key: plan.subtasks[order - 1]!.key, plan: plan.planHash, order, native: true, ...about})
const run = (about: Partial<ReconcileFacts> = {}) => reconcile({epic, plan, children: [], blockers: new Map(), hasSubIssues: true, ...about})
const lines = (about: Partial<ReconcileFacts>): string[] => run(about).actions.map(describeAction)

describe('reconcile', () => {
  it('makes everything where nothing is: creates, then links, then edges', () => {
    expect(lines({})).toEqual([
      '#7 create child 1: Build part 1', '#7 create child 2: Build part 2', '#7 create child 3: Build part 3', '#7 link child 1 as sub-issue',
      '#7 link child 2 as sub-issue', '#7 link child 3 as sub-issue', 'child 2 is blocked by child 1', 'child 3 is blocked by child 1', 'child 3 is blocked by child 2',
    ])
  })

  it('gives a child its parent\'s area and priority, never its state', () => {
    const [first] = run().actions
    expect(first).toMatchObject({kind: 'create-child', parent: 7, child: {order: 1, key: plan.subtasks[0]!.key, planHash: plan.planHash, labels: ['pilot', 'area:core', 'priority:high']}})
  })

  it('does nothing where everything is', () => {
    const all = {children: [child(1), child(2), child(3)], blockers: new Map([[12, [11]], [13, [11, 12]]])}
    expect(run(all)).toEqual({actions: [], existing: [{order: 1, number: 11}, {order: 2, number: 12}, {order: 3, number: 13}]})
  })

  it.each<[string, Partial<ReconcileFacts>, string[]]>([
    ['a missing child in the middle', {children: [child(1), child(3)], blockers: new Map([[13, [11]]])},
      ['#7 create child 2: Build part 2', '#7 link child 2 as sub-issue', 'child 2 is blocked by child 1', 'child 3 is blocked by child 2']],
    ['a child that is not linked', {children: [child(1, {native: false}), child(2), child(3)], blockers: new Map([[12, [11]], [13, [11, 12]]])}, ['#7 link child 1 as sub-issue']],
    ['an edge that is missing', {children: [child(1), child(2), child(3)], blockers: new Map([[12, [11]], [13, [12]]])}, ['child 3 is blocked by child 1']],
    ['edges beyond the plan, which stay', {children: [child(1), child(2), child(3)], blockers: new Map([[12, [11, 99]], [13, [11, 12]]])}, []],
    ['an edited child, known by its key', {children: [child(1, {issue: issue(11, {title: 'Edited', body: 'all new', state: 'closed'})}), child(2), child(3)], blockers: new Map([[12, [11]], [13, [11, 12]]])}, []],
    ['a child beyond the plan', {children: [child(1), child(2), child(3), child(1, {key: null, issue: issue(40)})], blockers: new Map([[12, [11]], [13, [11, 12]]])}, []],
    ['a server without sub-issues and dependencies', {hasSubIssues: false, blockers: null}, ['#7 create child 1: Build part 1', '#7 create child 2: Build part 2', '#7 create child 3: Build part 3']],
  ])('%s', (_, about, expected) => { expect(lines(about)).toEqual(expected) })

  it('refuses to pass GitHub\'s limit of children, closed ones included', () => {
    const many = Array.from({length: 98}, (_, i) => child(1, {key: `other-${i}`, issue: issue(100 + i, {state: 'closed'})}))
    expect(() => run({children: many})).toThrow(expect.objectContaining({code: 'TOO_MANY_CHILDREN', exit: 5}))
    expect(() => run({children: many.slice(1)})).not.toThrow()
  })
})

describe('may it be decomposed?', () => {
  const code = (labels: string[], state: 'open' | 'closed' = 'open', decision: EpicPlan['decision'] = 'split'): string => {
    try {
      assertDecomposable(issue(7, {labels, state}), {...plan, decision})
      return 'yes'
    } catch (error) {
      return error instanceof PilotError ? error.code : String(error)
    }
  }
  it.each([
    [['pilot'], 'open', 'split', 'yes'], [['Pilot-Done'], 'open', 'split', 'ALREADY_DONE'], [['pilot-done'], 'closed', 'split', 'ALREADY_DONE'],
    [[], 'closed', 'split', 'ISSUE_CLOSED'], [['No-Decompose'], 'open', 'split', 'NO_DECOMPOSE'], [['no-decompose'], 'open', 'single', 'yes'],
  ] as const)('%j %s %s: %s', (labels, state, decision, expected) => { expect(code([...labels], state, decision)).toBe(expected) })
})
