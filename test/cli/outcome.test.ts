import {expect, test} from 'vitest'
import {envelope, exitOf, itemsOutcome, type Item} from '../../src/lib/cli/outcome.js'
import {STATUSES, PilotError, type Code} from '../../src/lib/errors.js'

const done: Item = {status: 'done'}
const noop: Item = {status: 'noop'}
const failed = (code: Code): Item => { const error = new PilotError(code, code); return {status: error.status, error: error.toJSON()} }

test('every status has its exit code', () => {
  expect(STATUSES.map((status) => [status, exitOf({status})])).toEqual(
    [['done', 0], ['noop', 0], ['waiting', 8], ['refused', 5], ['failed', 1], ['invalid', 3], ['unavailable', 6]])
})
test.each([
  [[], 'noop', 0, undefined],
  [[noop, noop], 'noop', 0, undefined],
  [[noop, done], 'done', 0, undefined],
  [[done, failed('CLAIMED')], 'waiting', 8, 'CLAIMED'],
  [[failed('CLAIMED'), failed('UNTRUSTED_AUTHOR')], 'refused', 5, 'UNTRUSTED_AUTHOR'],
  [[failed('UNTRUSTED_AUTHOR'), failed('OVER_BUDGET')], 'refused', 7, 'OVER_BUDGET'],
  [[failed('OVER_BUDGET'), failed('WORK_FAILED')], 'failed', 1, 'WORK_FAILED'],
  [[failed('WORK_FAILED'), failed('NO_TOKEN')], 'unavailable', 4, 'NO_TOKEN'],
  [[failed('NO_TOKEN'), failed('INVALID_CONFIG')], 'invalid', 3, 'INVALID_CONFIG'],
  [[failed('INVALID_CONFIG'), failed('INTERRUPTED')], 'failed', 130, 'INTERRUPTED'],
])('items %#: %s, exit %i, %s', (items, status, exit, code) => {
  const outcome = itemsOutcome(items)
  expect(outcome).toMatchObject({status, exit, result: {items}})
  expect(outcome.error?.code).toBe(code)
})
test('ok follows the status; what is not ok always has an error', () => {
  for (const status of STATUSES) {
    const doc = envelope({status, result: undefined}, 'x', [])
    expect(doc).toMatchObject({ok: ['done', 'noop', 'waiting'].includes(status), status, command: 'x', result: {}, warnings: []})
    expect(doc.error === undefined).toBe(doc.ok)
  }
})
