import {execFile} from 'node:child_process'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {expect, it, vi} from 'vitest'
import {scene, type Scene} from '../../support/scene.js'

// What CI checks out has one commit and no parents of it, and the base moves on while pilot works: the clone must have the whole history all the same.

vi.setConfig({testTimeout: 120_000})
const run = promisify(execFile)
const QUICK = {verify: {setup: [], commands: [], baseline: false}, review: {enabled: false}}
const git = async (s: Scene, ...args: string[]): Promise<string> => (await run('git', args, {cwd: s.dir, env: {...s.env, GIT_CONFIG_NOSYSTEM: '1'}})).stdout.trim()

/** A checkout as CI makes it, beside the user's own. */
async function shallow(s: Scene): Promise<string> {
  for (const n of [1, 2, 3]) await s.push('main', {[`f${n}.txt`]: `${n}\n`})
  await git(s, 'clone', '-q', '--depth', '1', `${s.apiUrl}/acme/app.git`, 'there')
  const there = join(s.dir, 'there')
  await mkdir(join(there, '.pilot'), {recursive: true})
  await writeFile(join(there, '.pilot/config.yaml'), await readFile(join(s.checkout, '.pilot/config.yaml')))
  return there
}
const main = (s: Scene): Promise<string> => git(s, '--git-dir', 'github/acme/app.git', 'log', '--format=%s', 'main')

const SLOW = {implement: {'*': {sleepMs: 3000, files: {'src/w.js': '1\n'}, say: 'did it'}}}
/** Runs `execute` on issue 1, and moves the base on while its agent works. */
async function execute(s: Scene, cwd: string): Promise<void> {
  s.addIssue({title: 'Do it'})
  const running = s.pilotWith({cwd, env: {CI: 'true', GITHUB_ACTIONS: 'true'}}, 'execute', '1', '--json', '--repo', 'acme/app')
  await vi.waitFor(async () => expect(await s.gates()).toEqual(['implement']), {timeout: 60_000})
  await s.push('main', {'moved-1.txt': 'x\n'})
  const ran = await running
  expect([ran.exit, s.pulls().length], ran.stdout).toEqual([0, 1])
}

it('the base moves on while the agent works in a shallow checkout, and again before it lands', async () => {
  const s = await scene({config: {...QUICK, land: {method: 'merge'}}, script: SLOW})
  const cwd = await shallow(s)
  await execute(s, cwd)
  await s.push('main', {'moved-2.txt': 'x\n'})
  const landed = await s.pilotWith({cwd}, 'land', '1', '--json', '--repo', 'acme/app', '--wait', '30s')
  expect([landed.exit, s.pulls()[0]!.pull.merged, s.issue(1).state], landed.stdout).toEqual([0, true, 'closed'])
  expect((await main(s)).match(/^somebody else$/gm)).toHaveLength(5)
  expect(await git(s, '-C', cwd, 'rev-parse', '--is-shallow-repository')).toBe('true')
})

it('a clone that an older pilot copied from a shallow checkout pushes and lands', async () => {
  const s = await scene({config: QUICK, script: SLOW})
  const cwd = await shallow(s)
  const clone = join(s.dir, 'cache/pilot/acme/app/clone.git')
  await git(s, 'init', '-q', '--bare', '--template=', clone)
  const base = await git(s, '-C', cwd, 'rev-parse', 'HEAD')
  await git(s, '--git-dir', clone, 'fetch', '-q', '--no-write-fetch-head', '--', cwd, base)
  await git(s, '--git-dir', clone, 'update-ref', 'refs/pilot/base/GH-9', base)
  await execute(s, cwd)
  const landed = await s.pilotWith({cwd}, 'land', '1', '--json', '--repo', 'acme/app', '--wait', '30s')
  expect([landed.exit, s.pulls()[0]!.pull.merged], landed.stdout).toEqual([0, true])
})
