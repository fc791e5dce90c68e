import {describe, expect, it} from 'vitest'
import type {Issue} from '../../../src/lib/core/issue/issue.js'
import {nextIssues} from '../../../src/lib/core/run/next.js'
import {issue} from '../../support/issues.js'

const work = (number: number, about: Partial<Issue> = {}): Issue => issue(number, {labels: ['pilot'], ...about})
const numbers = (open: Issue[], claimed: number[] = [], branches: string[] = []): number[] =>
  nextIssues(open, new Set(claimed), new Set(branches)).map((candidate) => candidate.issue)
const childMark = (parent: number): string => `<!-- pilot:child {"parent":${parent},"plan":"0123456789ab","key":"0123456789ab","order":1} -->`

describe('next', () => {
  it('lists the oldest first, with title and branch', () => {
    expect(nextIssues([work(9), work(3, {title: 'Third'})], new Set(), new Set())).toEqual([
      {issue: 3, title: 'Third', branch: 'pilot/GH-3'}, {issue: 9, title: 'Issue 9', branch: 'pilot/GH-9'},
    ])
  })

  it.each<[string, Partial<Issue>]>([
    ['no label', {labels: []}], ['a pull request', {isPull: true}], ['closed', {state: 'closed'}], ['done', {labels: ['pilot', 'Pilot-Done']}],
    ['failed', {labels: ['pilot', 'pilot-failed']}], ['waiting for a retry', {labels: ['pilot', 'pilot-retry-ready']}],
    ['exhausted', {labels: ['pilot', 'pilot-retry-exhausted']}], ['waiting for a person', {labels: ['pilot', 'pilot-needs-human']}],
    ['blocked by an open issue', {body: 'Depends on: #2'}], ['blocked by one of two', {body: 'Depends on: #99, GH-2'}],
  ])('leaves out: %s', (_, about) => { expect(numbers([work(5, about), issue(2)])).toEqual([]) })

  it.each<[string, Partial<Issue>]>([
    ['labelled in another case', {labels: ['PILOT']}], ['a label left over from a crash', {labels: ['pilot', 'pilot-in-progress']}],
    ['a used retry', {labels: ['pilot', 'pilot-retry-1']}], ['blocked by a closed issue', {body: 'Depends on: #99'}], ['a mere mention', {body: 'see Depends on: #2'}],
  ])('keeps: %s', (_, about) => { expect(numbers([work(5, about), issue(2)])).toEqual([5]) })

  it('leaves out what GitHub counts open blockers or sub-issues of, and asks nobody for what it does not count', () => {
    const counts = {comments: 0, blockers: 2, openBlockers: 0, children: 0, openChildren: 0}
    expect(numbers([work(5, {counts}), work(6, {counts: {...counts, openBlockers: 1}}), work(7, {counts: {...counts, openChildren: 1}}), work(8)])).toEqual([5, 8])
  })

  it('leaves out what is claimed, what has a branch in review, and an epic with open children', () => {
    expect(numbers([work(5), work(6)], [5])).toEqual([6])
    expect(numbers([work(5), work(6)], [], ['pilot/GH-6', 'pilot/GH-55'])).toEqual([5])
    expect(numbers([work(1), work(5, {body: 'Parent: GH-1'})])).toEqual([5])
    expect(numbers([work(1), issue(5, {body: childMark(1)})])).toEqual([])
    expect(numbers([work(1)])).toEqual([1])
  })
})
