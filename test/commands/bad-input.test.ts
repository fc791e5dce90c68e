import {chmod, mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {printPlanComment} from '../../src/lib/core/issue/plan-comment.js'
import {binDir, openScene, REPO, scene, type Scene} from '../support/scene.js'
import type {RunOptions} from '../support/scene-run.js'

const WORLD = [
  ['classify', '1'], ['plan-epic', '1'], ['decompose', '1'], ['execute', '1'], ['land', '1'], ['retry', '1'], ['close-parent', '1'],
  ['next'], ['status'],
]

/** One screen: what happened, the code, and what to type; no stack trace, nothing on stdout. */
function expectOneScreen(ran: {stdout: string; stderr: string}, code: string): void {
  expect(ran.stdout).toBe('')
  expect(ran.stderr).toMatch(/^(error|waiting): /m)
  expect(ran.stderr).toContain(`(${code})`)
  expect(ran.stderr).toMatch(/\n {2}try: \S/)
  expect(ran.stderr).not.toMatch(/\n\s+at \S+ \(/)
  expect(ran.stderr.split('\n').length).toBeLessThan(25)
}

describe('bad input', () => {
  let s: Scene
  let noGh: string
  let files: Record<string, string>
  beforeAll(async () => {
    s = await openScene()
    s.addIssue({title: 'Write the work'})
    await s.push('feature', {'a.js': '1\n'})
    await s.api('POST', '/pulls', {title: 'a pull request', head: 'feature', base: 'main'})
    noGh = await binDir(s.dir, ['git', 'node', 'sh'])
    await mkdir(join(s.dir, 'empty'))
    files = await s.pilotFiles()
    s.forget()
  })
  afterAll(() => s.close())

  const check = async (argv: readonly string[], options: RunOptions, exit: number, code: string, says?: RegExp): Promise<void> => {
    const json = await s.pilotWith(options, ...argv, '--json')
    expect([argv, json.exit, json.json.error?.code], json.stdout).toEqual([argv, exit, code])
    expect(json.json.error!.suggestions.length).toBeGreaterThan(0)
    if (says) expect(json.json.error!.message).toMatch(says)
    const text = await s.pilotWith(options, ...argv)
    expect(text.exit).toBe(exit)
    if (json.items.length === 0) expectOneScreen(text, code)
    expect([s.writes(), await s.pilotFiles(), await s.calls()]).toEqual([[], files, []])
  }

  it.each(WORLD)('%s without a token, and with a wrong one', async (...argv) => {
    await check(argv, {env: {PILOT_GITHUB_TOKEN: undefined, PATH: noGh}}, 4, 'NO_TOKEN')
    await check(argv, {env: {PILOT_GITHUB_TOKEN: 'wrong-token'}}, 4, 'BAD_TOKEN')
  })
  it.each([...WORLD.filter((argv) => argv.length > 1).map(([name]) => name!), 'decide', 'route', 'status', 'close-parent --pr'])(
    '%s: what is no issue is said before a token is looked for', async (command) => {
      const argv = command.split(' ')
      await check([...argv, 'abc'], {env: {PILOT_GITHUB_TOKEN: undefined, PATH: noGh}}, 2, 'BAD_ISSUE', /"abc"/)
      await check([...argv, 'https://github.com/other/place/issues/1'], {env: {PILOT_GITHUB_TOKEN: undefined, PATH: noGh}}, 2, 'OTHER_REPOSITORY', /other\/place/)
    })
  // what could not be reached is asked for again, with pauses: one run a command is enough
  it.each([['execute', '1'], ['next']])('%s without a network', async (...argv) => {
    const ran = await s.pilotWith({env: {GITHUB_API_URL: 'http://127.0.0.1:9'}}, ...argv, '--json')
    expect([
      ran.exit, ran.json.error!.code, ran.json.error!.retryable, await s.pilotFiles(),
    ]).toEqual([6, 'GITHUB_UNREACHABLE', true, files])
  })

  it.each(WORLD.filter((argv) => argv.length > 1).map(([name]) => name!))('%s of an issue that is none', async (name) => {
    await check([name, '99'], {}, 2, 'ISSUE_NOT_FOUND', /#?99/)
    for (const garbage of [
      'abc', '0', '1.5', 'GH-', '#', '', '1 2', '99999999999999999999',
    ]) await check([name, garbage], {}, 2, 'BAD_ISSUE')
    await check([name, 'https://github.com/other/place/issues/1'], {}, 2, 'OTHER_REPOSITORY', /other\/place/)
    if (!['land', 'classify'].includes(name)) await check([name, '2'], {}, 2, 'NOT_AN_ISSUE')
    await check([name, '1', '--no-such-flag'], {}, 2, 'USAGE', /no-such-flag/)
  })

  it('a repository that is not there, none at all, or another one than the checkout\'s', async () => {
    await check(['next'], {cwd: join(s.dir, 'empty')}, 2, 'NO_REPOSITORY')
    await check(['next', '--repo', 'acme/none'], {}, 2, 'REPOSITORY_NOT_FOUND', /acme\/none/)
    await check(['next', '--repo', 'not a repo'], {}, 2, 'USAGE')
    await check(['execute', '1', '--repo', 'acme/none'], {}, 5, 'WRONG_CHECKOUT')
  })

  it('no git on PATH', async () => {
    for (const argv of [['execute', '1'], ['next']]) await check(argv, {env: {PATH: await binDir(s.dir, ['node', 'sh'])}}, 3, 'GIT_MISSING')
  })

  it('flags: a value missing, not a number, not of the list, a near miss', async () => {
    const table: [string[], RegExp][] = [
      [['next', '--limit'], /limit/], [['next', '--limit', '0'], /limit/], [['next', '--limit', 'x'], /limit/],
      [['execute', '1', '--executor', 'vim'], /vim/], [['execute', '1', '--parralel', '2'], /--parallel/],
      [['next', 'stray'], /stray/],
    ]
    for (const [argv, says] of table) await check(argv, {}, 2, 'USAGE', says)
    await check(['execute'], {}, 2, 'USAGE', /which issue/)
    for (const command of ['land', 'execute']) for (const wait of ['soon', '5x', '-5s', '900h', '']) await check([command, '1', '--wait', wait], {}, 2, 'USAGE', /--wait/)
  })
})

describe('configuration and artifacts', () => {
  it('names every problem of a configuration with its line, and reads nothing else', async () => {
    const s = await scene()
    s.addIssue({title: 'Write the work'})
    const path = join(s.checkout, '.pilot/config.yaml')
    await writeFile(path, 'version: 1\nexecuter:\n  default: claude\nverify:\n  fix_rounds: many\nlimits: {implement: soonish}\n')
    const requests = s.sandbox.log().length
    for (const argv of [['execute', '1'], ['next']]) {
      const ran = await s.pilot(...argv, '--json')
      expect([ran.exit, ran.json.error!.code]).toEqual([3, 'INVALID_CONFIG'])
      for (const [key, line] of [
        ['executer', 2], ['verify.fix_rounds', 5], ['limits.implement', 6],
      ]) expect(ran.json.error!.message).toMatch(new RegExp(`config\\.yaml:${line}[^\\n]*${key}`))
    }
    await writeFile(path, 'version: [1\n  : x')
    expectOneScreen(await s.pilot('next'), 'INVALID_CONFIG')
    for (const [flags, code] of [[['--config', 'none.yaml'], 'CONFIG_UNREADABLE'], [['--config', s.dir], 'CONFIG_UNREADABLE']] as const) {
      const ran = await s.pilot('next', ...flags, '--json')
      expect([ran.exit, ran.json.error!.code]).toEqual([3, code])
    }
    if (process.getuid?.() !== 0) {
      await chmod(path, 0)
      expect((await s.pilot('next', '--json')).json.error!.code).toBe('CONFIG_UNREADABLE')
    }
    expect(s.sandbox.log().length).toBe(requests)
  })

  it('an artifact of another version names the command that rewrites it', async () => {
    const s = await scene()
    s.addIssue({title: 'Everything'})
    await mkdir(join(s.checkout, '.pilot/epics/1'), {recursive: true})
    for (const [text, code] of [
      ['{"version": 9}', 'ARTIFACT_VERSION'], ['{"version": 1}', 'INVALID_ARTIFACT'], ['{', 'INVALID_ARTIFACT'],
    ] as const) {
      await writeFile(join(s.checkout, '.pilot/epics/1/plan.json'), text)
      for (const argv of [['decompose', '1'], ['status', '1'], ['execute', '1']]) {
        const ran = await s.pilot(...argv, '--json')
        expect([ran.exit, ran.json.error?.code, ran.json.error?.suggestions], ran.stdout).toEqual([3, code, ['pilot plan-epic 1 --force']])
      }
    }
    expect(s.writes()).toEqual([])
  })

  it('a stranger\'s plan comment is ignored with a warning; an own one that was damaged is an error', async () => {
    const s = await scene()
    s.addIssue({title: 'Everything'})
    const body = printPlanComment({
      version: 1, epic: {number: 1, title: 'Everything', bodySha: '0'.repeat(64), updatedAt: '2026-01-01T00:00:00Z'},
      base: {branch: 'main', sha: '0'.repeat(40)}, decision: 'single',
      reason: 'evil', effort: '', planHash: '0'.repeat(12), source: 'model', subtasks: [], waves: [], usage: null, costUsd: null,
    })
    s.sandbox.seedComment(REPO, 1, {body, author: 'stranger', authorAssociation: 'OWNER'})
    const ignored = await s.pilot('decompose', '1', '--json')
    expect([ignored.json.error!.code, ignored.json.warnings]).toEqual([
      'NO_PLAN', [expect.stringMatching(/plan comment by stranger is ignored/)],
    ])
    s.sandbox.seedComment(REPO, 1, {body: '<!-- pilot:plan v2 -->\n\nlater'})
    const later = await s.pilot('decompose', '1', '--json')
    expect([later.exit, later.json.error!.code, later.json.error!.suggestions]).toEqual([
      3, 'ARTIFACT_VERSION', ['pilot plan-epic 1 --force'],
    ])
    expect(s.writes()).toEqual([])
  })
})

it('as a program: an unknown command, a pipe, and the exit code of a refusal', async () => {
  const s = await scene()
  s.addIssue({title: 'Write the work', state: 'closed'})
  const unknown = await s.pilotWith({subprocess: true}, 'exekute', '1')
  expect(unknown.exit).toBe(2)
  expectOneScreen(unknown, 'USAGE')
  expect(unknown.stderr).toContain('execute')
  const refused = await s.pilotWith({subprocess: true, stdin: '1\tclosed\n'}, 'execute', '-', '--json')
  expect([refused.exit, refused.json.error!.code, s.writes()]).toEqual([5, 'ISSUE_CLOSED', []])
})
