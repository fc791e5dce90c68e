import {expect, test} from 'vitest'
import {directoriesIn, directoryOf, packageOf, pathsIn, singlePackage} from '../../../src/lib/core/classify/packages.js'

test.each([
  ['src/auth/login.ts', 'src/auth'], ['src/auth/**', 'src/auth'], ['src/auth/', 'src/auth'], ['src/*.ts', 'src'], ['README.md', null],
    ['**', null], ['./web/a.ts', 'web'], ['src/a.ts:12', 'src'],
  ['packages/api', 'packages/api'], ['src/auth', 'src/auth'], ['packages/api/package.json', 'packages/api'], ['.github/workflows', '.github/workflows'], ['apps/web/.env', 'apps/web'], ['src', null], ['docker/Dockerfile', 'docker'],
])('%s lies in %s', (path, want) => { expect(directoryOf(path)).toBe(want) })

test.each([
  ['Change `src/a.ts`, (web/b.tsx) and docs/.', ['src/a.ts', 'web/b.tsx', 'docs/']], ['and/or, 1/2, https://example.com/x/y.ts', []],
  ['https://github.com/o/r/blob/main/src/x/y.go#L3', ['src/x/y.go']], ['[code](src/c.rs)', ['src/c.rs']], ['/etc/hosts.txt', []],
    ['src/a.ts:3:7', ['src/a.ts:3:7']],
  ['Show it in the web console (`apps/web`) and in packages/api, not in src/a/b.', ['apps/web/', 'packages/api/', 'src/a/b/']],
  ['Read/write, client/server, iOS/Android and input/output', []], ['see `example.com/a/b`', []], ['`and/or` of `GET/POST` in `a/b/c`', ['a/b/c/']],
  ['`lib/main.dart`, src/main.zig, src/gen.erl, lib/a.ex and docker/Dockerfile, tools/Makefile', ['lib/main.dart', 'src/main.zig', 'src/gen.erl', 'lib/a.ex', 'docker/Dockerfile', 'tools/Makefile']],
  ['feat/login is a branch, 3/4 of it, w/o it, n/a', []],
])('%j names %j', (text, want) => { expect(pathsIn(text)).toEqual(want) })

test.each<[string[], string | null]>([
  [[], null], [['src/auth'], 'src/auth'], [['src/auth', 'src/auth/session'], 'src/auth'], [['src/auth', 'src/web'], null],
    [['src/auth', 'src/auth/test'], 'src/auth'],
  [['src/auth', 'test/auth'], 'src/auth'], [['docs'], 'docs'], [['packages/a/src', 'packages/a/lib'], 'packages/a'],
    [['packages/a', 'packages/b'], null],
  [['src', 'src/auth', 'src/web'], null], [['src/auth', 'src/authority'], null],
])('%j is one package: %s', (directories, want) => { expect(singlePackage(directories)).toBe(want) })

test('a workspace package is one, however deep', () => {
  expect(packageOf('apps/web/src/pages')).toBe('apps/web')
  expect(directoriesIn('src/a/x.ts src/a/y.ts src/b/z.ts')).toEqual(['src/a', 'src/b'])
})
