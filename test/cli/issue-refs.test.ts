import {expect, test} from 'vitest'
import {parseIssueRefs} from '../../src/lib/cli/issue-refs.js'

const options = {repo: 'o/r', apiUrl: 'https://api.github.com'}
async function* lines(...chunks: (string | Uint8Array)[]) { yield* chunks }
const read = (args: string[], ...chunks: (string | Uint8Array)[]) => parseIssueRefs(args, options, lines(...chunks))

test.each([
  [['1', '#2', 'GH-3', 'https://github.com/o/r/issues/4'], '', [1, 2, 3, 4]],
  [['2', '1', '#2', 'gh-1'], '', [2, 1]],
  [['-'], '7\ttitle 8\topen\n\n  9  other\r\n#10', [7, 9, 10]],
  [['1', '-', '3', '-'], '2\n3\n', [1, 2, 3]],
  [['-'], '', []],
  [['-'], '\n \n', []],
  [[], '5\n', []],
])('%j with stdin %j', async (args, stdin, expected) => expect(await read(args, stdin)).toEqual(expected))

test('stdin comes in any pieces', async () => {
  const bytes = Buffer.from('12\té\n34\n')
  expect(await read(['-'], bytes.subarray(0, 1), bytes.subarray(1, 4), bytes.subarray(4))).toEqual([12, 34])
})
test('all bad ones are named at once, before other repositories', async () => {
  await expect(read(['1', 'x', '-', 'https://github.com/o/other/issues/1'], '-5\n6\n'))
    .rejects.toMatchObject({code: 'BAD_ISSUE', exit: 2, message: expect.stringContaining('"x", "-5"') as string})
})
test('another repository is refused by name', async () => {
  await expect(read(['1', 'https://github.com/o/other/issues/1', 'https://ghe.test/o/r/issues/1'])).rejects.toMatchObject({
    code: 'OTHER_REPOSITORY', exit: 2, message: expect.stringContaining('o/other/issues/1') as string,
    suggestions: ['name that repository with --repo o/other', expect.stringMatching(/ghe\.test\/o\/r.*GITHUB_API_URL/)],
  })
})
