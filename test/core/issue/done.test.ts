import {expect, test} from 'vitest'
import {openBlockers, type ChildFacts} from '../../../src/lib/core/family/progress.js'
import {isDone} from '../../../src/lib/core/issue/done.js'
import type {Issue} from '../../../src/lib/core/issue/issue.js'
import {nextIssues} from '../../../src/lib/core/run/next.js'
import {issue} from '../../support/issues.js'

const rows: [string, Partial<Issue>, boolean][] = [
  ['open', {}, false], ['open, marked done by pilot before it closes', {labels: ['Pilot-Done']}, true],
  ['closed as completed', {state: 'closed', stateReason: 'completed'}, true], ['closed before GitHub asked why', {state: 'closed'}, true],
  ['closed as not planned', {state: 'closed', stateReason: 'not_planned'}, false], ['closed as a duplicate', {state: 'closed', stateReason: 'duplicate'}, false],
  ['merged, and tidied away by a person', {state: 'closed', stateReason: 'not_planned', labels: ['pilot-done']}, true],
  ['a merged pull request', {isPull: true, state: 'closed', merged: true}, true], ['a pull request that was closed without a merge', {isPull: true, state: 'closed'}, false],
  ['an open pull request', {isPull: true}, false],
]
test.each(rows)('%s', (_, about, done) => expect(isDone(issue(9, about))).toBe(done))

const waiting = issue(3, {body: 'Depends on: #9', labels: ['pilot']})
const child: ChildFacts = {issue: waiting, key: null, plan: null, order: null, native: true, claimed: false, pr: null, blockers: null}
test.each(rows)('%s: status and next wait for it as execute does', (_, about, done) => {
  const blocker = issue(9, about)
  expect(openBlockers(child, 1, new Map(), new Map([[9, blocker]]))).toEqual(done ? [] : [9])
  // only open issues are listed: one that was closed without being done is left to execute
  if (blocker.state === 'open') expect(nextIssues([waiting, blocker], new Set(), new Set()).map((one) => one.issue)).toEqual(done ? [3] : [])
})
