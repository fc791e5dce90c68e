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

const mask = (text: string): string => text.replaceAll('hunter22', '***')
const check = (answer: string): string | undefined => checkedMessage(answer, 7, mask)

describe('a model\'s answer', () => {
  it.each([
    ['feat(api): add exports', 'feat(api): add exports (GH-7)'],
    ['fix!: drop the old flag', 'fix!: drop the old flag (GH-7)'],
    ['```\nfeat: add exports\n```', 'feat: add exports (GH-7)'],
    ['```text\nfeat: add exports\n```', 'feat: add exports (GH-7)'],
    ['\n  feat: add exports  \n\nBody text.', 'feat: add exports (GH-7)'],
    ['feat: add exports\r\n\r\nBody text.', 'feat: add exports (GH-7)'],
    ['feat: add exports (#12)', 'feat: add exports (GH-7)'],
    ['feat: add exports (GH-7)', 'feat: add exports (GH-7)'],
    ['{"message": "feat: add exports"}', 'feat: add exports (GH-7)'],
    ['```json\n{"message": "feat: add exports"}\n```', 'feat: add exports (GH-7)'],
    ['feat: read {a: 1} as an object', 'feat: read {a: 1} as an object (GH-7)'],
    ['feat: print 100 € and ©', 'feat: print 100 € and © (GH-7)'],
    ['feat: fix the parser', 'feat: fix the parser (GH-7)'],
  ])('%j is taken', (answer, expected) => { expect(check(answer)).toBe(expected) })

  it.each<[string, string]>([
    ['nothing', ''], ['spaces', ' \n '], ['no type', 'Add exports'], ['a wrong type', 'feature: add exports'], ['a type in capitals', 'FEAT: add exports'], ['no space', 'feat:add'], ['too short', 'feat: ab'],
    ['an introduction', 'Here is the message:\nfeat: add exports'], ['a scope on two lines', 'feat(a\nb): x y z'], ['two lines', 'feat: add exports\nand more'], ['a list', 'feat: one thing\n- another'],
    ['a closing keyword', 'fix: closes #3'], ['one for another repository', 'feat: resolve octo/app#4 by exports'], ['one as a URL', 'fix: fixes https://github.com/octo/app/issues/4'],
    ['a mention', 'feat: add exports, thanks @octocat'], ['a team', 'feat: tell @octo/team of it'], ['a marker', 'feat: add <!-- pilot:child --> exports'], ['a hidden character', 'feat: add\u200B exports'],
    ['a secret', 'feat: sign in with hunter22'], ['a secret in the body', 'feat: sign in\n\npassword: hunter22'], ['an emoji', 'feat: ✨ add exports'], ['one in front', '✨ feat: add exports'], ['one of two characters', 'feat: add ❤️ exports'],
    ['a shortcode', 'feat: :sparkles: add exports'], ['other JSON', '{"subject": "feat: add exports"}'], ['a message that is none', '{"message": 7}'], ['an empty one', '{"message": ""}'], ['a bad one', '{"message": "Add exports"}'],
  ])('%s is not', (_, answer) => { expect(check(answer)).toBeUndefined() })

  it('is cut at a word to 72 characters when it is too long', () => {
    const long = check(`feat: ${'long '.repeat(40)}`)!
    expect(long.length).toBeLessThanOrEqual(72)
    expect(long).toMatch(/^feat: long .*long… \(GH-7\)$/)
  })
})
