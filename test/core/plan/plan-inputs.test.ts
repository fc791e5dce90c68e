import {expect, test} from 'vitest'
import {checkPlan} from '../../../src/lib/core/plan/check.js'
import {bodySha, drifted} from '../../../src/lib/core/plan/plan-inputs.js'
import {context, sha256, subtask} from './support.js'

const sha = (title: string, body: string): string => bodySha(title, body, sha256)

test.each([
  ['line ends', 'a\nb', 'a\r\nb', true], ['space at line ends', 'a\nb', 'a  \nb\n', true], ['a word', 'a\nb', 'a\nc', false],
    ['indentation', 'a\n  b', 'a\nb', false],
])('%s', (_name, before, after, same) => { expect(sha('t', before) === sha('t', after)).toBe(same) })

test('title and body are kept apart', () => { expect(sha('a\nb', '')).not.toBe(sha('a', 'b')) })

test('a plan drifts with the text it was made from', () => {
  const checked = checkPlan({reason: '', effort: '', subtasks: [subtask(1), subtask(2)]}, context())
  if (!checked.ok) throw new Error('expected a plan')
  expect(drifted(checked.plan, {title: 'Exports', body: 'body\r\n'}, sha256)).toBe(false)
  expect(drifted(checked.plan, {title: 'Exports', body: 'other'}, sha256)).toBe(true)
  expect(drifted(checked.plan, {title: 'Exports!', body: 'body'}, sha256)).toBe(true)
})
