import {expect, test} from 'vitest'
import {notWaitedFor, printSummary} from '../../../src/lib/core/family/summary.js'
import type {Progress} from '../../../src/lib/core/issue/progress-comment.js'
import {issue} from '../../support/issues.js'

const progress: Progress = {
  version: 1, epic: 1, starting: null, costUsd: null, unpricedAttempts: 0, decision: null, learnings: [],
  children: [{number: 2, title: 'Part', order: 1, state: 'done', pr: 9, after: []}],
}
const moved = [{key: 'k', url: 'https://github.com/acme/other/issues/7', title: '- #8 away', completed: false}]

test.each<[string, number[]]>([['nobody', []], ['one', [3]], ['several', [3, 12]]])('the summary says whom nobody waited for, and is understood: %s', (_, waived) => {
  const text = printSummary(progress, waived.map((n) => issue(n, {title: 'Left\n- #99 out'})), moved)
  expect([notWaitedFor(text), notWaitedFor(text.replaceAll('\n', '\r\n'))]).toEqual([waived, waived])
})
