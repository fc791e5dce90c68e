import {describe, expect, test} from 'vitest'
import {broken, failing, issueJson, open, type Reply, scripted} from './support.js'

const ISSUE = 'GET /issues/5'
const CREATE = 'POST /issues'
const draft = {title: 'T', body: 'B', labels: []}
const say = (status: number, message: string, headers: Record<string, string> = {}, errors?: unknown[]): Reply =>
  ({status, body: {message, ...(errors && {errors})}, headers})

describe('silence', () => {
  const cut = broken('ECONNRESET')
  const timeout = new DOMException('timed out', 'TimeoutError')
  const half: Reply = {text: '{"number": 5, "tit'}
  const page: Reply = {text: '<html>proxy</html>', headers: {'content-type': 'text/html'}}
  const passing: [string, Reply | Error][] = [['500', say(500, 'oops')],
    ['502', {status: 502, text: '<html>', headers: {'content-type': 'text/html'}}],
    ['cut', cut], ['timeout', timeout], ['half an answer', half], ['a proxy page', page], ['busy name server', broken('EAI_AGAIN')]]

  test.each(passing)('a read survives %s twice', async (_, reply) => {
    const github = open(scripted({[ISSUE]: [reply, reply, {body: issueJson(5)}]}).fetch)
    expect((await github.issues.get(5)).number).toBe(5)
    expect(github.clock.slept).toEqual([1000, 3000])
  })
  test.each<[string, Reply, string]>([['500', say(500, 'oops'), 'GITHUB_UNAVAILABLE'], ['cut', cut, 'GITHUB_UNREACHABLE'],
    ['timeout', timeout, 'GITHUB_UNREACHABLE'],
    ['half an answer', half, 'GITHUB_UNAVAILABLE'], ['wrong shape', {body: {hello: 1}},
      'GITHUB_UNAVAILABLE']])('a read gives up after three times %s', async (_, reply, code) => {
    const fake = scripted({[ISSUE]: () => reply})
    expect(await failing(open(fake.fetch).issues.get(5))).toMatchObject({code, exit: 6})
    expect(fake.sent).toHaveLength(3)
  })
  test('a timeout says so', async () => {
    const error = await failing(open(scripted({[ISSUE]: () => timeout}).fetch).issues.get(5))
    expect(error.message).toBe('127.0.0.1 cannot be reached (no answer in time).')
  })
  test.each(['ECONNREFUSED', 'ENOTFOUND', 'SELF_SIGNED_CERT_IN_CHAIN'])('%s is told at once, for reads and creates', async (code) => {
    const fake = scripted({[ISSUE]: broken(code), [CREATE]: broken(code)})
    const github = open(fake.fetch)
    const error = await failing(github.issues.get(5))
    expect(error).toMatchObject({code: 'GITHUB_UNREACHABLE', exit: 6})
    expect(error.suggestions.join()).toMatch(/GITHUB_API_URL/)
    expect(await failing(github.issues.create(draft))).toMatchObject({code: 'GITHUB_UNREACHABLE'})
    expect(fake.sent).toHaveLength(2)
  })
  test.each(passing.filter(([name]) => name !== 'busy name server'))('a create is not repeated after %s', async (_, reply) => {
    const fake = scripted({[CREATE]: [reply], 'POST /issues/5/comments': [reply], 'POST /pulls': [reply]})
    const {issues, comments, pulls} = open(fake.fetch)
    for (const work of [issues.create(draft), comments.create(5, 'x'), pulls.create({title: 'T', body: '', head: 'h', base: 'main'})]) {
      expect(await failing(work)).toMatchObject({code: 'AMBIGUOUS_WRITE', exit: 6})
    }
    expect(fake.unexpected).toEqual([])
  })
  test('a create that was never sent is tried again', async () => {
    const github = open(scripted({[CREATE]: [broken('EAI_AGAIN'), {status: 201, body: issueJson(6)}]}).fetch)
    expect((await github.issues.create(draft)).number).toBe(6)
  })
  // Answers that are not whole are left out: nobody reads what these writes answer.
  const whole = passing.filter(([name]) => name !== 'half an answer' && name !== 'a proxy page')
  test.each(whole)('writes of fixed values are repeated after %s', async (_, reply) => {
    const fake = scripted({'PATCH /issues/5': [reply, {body: issueJson(5)}], 'DELETE /issues/5/labels/x': [reply, {body: []}],
      'POST /issues/5/labels': [reply, {body: []}]})
    const {issues} = open(fake.fetch)
    await issues.close(5, 'completed')
    await issues.removeLabel(5, 'x')
    await issues.addLabels(5, ['x'])
    expect(fake.sent).toHaveLength(6)
  })
})

describe('limits', () => {
  const secondary = (headers: Record<string, string>): Reply => say(403, 'You have exceeded a secondary rate limit.', headers)
  test('a short wait is waited for, with a warning', async () => {
    const github = open(scripted({[CREATE]: [secondary({'retry-after': '1'}), {status: 201, body: issueJson(6)}]}).fetch)
    expect((await github.issues.create(draft)).number).toBe(6)
    expect(github.clock.slept).toEqual([1000])
    expect(github.warnings).toEqual(['GitHub\'s secondary rate limit: waiting 1 s (POST /repos/{owner}/{repo}/issues)'])
  })
  test('the reset of a used-up budget', async () => {
    const at = Date.parse('2026-01-01T00:00:20Z') / 1000
    const reply = say(403, 'API rate limit exceeded for user ID 1.', {'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(at)})
    const github = open(scripted({[ISSUE]: [reply, {body: issueJson(5)}]}).fetch)
    await github.issues.get(5)
    expect(github.clock.slept).toEqual([21_000])
  })
  test('a long one ends with the time it is over, and nothing more is sent until then', async () => {
    const fake = scripted({[ISSUE]: [say(429, 'slow down', {'retry-after': '600'}), {body: issueJson(5)}]})
    const github = open(fake.fetch)
    const error = await failing(github.issues.get(5))
    expect(error).toMatchObject({code: 'RATE_LIMITED', exit: 6})
    expect(error.message).toContain('2026-01-01T00:10:00.000Z')
    expect(await failing(github.issues.get(5))).toMatchObject({code: 'RATE_LIMITED'})
    expect(fake.sent).toHaveLength(1)
    expect(github.clock.slept).toEqual([])
    await github.clock.sleep(600_000)
    expect((await github.issues.get(5)).number).toBe(5)
  })
  test('maxWaitMs moves the border', async () => {
    const script = {[ISSUE]: [say(429, 'slow down', {'retry-after': '90'}), {body: issueJson(5)}]}
    expect(await failing(open(scripted(script).fetch).issues.get(5))).toMatchObject({code: 'RATE_LIMITED'})
    expect((await open(scripted(script).fetch, {maxWaitMs: 100_000}).issues.get(5)).number).toBe(5)
  })
  test('without a hint: a minute, then two, which is too long', async () => {
    const github = open(scripted({[ISSUE]: () => secondary({})}).fetch)
    expect(await failing(github.issues.get(5))).toMatchObject({code: 'RATE_LIMITED'})
    expect(github.clock.slept).toEqual([60_000])
  })
  test('while one request waits, no other goes out', async () => {
    const fake = scripted({[ISSUE]: [secondary({'retry-after': '5'}), {body: issueJson(5)}], 'GET /issues/6': {body: issueJson(6)}})
    const wake: (() => void)[] = []
    const clock = {now: () => new Date(0), sleep: () => new Promise<void>((resolve) => void wake.push(resolve))}
    const {issues} = open(fake.fetch, {clock})
    const first = issues.get(5)
    while (wake.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const second = issues.get(6)
    while (wake.length === 1) await new Promise((resolve) => setImmediate(resolve))
    expect(fake.calls()).toEqual([ISSUE])
    wake.forEach((go) => go())
    expect([(await first).number, (await second).number]).toEqual([5, 6])
  })
  test('not for ever', async () => {
    const fake = scripted({[ISSUE]: () => secondary({'retry-after': '1'})})
    expect(await failing(open(fake.fetch).issues.get(5))).toMatchObject({code: 'RATE_LIMITED'})
    expect(fake.sent).toHaveLength(4)
  })
})
