import {describe, expect, it} from 'vitest'
import {admit, spentUsd, type TaskFacts} from '../../../src/lib/core/run/admission.js'
import {issue} from '../../support/issues.js'
import {attempt, attempts, passed, pull, SHA} from './support.js'

const containing = (text: string): unknown => expect.stringContaining(text)

const facts = (about: Partial<TaskFacts> = {}): TaskFacts =>
  ({issue: issue(7), attempts: attempts(), blockers: [], trust: {trusted: true}, pulls: [], ...about})
const budget = {budget: {per_issue_usd: 10, per_epic_usd: 60, per_day_usd: 30}}
const verdict = (about: Partial<TaskFacts>): string => {
  const admission = admit(facts(about), budget)
  return admission.kind === 'stop' ? `${admission.error.code} ${admission.error.exit}` : admission.kind === 'noop' ? `noop ${admission.pr}` : 'go'
}
const stranger = {trusted: false, who: 'author', login: 'mallory', reason: 'nobody knows mallory'} as const
const VERIFIED = attempts(passed(1, SHA('a')))
const cost = (...usd: (number | null)[]) => attempts(...usd.map((costUsd, i) => attempt(i + 1, {costUsd})))

describe('admit', () => {
  it.each<[string, Partial<TaskFacts>, string]>([
    ['an open, trusted issue', {}, 'go'],
    ['a merged pull request', {pulls: [pull(9, {state: 'closed', merged: true})]}, 'noop 9'],
    ['a merged pull request of a closed issue', {issue: issue(7, {state: 'closed'}), pulls: [pull(9, {state: 'closed', merged: true})]}, 'noop 9'],
    ['a merged pull request below an open one', {pulls: [pull(10), pull(9, {state: 'closed', merged: true})]}, 'noop 9'],
    ['a pull request merged into another branch', {pulls: [pull(9, {state: 'closed', merged: true, baseRef: 'next'})]}, 'WAITING 8'],
    ['the same below an open one', {pulls: [pull(10), pull(9, {state: 'closed', merged: true, baseRef: 'next'})]}, 'go'],
    ['pilot-done, in any case', {issue: issue(7, {labels: ['Pilot-Done']})}, 'noop null'],
    ['an open pull request that holds the verified commit', {attempts: VERIFIED, pulls: [pull(9)]}, 'noop 9'],
    ['an open pull request whose head moved', {attempts: VERIFIED, pulls: [pull(9, {headSha: SHA('c')})]}, 'go'],
    ['an open pull request that nothing verified', {pulls: [pull(9)]}, 'go'],
    ['a closed pull request with the verified commit', {attempts: VERIFIED, pulls: [pull(9, {state: 'closed'})]}, 'go'],
    ['a closed issue', {issue: issue(7, {state: 'closed', stateReason: 'not_planned'})}, 'ISSUE_CLOSED 5'],
    ['no retries left', {issue: issue(7, {labels: ['pilot-retry-exhausted']})}, 'RETRIES_EXHAUSTED 5'],
    ['what waits for a person', {issue: issue(7, {labels: ['Pilot-Needs-Human']})}, 'NEEDS_HUMAN 5'],
    ['an untrusted author', {trust: stranger}, 'UNTRUSTED_AUTHOR 5'],
    ['a budget that is used up exactly', {attempts: cost(4, 6)}, 'OVER_BUDGET 7'],
    ['a budget with a cent left', {attempts: cost(4, 5.99)}, 'go'],
    ['unknown costs, which are not counted', {attempts: cost(null, 9)}, 'go'],
    ['an open blocker', {blockers: [{number: 5, merged: true}, {number: 6, merged: false}]}, 'BLOCKED 8'],
    ['merged blockers only', {blockers: [{number: 5, merged: true}]}, 'go'],
  ])('%s: %#', (_, about, expected) => {
    expect(verdict(about)).toBe(expected)
  })

  it('puts what is done before every refusal, and trust before money', () => {
    const closed = issue(7, {state: 'closed', labels: ['pilot-done', 'pilot-retry-exhausted']})
    expect(verdict({issue: closed, trust: stranger, attempts: cost(99)})).toBe('noop null')
    expect(verdict({trust: stranger, attempts: cost(99), blockers: [{number: 6, merged: false}]})).toBe('UNTRUSTED_AUTHOR 5')
    expect(verdict({attempts: cost(99), blockers: [{number: 6, merged: false}]})).toBe('OVER_BUDGET 7')
  })

  it('names what is in the way and the next command', () => {
    const blocked = admit(facts({blockers: [{number: 5, merged: false}, {number: 6, merged: false}]}), budget)
    expect(blocked).toMatchObject({error: {message: '#7 waits for #5, #6 to be merged', suggestions: ['pilot status 7', 'pilot execute 5']}})
    expect(admit(facts({trust: stranger}), budget)).toMatchObject({error: {message: containing('nobody knows mallory')}})
    expect(admit(facts({attempts: cost(4, null, 6)}), budget)).toMatchObject({error: {message: '#7 has cost $10.00+ of its $10.00'}})
    expect(admit(facts({attempts: cost(4, 6)}), budget)).toMatchObject({error: {message: '#7 has cost $10.00 of its $10.00'}})
    const gone = admit(facts({blockers: [{number: 5, merged: false}, {number: 6, merged: false, gone: true}]}), budget)
    expect(gone).toMatchObject({error: {code: 'BLOCKED', exit: 8, message: '#7 depends on #6, which is not in this repository any more', suggestions: [containing('gh issue edit 7')]}})
  })

  it('names what helps: a label put on by a maintainer does not make the author anybody else', () => {
    const users = 'add mallory under trust.users in .pilot/config.yaml'
    expect(admit(facts({trust: stranger}), budget)).toMatchObject({error: {suggestions: [users]}})
    expect(admit(facts({trust: {...stranger, who: 'labeller'}}), budget)).toMatchObject({error: {suggestions: [users, 'let a maintainer put the pilot label on again']}})
    const held = issue(7, {labels: ['Pilot-Needs-Human', 'pilot-retry-exhausted']})
    expect(admit(facts({issue: held}), budget)).toMatchObject({error: {suggestions: ['pilot logs 7', 'gh issue edit 7 --remove-label pilot-retry-exhausted,Pilot-Needs-Human && pilot execute 7']}})
  })

  it('sums known costs', () => { expect(spentUsd(cost(1.5, null, 2))).toBe(3.5) })
})
