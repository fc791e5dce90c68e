import {existsSync, readdirSync} from 'node:fs'
import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {beforeAll, expect, it} from 'vitest'
import type {Attempt} from '../../src/lib/core/run/attempt.js'
import {REPO, scene, type Scene, type Step} from '../support/scene.js'
import type {PilotRun} from '../support/scene-run.js'

// An issue that nothing helps, from its first failure to the merge of what a person made of it. Each command is the built program in a process
// of its own on a machine of its own: a fresh clone, home and cache, and no `.pilot/` but the committed configuration. All that they share is GitHub.

const built = fileURLToPath(new URL('../../dist/commands/retry.js', import.meta.url))
beforeAll(() => {
  if (!existsSync(built)) throw new Error(`there is no ${built}: run \`npm run build\` before the tests in test/e2e`)
})

const PARENT = 1
const ISSUE = 2
const spent = (costUsd: number) => ({model: 'scripted', inFresh: 100, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 10, costUsd})
const tries = (name: string, costUsd: number): Step => ({files: {[`src/bad-${name}.js`]: 'bad\n'}, say: `tried ${name}`, usage: spent(costUsd)})
const SCRIPT = {
  implement: {'2@1': tries('red', 0.1), '2@2': tries('green', 0.2), '2@3': tries('blue', 0.3)},
  commit: {'*': {say: 'feat(src): do the work', usage: spent(0.01)}},
}
const CONFIG = {verify: {setup: [], commands: ['! ls src | grep bad'], baseline: false, fix_rounds: 0}, review: {enabled: false}}
const FAILED = ['pilot', 'pilot-failed', 'pilot-retry-ready']
const END = ['pilot', 'pilot-failed', 'pilot-needs-human', 'pilot-retry-exhausted']

let machines = 0
/** Runs the program on a machine that has never seen the repository. */
async function elsewhere(s: Scene, ...argv: string[]): Promise<PilotRun> {
  const machine = join(s.dir, `machine-${++machines}`)
  const [checkout = '', home, cache, config] = ['checkout', 'home', 'cache', 'config'].map((name) => join(machine, name))
  for (const folder of [home, cache, config]) await mkdir(folder!, {recursive: true})
  await s.git('clone', '-q', `${s.apiUrl}/${REPO}.git`, checkout)
  expect(readdirSync(join(checkout, '.pilot'))).toEqual(['config.yaml'])
  return s.pilotWith({subprocess: true, cwd: checkout, env: {HOME: home, XDG_CACHE_HOME: cache, XDG_CONFIG_HOME: config}}, ...argv, '--json')
}

/** A person's pull request, merged by that person. */
async function mergedByPerson(s: Scene): Promise<number> {
  s.sandbox.addUser({login: 'maria', token: 'of-maria', permission: {[REPO]: 'write'}})
  await s.push('by-hand', {'src/work.js': 'export const work = 1\n'})
  const send = async (method: string, path: string, body: unknown): Promise<Record<string, unknown>> => {
    const headers = {'authorization': 'token of-maria', 'content-type': 'application/json'}
    const answer = await s.sandbox.fetch(`${s.apiUrl}/repos/${REPO}${path}`, {method, headers, body: JSON.stringify(body)})
    expect(answer.ok, `${method} ${path}`).toBe(true)
    return await answer.json() as Record<string, unknown>
  }
  const {number} = await send('POST', '/pulls', {title: 'The work', head: 'by-hand', base: 'main', body: `Fixes #${ISSUE}`}) as {number: number}
  await send('PUT', `/pulls/${number}/merge`, {})
  return number
}

const told = ({exit, json}: PilotRun): [number, string | undefined] => [exit, json.error?.code]
const kept = ({attempt, outcome, failure, costUsd}: Attempt) => ({attempt, outcome, failure, costUsd})

it('three failures on three machines end with a person; the fourth try is refused everywhere; a merge takes the whole ladder off', async () => {
  const s = await scene({script: SCRIPT, config: CONFIG})
  s.addIssue({title: 'The parent'})
  s.addIssue({title: 'Write the work', body: `Parent: GH-${PARENT}\n\nPlease.`})

  expect(told(await elsewhere(s, 'execute', '2'))).toEqual([1, 'WORK_FAILED'])
  expect(s.labels(ISSUE)).toEqual(FAILED)
  expect(told(await elsewhere(s, 'retry'))).toEqual([1, 'WORK_FAILED'])
  expect(s.labels(ISSUE)).toEqual([...FAILED, 'pilot-retry-1'].toSorted())
  expect(told(await elsewhere(s, 'retry'))).toEqual([1, 'WORK_FAILED'])
  expect(s.labels(ISSUE)).toEqual([...FAILED, 'pilot-retry-2'].toSorted())

  // what each machine knew of the attempts before it, it knew from GitHub
  const prompts = (await s.calls()).filter(({gate}) => gate === 'implement').map(({prompt}) => prompt)
  const TOLD = ['bad-red.js', '- attempt 1: verify_failed', 'bad-green.js', '- attempt 2: verify_failed']
  expect(prompts.map((prompt) => TOLD.filter((words) => prompt.includes(words)))).toEqual([[], TOLD.slice(0, 2), TOLD.slice(1)])

  const spawned = (await s.calls()).length
  expect(told(await elsewhere(s, 'retry'))).toEqual([5, 'RETRIES_EXHAUSTED'])
  expect([s.labels(ISSUE), s.issue(ISSUE).state]).toEqual([END, 'open'])
  expect(s.comments(PARENT)).toEqual([expect.stringMatching(/^<!-- pilot:exhausted \{"issue":2\} -->\n[^]*#2 used up its retries/)])
  s.forget()
  expect(told(await elsewhere(s, 'retry', '2'))).toEqual([5, 'RETRIES_EXHAUSTED'])
  expect(told(await elsewhere(s, 'execute', '2'))).toEqual([5, 'RETRIES_EXHAUSTED'])
  expect([s.writes(), s.labels(ISSUE), (await s.calls()).length]).toEqual([[], END, spawned])
  expect(s.attempts(ISSUE).map(kept)).toEqual([0.11, 0.21, 0.31].map((costUsd, i) => (
    {attempt: i + 1, outcome: 'failed', failure: 'verify_failed', costUsd: expect.closeTo(costUsd, 6) as number})))

  const pr = await mergedByPerson(s)
  expect((await elsewhere(s, 'close-parent', '--pr', String(pr))).exit).toBe(0)
  expect([s.labels(ISSUE), s.issue(ISSUE).state, s.issue(PARENT).state]).toEqual([expect.arrayContaining(['pilot-done']), 'closed', 'closed'])
  expect(s.labels(ISSUE).filter((label) => label === 'pilot-failed' || label.startsWith('pilot-retry-'))).toEqual([])
  expect([s.attempts(ISSUE).length, (await s.calls()).length]).toEqual([3, spawned])
})
