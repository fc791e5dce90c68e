import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {createSandbox, type Sandbox, type SandboxSnapshot} from '../../../src/lib/sandbox/index.js'
import {createContract, validatingFetch} from '../../support/openapi.js'
import {drain, failing, open, type Opened} from './support.js'

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

describe('relations', () => {
  test('link and block, each once', async () => {
    const [parent, child] = [seed('parent'), seed('child')]
    const {relations, issues, counters} = github
    const it = await issues.get(child)
    expect([await relations.children(parent), await relations.parent(child), await relations.blockers(child)]).toEqual([[], null, []])
    const before = counters.writes()
    for (const _ of [1, 2]) {
      expect(await relations.link(parent, it)).toBe(true)
      expect(await relations.block(parent, it)).toBe(true)
    }
    expect(counters.writes() - before).toBe(4)
    expect((await relations.children(parent))?.map(({number}) => number)).toEqual([child])
    expect((await relations.parent(child))?.number).toBe(parent)
    expect((await relations.blockers(parent))?.map(({number}) => number)).toEqual([child])
  })
  test('a child of another parent stays there', async () => {
    const [first, second, child] = [seed(), seed(), seed()]
    const it = await github.issues.get(child)
    await github.relations.link(first, it)
    const error = await failing(github.relations.link(second, it))
    expect(error.code).toBe('GITHUB_REJECTED')
    expect(github.clock.slept).toEqual([])
    expect(error.message).toMatch(new RegExp(`#${child} is already a sub-issue of .*/issues/${first}, .* #${second}`))
  })
  test('all 100 children, added at once', async () => {
    const parent = seed()
    const children = Array.from({length: 101}, () => seed())
    const issues = await drain(github.issues.list({state: 'open'}))
    const linked = await Promise.allSettled(issues.filter(({number}) => children.includes(number)).map((child) =>
      github.relations.link(parent, child)))
    expect(linked.filter(({status}) => status === 'fulfilled')).toHaveLength(100)
    expect(await github.relations.children(parent)).toHaveLength(100)
    expect(await failing(github.relations.link(parent, issues.at(-1)!))).toMatchObject({code: 'TOO_MANY_CHILDREN'})
  })
  test.each(['before', 'after'] as const)('a link cut %s ends linked', async (when) => {
    const [parent, child] = [seed(), seed()]
    const it = await github.issues.get(child)
    sandbox.faults.add({method: 'POST', when, then: {kind: 'cut'}})
    expect(await github.relations.link(parent, it)).toBe(true)
    sandbox.faults.add({method: 'POST', when, then: {kind: 'status', status: 502}})
    expect(await github.relations.block(parent, it)).toBe(true)
    expect([(await github.relations.children(parent))?.length, (await github.relations.blockers(parent))?.length]).toEqual([1, 1])
  })
  test('a missing issue is not a missing feature', async () => {
    const child = await github.issues.get(seed())
    for (const work of [github.relations.children(99), github.relations.blockers(99), github.relations.parent(99),
      github.relations.link(99, child),
      github.relations.block(99, child)]) expect(await failing(work)).toMatchObject({code: 'ISSUE_NOT_FOUND'})
    expect(await github.relations.children(child.number)).toEqual([])
    expect(await failing(github.relations.children(99))).toMatchObject({code: 'ISSUE_NOT_FOUND'})
  })
  test('a missing right is not a missing feature', async () => {
    const reader = as('reader-token')
    const [parent, child] = [seed(), seed()]
    expect(await failing(reader.relations.link(parent, await reader.issues.get(child)))).toMatchObject({code: 'FORBIDDEN'})
  })
  test('a server without the features is asked once', async () => {
    sandbox.setFeatures(REPO, {subIssues: false, dependencies: false})
    const [parent, child] = [seed(), seed()]
    const it = await github.issues.get(child)
    const ask = async (): Promise<unknown[]> => [await github.relations.children(parent), await github.relations.parent(child),
      await github.relations.link(parent, it), await github.relations.blockers(parent), await github.relations.block(parent, it)]
    sandbox.clearLog()
    expect(await ask()).toEqual([null, null, false, null, false])
    expect(requests()).toEqual([`GET /issues/${parent}/sub_issues?per_page=100`, `GET /issues/${parent}`,
      `GET /issues/${parent}/dependencies/blocked_by?per_page=100`])
    sandbox.clearLog()
    expect(await ask()).toEqual([null, null, false, null, false])
    expect(requests()).toEqual([])
  })
  test('also when the first thing asked for is a link', async () => {
    sandbox.setFeatures(REPO, {subIssues: false, dependencies: false})
    const [parent, child] = [seed(), seed()]
    const it = await github.issues.get(child)
    expect([await github.relations.link(parent, it), await github.relations.block(parent, it)]).toEqual([false, false])
    expect(await github.relations.parent(child)).toBeNull()
  })
})

describe('pulls', () => {
  const branch = 'pilot/GH-1'
  const opened = async (file = 'a.txt'): Promise<{number: number; sha: string}> => {
    const sha = await sandbox.commit(REPO, {branch, files: {[file]: 'text\n'}})
    const {number} = await github.pulls.create({title: 'Pull', body: 'Closes #1', head: branch, base: 'main'})
    return {number, sha}
  }
  const mainSha = async (): Promise<string> => (await github.repository.defaultBranch()).sha

  test('create, read, update, find by branch', async () => {
    const {number, sha} = await opened()
    expect(await github.pulls.get(number)).toMatchObject({number, headRef: branch, headSha: sha, headRepo: REPO, baseRef: 'main',
      merged: false})
    await github.pulls.update(number, {title: 'Better', body: 'Text'})
    expect((await github.pulls.ofBranch(branch)).map((pull) => [pull.number, pull.title])).toEqual([[number, 'Better']])
    expect(await github.pulls.ofBranch('pilot/GH-10')).toEqual([])
    expect(await github.pulls.openBranches()).toEqual(new Set([branch]))
    const again = await failing(github.pulls.create({title: 'Pull', body: '', head: branch, base: 'main'}))
    expect(again).toMatchObject({code: 'GITHUB_REJECTED'})
    expect(again.message).toMatch(/already exists/)
    expect(await failing(github.pulls.get(99))).toMatchObject({code: 'ISSUE_NOT_FOUND'})
    expect(await failing(github.pulls.get(seed()))).toMatchObject({code: 'NOT_A_PULL_REQUEST'})
  })
  test.each(['squash', 'merge', 'rebase'] as const)('merge by %s moves the base to the sha answered, and again is fine', async (method) => {
    const {number, sha} = await opened()
    const merged = await github.pulls.merge(number, {sha, method})
    expect(merged.sha).toBe(await mainSha())
    expect(await github.pulls.merge(number, {sha, method})).toEqual(merged)
    expect(await github.pulls.get(number)).toMatchObject({merged: true, state: 'closed'})
    expect(await github.pulls.openBranches()).toEqual(new Set())
  })
  test.each(['before', 'after'] as const)('a merge cut %s is made exactly once', async (when) => {
    const {number, sha} = await opened()
    sandbox.faults.add({method: 'PUT', when, then: {kind: 'cut'}})
    expect((await github.pulls.merge(number, {sha, method: 'squash'})).sha).toBe(await mainSha())
  })
  test('a moved head is refused with both commits', async () => {
    const {number, sha} = await opened()
    const next = await sandbox.commit(REPO, {branch, files: {'b.txt': 'more\n'}})
    const error = await failing(github.pulls.merge(number, {sha, method: 'squash'}))
    expect(error).toMatchObject({code: 'HEAD_MOVED', exit: 5})
    expect(error.message).toContain(sha)
    expect(error.message).toContain(next)
    await github.pulls.merge(number, {sha: next, method: 'squash'})
    expect(await failing(github.pulls.merge(number, {sha, method: 'squash'}))).toMatchObject({code: 'HEAD_MOVED'})
  })
  test('a conflict, a required check, a closed one', async () => {
    const {number, sha} = await opened('README.md')
    sandbox.setRequiredChecks(REPO, 'main', ['build'])
    expect(await failing(github.pulls.merge(number, {sha, method: 'squash'}))).toMatchObject({code: 'CHECKS_PENDING', exit: 8})
    sandbox.setRequiredChecks(REPO, 'main', [])
    await sandbox.commit(REPO, {branch: 'main', files: {'README.md': 'other\n'}})
    expect(await failing(github.pulls.merge(number, {sha, method: 'squash'}))).toMatchObject({code: 'MERGE_CONFLICT', exit: 5})
    await github.issues.close(number, 'completed')
    expect(await failing(github.pulls.merge(number, {sha, method: 'squash'}))).toMatchObject({code: 'GITHUB_REJECTED'})
  })
  test('a branch is deleted, and again', async () => {
    await opened()
    await github.pulls.deleteBranch(branch)
    await github.pulls.deleteBranch(branch)
    expect(sandbox.state().repos[REPO]?.refs).not.toHaveProperty(`refs/heads/${branch}`)
    await sandbox.commit(REPO, {branch, files: {'a.txt': 'x\n'}})
    expect(await failing(as('reader-token').pulls.deleteBranch(branch))).toMatchObject({code: 'FORBIDDEN'})
  })
})
