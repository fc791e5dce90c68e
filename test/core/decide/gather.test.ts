import {describe, expect, test} from 'vitest'
import {gatherFacts, type ChildView} from '../../../src/lib/core/decide/gather.js'
import type {ChildState} from '../../../src/lib/core/family/child-state.js'
import {sha256} from '../plan/support.js'
import {attempt, attempts, passed, SHA} from '../run/support.js'
import {issue} from '../../support/issues.js'

const child = (number: number, state: ChildState, about: Partial<ChildView> & {labels?: string[]; body?: string} = {}): ChildView => ({
  row: {number, title: `Child ${number}`, order: number, state, pr: null, blockedBy: [], next: ''}, issue: issue(number, {labels: about.labels ?? [], body: about.body ?? ''}),
  dependsOn: [], touches: [], attempts: attempts(), nested: false, ...about,
})
const gather = (children: ChildView[], maxRises = 1) => gatherFacts({epic: {number: 9, title: 'E'}, base: {branch: 'main', sha: SHA('b')}, learnings: ['l'], standing: null, children, maxRises, split: {maxSubtasks: 5, hash: sha256}})
const one = attempts(attempt(1))

describe('who failed, and who remains', () => {
  test.each([
    ['done', 'nobody'], ['merged', 'nobody'], ['open-pr', 'nobody'], ['running', 'nobody'], ['exhausted', 'nobody'], ['needs-human', 'nobody'], ['closed-unmerged', 'nobody'],
    ['failed', 'failed'], ['retry-ready', 'failed'], ['blocked', 'remaining'], ['ready', 'remaining'],
  ] as const)('%s: %s', (state, where) => {
    const facts = gather([child(1, state, {attempts: one})])
    expect(facts.failed.length > 0 ? 'failed' : facts.remaining.length > 0 ? 'remaining' : 'nobody').toBe(where)
  })
  test.each([['nothing counted', attempts()], ['only an outage', attempts(attempt(1, {failure: 'network'}))], ['it passed since', attempts(attempt(1), passed(2, SHA('c')))]])(
    '%s: no failure to decide about', (_, record) => expect(gather([child(1, 'failed', {attempts: record})]).failed).toEqual([]))
  test('an epic of its own is decided about by itself', () => expect(gather([child(1, 'failed', {attempts: one, nested: true})]).failed).toEqual([]))
})

describe('what is allowed', () => {
  const may = (about: Parameters<typeof child>[2], maxRises = 1) => gather([child(1, 'failed', {attempts: one, ...about})], maxRises).failed[0]!.may
  const POINTS = '### Task 1: parser\nwrite src/parse.ts\n\n### Task 2: printer\nwrite web/print.ts\n'
  const IN_ONE = POINTS.replace('web/', 'src/')
  test.each([
    ['plain', {}, 1, {retry: true, rise: false, decompose: false}],
    ['no outcome that climbs by itself', {attempts: attempts(attempt(1, {failure: 'timeout'}))}, 1, {retry: true, rise: true, decompose: false}],
    ['room for a second rise', {}, 2, {retry: true, rise: true, decompose: false}],
    ['rises switched off', {attempts: attempts(attempt(1, {failure: 'timeout'}))}, 0, {retry: true, rise: false, decompose: false}],
    ['both retries used', {labels: ['pilot-retry-2'], attempts: attempts(attempt(1), attempt(2), attempt(3))}, 0, {retry: false, rise: false, decompose: false}],
    ['its second retry is still to come', {labels: ['pilot-retry-1'], attempts: attempts(attempt(1), attempt(2))}, 0, {retry: true, rise: false, decompose: false}],
    ['split points', {body: POINTS}, 0, {retry: true, rise: false, decompose: true}],
    ['split points in one package', {body: IN_ONE}, 0, {retry: true, rise: false, decompose: false}],
    ['split points, but a veto', {body: POINTS, labels: ['no-decompose']}, 0, {retry: true, rise: false, decompose: false}],
  ] as [string, Parameters<typeof child>[2], number, object][])('%s', (_, about, rises, allowed) => expect(may(about, rises)).toEqual(allowed))
})

test('texts end where the contract says', () => {
  const long = {...one, newest: {verifyTail: `first\n${'v'.repeat(1990)}`, review: 'r'.repeat(1500), summary: 's'.repeat(1000)}}
  const [failed] = gather([child(1, 'failed', {attempts: long})]).failed
  expect([failed!.verifyTail.length <= 2000, failed!.review.length, failed!.summary.length]).toEqual([true, 1500, 1000])
})
