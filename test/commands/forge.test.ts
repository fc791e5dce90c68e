import {afterAll, beforeAll, expect, it} from 'vitest'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {openScene, type Scene} from '../support/scene.js'

// A checkout of another forge is no checkout of the repository of the same name on GitHub.

let s: Scene
beforeAll(async () => {
  s = await openScene()
  s.addIssue({title: 'Write the work'})
})
afterAll(() => s.close())
const origin = (url: string) => s.git('remote', 'set-url', 'origin', url)

it.each([['next'], ['execute', '1', '--dry-run'], ['status'], ['spend'], ['init', '--labels'], ['doctor']])('%s %s %s: refused, with what to set', async (...argv) => {
  await origin('https://user:password@gitlab.com/acme/app.git')
  const ran = await s.pilot(...argv, '--json')
  const failed = argv[0] === 'doctor' ? {...(ran.json.result as {findings: {check: string; detail: string; fix: string; code: string}[]}).findings.find(({check}) => check === 'github')!} : undefined
  const {code, message, fix} = failed ? {...failed, message: failed.detail} : {code: ran.json.error!.code, message: ran.json.error!.message, fix: ran.json.error!.suggestions.join('\n')}
  expect([ran.exit, code]).toEqual([5, 'WRONG_CHECKOUT'])
  expect(message).toMatch(/origin is gitlab\.com\/acme\/app, which is not on 127\.0\.0\.1:\d+/)
  expect(message).not.toContain('password')
  expect(fix).toMatch(/github\.api_url/)
  if (!failed) expect(fix).toMatch(/--repo/)
})

it('a person who names the repository means it, and the checkout is not used for it', async () => {
  await origin('https://gitlab.com/acme/app.git')
  const ran = await s.pilot('next', '--repo', 'acme/app', '--json')
  expect([ran.exit, ran.json.warnings]).toEqual([0, [expect.stringMatching(/is not a checkout of acme\/app/) as string]])
  expect((await s.pilot('execute', '1', '--repo', 'acme/app', '--json')).json.error!.code).toBe('WRONG_CHECKOUT')
})

it.each(['git@127.0.0.1-work:acme/app.git', 'ssh://git@work/acme/app.git', 'git@work:acme/app.git', 'http://127.0.0.1:1/acme/app.git'])('%s may be the same place under another name', async (url) => {
  await origin(url)
  expect([(await s.pilot('next', '--json')).exit]).toEqual([0])
})

it('the repository\'s own URL is an issue of it, wherever the API root is written', async () => {
  await origin(`${s.apiUrl}/acme/app.git`)
  const url = `${s.apiUrl}/acme/app/issues/1`
  await s.configure({github: {api_url: s.apiUrl}})
  for (const GITHUB_API_URL of ['', undefined]) {
    expect((await s.pilotWith({env: {GITHUB_API_URL}}, 'execute', url, '--dry-run', '--json')).exit).toBe(0)
    expect((await s.pilotWith({env: {GITHUB_API_URL}}, 'spend', '--epic', url, '--json')).exit).toBe(0)
    expect((await s.pilotWith({env: {GITHUB_API_URL}}, 'logs', url, '--json')).json.error!.code).toBe('NO_LOG')
  }
  await s.configure({})
})

it('the logs of a number need no configuration that can be read', async () => {
  await mkdir(join(s.checkout, '.pilot/runs/GH-1/attempt-1'), {recursive: true})
  await writeFile(join(s.checkout, '.pilot/runs/GH-1/attempt-1/agent.log'), 'said\n')
  await s.configure({executor: {default: 'clod'}})
  expect((await s.pilot('logs', '1')).stdout).toBe('said\n')
  await s.configure({})
})
