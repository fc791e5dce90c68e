import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {loadConfig} from '../../src/lib/adapters/config-files.js'
import {describeSource} from '../../src/lib/core/config/sourced.js'
import {resolveConfig} from '../../src/lib/core/config/layers.js'

let root: string
let repo: string
let home: string
const write = (path: string, text: string | Uint8Array): string => {
  mkdirSync(dirname(path), {recursive: true})
  writeFileSync(path, text)
  return path
}
const local = (text: string | Uint8Array) => write(join(repo, '.pilot/config.yaml'), text)
const load = (over: Partial<Parameters<typeof loadConfig>[0]> = {}) => loadConfig({cwd: repo, env: {HOME: home}, ...over})
const executor = async (over: Parameters<typeof load>[0] = {}) => {
  const config = await load(over)
  return `${config.settings.executor.default} ${describeSource(config.source('executor.default'))}`
}
const failure = async (over: Parameters<typeof load>[0] = {}) => {
  try {
    await load(over)
  } catch (error) {
    const {code, message, problems} = error as {code: string; message: string; problems?: {line: number | null; key: string}[]}
    return {code, message, problems: problems?.map(({line, key}) => [line, key])}
  }
  return undefined
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'config-'))
  repo = join(root, 'repo')
  home = join(root, 'home')
  write(join(repo, '.git/HEAD'), 'ref: refs/heads/main\n')
  mkdirSync(home)
})
afterEach(() => rmSync(root, {recursive: true, force: true}))

describe('where files are found', () => {
  it('needs none', async () => {
    expect((await load()).settings).toEqual(resolveConfig([]).settings)
    expect((await load({env: {}})).files).toEqual([])
  })

  it('walks up to the root of the checkout and shows the path from where it started', async () => {
    local('executor:\n  default: codex\n')
    const below = join(repo, 'a/b')
    mkdirSync(below, {recursive: true})
    expect(await executor()).toBe('codex local .pilot/config.yaml:2')
    expect(await executor({cwd: below})).toBe('codex local ../../.pilot/config.yaml:2')
    write(join(repo, 'a/.pilot/config.yaml'), 'executor: {default: gemini}')
    expect(await executor({cwd: below})).toBe('gemini local ../.pilot/config.yaml:1')
  })

  it('never reads above the checkout, nor above cwd outside of one', async () => {
    write(join(root, '.pilot/config.yaml'), 'executor: {default: codex}')
    expect(await executor()).toBe('claude default')
    mkdirSync(join(root, 'plain'))
    expect(await executor({cwd: join(root, 'plain')})).toBe('claude default')
    mkdirSync(join(root, '.git'))
    expect(await executor({cwd: join(root, 'plain')}), 'an empty .git above is no checkout').toBe('claude default')
    expect(await executor({cwd: root})).toBe('codex local .pilot/config.yaml:1')
  })

  it('takes a worktree, whose .git is a file, for a checkout', async () => {
    write(join(root, '.pilot/config.yaml'), 'executor: {default: codex}')
    write(join(root, 'tree/.git'), 'gitdir: elsewhere')
    expect(await executor({cwd: join(root, 'tree')})).toBe('claude default')
  })

  it('reads the user\'s file below the repository\'s', async () => {
    write(join(home, '.config/pilot/config.yaml'), '\nexecutor: {default: gemini}\nreview: {max_rounds: 5}')
    expect(await executor()).toBe('gemini global ~/.config/pilot/config.yaml:2')
    const xdg = join(root, 'xdg')
    const path = write(join(xdg, 'pilot/config.yaml'), 'executor: {default: opencode}')
    expect(await executor({env: {HOME: home, XDG_CONFIG_HOME: xdg}})).toBe(`opencode global ${path}:1`)
    expect(await executor({env: {HOME: home, XDG_CONFIG_HOME: 'relative'}})).toBe('gemini global ~/.config/pilot/config.yaml:2')
    local('executor: {default: codex}')
    expect(await executor()).toBe('codex local .pilot/config.yaml:1')
    const config = await load()
    expect([config.settings.review.max_rounds, config.files]).toEqual([5, ['.pilot/config.yaml', '~/.config/pilot/config.yaml']])
    expect(config.source('executor.default').overrode).toEqual([
      {from: 'global', value: 'gemini', at: '~/.config/pilot/config.yaml:2'}, {from: 'default', value: 'claude'},
    ])
    expect(await executor({flags: {executor: {default: 'shell'}}})).toBe('shell flag')
  })

  it('takes --config in place of the repository\'s file, and it must exist', async () => {
    local('executor: {default: codex}')
    write(join(repo, 'other.yaml'), 'review: {max_rounds: 3}')
    expect(await executor({file: 'other.yaml'})).toBe('claude default')
    expect((await load({file: 'other.yaml'})).source('review.max_rounds').at).toBe('other.yaml:1')
    expect(await failure({file: 'missing.yaml'})).toMatchObject({
      code: 'CONFIG_UNREADABLE', message: 'The configuration missing.yaml cannot be read: there is no such file.',
    })
    expect(await failure({file: '.'})).toMatchObject({code: 'CONFIG_UNREADABLE'})
  })

  it('reports a file that cannot be read', async () => {
    local(new Uint8Array([0x61, 0xff, 0xfe]))
    expect(await failure()).toMatchObject({code: 'CONFIG_UNREADABLE', message: expect.stringContaining('not UTF-8') as string})
    local('#'.repeat(300_000))
    expect(await failure()).toMatchObject({code: 'CONFIG_UNREADABLE', message: expect.stringContaining('larger than 256 KiB') as string})
    rmSync(join(repo, '.pilot/config.yaml'))
    mkdirSync(join(repo, '.pilot/config.yaml'))
    expect(await failure()).toMatchObject({code: 'CONFIG_UNREADABLE', message: expect.stringContaining('not a file') as string})
  })

  it('reports a file that is there and cannot be reached', async () => {
    mkdirSync(join(repo, '.pilot'))
    symlinkSync('config.yaml', join(repo, '.pilot/config.yaml'))
    expect(await failure()).toMatchObject({code: 'CONFIG_UNREADABLE', message: expect.stringContaining('ELOOP') as string})
  })
})

describe('lines', () => {
  it('are those of the key, in block and flow style, lists and quoted keys', async () => {
    local([
      '# comment', '"version": 2', 'executor: {default: gpt,', '  claude: {command: 3}}',
      'verify:', '  commands:', '    - npm test', '    - 7', 'endpoints:', '  a b: {url: http://h}',
      'tiers:', '  free:', '    native: x', 'budget: {per_dya_usd: 1}',
    ].join('\n'))
    expect((await failure())?.problems).toEqual([
      [2, 'version'], [3, 'executor.default'], [4, 'executor.claude.command'], [8, 'verify.commands.1'], [10, 'endpoints.a b'],
      [14, 'budget.per_dya_usd'], [12, 'tiers.free'],
    ])
  })

  it('are right with CRLF and a byte order mark', async () => {
    local('\ufeffversion: 1\r\nreview:\r\n  max_rounds: 0\r\n')
    expect((await failure())?.problems).toEqual([[3, 'review.max_rounds']])
  })

  it('are reported for both files at once', async () => {
    local('version: 1\nversion: 1\n')
    write(join(home, '.config/pilot/config.yaml'), 'nope: 1\nreview: {enabled: maybe}')
    const found = await failure()
    expect(found?.problems).toEqual([[2, '(file)'], [1, 'nope'], [2, 'review.enabled']])
    expect(found?.message.split('\n')[1]).toBe('  .pilot/config.yaml:2 (file): expected YAML that can be read, saw Map keys must be unique')
    expect(found?.message.split('\n')[2]).toMatch(/^ {2}~\/\.config\/pilot\/config\.yaml:1 nope: /)
  })
})

describe('hostile files', () => {
  const nine = (item: string) => Array<string>(9).fill(item).join(',')
  const bomb = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    .map((c, i, all) => `${c}: &${c} [${nine(i === 0 ? 'x' : `*${all[i - 1]!}`)}]`).join('\n')
  it.each<[string, string, [number | null, string][]]>([
    ['a bomb of anchors', bomb, [[null, '(file)']]],
    ['an alias without anchor', 'version: *x', [[null, '(file)']]],
    ['an anchor that contains itself', 'verify: &v {setup: [*v]}', [[1, 'verify.setup.0']]],
    ['duplicate keys', 'review:\n  enabled: true\n  enabled: false', [[3, '(file)']]],
    ['a list', '- version: 1', [[1, '(file)']]],
    ['a text', 'just words', [[1, '(file)']]],
    ['a tab', 'review:\n\tenabled: true', [[2, '(file)']]],
    ['two documents', 'version: 1\n---\nversion: 1', [[2, '(file)']]],
    ['an unknown tag', 'version: !!js/function 1', [[1, '(file)']]],
    ['a merge key', 'review: &r {enabled: true}\ndecide:\n  <<: *r', [[3, 'decide.<<']]],
    ['__proto__', 'version: 1\n__proto__: {polluted: 1}', [[2, '__proto__']]],
    ['__proto__ below', 'endpoints:\n  __proto__: {url: http://h}', [[2, 'endpoints.__proto__']]],
    ['a map as a key', '? {a: 1}\n: 2', [[null, '{ a: 1 }']]],
    ['an unclosed quote', 'version: "1', [[1, '(file)']]],
  ])('%s', async (_, text, problems) => {
    local(text)
    const found = await failure()
    expect([found?.code, found?.problems]).toEqual(['INVALID_CONFIG', problems])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('survives nesting beyond every stack', async () => {
    local(`verify: ${'['.repeat(100_000)}`)
    expect((await failure())?.code).toBe('INVALID_CONFIG')
  })

  it.each(['', '\n\n', '# only a comment\n', '---\n', '{}', 'null', 'retry:\n', 'version: 1'])('%j is all defaults', async (text) => {
    local(text)
    expect((await load()).settings).toEqual(resolveConfig([]).settings)
  })

  it('takes harmless aliases', async () => {
    local('limits: {plan: &t 7m, text: *t}')
    expect((await load()).settings.limits).toMatchObject({plan: 420_000, text: 420_000})
  })
})
