import {describe, expect, test} from 'vitest'
import {describeAction} from '../../../src/lib/core/action.js'
import type {ChildFacts} from '../../../src/lib/core/family/progress.js'
import {driftOf, mendsOf, type DriftFacts} from '../../../src/lib/core/family/repair.js'
import type {Issue} from '../../../src/lib/core/issue/issue.js'
import {NO_ATTEMPTS} from '../../../src/lib/core/run/attempt.js'
import {issue} from '../../support/issues.js'

const child = (n: number, about: Partial<Issue> = {}, more: Partial<ChildFacts> = {}): ChildFacts =>
  ({issue: issue(n, {labels: ['pilot'], ...about}), key: null, plan: null, order: null, native: true, claimed: false, pr: null, blockers: [], ...more})
const facts = (children: ChildFacts[], more: Partial<DriftFacts> = {}): DriftFacts =>
  ({epic: issue(1), missing: [], links: true, children, attempts: new Map(), dead: new Set(), ...more})
const merged = {pr: {number: 30, state: 'closed', merged: true}} as const
const closed = {state: 'closed', stateReason: 'completed'} as const
const see = (one: DriftFacts): [number, string, string[], number | null][] =>
  driftOf(one).map((found) => [found.issue, found.kind, found.mend?.actions.map(describeAction) ?? [], found.mend?.under ?? null])

describe('driftOf', () => {
  test.each([
    ['nothing', [child(2)], []],
    ['in progress without a claim', [child(2, {labels: ['Pilot-In-Progress']})], [[2, 'stale-in-progress', ['label #2 -Pilot-In-Progress'], 2]]],
    ['in progress on a closed issue', [child(2, {labels: ['pilot-in-progress'], ...closed})], [[2, 'stale-in-progress', ['label #2 -pilot-in-progress'], 2]]],
    ['the same under a live claim', [child(2, {labels: ['pilot-in-progress', 'pilot-retry-1', 'pilot-retry-2', 'pilot-done']}, {claimed: true})], []],
    ['two rungs', [child(2, {labels: ['pilot-retry-1', 'pilot-retry-2']})], [[2, 'two-rungs', ['label #2 -pilot-retry-1'], 2]]],
    ['a rung beside the end of the ladder', [child(2, {labels: ['pilot-retry-1', 'pilot-retry-exhausted']})], [[2, 'two-rungs', ['label #2 -pilot-retry-1'], 2]]],
    ['the second rung beside the end: the sign that the parent has not been told', [child(2, {labels: ['pilot-retry-2', 'pilot-retry-exhausted']})], [[2, 'two-rungs', [], null]]],
    ['one rung', [child(2, {labels: ['pilot-retry-1', 'pilot-failed', 'pilot-retry-ready']})], []],
    ['merged and open', [child(2, {labels: ['pilot-failed']}, merged)], [[2, 'not-settled', ['label #2 +pilot-done', 'label #2 -pilot-failed', 'close #2 as completed'], 2]]],
    ['merged, done and open', [child(2, {labels: ['pilot-done']}, merged)], [[2, 'not-settled', ['close #2 as completed'], 2]]],
    ['merged and opened again by a person', [child(2, {stateReason: 'reopened'}, merged)], [[2, 'not-settled', [], null]]],
    ['merged, closed, without the label', [child(2, closed, merged)], [[2, 'not-settled', ['label #2 +pilot-done'], 2]]],
    ['merged, settled, with what is left of a failure', [child(2, {labels: ['pilot-done', 'pilot-retry-1'], ...closed}, merged)], [[2, 'not-settled', ['label #2 -pilot-retry-1'], 2]]],
    ['merged and settled', [child(2, {labels: ['pilot-done'], ...closed}, merged)], []],
    ['merged, then closed as not planned', [child(2, {state: 'closed', stateReason: 'not_planned'}, merged)], []],
    ['done without a merge', [child(2, {labels: ['pilot-done']})], [[2, 'done-without-merge', [], null]]],
    ['a native link to another issue, which GitHub would not give up', [child(2, {body: 'Parent: GH-1', parent: 4}, {native: false})], [[2, 'missing-link', [], null]]],
    ['no native link', [child(2, {body: 'Parent: GH-1'}, {native: false})], [[2, 'missing-link', ['link #2 to #1 as sub-issue'], 1]]],
    ['no native link, and another parent in its text', [child(2, {body: 'Parent: GH-9'}, {native: false})], []],
    ['no native edge', [child(2), child(3, {body: 'Depends on: #2, #9'})], [[3, 'missing-edge', ['mark #3 as blocked by #2'], 1]]],
    ['the edge is there', [child(2), child(3, {body: 'Depends on: #2'}, {blockers: [issue(2)]})], []],
    ['no edges on this server', [child(2), child(3, {body: 'Depends on: #2'}, {blockers: null})], []],
    ['an edge to what is done', [child(2, {labels: ['pilot-done'], ...closed}, merged), child(3, {body: 'Depends on: #2'})], []],
    ['an edge from what is done', [child(2), child(3, {body: 'Depends on: #2', labels: ['pilot-done'], ...closed}, merged)], []],
  ] as [string, ChildFacts[], unknown[]][])('%s', (_, children, expected) => expect(see(facts(children))).toEqual(expected))

  test('a server without links misses none', () => expect(see(facts([child(2, {}, {native: false})], {links: false}))).toEqual([]))
  test('looked at one by one, an issue has no family', () => expect(see(facts([child(2, {body: 'Depends on: #3'}, {native: false}), child(3)], {epic: null}))).toEqual([]))
  test('dead claims, in order', () => {
    expect(see(facts([child(2)], {dead: new Set([12, 2])}))).toEqual([[2, 'dead-claim', ['delete the claim of a dead runner on #2'], null], [12, 'dead-claim', ['delete the claim of a dead runner on #12'], null]])
  })
  test('a planned sub-issue that is not there names the command that makes it', () => {
    expect(driftOf(facts([], {missing: [{order: 2, title: 'Web'}]}))).toEqual([{issue: 1, kind: 'missing-child', detail: 'planned sub-issue 2 "Web" does not exist', repair: 'pilot decompose 1', mend: null}])
  })
  test('ready for a retry of nothing, only where the attempts were read', () => {
    const one = child(2, {labels: ['pilot-retry-ready']})
    expect([see(facts([one], {attempts: new Map([[2, NO_ATTEMPTS]])})), see(facts([one]))]).toEqual([[[2, 'retry-without-failure', [], null]], []])
  })
})

test('mends are grouped by the claim that they take, and none is made up', () => {
  const found = driftOf(facts([child(2, {body: 'Parent: GH-1', labels: ['pilot-in-progress']}, {native: false}), child(3, {labels: ['pilot-done']})], {dead: new Set([3])}))
  expect([...mendsOf(found)].map(([under, group]) => [under, group.map(({kind}) => kind)])).toEqual([[null, ['dead-claim']], [1, ['missing-link']], [2, ['stale-in-progress']]])
})

test('what was mended is no drift any more', () => {
  const before = child(2, {labels: ['pilot-in-progress', 'pilot-failed']}, merged)
  expect(see(facts([before]))).not.toEqual([])
  expect(see(facts([child(2, {labels: ['pilot-done'], ...closed}, merged)]))).toEqual([])
})
