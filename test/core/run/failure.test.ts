import {describe, expect, it} from 'vitest'
import {codeOf, countsAsAttempt, FAILURE_CLASSES, FAILURES, remediesFor, type FailureClass} from '../../../src/lib/core/run/failure.js'
import {settledLabels} from '../../../src/lib/core/run/settled-labels.js'
import {describeAction} from '../../../src/lib/core/action.js'
import {CODES} from '../../../src/lib/errors.js'
import {attempt} from './support.js'

/** SPEC §11: group, exit code of the class, error code, may be retried. */
const TABLE: Record<FailureClass, readonly [string, number, string, boolean]> = {
  rate_limited: ['infrastructure', 6, 'RATE_LIMITED', false],
  overloaded: ['infrastructure', 6, 'AGENT_UNAVAILABLE', false],
  auth: ['infrastructure', 4, 'AGENT_AUTH', false],
  cli_missing: ['infrastructure', 6, 'AGENT_UNAVAILABLE', false],
  network: ['infrastructure', 6, 'AGENT_UNAVAILABLE', false],
  github_unavailable: ['infrastructure', 6, 'GITHUB_UNAVAILABLE', false],
  interrupted: ['infrastructure', 130, 'INTERRUPTED', false],
  busy: ['infrastructure', 8, 'CLAIMED', false],
  invalid_config: ['configuration', 3, 'INVALID_CONFIG', false],
  baseline_broken: ['configuration', 3, 'BASELINE_BROKEN', false],
  budget: ['configuration', 7, 'OVER_BUDGET', false],
  no_changes: ['work', 1, 'WORK_FAILED', true],
  verify_failed: ['work', 1, 'WORK_FAILED', true],
  review_rejected: ['work', 1, 'WORK_FAILED', true],
  timeout: ['work', 1, 'WORK_FAILED', true],
  stalled: ['work', 1, 'WORK_FAILED', true],
  killed: ['work', 1, 'WORK_FAILED', true],
  refused_by_model: ['work', 5, 'REFUSED_BY_MODEL', false],
  push_rejected: ['work', 1, 'WORK_FAILED', true],
  conflict: ['work', 1, 'WORK_FAILED', true],
  protected_paths: ['work', 5, 'PROTECTED_PATHS', false],
  agent_error: ['work', 1, 'WORK_FAILED', true],
}

describe('failure classes', () => {
  it('are exactly those of the table', () => { expect([...FAILURE_CLASSES].sort()).toEqual(Object.keys(TABLE).sort()) })

  it.each(FAILURE_CLASSES)('%s', (failure) => {
    const [group, exit, code, retryable] = TABLE[failure]
    expect(FAILURES[failure]).toEqual({group, exit, retryable})
    expect(codeOf(failure)).toBe(code)
    expect(CODES[codeOf(failure)], 'the code leads to the exit code of the class').toBe(exit)
    expect(countsAsAttempt(failure)).toBe(group === 'work')
  })
})

/** What has to be mended before another try, by class; of all others the log is what there is to look at. */
const REMEDIES: Partial<Record<FailureClass, RegExp>> = {
  auth: /^pilot doctor$/, cli_missing: /^pilot doctor$/, busy: /^pilot status 7$/, github_unavailable: /githubstatus\.com/, invalid_config: /^pilot route 7$/,
  baseline_broken: /^pilot logs 7\n.*verify\.commands in \.pilot\/config\.yaml/, budget: /^pilot spend --by issue\n.*\.pilot\/config\.yaml/,
  refused_by_model: /^pilot logs 7\n.*--model/, protected_paths: /protected_paths\.allow in \.pilot\/config\.yaml.*\npilot logs 7$/,
}
it.each(FAILURE_CLASSES)('%s: what to do before another try', (failure) => {
  expect(remediesFor(failure, 7).join('\n')).toMatch(REMEDIES[failure] ?? /^pilot logs 7$/)
})

describe('labels after an attempt', () => {
  const lines = (failure: FailureClass | null, labels: string[] = ['pilot'], vainStarts = 0): string[] =>
    settledLabels({number: 7, labels}, attempt(1, {vainStarts}), failure).map((action) => describeAction(action).replace('label #7 ', ''))

  it.each(FAILURE_CLASSES)('%s', (failure) => {
    const [group, , , retryable] = TABLE[failure]
    const added = group !== 'work' ? [] : retryable ? ['+pilot-failed +pilot-retry-ready'] : ['+pilot-failed +pilot-needs-human']
    expect(lines(failure)).toEqual([...added, '-pilot-in-progress'])
  })

  it('a pass takes off what said it failed, where it is there', () => {
    expect(lines(null)).toEqual(['-pilot-in-progress'])
    expect(lines(null, ['pilot', 'Pilot-Failed', 'pilot-retry-ready', 'pilot-retry-1'])).toEqual(['-pilot-failed', '-pilot-retry-ready', '-pilot-in-progress'])
  })

  it('a third start in vain asks for a person, without calling the work failed', () => {
    expect(lines('network', ['pilot'], 1)).toEqual(['-pilot-in-progress'])
    expect(lines('network', ['pilot'], 2)).toEqual(['+pilot-needs-human', '-pilot-in-progress'])
    expect(lines('interrupted', ['pilot'], 2)).toEqual(['-pilot-in-progress'])
  })
})
