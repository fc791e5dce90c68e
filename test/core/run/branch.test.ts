import {describe, expect, test} from 'vitest'
import {branchOf, issueOfBranch} from '../../../src/lib/core/run/branch.js'

describe('the branch of an issue', () => {
  test.each([1, 124, 999_999_999_999_999])('%i comes back', (issue) => expect(issueOfBranch(branchOf(issue))).toBe(issue))
  test.each(['main', 'pilot/GH-', 'pilot/GH-0', 'pilot/GH-007', 'pilot/GH-7/x', 'x/pilot/GH-7', 'pilot/GH-7 ', 'PILOT/GH-7', `pilot/GH-${'9'.repeat(17)}`])(
    '%s is none of pilot’s', (branch) => expect(issueOfBranch(branch)).toBeNull())
})
