import {expect, test} from 'vitest'
import {splitInstead} from '../../../src/lib/core/retry/split-instead.js'
import type {FailureClass} from '../../../src/lib/core/run/failure.js'
import {issue} from '../../support/issues.js'
import {sha256} from '../plan/support.js'
import {attempt, attempts} from '../run/support.js'

const RULES = {maxSubtasks: 5, hash: sha256}
const BODY = '### Task 1: parser\nwrite src/parse.ts\n\n### Task 2: printer\nwrite web/print.ts\n'
const ended = (failure: FailureClass, summary = '') => ({...attempts(attempt(1, {failure})), newest: {verifyTail: '', review: '', summary}})

test.each([
  ['killed for lack of memory', 'killed', 'claude: killed by the kernel for lack of memory', 'attempt 1 ended as killed (claude: killed by the kernel for lack of memory)'],
  ['stopped at its own limit, which is no lack of memory', 'timeout', 'claude: stopped: it ran longer than its limit', 'attempt 1 ended as timeout (claude: stopped: it ran longer than its limit)'],
  ['nothing recorded', 'killed', '', 'attempt 1 ended as killed'],
  ['its work failed', 'verify_failed', 'x', null], ['it said nothing', 'stalled', 'x', null], ['an outage', 'network', 'x', null],
] as const)('%s', (_, failure, summary, why) => expect(splitInstead(issue(7, {body: BODY}), ended(failure, summary), true, RULES)).toBe(why))

test.each([
  ['switched off', issue(7, {body: BODY}), false], ['no split points', issue(7, {body: 'one thing'}), true], ['split points in one package', issue(7, {body: BODY.replace('web/', 'src/')}), true],
  ['one package that the text names', issue(7, {body: 'All of it is in `src/import/csv.ts`, nothing outside of src/import/csv.ts changes.\n\n1. Add a reader\n2. Validate each row\n3. Write in batches'}), true], ['a list of issues', issue(7, {title: 'Tracking: tests', body: '- [ ] #2\n- [ ] #3'}), true],
  ['split points that make no plan', issue(7, {body: BODY.replaceAll(/: (?:parser|printer)/g, ': ```')}), true], ['label no-decompose', issue(7, {body: BODY, labels: ['No-Decompose']}), true],
  ['[no-plan] in the title', issue(7, {body: BODY, title: '[no-plan] all of it'}), true],
] as const)('%s: an ordinary retry', (_, about, on) => expect(splitInstead(about, ended('killed'), on, RULES)).toBeNull())

test('an outage after the kill does not hide it', () =>
  expect(splitInstead(issue(7, {body: BODY}), attempts(attempt(1, {failure: 'killed'}), attempt(2, {failure: 'network'})), true, RULES)).toBe('attempt 1 ended as killed'))
