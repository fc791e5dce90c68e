import {expect, test} from 'vitest'
import {closes} from '../../../src/lib/core/issue/closes.js'

test.each([
  ['Closes #12', [12]], ['fixes: #12, resolves GH-13', [12, 13]], ['Closed #12\nclosed #12', [12]], ['close octo/app#7 and fix Octo/App#8', [7, 8]],
  ['Closes https://github.com/octo/app/issues/12', [12]], ['fixes: http://ghe.test:8080/Octo/App/issues/7#issuecomment-1.', [7]], ['Closes https://github.com/octo/app/issues/12.', [12]],
  ['Closes https://github.com/other/app/issues/12', []], ['Closes https://github.com/octo/app/pull/12', []], ['Closes https://github.com/octo/app/issues/12/events', []], ['Closes https://github.com/octo/app/issues/', []],
  ['Closes #123', [123]], ['closes other/app#7', []], ['see #12', []], ['discloses #12', []], ['Closes #0', []], ['Closes #12a', []], ['```\nCloses #12\n```', []], ['', []],
] as [string, number[]][])('%j closes %j', (text, numbers) => expect(closes(text, 'octo/app')).toEqual(numbers))
