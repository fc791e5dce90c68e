import {describe, expect, it} from 'vitest'
import {checkedMessage, templateMessage} from '../../../src/lib/core/run/commit-message.js'

describe('the template', () => {
  it.each([
    ['Add exports', ['src/export/a.ts', 'src/export/b.ts'], 'feat(export): Add exports (GH-7)'],
    ['Fix the crash on start', ['src/a.ts'], 'fix: Fix the crash on start (GH-7)'],
    ['Describe it in the README', ['README.md'], 'docs: Describe it in the README (GH-7)'],
    ['More tests', ['test/a.test.ts'], 'test: More tests (GH-7)'],
    ['Refactor the parser', ['src/parse/a.ts', 'src/print/b.ts'], 'refactor: Refactor the parser (GH-7)'],
    ['Add exports', ['packages/cli/src/a.ts'], 'feat(cli): Add exports (GH-7)'],
    ['Add exports', ['we ird/a.ts'], 'feat: Add exports (GH-7)'],
    ['feat(api): exports', ['src/web/a.ts'], 'feat(api): exports (GH-7)'],
    ['two\nlines   here', [], 'feat: two lines here (GH-7)'],
  ])('%j', (title, files, expected) => { expect(templateMessage({number: 7, title}, files)).toBe(expected) })

  it('is one line of at most 72 characters that ends with the issue', () => {
    const long = templateMessage({number: 12_345, title: 'word '.repeat(60)}, ['src/area/a.ts'])
    expect(long.length).toBeLessThanOrEqual(72)
    expect(long).toMatch(/^feat\(area\): word .*… \(GH-12345\)$/)
  })

  it('lets no title close another issue or mention anybody', () => {
    expect(templateMessage({number: 7, title: 'fixes #1 for @octocat'}, [])).not.toMatch(/fixes #1|@octocat/)
  })
})

describe('a model\'s answer', () => {
  it.each([
    ['feat(api): add exports', 'feat(api): add exports (GH-7)'],
    ['fix!: drop the old flag', 'fix!: drop the old flag (GH-7)'],
    ['```\nfeat: add exports\n```', 'feat: add exports (GH-7)'],
    ['\n  feat: add exports  \n\nBody text.', 'feat: add exports (GH-7)'],
    ['feat: add exports (#12)', 'feat: add exports (GH-7)'],
    ['feat: add exports (GH-7)', 'feat: add exports (GH-7)'],
  ])('%j is taken', (answer, expected) => { expect(checkedMessage(answer, 7)).toBe(expected) })

  it.each(['', 'Add exports', 'feature: add exports', 'feat:add', 'feat: ab', 'Here is the message:\nfeat: add exports', 'feat(a\nb): x y z'])('%j is not', (answer) => {
    expect(checkedMessage(answer, 7)).toBeUndefined()
  })

  it('is cut to 72 characters and closes nothing', () => {
    expect(checkedMessage(`feat: ${'long '.repeat(40)}`, 7)!.length).toBeLessThanOrEqual(72)
    expect(checkedMessage('fix: closes #3, thanks @octocat', 7)).not.toMatch(/closes #3|@octocat/)
  })
})
