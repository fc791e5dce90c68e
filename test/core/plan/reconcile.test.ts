import {describe, expect, it} from 'vitest'
import {describeAction, type Action} from '../../../src/lib/core/action.js'
import type {Child} from '../../../src/lib/core/family/children.js'
import {checkPlan} from '../../../src/lib/core/plan/check.js'
import type {EpicPlan} from '../../../src/lib/core/plan/plan.js'
import {assertDecomposable, assertNothingBeside, reconcile, type ReconcileFacts} from '../../../src/lib/core/plan/reconcile.js'
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
const run = (about: Partial<ReconcileFacts> = {}) => reconcile({epic, plan, children: [], moved: [], blockers: new Map(), links: 0, elsewhere: new Map(), ...about})
const lines = (about: Partial<ReconcileFacts>): string[] => run(about).actions.map(describeAction)

const CREATES = ['create child 1 of #7: Build part 1', 'create child 2 of #7: Build part 2', 'create child 3 of #7: Build part 3']
const LINKS = ['link child 1 to #7 as sub-issue', 'link child 2 to #7 as sub-issue', 'link child 3 to #7 as sub-issue']
const unordered: EpicPlan = {...plan, subtasks: plan.subtasks.map((one) => ({...one, dependsOn: []}))}

describe('reconcile', () => {
  it('makes everything where nothing is: creates, then links, then edges', () => {
    expect(lines({})).toEqual([
      'create child 1 of #7: Build part 1', 'create child 2 of #7: Build part 2', 'create child 3 of #7: Build part 3', 'link child 1 to #7 as sub-issue',
      'link child 2 to #7 as sub-issue', 'link child 3 to #7 as sub-issue', 'mark child 2 as blocked by child 1', 'mark child 3 as blocked by child 1', 'mark child 3 as blocked by child 2',
    ])
  })

  it('gives a child its parent\'s area and priority, never its state', () => {
    const [first] = run().actions
    expect(first).toMatchObject({kind: 'create-child', parent: 7, child: {order: 1, key: plan.subtasks[0]!.key, planHash: plan.planHash, labels: ['pilot', 'area:core', 'priority:high']}})
  })

  it('does nothing where everything is', () => {
    const all = {children: [child(1), child(2), child(3)], blockers: new Map([[12, [11]], [13, [11, 12]]])}
    expect(run(all)).toEqual({actions: [], existing: [{order: 1, number: 11}, {order: 2, number: 12}, {order: 3, number: 13}], warnings: []})
  })

  it.each<[string, Partial<ReconcileFacts>, string[]]>([
    ['a missing child in the middle', {children: [child(1), child(3)], blockers: new Map([[13, [11]]])},
      ['create child 2 of #7: Build part 2', 'link child 2 to #7 as sub-issue', 'mark child 2 as blocked by child 1', 'mark child 3 as blocked by child 2']],
    ['a child that is not linked', {children: [child(1, {native: false}), child(2), child(3)], blockers: new Map([[12, [11]], [13, [11, 12]]])}, ['link child 1 to #7 as sub-issue']],
    ['an edge that is missing', {children: [child(1), child(2), child(3)], blockers: new Map([[12, [11]], [13, [12]]])}, ['mark child 3 as blocked by child 1']],
    ['edges beyond the plan, which stay', {children: [child(1), child(2), child(3)], blockers: new Map([[12, [11, 99]], [13, [11, 12]]])}, []],
    ['a child that is closed as not planned', {children: [child(1, {issue: issue(11, {state: 'closed', stateReason: 'not_planned'})}), child(2), child(3)], blockers: new Map([[12, [11]], [13, [11, 12]]])}, []],
    ['an edited child, known by its key', {children: [child(1, {issue: issue(11, {title: 'Edited', body: 'all new', state: 'closed'})}), child(2), child(3)], blockers: new Map([[12, [11]], [13, [11, 12]]])}, []],
    ['a child beyond the plan', {children: [child(1), child(2), child(3), child(1, {key: null, issue: issue(40)})], blockers: new Map([[12, [11]], [13, [11, 12]]])}, []],
    ['a server without sub-issues and dependencies', {links: null, blockers: null}, ['create child 1 of #7: Build part 1', 'create child 2 of #7: Build part 2', 'create child 3 of #7: Build part 3']],
  ])('%s', (_, about, expected) => { expect(lines(about)).toEqual(expected) })

  it.each<[string, Partial<ReconcileFacts>, string[], RegExp[]]>([
    ['at the limit of sub-issues', {links: 100}, CREATES, [/has GitHub's limit of 100 sub-issues, closed ones included: planned child 1, planned child 2, planned child 3 are its child/]],
    ['the limit is reached midway', {links: 98}, [...CREATES, ...LINKS.slice(0, 2)], [/planned child 3 is its child by the Parent line only/]],
    ['room for all of them', {links: 97}, [...CREATES, ...LINKS], []],
    ['more sub-issues than the limit, as an older server may have', {links: 120, children: [child(1, {native: false}), child(2), child(3)]}, [], [/: #11 is its child/]],
    ['a child that is another issue\'s sub-issue', {children: [child(1, {native: false}), child(2), child(3)], elsewhere: new Map([[11, 'https://x/50']])}, [], [/^#11 stays a sub-issue of https:\/\/x\/50; its Parent line makes it a child of #7$/]],
  ])('%s', (_, about, expected, warnings) => {
    const {actions, warnings: said} = run({...about, plan: unordered})
    expect([actions.map(describeAction), said]).toEqual([expected, warnings.map((warning) => expect.stringMatching(warning) as unknown)])
  })

  it('leaves children alone that are planned no more, and names the open ones', () => {
    const old = [child(1), child(2, {key: 'f'.repeat(12)}), child(3, {key: 'e'.repeat(12), issue: issue(13, {state: 'closed'})}), child(1, {key: null, issue: issue(40)})]
    const {actions, warnings, existing} = run({children: old, plan: {...plan, subtasks: plan.subtasks.slice(0, 1)}})
    expect([actions, warnings, existing]).toEqual([[], [`#12 is not in plan ${plan.planHash} any more and stays as it is: close it as not planned if nobody wants it`], [{order: 1, number: 11}]])
  })

  it('does not make a transferred child again, and lets nothing wait for it', () => {
    const {actions, warnings, existing} = run({moved: [{key: plan.subtasks[0]!.key, url: 'https://x/octo/other/issues/1'}], children: [child(2)], blockers: new Map([[12, []]])})
    expect(actions.map(describeAction)).toEqual(['create child 3 of #7: Build part 3', 'link child 3 to #7 as sub-issue', 'mark child 3 as blocked by child 2'])
    expect(actions[0]).toMatchObject({child: {dependsOn: [2]}})
    expect([warnings, existing]).toEqual([[expect.stringMatching(/^planned child 1 was transferred to https:\/\/x\/octo\/other\/issues\/1/)], [{order: 2, number: 12}]])
  })

  it('a copy of a transferred child that is here counts', () => {
    const all = {children: [child(1), child(2), child(3)], blockers: new Map([[12, [11]], [13, [11, 12]]])}
    expect(run({...all, moved: [{key: plan.subtasks[0]!.key, url: 'https://x/1'}]})).toMatchObject({actions: [], warnings: []})
  })

  it.each<[string, Map<number, number[]>, string[], RegExp[]]>([
    ['the other way round', new Map([[11, [12]], [12, []], [13, []]]), ['mark child 3 as blocked by child 1', 'mark child 3 as blocked by child 2'], [/^#11 already waits for #12, so #12 cannot wait for it as planned/]],
    ['over an issue between them', new Map([[11, [99]], [99, [13]], [12, [11]], [13, []]]), [], [/^#11 already waits for #13/, /^#12 already waits for #13/]],
    ['in a circle of their own', new Map([[11, [99]], [99, [11]], [12, [11]], [13, [11, 12]]]), [], []],
  ])('edges that exist already: %s', (_, blockers, expected, warnings) => {
    const {actions, warnings: said} = run({children: [child(1), child(2), child(3)], blockers})
    expect([actions.map(describeAction), said]).toEqual([expected, warnings.map((warning) => expect.stringMatching(warning) as unknown)])
  })

  it('says what a text lacks where the server has no dependencies', () => {
    const children = [child(1), child(2, {issue: issue(12, {body: 'Depends on: #11'})}), child(3, {issue: issue(13, {body: 'Depends on: #11'})})]
    expect(run({children, blockers: null})).toMatchObject({actions: [], warnings: ['#13 does not say that it waits for #12: add the line "Depends on: #12" to it']})
  })
})

describe('may it be decomposed?', () => {
  const code = (labels: string[], state: 'open' | 'closed' = 'open', decision: EpicPlan['decision'] = 'split', title = 'Exports'): string => {
    try {
      assertDecomposable(issue(7, {labels, state, title}), {...plan, decision})
      return 'yes'
    } catch (error) {
      return error instanceof PilotError ? error.code : String(error)
    }
  }
  it.each([
    [['pilot'], 'open', 'split', 'yes'], [['Pilot-Done'], 'open', 'split', 'ALREADY_DONE'], [['pilot-done'], 'closed', 'split', 'ALREADY_DONE'],
    [[], 'closed', 'split', 'ISSUE_CLOSED'], [['No-Decompose'], 'open', 'split', 'NO_DECOMPOSE'], [['no-decompose'], 'open', 'single', 'yes'],
  ] as const)('%j %s %s: %s', (labels, state, decision, expected) => { expect(code([...labels], state, decision)).toBe(expected) })
  it.each([['[single] Exports', 'split', 'NO_DECOMPOSE'], ['Exports [no-plan]', 'split', 'NO_DECOMPOSE'], ['[single] Exports', 'single', 'yes'], ['A single [x] Export', 'split', 'yes']] as const)(
    'title %s, %s: %s', (title, decision, expected) => { expect(code([], 'open', decision, title)).toBe(expected) })
})

describe('beside open children of another plan', () => {
  const old = (about: Partial<Child> = {}): Child => child(1, {key: 'ffffffffffff', ...about})
  const closed = old({issue: issue(11, {state: 'closed', stateReason: 'not_planned'})})
  const [create, link] = [{kind: 'create-child', parent: 7, child: {order: 2}}, {kind: 'link-child', parent: 7, order: 2}] as unknown as Action[]
  const label: Action = {kind: 'add-labels', issue: 7, labels: ['no-decompose']}
  const single: EpicPlan = {...plan, decision: 'single', subtasks: [], waves: []}
  it.each<[string, EpicPlan, Child[], Action[], string | null]>([
    ['children to be made', plan, [old()], [create!], 'OTHER_CHILDREN'], ['only links', plan, [old()], [link!], null], ['nothing to do', plan, [old()], [], null], ['the old one closed', plan, [closed], [create!], null],
    ['a child of this plan', plan, [child(1)], [create!], null], ['a child that a person made', plan, [old({key: null})], [create!], null], ['one piece of work', single, [old()], [label], 'OTHER_CHILDREN'],
    ['one piece of work, said before', single, [old()], [], null], ['one piece of work, the old one closed', single, [closed], [label], null],
  ])('%s', (_, about, children, actions, code) => {
    const check = (): void => { assertNothingBeside({epic, plan: about, children, actions}) }
    if (code === null) expect(check).not.toThrow()
    else expect(check).toThrow(expect.objectContaining({code, suggestions: ['gh issue close 11 --reason "not planned"', 'pilot decompose 7 --force']}) as Error)
  })
})
