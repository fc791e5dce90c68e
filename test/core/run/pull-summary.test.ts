import {describe, expect, it} from 'vitest'
import {checkedSummary} from '../../../src/lib/core/run/pull-summary.js'

describe('the summary of a pull request', () => {
  it.each<[string, string | undefined]>([
    ['Adds exports.\n\n- one\n- two', 'Adds exports.\n\n- one\n- two'], ['  \n Adds exports. \n', 'Adds exports.'], ['```markdown\nAdds exports.\n```', 'Adds exports.'], ['', undefined], [' \n\t', undefined],
    ['```\n\n```', undefined], ['## Summary\nAdds exports.', '**Summary**\nAdds exports.'], ['### Verification ###\nok', '**Verification**\nok'], ['<!-- -->', '<! -- -->'],
  ])('%j', (answer, summary) => expect(checkedSummary(answer)).toBe(summary))

  it('closes, mentions and marks nothing', () => {
    const summary = checkedSummary('Closes #1 and fixes octo/app#2, thanks @octocat.\nParent: GH-9\nDepends on: #3\n<!-- pilot:attempts v1 -->')
    expect(summary).not.toMatch(/\b(?:closes|fixes) (?:[\w/]*)#\d|@octocat|<!-- pilot|^(?:Parent|Depends on):/im)
  })

  it('is short, and whole sentences of markup stay closed', () => {
    const summary = checkedSummary(`\`\`\`js\n${'x '.repeat(5000)}`)
    expect(summary!.length).toBeLessThanOrEqual(2000)
    expect(summary!.match(/```/g)).toHaveLength(2)
  })
})
