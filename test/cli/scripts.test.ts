import {mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {beforeEach, describe, expect, test} from 'vitest'

type Fresh = {nodeSuffices: (version: string) => boolean; isInstalled: (root: string) => boolean; isBuilt: (root: string) => boolean}
type Docs = {commandDocs: (manifest: unknown, bin: string, meaning: Record<number, string>) => string}
const script = (name: string): string => new URL(`../../scripts/lib/${name}`, import.meta.url).href
const {nodeSuffices, isInstalled, isBuilt} = await import(script('fresh.mjs')) as Fresh
const {commandDocs} = await import(script('command-docs.mjs')) as Docs

let root: string
const put = (path: string, text: string, seconds = 1000): void => {
  mkdirSync(dirname(join(root, path)), {recursive: true})
  writeFileSync(join(root, path), text)
  utimesSync(join(root, path), seconds, seconds)
}
beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'pilot-scripts-')) })

test.each([['20.19.0', true], ['20.18.9', false], ['22.0.0', true], ['18.20.0', false], ['21.0.0', true]])('Node %s: %s', (version, ok) =>
  expect(nodeSuffices(version)).toBe(ok))

describe('isInstalled', () => {
  const lock = (packages: Record<string, unknown>): string => JSON.stringify({packages})
  const wanted = {'': {name: 'x'}, 'node_modules/a': {version: '1.0.0', integrity: 'i'}, 'node_modules/win': {version: '1.0.0', optional: true}}
  test.each([
    [{'node_modules/a': {version: '1.0.0', integrity: 'i'}}, true],
    [{'node_modules/a': {version: '1.0.1', integrity: 'j'}}, false],
    [{}, false],
  ])('%j: %s', (present, expected) => {
    put('package-lock.json', lock(wanted))
    put('node_modules/.package-lock.json', lock(present))
    expect(isInstalled(root)).toBe(expected)
  })
  test('without node_modules', () => { put('package-lock.json', lock(wanted)); expect(isInstalled(root)).toBe(false) })
})

describe('isBuilt', () => {
  const settle = (): void => { for (const path of ['src/lib', 'src']) utimesSync(join(root, path), 1000, 1000) }
  beforeEach(() => {
    for (const path of ['src/lib/a.ts', 'src/b.ts', 'tsconfig.json', 'package.json']) put(path, '')
    put('dist/lib/a.js', '', 2000)
    settle()
  })
  test('newer than everything', () => expect(isBuilt(root)).toBe(true))
  test.each(['src/lib/a.ts', 'tsconfig.json', 'package.json'])('%s has changed', (path) => { put(path, 'x', 3000); settle(); expect(isBuilt(root)).toBe(false) })
  test('a source is gone', () => { rmSync(join(root, 'src/lib/a.ts')); expect(isBuilt(root)).toBe(false) })
  test('nothing is built', () => { rmSync(join(root, 'dist'), {recursive: true}); expect(isBuilt(root)).toBe(false) })
})

test('the command reference holds usage, flags, examples and exit codes', () => {
  const flags = {limit: {name: 'limit', type: 'option', default: 5, description: 'at most a|b', char: 'n'}, json: {name: 'json', type: 'boolean', helpGroup: 'GLOBAL'}}
  const command = {
    id: 'close-parent', summary: 'settle', strict: false, flags,
    args: {issue: {name: 'issue', required: true, description: 'number'}}, examples: ['<%= config.bin %> <%= command.id %> 5'],
  }
  const text = commandDocs({commands: {b: command, a: {...command, id: 'hid', hidden: true}}}, 'pilot', {0: 'fine', 8: 'later'})
  for (const part of [
    '[close-parent](#pilot-close-parent)\n', '## pilot close-parent\n\nsettle\n', '```\npilot close-parent ISSUE… [flags]\n```\n',
    '| `-n, --limit VALUE` | at most a\\|b (default: `5`) |\n', '```sh\npilot close-parent 5\n```\n', '| 8 | later |\n',
  ]) expect(text).toContain(part)
  expect(text).not.toContain('hid')
  expect(text.split('--json`').length).toBe(3)
})
