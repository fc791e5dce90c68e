import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {binDir, openScene, type Scene} from '../support/scene.js'

// Wrong usage is exit 2, in pilot's words, whatever else is missing on the machine.

let s: Scene
let bare: {env: Record<string, string | undefined>; cwd: string}
beforeAll(async () => {
  s = await openScene()
  s.addIssue({title: 'Write the work'})
  await mkdir(join(s.dir, 'empty'))
  bare = {cwd: join(s.dir, 'empty'), env: {PILOT_GITHUB_TOKEN: undefined, PATH: await binDir(s.dir, ['git', 'node', 'sh'])}}
})
afterAll(() => s.close())

describe('with no repository and no token', () => {
  it.each([
    [['close-parent'], 'USAGE', /which one/], [['close-parent', '1', '--waive', 'abc'], 'BAD_ISSUE', /"abc"/], [['execute', 'abc'], 'BAD_ISSUE', /"abc"/], [['execute', '0', 'x'], 'BAD_ISSUE', /"0", "x"/],
    [['spend', '--epic', 'abc'], 'BAD_ISSUE', /"abc"/], [['logs', 'abc'], 'BAD_ISSUE', /"abc"/], [['status', 'abc'], 'BAD_ISSUE', /"abc"/], [['close-parent', '--pr', 'x'], 'BAD_ISSUE', /"x"/],
  ] as const)('%j is wrong usage', async (argv, code, says) => {
    await writeFile(join(bare.cwd, 'broken.yaml'), 'version: 7\n')
    for (const more of [[], ['--config', 'broken.yaml']]) {
      const ran = await s.pilotWith(bare, ...argv, ...more, '--json')
      expect([ran.exit, ran.json.error!.code, ran.json.error!.message]).toEqual([2, code, expect.stringMatching(says) as string])
    }
  })
})

it('what flags need and exclude is said in one line', async () => {
  expect((await s.pilot('status', '--yes')).stderr).toBe('error: --yes needs --repair (USAGE)\n  try: pilot status --help\n')
  expect((await s.pilot('classify', '--file', 'a', '--stdin')).stderr).toMatch(/^error: --(file|stdin) cannot be given together with --(file|stdin) \(USAGE\)\n {2}try: pilot classify --help\n$/)
  expect((await s.pilot('status', '--yes', '--nope')).stderr).not.toMatch(/following|See more help/)
})

describe('as it is typed', () => {
  const typed = async (...argv: string[]) => {
    const ran = await s.pilotWith({subprocess: true}, ...argv)
    return [ran.exit, ran.stderr.split('\n')[0]]
  }
  it.each(['next', 'spend', 'doctor', 'init', 'demo'])('a surplus word after %s is no bug of pilot', async (command) => {
    expect(await typed(command, 'extra')).toEqual([2, 'error: Unexpected argument: extra (USAGE)'])
  })
  it('flags before the command: the command is named, and where they belong', async () => {
    expect(await typed('-C', s.checkout, 'next')).toEqual([2, `error: flags stand behind the command: pilot next -C ${s.checkout} (USAGE)`])
    expect(await typed('help', 'nope')).toEqual([2, 'error: "nope" is not a command of pilot (USAGE)'])
    expect(await typed('--repo', 'a/b', 'nxet', '1')).toEqual([2, 'error: "nxet" is not a command of pilot; did you mean next? (USAGE)'])
  })
})

it.each([['next', /nothing can be executed now/], ['retry', /nothing to retry/], ['status', /no open issue/], ['spend', null]] as const)('%s with nothing to do says so to whoever waits for it', async (command, says) => {
  await s.api('PATCH', '/issues/1', {state: 'closed'})
  const seen = await s.pilotWith({tty: true, env: {TERM: 'dumb'}}, command, '--no-color')
  expect([seen.exit, says === null ? seen.stdout : seen.stderr]).toEqual([0, expect.stringMatching(says ?? /total \$0\.00 for 0 calls/) as string])
  expect(await s.pilot(command)).toMatchObject({exit: 0, stdout: '', stderr: ''})
})
