import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {EPIC, planAnswer} from '../support/scene-epic.js'
import {REPO, scene, type Scene} from '../support/scene.js'

/** SPEC §17 counts requests; an executed issue may take this many, those that GitHub answers with 304 and does not charge included. */
const GOAL = 20
const GIT = /\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/

type Spent = {
  /** requests against the API by method and path, what identifies the repository left out */
  rest: Record<string, number>
  total: number
  /** without the 304s, which are free of charge against GitHub's limit */
  charged: number
  /** git: looks at refs and fetches, and pushes, those of the claim included */
  git: {reads: number; pushes: number}
}

/** What went over the wire since `forget`. The check runs are posted by the scene's CI. */
function spent(s: Scene): Spent {
  const log = s.sandbox.log().filter(({method, path}) => !(method === 'POST' && path.endsWith('/check-runs')))
  const api = log.filter(({path}) => !GIT.test(bare(path)))
  const git = log.filter(({path}) => GIT.test(bare(path)))
  const rest: Record<string, number> = {}
  for (const {method, path} of api) {
    const key = `${method} ${bare(path).replace(`/repos/${REPO}/`, '').replace(/comments\/\d+$/, 'comments/ID')}`
    rest[key] = (rest[key] ?? 0) + 1
  }
  const found = {
    rest, total: api.length, charged: api.filter(({status}) => status !== 304).length,
    git: {reads: git.filter(({path}) => path.includes('service=git-upload-pack')).length, pushes: git.filter(({method, path}) => method === 'POST' && path.endsWith('/git-receive-pack')).length},
  }
  console.info(`${expect.getState().currentTestName}: ${found.total} requests, ${found.charged} of them charged; git: ${found.git.reads} reads, ${found.git.pushes} pushes`)
  return found
}
const bare = (path: string): string => path.split('?')[0]!

/** Somebody who may push, and is none of pilot's own accounts: their permission has to be asked for. */
const LABELLER = 'maintainer'
const work = {title: 'Write the work', body: 'Please.', labeledBy: LABELLER}
async function open(options: Parameters<typeof scene>[0] = {}): Promise<Scene> {
  const s = await scene(options)
  s.sandbox.addUser({login: LABELLER, permission: {[REPO]: 'write'}})
  return s
}
/** The files of this machine go, as where each command runs on a new one. */
const elsewhere = (s: Scene): Promise<unknown> => Promise.all([
  rm(join(s.checkout, '.pilot/runs'), {recursive: true, force: true}), rm(join(s.checkout, '.pilot/epics'), {recursive: true, force: true}),
  rm(join(s.dir, 'cache'), {recursive: true, force: true}),
])
const PERMISSION = `GET collaborators/${LABELLER}/permission`

/** Before the claim: what may refuse without one. Under it everything again. */
const READ_TWICE = {'GET issues/1': 2, 'GET issues/1/events': 2}
/** Before a pull request is opened: a person may have closed the issue meanwhile. */
const READ_THRICE = {...READ_TWICE, 'GET issues/1': 3}
/** GitHub counts no sub-issues, so they are not asked for. */
const FAMILY = {'GET issues': 1}
const READ_UNDER_CLAIM = {'GET issues/1/comments': 1, 'GET pulls': 1, 'GET issues/1/dependencies/blocked_by': 1}

// whole commands, several of them a test
describe('requests of execute', {timeout: 120_000}, () => {
  it('a fresh issue to its pull request, and the same issue again', async () => {
    const s = await open()
    s.addIssue(work)
    s.forget()
    expect((await s.pilot('execute', '1', '--json')).json.status).toBe('done')
    const fresh = spent(s)
    expect(fresh.rest).toEqual({
      ...READ_THRICE, ...FAMILY, ...READ_UNDER_CLAIM, 'GET /user': 1, [PERMISSION]: 1,
      'POST issues/1/labels': 1, 'POST issues/1/comments': 1, 'PATCH issues/comments/ID': 2, 'POST pulls': 1, 'DELETE issues/1/labels/pilot-in-progress': 1,
    })
    expect(fresh.total).toBeLessThanOrEqual(GOAL)
    // the claim, the branch, the claim's end; the day's budget is reserved and settled
    expect(fresh.git.pushes).toBe(5)
    // before each of the four calls that are paid the claim is looked at
    expect(fresh.git.reads).toBeLessThanOrEqual(18)

    s.forget()
    expect((await s.pilot('execute', '1', '--json')).json.status).toBe('noop')
    const again = spent(s)
    expect(again.rest).toEqual({'GET issues/1': 1, 'GET issues/1/comments': 1, 'GET /user': 1, 'GET pulls': 1})
    expect(again.git).toEqual({reads: 0, pushes: 0})
  })

  it('an attempt that fails, and the retry that mends it', async () => {
    const s = await open({script: {implement: {'*@1': {exit: 3}}}})
    s.addIssue(work)
    s.forget()
    expect((await s.pilot('execute', '1', '--json')).exit).toBe(1)
    const failed = spent(s)
    expect(failed.rest).toEqual({
      ...READ_TWICE, ...FAMILY, ...READ_UNDER_CLAIM, 'GET /user': 1, [PERMISSION]: 1,
      'POST issues/1/labels': 2, 'POST issues/1/comments': 1, 'PATCH issues/comments/ID': 1, 'DELETE issues/1/labels/pilot-in-progress': 1,
    })
    expect(failed.total).toBeLessThanOrEqual(GOAL)
    expect(failed.git.pushes).toBe(4)

    await elsewhere(s)
    s.forget()
    expect((await s.pilot('retry', '1', '--json')).json.status).toBe('done')
    const retried = spent(s)
    const ladder = {'POST issues/1/labels': 2, 'DELETE issues/1/labels/pilot-retry-ready': 1, 'DELETE issues/1/labels/pilot-failed': 1}
    expect(retried.rest).toEqual({
      ...READ_THRICE, ...FAMILY, 'GET issues/1/comments': 2, 'GET pulls': 2, 'GET issues/1/dependencies/blocked_by': 1, 'GET /user': 1, [PERMISSION]: 1, ...ladder,
      'PATCH issues/comments/ID': 3, 'POST pulls': 1, 'DELETE issues/1/labels/pilot-in-progress': 1,
    })
    // the labels of the ladder, and whether the issue was split since
    expect(retried.total).toBeLessThanOrEqual(GOAL + 2)
  })

  it('a child of an epic, with a parent and a blocker, on a machine that has none of the files', async () => {
    const s = await open({script: {plan: {'*': planAnswer(['api', 'web'])}}})
    s.addIssue({...EPIC, labeledBy: LABELLER})
    for (const argv of [['plan-epic', '1'], ['decompose', '1'], ['execute', '2'], ['land', '2', '--wait', '20s']]) {
      const ran = await s.pilot(...argv, '--json')
      expect(ran.exit, ran.stdout).toBe(0)
    }
    await elsewhere(s)
    s.forget()
    expect((await s.pilot('execute', '3', '--json')).json.status).toBe('done')
    const child = spent(s)
    expect(child.rest).toEqual({
      'GET issues/3': 3, 'GET issues/1': 2, 'GET issues/1/events': 2, 'GET issues/1/comments': 1, 'GET /user': 1, [PERMISSION]: 1,
      'GET issues': 1, 'GET issues/3/comments': 1, 'GET pulls': 1, 'GET issues/3/dependencies/blocked_by': 1,
      'POST issues/3/labels': 1, 'POST issues/3/comments': 1, 'PATCH issues/comments/ID': 2, 'POST pulls': 1, 'DELETE issues/3/labels/pilot-in-progress': 1,
    })
    expect(child.total).toBeLessThanOrEqual(GOAL)
    expect(child.git.pushes).toBe(5)
  })

  it('a pull request that a crash left out, opened from another machine as it would have been', async () => {
    const s = await open({script: {review: {'*': {say: {
      verdict: 'approve', summary: 'does what it should', findings: [{severity: 'minor', file: 'src/work-1.js', line: 1, message: 'a word too many'}],
    }}}}})
    s.addIssue(work)
    s.sandbox.faults.add({method: 'POST', path: `/repos/${REPO}/pulls`, times: Infinity, when: 'before', then: {kind: 'cut'}})
    expect((await s.pilot('execute', '1', '--json')).exit).not.toBe(0)
    const meant = JSON.parse(await s.read('runs/GH-1/attempt-1/pull.json')) as {title: string; body: string}
    const calls = (await s.calls()).length
    s.sandbox.faults.clear()
    await elsewhere(s)
    s.forget()
    const ran = await s.pilot('execute', '1', '--json')
    expect(ran.json.status, ran.stdout).toBe('done')
    // of the four calls none said what it cost
    expect(ran.items).toMatchObject([{costUsd: null, unpricedCalls: 4}])
    const resumed = spent(s)
    expect(resumed.rest).toEqual({
      ...READ_TWICE, ...FAMILY, ...READ_UNDER_CLAIM, 'GET issues/1/comments': 2, 'GET pulls': 2, 'GET /user': 1, [PERMISSION]: 1,
      'POST pulls': 1, 'PATCH issues/comments/ID': 1, 'DELETE issues/1/labels/pilot-in-progress': 1,
    })
    expect(resumed.total).toBeLessThanOrEqual(GOAL)
    expect(s.pulls().map(({title, body}) => ({title, body}))).toEqual([{title: meant.title, body: meant.body}])
    expect(meant.body).toMatch(/`grep [^`]*` \| ✅ passed[^]*✅ approved: does what it should[^]*a word too many/)
    expect((await s.calls()).length).toBe(calls)
  })

  it('before the claim a blocker that GitHub counts, or that only the text names, is looked at and refused', async () => {
    const s = await open()
    s.addIssue({...work, body: 'Depends on: #2'})
    s.addIssue({...work, title: 'first'})
    const native = s.addIssue({...work, title: 'third'})
    await s.api('POST', `/issues/${native}/dependencies/blocked_by`, {issue_id: s.issue(2).id})
    for (const number of [1, native]) {
      s.forget()
      const ran = await s.pilot('execute', String(number), '--json')
      expect([ran.exit, ran.json.error?.code, spent(s).git.pushes]).toEqual([8, 'BLOCKED', 0])
    }
  })

  it('a pull request that somebody opens from the branch meanwhile is updated, and none is added', async () => {
    const s = await open()
    s.addIssue(work)
    s.sandbox.on('push', async ({ref}) => {
      if (ref === 'refs/heads/pilot/GH-1') await s.api('POST', '/pulls', {title: 'by hand', head: 'pilot/GH-1', base: 'main', body: 'mine'})
    })
    const ran = await s.pilot('execute', '1', '--json')
    expect(ran.json.status, ran.stdout).toBe('done')
    expect(s.pulls().map(({number, body}) => [number, body?.split('\n')[0]])).toEqual([[ran.items[0]!['pr'], 'Closes #1']])
  })
})
