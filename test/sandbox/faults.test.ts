import {describe, expect, onTestFinished, test} from 'vitest'
import {type FaultRule, type Sandbox} from '../../src/lib/sandbox/index.js'
import {name, start} from './support.js'

type Ask = (path: string, init?: RequestInit) => Promise<Response>
const headersOf = (sandbox: Sandbox): Record<string, string> => ({authorization: `Bearer ${sandbox.token}`})

async function both(): Promise<{way: string; sandbox: Sandbox; ask: Ask}[]> {
  const inside = (await start()).sandbox
  const outside = (await start()).sandbox
  const {apiUrl, close} = await outside.listen()
  onTestFinished(close)
  return [
    {
      way: 'in process', sandbox: inside,
      ask: (path, init) => inside.fetch(`https://api.github.com${path}`, {headers: headersOf(inside), ...init})
    },
    {way: 'over HTTP', sandbox: outside, ask: (path, init) => fetch(`${apiUrl}${path}`, {headers: headersOf(outside), ...init})},
  ]
}

const ISSUES = `/repos/${name}/issues`
const create = (ask: Ask): Promise<Response> => ask(ISSUES, {method: 'POST', body: '{"title":"a"}'})
const count = (sandbox: Sandbox): number => Object.keys(sandbox.state().repos[name]!.issues).length

describe('faults strike where they are told', () => {
  test.each([['before', 0], ['after', 1]] as const)('status %s the write', async (when, written) => {
    for (const {way, sandbox, ask} of await both()) {
      sandbox.faults.add(
        {
          method: 'POST', path: /\/issues$/, when,
          then: {kind: 'status', status: 502, headers: {'x-fault': 'yes'}, body: {message: 'Bad Gateway'}}
        }
      )
      const answer = await create(ask)
      expect([way, answer.status, answer.headers.get('x-fault'), await answer.json()]).toEqual([way, 502, 'yes', {message: 'Bad Gateway'}])
      expect([way, count(sandbox)]).toEqual([way, written])
      expect((await create(ask)).status).toBe(201)
    }
  })

  test.each([['before', 0], ['after', 1]] as const)('cut %s the write', async (when, written) => {
    for (const {way, sandbox, ask} of await both()) {
      sandbox.faults.add({method: 'POST', path: ISSUES, when, then: {kind: 'cut'}})
      await expect(create(ask)).rejects.toThrow(TypeError)
      expect([way, count(sandbox)]).toEqual([way, written])
      expect(sandbox.log().at(-1)).toMatchObject({method: 'POST', status: 0})
    }
  })

  test('delay', async () => {
    for (const {sandbox, ask} of await both()) {
      sandbox.faults.add({path: ISSUES, when: 'before', then: {kind: 'delay', ms: 60}})
      const from = performance.now()
      expect((await ask(ISSUES)).status).toBe(200)
      expect(performance.now() - from).toBeGreaterThanOrEqual(55)
    }
  })

  test.each<[string, Partial<FaultRule>, number[]]>([
    ['once by default', {}, [500, 200, 200, 200]], ['from the nth', {nth: 2}, [200, 500, 200, 200]],
    ['n times', {times: 2}, [500, 500, 200, 200]],
    ['from the nth, n times', {nth: 2, times: 2}, [200, 500, 500, 200]], ['only its method', {method: 'POST'}, [200, 200, 200, 200]],
    ['only its path', {path: `${ISSUES}/1`}, [200, 200, 200, 200]],
  ])('%s', async (_, rule, statuses) => {
    const {sandbox, ask} = (await both())[0]!
    sandbox.faults.add({when: 'before', then: {kind: 'status', status: 500}, ...rule})
    const got: number[] = []
    for (const _step of statuses) got.push((await ask(ISSUES)).status)
    expect(got).toEqual(statuses)
    sandbox.faults.add({when: 'before', times: Infinity, then: {kind: 'cut'}})
    sandbox.faults.clear()
    expect((await ask(ISSUES)).status).toBe(200)
  })

  test('on a git push too: after the write the ref is there although the client saw an error', async () => {
    const {sandbox, ask} = (await both())[1]!
    sandbox.faults.add({path: `/${name}.git/info/refs`, when: 'after', then: {kind: 'status', status: 503}})
    expect((await ask(`/${name}.git/info/refs?service=git-upload-pack`)).status).toBe(503)
    expect((await ask(`/${name}.git/info/refs?service=git-upload-pack`)).status).toBe(200)
  })
})

test('the log tells method, path, status and user', async () => {
  const {sandbox, ask} = (await both())[0]!
  await ask(`${ISSUES}?state=all`)
  await sandbox.fetch('https://api.github.com/repos/none/none')
  expect(sandbox.log()).toEqual([
    {method: 'GET', path: `${ISSUES}?state=all`, status: 200, user: sandbox.login},
    {method: 'GET', path: '/repos/none/none', status: 404, user: null},
  ])
  sandbox.clearLog()
  expect(sandbox.log()).toEqual([])
})
