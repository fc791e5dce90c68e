import {expect, it} from 'vitest'
import {binaryFiles, withText} from '../../../src/lib/core/run/binary.js'

const head = (name: string): string => `diff --git a/${name} b/${name}\nindex 1111111..2222222 100644\n`
const binary = (name: string): string => `${head(name)}Binary files a/${name} and b/${name} differ\n`
const text = (name: string, line: string): string => `${head(name)}--- a/${name}\n+++ b/${name}\n@@ -1 +1 @@\n-a\n+${line}\n`

it('names the files that a patch shows nothing of', () => {
  expect(binaryFiles('')).toEqual([])
  expect(binaryFiles(binary('a.png') + text('b.ts', 'Binary files a/b.ts and b/b.ts differ') + binary('sub dir/c.ts'))).toEqual(['a.png', 'sub dir/c.ts'])
  // as git prints a new one
  expect(binaryFiles('diff --git a/x b/x\nnew file mode 100644\nindex 0000000..2222222\nBinary files /dev/null and b/x differ\n')).toEqual(['x'])
})

it.each([
  ['a NUL in a source file', 'evil()\0', true], ['an attribute that calls it binary', 'plain()', true],
  ['a NUL and a byte that is no UTF-8', 'evil()\0 // caf\uFFFD', true], ['a picture', `PNG${'\uFFFDx'.repeat(200)}`, false], ['mostly control codes', '\0'.repeat(300), false],
])('%s: the content is shown: %s', (_, line, isShown) => {
  const [before, after] = [text('a.ts', 'first'), text('z.ts', 'last')]
  const asText = before + text('x.ts', line) + after
  expect(withText(before + binary('x.ts') + after, asText)).toBe(isShown ? asText : before + binary('x.ts') + after)
})

it('leaves what git shows by itself as git shows it, and what the other diff lacks binary', () => {
  expect(withText(text('a.ts', 'one') + binary('b.bin'), text('a.ts', 'other'))).toBe(text('a.ts', 'one') + binary('b.bin'))
})
