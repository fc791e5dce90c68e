import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {createSandbox, type Sandbox, type SandboxSnapshot} from '../../../src/lib/sandbox/index.js'
import {createContract, validatingFetch} from '../../support/openapi.js'
import {drain, failing, fakeClock, open, type Opened} from './support.js'

// Every port method against the sandbox GitHub, each request and answer held to GitHub's published contract.
const REPO = 'o/r'
const contract = createContract()
let dir: string
let sandbox: Sandbox
let clean: SandboxSnapshot
let github: Opened
const as = (token: string): Opened => open(validatingFetch(sandbox.fetch, {contract}), {token})

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'pilot-github-'))
  sandbox = createSandbox({dir, now: () => new Date('2026-01-01T00:00:00Z')})
  await sandbox.createRepo({owner: 'o', name: 'r'})
  await sandbox.createRepo({owner: 'o', name: 'other'})
  sandbox.addUser({login: 'reader', token: 'reader-token', permission: {[REPO]: 'read'}})
  sandbox.addUser({login: 'sorter', token: 'sorter-token', permission: {[REPO]: 'triage'}})
  clean = await sandbox.snapshot()
})
beforeEach(async () => {
  await sandbox.restore(clean)
  sandbox.faults.clear()
  sandbox.limits.off()
  sandbox.clearLog()
  github = as(sandbox.token)
})
afterAll(() => rm(dir, {recursive: true, force: true}))
const seed = (title = 'T', labels: string[] = []): number => sandbox.seedIssue(REPO, {title, labels})
const requests = (): string[] => sandbox.log().map(({method, path}) => `${method} ${path.replace('/repos/o/r', '')}`)

describe('issues', () => {
  test('get is one request', async () => {
    const number = sandbox.seedIssue(REPO, {title: 'Title', body: 'Body', labels: ['pilot'], author: 'ann', authorAssociation: 'MEMBER'})
    expect(await github.issues.get(number)).toMatchObject({
      number, title: 'Title', body: 'Body', labels: ['pilot'], author: 'ann', authorAssociation: 'MEMBER', state: 'open', isPull: false,
    })
    expect(requests()).toEqual([`GET /issues/${number}`])
    await github.issues.get(number)
    expect(sandbox.log().map((entry) => entry.status)).toEqual([200, 304])
  })
  test('missing, deleted and transferred', async () => {
    const [deleted, gone] = [seed(), seed()]
    sandbox.deleteIssue(REPO, deleted)
    sandbox.transferIssue(REPO, gone, 'o/other')
    expect(await failing(github.issues.get(99))).toMatchObject({code: 'ISSUE_NOT_FOUND', message: 'o/r has no issue #99.'})
    expect(await failing(github.issues.get(deleted))).toMatchObject({code: 'ISSUE_NOT_FOUND', message: `Issue #${deleted} was deleted.`})
    expect(await failing(github.issues.get(gone))).toMatchObject({code: 'ISSUE_NOT_FOUND',
      message: `Issue #${gone} was transferred to o/other#1.`})
    expect(await failing(open(sandbox.fetch, {repo: 'o/none',
      token: sandbox.token}).issues.get(1))).toMatchObject({code: 'REPOSITORY_NOT_FOUND'})
    expect(await failing(as('nonsense').issues.get(1))).toMatchObject({code: 'BAD_TOKEN'})
  })
  test('list goes through 250 issues oldest first, and stops when the reader does', async () => {
    for (let n = 1; n <= 250; n += 1) seed(`issue ${n}`, n % 2 === 0 ? ['even', 'pilot'] : [])
    const all = await drain(github.issues.list({state: 'open'}))
    expect(all.map(({number}) => number)).toEqual(Array.from({length: 250}, (_, i) => i + 1))
    expect(github.counters.requests()).toEqual({GET: 3})
    expect(await drain(github.issues.list({state: 'all', labels: ['even', 'pilot']}))).toHaveLength(125)
    expect(await drain(github.issues.list({state: 'closed'}))).toEqual([])
    expect(await drain(github.issues.list({state: 'open', since: '2026-01-01T00:00:00Z'}))).toHaveLength(250)
    expect(await drain(github.issues.list({state: 'open', since: '2026-01-01T00:00:01Z'}))).toEqual([])

    sandbox.clearLog()
    const few: number[] = []
    for await (const {number} of github.issues.list({state: 'open'})) {
      few.push(number)
      if (few.length === 100) break
    }
    expect(few).toHaveLength(100)
    expect(requests()).toHaveLength(1)
  })
  test('newer issues are read one by one, where the list trails too; what is gone is skipped, the first unknown number ends it', async () => {
    const [first, deleted, moved, last] = [seed(), seed(), seed(), seed()] as [number, number, number, number]
    sandbox.deleteIssue(REPO, deleted)
    sandbox.transferIssue(REPO, moved, 'o/other')
    sandbox.setListLag(60_000)
    try {
      expect(await drain(github.issues.list({state: 'all'}))).toEqual([])
      sandbox.clearLog()
      expect((await drain(github.issues.newerThan(first))).map(({number}) => number)).toEqual([last])
      expect(requests()).toEqual([deleted, moved, last, last + 1].map((n) => `GET /issues/${n}`))
      expect((await drain(github.issues.newerThan(last)))).toEqual([])
    } finally {
      sandbox.setListLag(0)
    }
  })
  test('numbers that are gone for ever do not keep it reading', async () => {
    for (let n = 0; n < 30; n++) sandbox.deleteIssue(REPO, seed())
    expect(await drain(github.issues.newerThan(0))).toEqual([])
    expect(requests()).toHaveLength(20)
  })
  test('create, label, unlabel and close', async () => {
    const made = await github.issues.create({title: 'New', body: 'Text', labels: ['pilot', 'Area:X']})
    expect(made).toMatchObject({title: 'New', labels: ['pilot', 'Area:X'], author: sandbox.login})
    expect(github.warnings).toEqual([])
    await github.issues.addLabels(made.number, ['later'])
    await github.issues.addLabels(made.number, [])
    await github.issues.removeLabel(made.number, 'AREA:x')
    await github.issues.removeLabel(made.number, 'never there')
    await github.issues.close(made.number, 'not_planned')
    expect(await github.issues.get(made.number)).toMatchObject({labels: ['pilot', 'later'], state: 'closed', stateReason: 'not_planned'})
    await github.issues.close(made.number, 'not_planned')
    expect(await failing(github.issues.removeLabel(99, 'x'))).toMatchObject({code: 'ISSUE_NOT_FOUND'})
  })
  test('labels that the token may not set are dropped by GitHub and reported', async () => {
    const reader = as('reader-token')
    const made = await reader.issues.create({title: 'New', body: '', labels: ['pilot']})
    expect(made.labels).toEqual([])
    expect(reader.warnings).toEqual([`GitHub left out the labels pilot of #${made.number}: the token may not set labels`])
    expect(await failing(reader.issues.addLabels(made.number, ['pilot']))).toMatchObject({code: 'FORBIDDEN'})
  })
  test.each([['before', 0], ['after', 1]] as const)('a create cut %s is ambiguous and happened %i times', async (when, times) => {
    sandbox.faults.add({method: 'POST', path: '/repos/o/r/issues', when, then: {kind: 'cut'}})
    expect(await failing(github.issues.create({title: 'once', body: '', labels: []}))).toMatchObject({code: 'AMBIGUOUS_WRITE'})
    expect(await drain(github.issues.list({state: 'all'}))).toHaveLength(times)
  })
  test('the secondary limit of a burst of creates', async () => {
    const clock = fakeClock()
    const clocked = createSandbox({dir, now: () => clock.now()})
    await clocked.createRepo({owner: 'o', name: 'burst'})
    const {issues, warnings} = open(validatingFetch(clocked.fetch, {contract}), {repo: 'o/burst', token: clocked.token, clock})
    clocked.limits.secondary(2, 1)
    for (let n = 0; n < 5; n += 1) await issues.create({title: `${n}`, body: '', labels: []})
    expect(await drain(issues.list({state: 'all'}))).toHaveLength(5)
    expect([clock.slept, warnings.length]).toEqual([[1000, 1000], 2])
  })
})

test('comments', async () => {
  const issue = seed()
  for (let n = 0; n < 120; n += 1) sandbox.seedComment(REPO, issue, {body: `old ${n}`, author: 'ann'})
  const made = await github.comments.create(issue, 'mine')
  await github.comments.update(made.id, 'changed')
  const all = await github.comments.list(issue)
  expect(all).toHaveLength(121)
  expect(all[0]).toMatchObject({author: 'ann', body: 'old 0'})
  expect(all.at(-1)).toMatchObject({id: made.id, author: sandbox.login, body: 'changed'})
  expect(await failing(github.comments.list(99))).toMatchObject({code: 'ISSUE_NOT_FOUND'})
  expect(await failing(github.comments.update(1, 'x'))).toMatchObject({code: 'GITHUB_REJECTED'})
})

test('checks: runs and statuses of a commit, and what the base requires', async () => {
  const {sha} = await github.repository.defaultBranch()
  const post = async (path: string, body: unknown): Promise<void> => {
    const response = await sandbox.fetch(`http://127.0.0.1/repos/o/r${path}`, {
      method: 'POST', headers: {authorization: `token ${sandbox.token}`}, body: JSON.stringify(body),
    })
    expect(response.status).toBe(201)
  }
  expect(await github.checks.of(sha)).toEqual([])
  await post('/check-runs', {name: 'build', head_sha: sha, status: 'completed', conclusion: 'success'})
  await post('/check-runs', {name: 'slow', head_sha: sha, status: 'in_progress'})
  await post(`/statuses/${sha}`, {state: 'failure', context: 'ci/x', target_url: 'https://ci.example/1'})
  await post(`/statuses/${sha}`, {state: 'success', context: 'ci/x', target_url: 'https://ci.example/2'})
  expect((await github.checks.of(sha)).map(({name, state}) => [name, state])).toEqual([['build', 'success'], ['ci/x', 'success'],
    ['slow', 'pending']])
  expect(await github.checks.required('main')).toEqual([])
  sandbox.setRequiredChecks(REPO, 'main', ['build', 'ci/x'])
  expect(await github.checks.required('main')).toEqual(['build', 'ci/x'])
})

test('people: self, permissions, and who put a label on', async () => {
  expect(await github.people.self()).toBe(sandbox.login)
  expect(await Promise.all(['reader', 'sorter', sandbox.login, 'nobody'].map((login) => github.people.permission(login)))).toEqual(['read',
    'triage', 'admin', 'none'])
  const issue = sandbox.seedIssue(REPO, {title: 'T', labels: ['Pilot', 'other'], labeledBy: 'ann'})
  expect(await github.people.labelledBy(issue, 'pilot')).toBe('ann')
  await github.issues.removeLabel(issue, 'pilot')
  await as('sorter-token').issues.addLabels(issue, ['pilot'])
  expect(await github.people.labelledBy(issue, 'pilot')).toBe('sorter')
  expect(await github.people.labelledBy(issue, 'pilo')).toBeNull()
})

test('repository: the default branch and its newest commit', async () => {
  const sha = await sandbox.commit(REPO, {branch: 'main', files: {'x.txt': 'x\n'}})
  expect(await github.repository.defaultBranch()).toEqual({name: 'main', sha})
  expect(requests()).toHaveLength(2)
})
