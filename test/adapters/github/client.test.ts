import {inspect} from 'node:util'
import {afterEach, describe, expect, test, vi} from 'vitest'
import {PilotError} from '../../../src/lib/errors.js'
import {drain, failing, issueJson, notFound, open, repoJson, type Reply, scripted} from './support.js'

const ISSUE = 'GET /issues/5'
const CREATE = 'POST /issues'
const draft = {title: 'T', body: 'B', labels: []}
const say = (status: number, message: string, headers: Record<string, string> = {}, errors?: unknown[]): Reply =>
  ({status, body: {message, ...(errors && {errors})}, headers})

describe('refusals', () => {
  const cases: [string, Reply, string, number, RegExp][] = [
    ['401', say(401, 'Bad credentials'), 'BAD_TOKEN', 4, /rejected the token: Bad credentials\./],
    ['403 fine-grained', say(403, 'Resource not accessible by personal access token',
      {'x-accepted-github-permissions': 'issues=read; pull_requests=read'}),
      'FORBIDDEN', 4, /issue #5.*Needed: issues=read or pull_requests=read\./],
    ['403 classic', say(403, 'Must have admin rights to Repository.', {'x-accepted-oauth-scopes': 'repo', 'x-oauth-scopes': 'gist'}),
      'FORBIDDEN', 4, /scopes repo; the token has gist/],
    ['403 classic without scopes', say(403, 'No.', {'x-accepted-oauth-scopes': 'repo', 'x-oauth-scopes': ''}), 'FORBIDDEN', 4,
      /the token has none/],
    ['403 single sign-on', say(403, 'Resource protected by organization SAML enforcement',
      {'x-github-sso': 'required; url=https://github.com/orgs/x/sso'}),
      'FORBIDDEN', 4, /https:\/\/github\.com\/orgs\/x\/sso/],
    ['403 with the budget used up by itself', say(403, 'Resource not accessible by integration', {'x-ratelimit-remaining': '0'}),
      'FORBIDDEN', 4, /integration/],
    ['410', say(410, 'This issue was deleted'), 'ISSUE_NOT_FOUND', 2, /Issue #5 was deleted\./],
    ['410 issues off', say(410, 'Issues has been disabled in this repository.'), 'GITHUB_REJECTED', 1, /disabled/],
    ['422', say(422, 'Validation Failed', {}, [{resource: 'Issue', field: 'title', code: 'missing_field'}, {message: 'too long'}, 'plain']),
      'GITHUB_REJECTED', 1, /Validation Failed; Issue\.title: missing field; too long; plain\./],
    ['451', say(451, 'Repository access blocked'), 'GITHUB_REJECTED', 1, /\(451\): Repository access blocked\./],
  ]
  test.each(cases)('%s', async (_, reply, code, exit, message) => {
    const fake = scripted({[ISSUE]: reply})
    const error = await failing(open(fake.fetch).issues.get(5))
    expect(error).toBeInstanceOf(PilotError)
    expect(error).toMatchObject({code, exit})
    expect(error.message).toMatch(message)
    expect(fake.calls()).toEqual([ISSUE])
  })

  test('404 of an issue looks for the repository, once', async () => {
    const fake = scripted({[ISSUE]: notFound, 'GET ': {body: repoJson}})
    expect(await failing(open(fake.fetch).issues.get(5))).toMatchObject({code: 'ISSUE_NOT_FOUND', exit: 2, message: 'o/r has no issue #5.'})
    expect(fake.calls()).toEqual([ISSUE, 'GET '])
  })
  test('404 of the repository too', async () => {
    const fake = scripted({[ISSUE]: notFound, 'GET ': notFound})
    expect(await failing(open(fake.fetch).issues.get(5))).toMatchObject({code: 'REPOSITORY_NOT_FOUND', exit: 2})
  })
  test('404 of a write to an issue that can be read is a missing right', async () => {
    const fake = scripted({'POST /issues/5/comments': notFound, 'GET ': {body: repoJson}, [ISSUE]: {body: issueJson(5)}})
    expect(await failing(open(fake.fetch).comments.create(5, 'x'))).toMatchObject({code: 'FORBIDDEN', exit: 4})
  })
  test('404 of creating an issue in a repository that can be read is refused', async () => {
    const fake = scripted({[CREATE]: notFound, 'GET ': {body: repoJson}})
    expect(await failing(open(fake.fetch).issues.create(draft))).toMatchObject({code: 'GITHUB_REJECTED'})
  })
  test('404 of a pull request that is an issue', async () => {
    const fake = scripted({'GET /pulls/5': notFound, 'GET ': {body: repoJson}, [ISSUE]: {body: issueJson(5)}})
    expect(await failing(open(fake.fetch).pulls.get(5))).toMatchObject({code: 'NOT_A_PULL_REQUEST', exit: 2})
  })
  test('404 of a listing is the repository', async () => {
    const {issues} = open(scripted({'GET /issues?state=open&sort=created&direction=asc&per_page=100': notFound, 'GET ': notFound}).fetch)
    expect(await failing(drain(issues.list({state: 'open'})))).toMatchObject({code: 'REPOSITORY_NOT_FOUND'})
  })
  test('a transferred issue names where it went and is not followed', async () => {
    const fake = scripted({
      [ISSUE]: {status: 301, body: {message: 'Moved Permanently'}, headers: {location: 'https://api.github.com/repositories/77/issues/9'}},
      'GET ': {body: repoJson}, 'GET //repositories/77': {body: {full_name: 'x/y'}},
    })
    expect(await failing(open(fake.fetch).issues.get(5))).toMatchObject({code: 'ISSUE_NOT_FOUND',
      message: 'Issue #5 was transferred to x/y#9.'})
  })
  test('a renamed repository is named, and a POST is not turned into a GET', async () => {
    const moved: Reply = {status: 307, body: {message: 'Moved'}, headers: {location: 'https://api.github.com/repositories/77/issues'}}
    const fake = scripted({[CREATE]: moved, 'GET ': {...moved, status: 301}, 'GET //repositories/77': {body: {full_name: 'x/y'}}})
    const error = await failing(open(fake.fetch).issues.create(draft))
    expect(error).toMatchObject({code: 'REPOSITORY_NOT_FOUND', message: 'o/r was renamed or moved to x/y.'})
    expect(error.suggestions).toContain('use --repo x/y')
  })
})

describe('every request', () => {
  test('names the API version, the user agent and the token', async () => {
    const fake = scripted({[ISSUE]: {body: issueJson(5)}, 'PATCH /issues/5': {body: issueJson(5)}, 'GET //user': {body: {login: 'ann'}}})
    const github = open(fake.fetch)
    await github.issues.get(5)
    await github.issues.close(5, 'not_planned')
    await github.people.self()
    expect(fake.sent.map(({headers}) => [headers.get('x-github-api-version'), headers.get('user-agent'), headers.get('authorization')]))
      .toEqual(Array(3).fill(['2022-11-28', 'pilot/1.2.3', 'token secret-token']))
    expect(github.counters.requests()).toEqual({GET: 2, PATCH: 1})
    expect([github.counters.total(), github.counters.writes()]).toEqual([3, 1])
  })
  test('a path prefix of the API root is kept', async () => {
    const fake = scripted({'GET //api/v3/repos/o/r/issues/5': {body: issueJson(5)}})
    expect((await open(fake.fetch, {apiUrl: 'http://127.0.0.1/api/v3/'}).issues.get(5)).number).toBe(5)
  })

  afterEach(() => void vi.restoreAllMocks())
  test('is silent, deprecated or failing', async () => {
    const spies = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write'),
      ...(['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name))]
    const deprecated = {deprecation: 'Sat, 01 Jan 2028 00:00:00 GMT', sunset: 'Sat, 01 Jan 2029 00:00:00 GMT'}
    const github = open(scripted({[ISSUE]: [{body: issueJson(5), headers: deprecated}, say(500, 'x', deprecated),
      say(401, 'Bad credentials', deprecated)]}).fetch)
    await github.issues.get(5)
    await failing(github.issues.get(5))
    const printed = spies.flatMap((spy) => spy.mock.calls)
    vi.restoreAllMocks()
    expect(printed).toEqual([])
  })
  test('errors never carry the token', async () => {
    const error = await failing(open(scripted({[ISSUE]: say(401, 'Bad credentials')}).fetch).issues.get(5))
    expect(inspect(error, {depth: 9, showHidden: true})).not.toContain('secret-token')
  })
})

test('an unchanged answer comes from memory', async () => {
  const fake = scripted({[ISSUE]: ({headers}) => headers.get('if-none-match') === '"one"' ? {status: 304,
    headers: {etag: '"one"'}} : {body: issueJson(5), headers: {etag: '"one"'}}})
  const github = open(fake.fetch)
  const first = await github.issues.get(5)
  expect(await github.issues.get(5)).toEqual(first)
  expect(await github.issues.get(5)).toEqual(first)
  expect(fake.sent.map(({headers}) => headers.get('if-none-match'))).toEqual([null, '"one"', '"one"'])
})

describe('beforeWrite', () => {
  test('is awaited before each write and each repetition, and not before reads', async () => {
    const order: string[] = []
    const fake = scripted({
      [ISSUE]: {body: issueJson(5)},
      'PATCH /issues/5': [say(500, 'x'), {body: issueJson(5)}],
    })
    const counted: typeof fetch = (input, init) => {
      order.push(init?.method ?? 'GET')
      return fake.fetch(input, init)
    }
    const github = open(counted, {beforeWrite: async () => {
      await Promise.resolve()
      order.push('check')
    }})
    await github.issues.get(5)
    await github.issues.close(5, 'completed')
    expect(order).toEqual(['GET', 'check', 'PATCH', 'check', 'PATCH'])
  })
  test('stops the write with its own error', async () => {
    const fake = scripted({})
    const github = open(fake.fetch, {beforeWrite: async () => { throw new PilotError('CLAIM_LOST', 'lost') }})
    const {issues, comments, pulls, relations} = github
    const child = {...(await open(scripted({[ISSUE]: {body: issueJson(5)}}).fetch).issues.get(5))}
    for (const write of [() => issues.create(draft), () => issues.close(5, 'completed'), () => issues.addLabels(5, ['x']),
      () => issues.removeLabel(5, 'x'),
      () => comments.create(5, 'x'), () => comments.update(5, 'x'), () => relations.link(1, child), () => relations.block(1, child),
      () => pulls.create({title: '', body: '', head: 'h', base: 'b'}), () => pulls.update(1, {title: '', body: ''}),
      () => pulls.merge(1, {sha: 'a', method: 'squash'}), () => pulls.deleteBranch('b')]) {
      expect(await failing(write())).toMatchObject({code: 'CLAIM_LOST'})
    }
    expect(fake.sent).toEqual([])
  })
})

test('the pace of GitHub between writes, and none on loopback', async () => {
  const ended: string[] = []
  // four writes without a pace against two with one, begun at the same time
  const write = async (apiUrl: string, labels: readonly string[]): Promise<void> => {
    const {issues} = open(scripted({'POST /issues/5/labels': () => ({body: []})}).fetch, {apiUrl})
    for (const label of labels) {
      await issues.addLabels(5, [label])
      ended.push(`${new URL(apiUrl).hostname} ${label}`)
    }
  }
  await Promise.all([write('https://api.github.com', ['a', 'b']), write('http://127.0.0.1', ['a', 'b', 'c', 'd'])])
  expect(ended.at(-1)).toBe('api.github.com b')
  expect(ended.filter((entry) => entry.startsWith('127.0.0.1'))).toHaveLength(4)
})
