import {readFileSync, readdirSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {
  cycles, eagerAdapters, foreignPackages, heavyStarts, importsOf, layerViolations, loadedBy, longFiles, undeclaredPackages, type Files,
} from './architecture/rules.js'

const src = new URL('../src/', import.meta.url)
const real: Files = new Map(readdirSync(src, {recursive: true, encoding: 'utf8'})
  .filter((name) => name.endsWith('.ts')).map((name) => [name.replaceAll('\\', '/'), readFileSync(new URL(name, src), 'utf8')]))
const {dependencies} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {dependencies: Record<string, string>}
const declared = Object.keys(dependencies)

const sample = (files: Record<string, string>): Files => new Map(Object.entries(files))
const imports = (file: string, from: string): Files => sample({[file]: `import {x} from '${from}'\n`})

test('imports are read as what they are', () => {
  expect(importsOf([
    "import a from 'a'", "import {b,\n  type B,\n} from 'b'", "import type {C} from 'c'", "import {type D, type E as F} from 'd'", "import 'e'",
    "export * from 'f'", "export type {G} from 'g'", "import * as h from 'h'", "  const i = await import('i')", "type J = typeof import('j')",
    "const s = \"import {x} from 'nothing'\"",
  ].join('\n')).map(({from, kind}) => `${kind} ${from}`)).toEqual(
    ['value a', 'value b', 'type c', 'type d', 'value e', 'value f', 'type g', 'value h', 'dynamic i'])
})

describe('layers', () => {
  test('of the sources', () => expect(layerViolations(real)).toEqual([]))
  test.each([
    ['lib/core/a.ts', '../flow/b.js'], ['lib/core/a.ts', '../ports.js'], ['lib/core/a.ts', 'node:fs'], ['lib/core/a.ts', 'execa'], ['lib/errors.ts', './core/a.js'],
    ['lib/core/x/a.ts', '../../cli/b.js'], ['lib/ports.ts', './flow/a.js'], ['lib/flow/a.ts', '../adapters/b.js'], ['lib/flow/a.ts', '../cli/b.js'],
    ['lib/adapters/a.ts', '../flow/b.js'], ['lib/adapters/a.ts', '../cli/b.js'], ['lib/sandbox/a.ts', '../core/b.js'], ['lib/sandbox/a.ts', 'execa'],
    ['lib/cli/a.ts', '../adapters/b.js'], ['lib/cli/a.ts', '../../commands/b.js'], ['lib/cli/context.ts', '../../commands/b.js'], ['commands/a.ts', '../lib/adapters/b.js'],
    ['commands/a.ts', './b.js'], ['commands/a.ts', '../lib/ports.js'], ['lib/new/a.ts', '../core/b.js'],
  ])('%s must not import %s', (file, from) => expect(layerViolations(imports(file, from))).toHaveLength(1))
  test.each([
    ['lib/core/x/a.ts', '../y/b.js'], ['lib/core/a.ts', '../errors.js'], ['lib/core/a.ts', 'zod'], ['lib/flow/a.ts', '../ports.js'], ['lib/adapters/a.ts', 'execa'],
    ['lib/cli/context.ts', '../adapters/b.js'], ['lib/cli/a.ts', '../flow/b.js'], ['commands/a.ts', '../lib/cli/b.js'], ['lib/sandbox/a.ts', 'node:http'],
  ])('%s may import %s', (file, from) => expect(layerViolations(imports(file, from))).toEqual([]))
  test('types and dynamic imports count too', () => {
    expect(layerViolations(sample({'lib/core/a.ts': "import type {X} from '../flow/b.js'\n"}))).toHaveLength(1)
    expect(layerViolations(sample({'commands/a.ts': "const x = await import('../lib/adapters/b.js')\n"}))).toHaveLength(1)
  })
})

describe('the composition root loads adapters on demand', () => {
  test('in the sources', () => expect(eagerAdapters(real)).toEqual([]))
  test('a static import is seen', () => {
    expect(eagerAdapters(imports('lib/cli/context.ts', '../adapters/b.js'))).toHaveLength(1)
    expect(eagerAdapters(sample({'lib/cli/context.ts': "const x = await import('../adapters/b.js')\nimport type {Y} from '../adapters/c.js'\n"}))).toEqual([])
  })
})

describe('outside packages have owners', () => {
  test('in the sources', () => expect([...foreignPackages(real), ...undeclaredPackages(real, declared)]).toEqual([]))
  test.each([
    ['lib/flow/a.ts', 'execa'], ['lib/adapters/a.ts', 'execa'], ['lib/cli/context.ts', '@octokit/rest'], ['lib/cli/a.ts', 'node:fs'], ['lib/flow/a.ts', 'node:fs/promises'],
    ['commands/a.ts', 'node:child_process'], ['lib/adapters/a.ts', 'fs'],
  ])('%s does not own %s', (file, from) => expect(foreignPackages(imports(file, from))).toHaveLength(1))
  test.each([['lib/adapters/git.ts', 'execa'], ['lib/sandbox/a.ts', 'node:fs'], ['lib/cli/actions-output.ts', 'node:fs/promises']])('%s owns %s', (file, from) =>
    expect(foreignPackages(imports(file, from))).toEqual([]))
  test('an undeclared package is seen', () => expect(undeclaredPackages(imports('lib/cli/a.ts', '@x/y/z'), ['@x/z'])).toHaveLength(1))
})

describe('length', () => {
  test('of the sources', () => expect(longFiles(real)).toEqual([]))
  test.each([['commands/a.ts', 70, 0], ['commands/a.ts', 71, 1], ['lib/a.ts', 250, 0], ['lib/a.ts', 251, 1]])('%s with %i lines: %i', (file, count, found) =>
    expect(longFiles(sample({[file]: 'x\n'.repeat(count)}))).toHaveLength(found))
})

describe('no circles', () => {
  test('in the sources', () => expect(cycles(real)).toEqual([]))
  test('a circle is seen, one of types is none', () => {
    const a = "import {b} from './b.js'\n"
    expect(cycles(sample({'lib/a.ts': a, 'lib/b.ts': "import {c} from './c.js'\n", 'lib/c.ts': "import {a} from './a.js'\n"})))
      .toEqual(['lib/a.ts → lib/b.ts → lib/c.ts → lib/a.ts'])
    expect(cycles(sample({'lib/a.ts': a, 'lib/b.ts': "import type {a} from './a.js'\n"}))).toEqual([])
  })
})

describe('start-up stays light', () => {
  test('in the sources', () => expect(heavyStarts(real)).toEqual([]))
  test.each(['execa', 'ora', '@octokit/rest', 'yaml', 'zod', 'chalk'])('%s is seen two files away', (heavy) => {
    const files = {'commands/a.ts': "import {b} from '../lib/b.js'\n", 'lib/b.ts': "import {c} from './c.js'\n"}
    expect(heavyStarts(sample({...files, 'lib/c.ts': `import x from '${heavy}'\n`}))).toEqual([`commands/a.ts → lib/b.ts → lib/c.ts → ${heavy}`])
    expect(heavyStarts(sample({...files, 'lib/c.ts': `const x = await import('${heavy}')\nimport type {Y} from '${heavy}'\n`}))).toEqual([])
  })
  test('help loads no package at all, oclif included', () => expect(loadedBy(real, 'lib/cli/help.ts')).toEqual([]))
  test('a package two files away from help is seen', () => {
    const files = {'lib/cli/help.ts': "import {a} from './a.js'\n", 'lib/cli/a.ts': "import {Flags} from '@oclif/core'\n"}
    expect(loadedBy(sample(files), 'lib/cli/help.ts')).toEqual(['@oclif/core'])
  })
})
