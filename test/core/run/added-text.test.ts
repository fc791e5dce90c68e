import {describe, expect, test} from 'vitest'
import {addedText, holdsSecret} from '../../../src/lib/core/run/added-text.js'
import {maskSecrets} from '../../../src/lib/core/run/mask.js'

const T = 'ghp_abcdef0123456789'
const mask = maskSecrets([])
const patch = (...body: string[]): string => ['diff --git a/a.js b/a.js', 'index 1..2 100644', '--- a/a.js', '+++ b/a.js', ...body, ''].join('\n')
const commit = (message: string, rest = '', author = 'pilot'): string =>
  `commit ${'a'.repeat(40)}\nAuthor:     ${author} <a@b.test>\nCommit:     pilot <a@b.test>\n\n    ${message}\n\n${rest}`

describe('does a patch carry a secret out?', () => {
  test.each<[string, string, boolean]>([
    ['one that is added', patch('@@ -1 +1,2 @@', ' x', `+${T}`), true],
    ['one that is taken out', patch('@@ -1,2 +1 @@', ' x', `-${T}`), false],
    ['a line below one', patch('@@ -1,2 +1,2 @@', ` ${T}`, '-x', '+y'), false],
    ['one in the words after @@', patch(`@@ -9 +9 @@ const key = '${T}'`, '-x', '+y'), false],
    ['one in an edited line', patch('@@ -1 +1 @@', `-const a = '${T}'`, `+const b = '${T}'`), true],
    ['an added line that looks like a file header', patch('@@ -0,0 +1 @@', `+++ ${T}`), true],
    ['a removed line that looks like a file header', patch('@@ -1,2 +1,2 @@', `--- ${T}`, '-diff --git a/x b/x', '+y', `+${T}`), true],
    ['one without a newline at the end', patch('@@ -1 +1 @@', '-x', '\\ No newline at end of file', `+${T}`, '\\ No newline at end of file'), true],
    ['one in the second hunk', patch('@@ -1 +1 @@', '-x', '+y', '@@ -8,0 +9 @@', `+${T}`), true],
    ['the name of a new file', `diff --git a/${T} b/${T}\nnew file mode 100644\nindex 0..1\n`, true],
    ['the name of a removed file', `diff --git a/${T} b/${T}\ndeleted file mode 100644\nindex 1..0\n--- a/${T}\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n`, false],
    ['the old name of a renamed file', `diff --git a/${T} b/b\nsimilarity index 100%\nrename from ${T}\nrename to b\n`, false],
    ['the new name of a renamed file', `diff --git a/a b/${T}\nsimilarity index 100%\nrename from a\nrename to ${T}\n`, true],
    ['a message', commit(T), true],
    ['an author', commit('feat: x', '', T), true],
    ['a message after a patch', commit('feat: x', patch('@@ -1 +1 @@', '-x', '+y')) + commit(T), true],
    ['the one-parent view of a merge', commit('feat: x', patch('@@ -1 +1 @@', '-x', '+y')).replace('\n', ' (from b)\n') + commit(T).replace('\n', ' (from b)\n'), true],
    ['nothing', '', false],
  ])('%s', (_, text, held) => expect(holdsSecret(text, mask)).toBe(held))
  test('lines come without their plus', () => expect(addedText(patch('@@ -1 +1,3 @@', ' x', '+y', '+z'))).toBe('y\nz'))
})
