import {describe, expect, it} from 'vitest'
import type {Check} from '../../../src/lib/core/issue/issue.js'
import {decideLanding, type LandFacts} from '../../../src/lib/core/run/landing.js'
import {attempt, attempts, passed, pull, SHA} from './support.js'

const containing = (text: string): unknown => expect.stringContaining(text)

const check = (state: Check['state'], name = 'ci'): Check => ({name, state, url: null})
const facts = (about: Partial<LandFacts> = {}): LandFacts =>
  ({pull: pull(9), attempts: attempts(passed(1, SHA('a'))), checks: [check('success')], baseChecks: [], required: [], sincePushMs: 3_600_000, ...about})
const verdict = (about: Partial<LandFacts>): string => {
  const landing = decideLanding(facts(about))
  switch (landing.kind) {
    case 'merge': return `merge ${landing.sha.slice(0, 2)}`
    case 'stop': return `${landing.error.code} ${landing.error.exit}`
    default: return landing.kind
  }
}

describe('landing', () => {
  it.each<[string, Partial<LandFacts>, string]>([
    ['green, verified, mergeable', {}, 'merge aa'],
    ['merged already', {pull: pull(9, {state: 'closed', merged: true, mergeable: null, headSha: SHA('f')}), attempts: attempts()}, 'noop'],
    ['merged into another branch', {pull: pull(9, {state: 'closed', merged: true, baseRef: 'next'})}, 'WAITING 8'],
    ['open against another branch', {pull: pull(9, {baseRef: 'next'})}, 'NOT_VERIFIED 5'],
    ['closed', {pull: pull(9, {state: 'closed'})}, 'ISSUE_CLOSED 5'],
    ['nothing recorded', {attempts: attempts()}, 'NOT_VERIFIED 5'],
    ['only a failed attempt with a head', {attempts: attempts(attempt(1, {headSha: SHA('a')}))}, 'NOT_VERIFIED 5'],
    ['a review that was switched off', {attempts: attempts(passed(1, SHA('a'), {review: 'skipped'}))}, 'merge aa'],
    ['a head that moved', {pull: pull(9, {headSha: SHA('c')})}, 'HEAD_MOVED 5'],
    ['a head that an older attempt verified', {attempts: attempts(passed(1, SHA('a')), passed(2, SHA('c')))}, 'HEAD_MOVED 5'],
    ['a conflict', {pull: pull(9, {mergeable: false})}, 'MERGE_CONFLICT 5'],
    ['a conflict and a moved head', {pull: pull(9, {mergeable: false, headSha: SHA('c')})}, 'HEAD_MOVED 5'],
    ['a red check', {checks: [check('success', 'a'), check('failure', 'b')]}, 'CHECKS_RED 1'],
    ['a red check beside a running one', {checks: [check('pending', 'a'), check('failure', 'b')]}, 'CHECKS_RED 1'],
    ['a running check', {checks: [check('success', 'a'), check('pending', 'b')]}, 'wait'],
    ['neutral checks', {checks: [check('neutral')]}, 'merge aa'],
    ['a required check that has not reported', {required: ['ci', 'lint']}, 'wait'],
    ['a required check and no checks at all, long after the push', {checks: [], required: ['ci']}, 'wait'],
    ['no checks anywhere, long after the push', {checks: []}, 'merge aa'],
    ['no checks anywhere, 59 s after the push', {checks: [], sincePushMs: 59_999}, 'wait'],
    ['no checks anywhere, 60 s after the push', {checks: [], sincePushMs: 60_000}, 'merge aa'],
    ['no checks on the head, some on the base', {checks: [], baseChecks: [check('success')]}, 'wait'],
    ['a check of the base that the head lacks, 59 s after the push', {checks: [check('success', 'cla')], baseChecks: [check('success')], sincePushMs: 59_999}, 'wait'],
    ['a check of the base that the head lacks, 60 s after the push', {checks: [check('success', 'cla')], baseChecks: [check('success')], sincePushMs: 60_000}, 'merge aa'],
    ['all checks of the base on the head, just after the push', {checks: [check('success', 'cla'), check('success')], baseChecks: [check('failure')], sincePushMs: 0}, 'merge aa'],
    ['a red check while one of the base has not begun', {checks: [check('failure', 'cla')], baseChecks: [check('success')], sincePushMs: 0}, 'CHECKS_RED 1'],
    ['mergeability not known yet', {pull: pull(9, {mergeable: null})}, 'wait'],
    ['a red check while mergeability is not known', {pull: pull(9, {mergeable: null}), checks: [check('failure')]}, 'CHECKS_RED 1'],
  ])('%s: %#', (_, about, expected) => { expect(verdict(about)).toBe(expected) })

  it.each<[string, Partial<LandFacts>, boolean]>([
    ['that a required check waits for', {checks: [], required: ['ci']}, true],
    ['where the base has some', {checks: [], baseChecks: [check('success')]}, true],
    ['of which GitHub may still tell', {checks: [], required: ['ci'], sincePushMs: 59_999}, false],
    ['of which one has begun', {checks: [check('pending')], required: ['ci']}, false],
  ])('says of a pull request made with the token of Actions that it starts no checks: %s', (_, about, said) => {
    const reason = (author: string): string => {
      const landing = decideLanding(facts({...about, pull: pull(9, {author})}))
      return landing.kind === 'wait' ? landing.reason : landing.kind
    }
    expect(/made with the GITHUB_TOKEN of Actions start no checks.*PILOT_GITHUB_TOKEN/.test(reason('github-actions[bot]'))).toBe(said)
    expect(reason('pilot-bot')).not.toContain('GITHUB_TOKEN')
  })

  it('tells a check that has not begun from one that is running', () => {
    expect(decideLanding(facts({checks: [], required: ['ci']}))).toMatchObject({reason: `no check has reported on ${'a'.repeat(12)} yet`})
    expect(decideLanding(facts({checks: [check('success')], required: ['ci', 'lint']}))).toMatchObject({reason: 'checks of #9 are still running'})
    expect(decideLanding(facts({checks: [check('success', 'cla')], baseChecks: [check('success', 'ci'), check('success', 'cla')], sincePushMs: 0})))
      .toMatchObject({reason: `ci of main may still begin on ${'a'.repeat(12)}`})
  })

  it('names both commits, the red checks and the next command', () => {
    expect(decideLanding(facts({pull: pull(9, {headSha: SHA('c')})}))).toMatchObject({
      error: {
        message: `pull request #9: verified was ${SHA('a')}, its head is ${SHA('c')}. What was added may be merged by hand; \`pilot execute\` begins anew without it`,
        suggestions: [`git diff ${SHA('a')} ${SHA('c')}`, 'gh pr merge 9', 'pilot execute 7'],
      },
    })
    expect(decideLanding(facts({pull: pull(9, {mergeable: false})}))).toMatchObject({
      error: {message: `pull request #9: ${SHA('a')} conflicts with main at ${SHA('b')}`, suggestions: ['gh pr close 9', 'pilot execute 7']},
    })
    expect(decideLanding(facts({checks: [check('failure', 'lint'), check('failure', 'unit')]}))).toMatchObject({
      error: {message: containing('lint, unit failed'), suggestions: ['gh pr checks 9', 'gh pr close 9', 'pilot execute 7']},
    })
  })
})
