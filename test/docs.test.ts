import {execFileSync} from 'node:child_process'
import {existsSync, readFileSync, readdirSync, statSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {describe, expect, test} from 'vitest'
import {parse} from 'yaml'
import {DEFAULTS} from '../src/lib/core/config/defaults.js'
import {PRESET_TABLES} from '../src/lib/core/config/presets.js'
import {EXECUTORS, GATES, IMPLEMENT_COMPLEXITIES, PRESETS} from '../src/lib/core/config/words.js'
import {findDescriptor} from '../src/lib/core/route/agents/index.js'
import {EXIT} from '../src/lib/errors.js'
import {layer, problemsOf} from './core/config/support.js'

// The documents say what is so: links lead somewhere, commands, codes, keys and defaults are those of the code.

const root = fileURLToPath(new URL('../', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
/** The files of the repository; in an unpacked archive there is no git to ask, so what is made is left out by name. */
const listed = (): string[] => existsSync(join(root, '.git'))
  ? execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {cwd: root, encoding: 'utf8'}).split('\0')
  : readdirSync(root).filter((name) => !/^(?:node_modules|dist|\.vitest)$/.test(name)).flatMap((name) =>
    statSync(join(root, name)).isFile() ? [name]
      : readdirSync(join(root, name), {recursive: true, encoding: 'utf8'}).map((path) => `${name}/${path}`))
const tracked = listed().filter((path) => path !== '' && statSync(join(root, path), {throwIfNoEntry: false})?.isFile() === true)
const documents = tracked.filter((path) => path.endsWith('.md') && !path.startsWith('test/'))

const prose = (text: string): string => text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '')
const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].filter(([, name]) => name === language).map(([, , body]) => body!)
const code = (text: string): string[] => [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, inner]) => inner!)
/** What stands below a heading, up to the next one. */
const section = (text: string, title: string): string =>
  new RegExp(`^#+ ${title}\\n([\\s\\S]*?)(?=^#{1,3} |(?![\\s\\S]))`, 'm').exec(text)?.[1] ?? ''
/** Cells of the tables of a text, the head among them. */
const rows = (text: string): string[][] => text.split('\n').filter((line) => line.startsWith('| '))
  .map((line) => line.slice(2, -2).split(/(?<!\\) \| /).map((cell) => cell.trim()))
const anchor = (heading: string): string => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')

/** Links of a text that lead nowhere, as they are written. */
function brokenLinks(path: string, text: string, exists: (path: string) => boolean, load: (path: string) => string): string[] {
  const targets = [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!).filter((target) => !/^[a-z]+:/.test(target))
  return targets.filter((target) => {
    const [file = '', part] = target.split('#')
    const at = file === '' ? path : join(dirname(path), file)
    if (!exists(at)) return true
    return part !== undefined && ![...load(at).matchAll(/^#+ (.+)$/gm)].some(([, heading]) => anchor(heading!) === part)
  })
}

describe('links', () => {
  const exists = (path: string): boolean => existsSync(join(root, path))
  test.each(documents)('of %s', (path) => expect(brokenLinks(path, read(path), exists, read)).toEqual([]))
  test('a missing file and a missing heading are seen', () => {
    const text = '# One\n[a](b.md) [c](../no.md) [d](#one) [e](#two) [f](https://example.org/x)\n`[not](a-link.md)`'
    expect(brokenLinks('docs/a.md', text, (path) => path !== 'no.md', () => text)).toEqual(['../no.md', '#two'])
  })
  test.each(documents)('paths named in %s are there', (path) => {
    const named = code(read(path)).filter((word) => /^(?:src|test|scripts|docs|schema|bin)\/[\w./-]*$/.test(word))
    expect(named.filter((word) => !exists(word))).toEqual([])
  })
})

describe('commands', () => {
  const commands = readdirSync(join(root, 'src/commands')).map((name) => name.replace(/\.ts$/, '')).sort()
  test('the table of the README has each once', () => {
    const named = rows(section(read('README.md'), 'Commands')).slice(1).map(([cell = '']) => /^`pilot ([\w-]+)/.exec(cell)?.[1])
    expect(named.sort()).toEqual(commands)
  })
  test('no document tells to type one that does not exist', () => {
    const typed = documents.filter((path) => path !== 'CONTRIBUTING.md').flatMap((path) => {
      const text = path === 'README.md' ? read(path).replace(section(read(path), 'Not yet'), '') : read(path)
      const lines = [...code(text), ...blocks(text, 'sh').flatMap((body) => body.split('\n'))]
      const bare = lines.map((line) => line.replace(/(^|\s)#.*/, ''))
      return bare.flatMap((line) => [...line.matchAll(/(?:^|[|;&] ?)pilot ([a-z][\w-]*)/g)].map(([, name]) => name!))
    })
    expect(typed.length).toBeGreaterThan(20)
    expect([...new Set(typed)].filter((name) => !commands.includes(name))).toEqual([])
  })
  test('every script that a document runs is in package.json', () => {
    const {scripts} = JSON.parse(read('package.json')) as {scripts: Record<string, string>}
    const calls = documents.flatMap((path) => [...read(path).matchAll(/npm (?:run ([\w:-]+)|(test)\b)/g)])
    const run = calls.map(([, name, own]) => name ?? own!)
    expect(run.length).toBeGreaterThan(5)
    expect([...new Set(run)].filter((name) => !(name in scripts))).toEqual([])
  })
})

test('the exit codes of the README are those of the code', () => {
  const table = rows(section(read('README.md'), 'Exit codes')).slice(1).map(([number, name]) => [name, Number(number)])
  expect(Object.fromEntries(table)).toEqual(EXIT)
  expect(table).toHaveLength(Object.keys(EXIT).length)
})

describe('configuration', () => {
  const page = read('docs/configuration.md')
  const examples = documents.flatMap((path) => blocks(read(path), 'yaml').map((body) => ({path, body})))
  test.each(examples)('an example of $path is valid', ({body}) => {
    const data = parse(body) as Record<string, unknown>
    if ('version' in data) expect(problemsOf(layer(data))).toEqual([])
    else expect(data).toHaveProperty('jobs')
  })
  test('there are examples, and a wrong one would show', () => {
    expect(examples.filter(({body}) => body.startsWith('version: 1'))).toHaveLength(2)
    expect(problemsOf(layer(parse('version: 1\nland: {methode: squash}')))).toHaveLength(1)
  })

  const WHOLE = ['endpoints.ollama', 'endpoints.litellm', 'routing.gates', 'routing.complexity']
  const OTHER_AGENTS = /^executor\.(codex|gemini|opencode)$/
  const leaves = (data: object, at = ''): [string, unknown][] => Object.entries(data).flatMap(([name, value]): [string, unknown][] => {
    const key = at === '' ? name : `${at}.${name}`
    if (OTHER_AGENTS.test(key)) return []
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value) && !WHOLE.includes(key)
    return isMap ? leaves(value as object, key) : [[key, value]]
  })
  test('the page has every key with its default', () => {
    const stated = rows(section(page, 'Keys')).slice(1).map(([key = '', fallback = '']) =>
      [key.slice(1, -1), fallback === 'not set' ? null : parse(fallback.slice(1, -1)) as unknown])
    expect(Object.fromEntries(stated)).toEqual({...Object.fromEntries(leaves(DEFAULTS)), 'routing.max_escalations_per_issue': null})
  })
  test('the page has the presets', () => {
    const [head = [], ...lines] = rows(section(page, 'Presets'))
    expect(head.slice(1)).toEqual([...PRESETS])
    const cell = (preset: (typeof PRESETS)[number], name: string): string => {
      const {gates, implement, maxEscalations} = PRESET_TABLES[preset]
      const levels = Object.fromEntries(IMPLEMENT_COMPLEXITIES.map((level) => [`implement ${level}`, implement[level]]))
      const chains: Record<string, readonly string[]> = {...gates, ...levels, 'rises after failures': [String(maxEscalations)]}
      return chains[name]?.join(' → ') ?? 'no such gate'
    }
    expect(lines).toEqual(lines.map(([name = '']) => [name, ...PRESETS.map((preset) => cell(preset, name))]))
    expect(lines).toHaveLength(GATES.length - 1 + IMPLEMENT_COMPLEXITIES.length + 1)
  })

  const sources = tracked.filter((path) => path.startsWith('src/lib/') && !path.startsWith('src/lib/core/config/') && path.endsWith('.ts'))
    .map(read).join('\n')
  /** By its last word where that is one of its own (`per_day_usd`), else by its group. */
  const isRead = (key: string): boolean =>
    new RegExp(key.includes('_') ? `\\b${key.split('.').at(-1)}\\b` : `settings\\.${key.split('.')[0]}\\b`).test(sources)
  test('every key has an effect, or the README says that it has none yet', () => {
    const idle = leaves(DEFAULTS).map(([key]) => key).filter((key) => key !== 'version' && !isRead(key))
    const named = code(section(read('README.md'), 'Not yet')).filter((word) => leaves(DEFAULTS).some(([key]) => key === word))
    expect(idle).toEqual(named)
    expect(isRead('budget.per_issue_usd') && isRead('land.wait')).toBe(true)
    expect(isRead('budget.per_moon_usd') || isRead('moon.wait')).toBe(false)
  })
})

test('the README has every executor with its state', () => {
  const text = section(read('README.md'), 'Executors')
  const said = Object.fromEntries(rows(text).slice(1).map(([name = '', state]) => [name.slice(1, -1), state]))
  const state = (name: (typeof EXECUTORS)[number]): string => {
    const descriptor = findDescriptor(name)
    return descriptor === undefined ? 'not yet' : descriptor.capabilities.experimental ? 'experimental' : 'runs'
  }
  expect(said).toEqual(Object.fromEntries(EXECUTORS.map((name) => [name, state(name)])))
})

/** Paths and hosts of some machine that have no business in a repository. */
const HOSTS = String.raw`https?://(?!registry\.npmjs\.org)[\w.-]*(?:registry|artifactory|nexus|verdaccio|npm-proxy)[\w.-]*(?::\d+)?`
const HOMES = String.raw`(?<![\w.$}/-])/(?:home|Users|root|workspaces?|mnt|opt)/[\w.-]+|[A-Z]:\\Users\\\w+`
/** A directory as a pattern; short ones such as /app would be found everywhere. */
const directory = (path: string): string[] =>
  path.split('/').length < 3 ? [] : [`(?<![\\w.$}-])${path.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}(?![\\w-])`]
const strayPlaces = (text: string, patterns: readonly string[]): string[] =>
  [...text.matchAll(new RegExp(patterns.join('|'), 'g'))].map(([found]) => found)

describe('no place of somebody\'s machine', () => {
  // tests may make up the home of a user, but nothing names where this checkout lies
  const always = [HOSTS, ...directory(root.replace(/\/$/, ''))]
  const patternsOf = (path: string): string[] => path.startsWith('test/') ? always : [...always, HOMES]
  const texts = tracked.filter((path) => !/\.(?:png|jpg|gif|tgz)$/.test(path) && path !== 'test/docs.test.ts')
  test('in any file', () => {
    expect(texts.flatMap((path) => strayPlaces(read(path), patternsOf(path)).map((found) => `${path}: ${found}`))).toEqual([])
  })
  const all = [HOSTS, ...directory('/srv/some/checkout'), HOMES]
  test.each([
    'see /home/ann/x', '"/Users/ann"', 'https://npm-registry.corp.example:4873/x', 'C:\\Users\\ann', 'at /srv/some/checkout/src',
  ])('%s is seen', (text) => expect(strayPlaces(text, all)).toHaveLength(1))
  test.each([
    'https://registry.npmjs.org/x', '/dev/null', './home/x', 'a/root/b', '/usr/bin/env', '/srv/some/checkout-2',
  ])('%s is fine', (text) => expect(strayPlaces(text, all)).toEqual([]))
})
