import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {capped, fenced, outputLines, writeActionsOutput} from '../../src/lib/cli/actions-output.js'

const counter = () => { let n = 0; return () => String(++n) }

test('a value cannot end its own heredoc', () => {
  expect(outputLines({a: 'x\npilot_1\nevil=1'}, counter())).toBe('a<<pilot_2\nx\npilot_1\nevil=1\npilot_2\n')
})
test('numbers, booleans and the unknown', () => {
  expect(outputLines({n: 0, b: false, u: null}, counter())).toBe('n<<pilot_1\n0\npilot_1\nb<<pilot_2\nfalse\npilot_2\nu<<pilot_3\n\npilot_3\n')
})
test.each(['a=b', 'a\nb', '', '1a', 'a<<b'])('%j is no name', (name) => expect(() => outputLines({[name]: 1}, counter())).toThrow(TypeError))
test.each([['x', '```\nx\n```\n'], ['a ``` b', '````\na ``` b\n````\n'], ['`````\n', '``````\n`````\n``````\n']])('fence of %j', (text, block) =>
  expect(fenced(text)).toBe(block))
test('cut between characters, within the limit', () => {
  const cut = capped('é'.repeat(100), 99)
  expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(99)
  expect(cut).toMatch(/^é+\n\n\*The rest was cut/)
  expect(capped('short', 99)).toBe('short')
  expect(capped('x'.repeat(20), 10)).toBe('')
})
test('what the step has already written counts', async () => {
  const page = join(mkdtempSync(join(tmpdir(), 'pilot-summary-')), 'page.md')
  writeFileSync(page, 'x'.repeat(1024 * 1024 - 200))
  await writeActionsOutput({GITHUB_STEP_SUMMARY: page}, 'y'.repeat(500), {}, counter())
  const text = readFileSync(page, 'utf8')
  expect(text.length).toBeLessThanOrEqual(1024 * 1024)
  expect(text).toMatch(/y+\n\n\*The rest was cut/)
})
