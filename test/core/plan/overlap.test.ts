import {expect, test} from 'vitest'
import {overlaps} from '../../../src/lib/core/plan/overlap.js'

test.each([
  ['src/a.ts', 'src/a.ts', true], ['src/a.ts', 'src/b.ts', false], ['src/auth/**', 'src/auth/login.ts', true],
    ['src/auth/**', 'src/web/**', false],
  ['src/**', 'src/web/app.ts', true], ['**/*.md', 'docs/guide.md', true], ['**/*.md', 'src/a.ts', false], ['src/*.ts', 'src/a.ts', true],
  ['src/*.ts', 'src/deep/a.ts', false], ['src/auth', 'src/auth/login.ts', true], ['src/auth/', 'src/auth/login.ts', true],
    ['src/authority/x.ts', 'src/auth/**', false],
  ['SRC/A.ts', 'src/a.ts', true], ['./src/a.ts', 'src/a.ts', true], ['src/{a,b}.ts', 'src/a.ts', true],
    ['{src,web}/a.ts', 'web/a.ts', true],
  ['{src/a,web}/x.ts', 'web/x.ts', true], ['', 'src/a.ts', true], ['../x', 'src/a.ts', true], ['!src/a.ts', 'web/b.ts', true],
    ['**', 'x', true],
  ['package.json', 'package-lock.json', true], ['packages/a/package.json', 'packages/b/package.json', false],
    ['CHANGELOG.md', 'docs/changelog.md', true],
  ['db/migrations/001_a.sql', 'db/migrations/002_b.sql', true], ['db/migrations/1.sql', 'other/migrations/1.sql', false],
  ['src/index.ts', 'src/new.ts', true], ['src/index.ts', 'src/deep/new.ts', false], ['src/a*b.ts', 'src/axxb.ts', true],
    ['src/a*b.ts', 'src/c*b.ts', false],
  ['src\\a.ts', 'src/a.ts', true],
])('%s and %s: %s', (a, b, want) => {
  expect(overlaps(a, b)).toBe(want)
  expect(overlaps(b, a)).toBe(want)
})

test('many wildcards cost no more than the product of the lengths', () => {
  const deep = Array.from({length: 90}, () => '**').join('/')
  expect(overlaps(`${deep}/a.ts`, `${deep}/b.ts`)).toBe(false)
})
