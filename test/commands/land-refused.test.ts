import {existsSync} from 'node:fs'
import {mkdir, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it, vi} from 'vitest'
import {scene, type Scene, type SceneOptions} from '../support/scene.js'

const QUICK = {verify: {setup: [], commands: ['true'], baseline: false}, review: {enabled: false}, land: {wait: '20s'}}
const BRANCH = 'refs/heads/pilot/GH-1'

/** Issue #1 with its pull request #2, verified. */
async function executed(options: SceneOptions = {}): Promise<Scene> {
  const s = await scene({config: QUICK, ...options})
  s.addIssue({title: 'Write the work'})
  expect((await s.pilot('execute', '1', '--json')).exit).toBe(0)
  return s
}
const answered = (s: Scene, method: string, path: RegExp, status: number, body: Record<string, unknown>): void =>
  s.sandbox.faults.add({method, path, times: Infinity, when: 'before', then: {kind: 'status', status, body}})
const merged = (s: Scene): boolean => s.pulls()[0]!.pull.merged

describe('land and the branch that it merged', () => {
  it.each([
    ['a rule', 422, {message: 'Repository rule violations found', documentation_url: 'https://docs.github.com/rest', errors: []}],
    ['a missing right', 403, {message: 'Resource not accessible by integration', documentation_url: 'https://docs.github.com/rest'}],
  ])('settles where %s keeps it, and deletes it as soon as that may be', async (_, status, body) => {
    const s = await executed()
    answered(s, 'DELETE', /\/git\/refs\/heads/, status, body)
    for (const wanted of ['done', 'noop']) {
      const ran = await s.pilot('land', '1', '--json')
      expect([ran.exit, ran.json.status], ran.stdout).toEqual([0, wanted])
      expect(ran.json.warnings).toEqual([expect.stringContaining('not done: delete branch pilot/GH-1')])
      expect([merged(s), s.issue(1).state, s.labels(1)]).toEqual([true, 'closed', ['pilot', 'pilot-done']])
      expect(await s.refs()).toHaveProperty([BRANCH])
    }
    s.sandbox.faults.clear()
    const last = await s.pilot('land', '1', '--json')
    expect([last.json.status, last.json.result['actions'], last.json.warnings]).toEqual(['done', ['delete branch pilot/GH-1'], []])
    expect(await s.refs()).not.toHaveProperty([BRANCH])
  })

  it('leaves what was pushed to it after the merge', async () => {
    const s = await executed()
    let late = ''
    s.sandbox.on('pull_request', async ({action}) => { if (action === 'closed') late = await s.push('pilot/GH-1', {'late.js': '1\n'}) })
    const ran = await s.pilot('land', '1', '--json')
    expect([ran.exit, merged(s), s.labels(1)], ran.stdout).toEqual([0, true, ['pilot', 'pilot-done']])
    expect([late === '', (await s.refs())[BRANCH]]).toEqual([false, late])
  })
})

it('a branch of that name in a fork is not pilot\'s, merged or not', async () => {
  const s = await scene({config: QUICK})
  s.addIssue({title: 'Write the work'})
  await s.push('pilot/GH-1', {'doc.md': 'x\n'})
  await s.api('POST', '/pulls', {title: 'typo', head: 'pilot/GH-1', base: 'main', body: 'a typo'})
  const landed = async (): Promise<unknown[]> => {
    const {head, ...pull} = await s.api('GET', '/pulls/2', undefined) as {head: {repo: Record<string, unknown>}}
    answered(s, 'GET', /\/pulls\/2$/, 200, {...pull, head: {...head, repo: {...head.repo, full_name: 'evil/app', fork: true}}})
    s.forget()
    const ran = await s.pilot('land', '2', '--json')
    s.sandbox.faults.clear()
    return [ran.exit, ran.json.error?.code, ran.json.error?.message.includes('of evil/app'), ran.json.error?.suggestions, s.writes()]
  }
  expect(await landed()).toEqual([5, 'NOT_VERIFIED', true, ['gh pr merge 2'], []])
  await s.api('PUT', '/pulls/2/merge', {})
  expect(await landed()).toEqual([5, 'NOT_VERIFIED', true, ['pilot close-parent --pr 2'], []])
  expect([s.issue(1).state, s.labels(1)]).toEqual(['open', ['pilot']])
  expect(await s.refs()).toHaveProperty([BRANCH])
})

it('a base that moved on goes into the record of the attempt that passed, whatever failed after it', async () => {
  const s = await executed({script: {implement: {'1@2': {exit: 1}}}})
  await s.api('PATCH', '/pulls/2', {state: 'closed'})
  expect((await s.pilot('execute', '1', '--json')).exit).toBe(1)
  await s.api('PATCH', '/pulls/2', {state: 'open'})
  await s.push('main', {'other.txt': '1\n'})
  const ran = await s.pilot('land', '1', '--json')
  expect(ran.exit, ran.stdout).toBe(0)
  expect(s.attempts(1)).toMatchObject([
    {attempt: 1, outcome: 'passed', headSha: ran.json.result['headSha'], merged: null}, {attempt: 2, outcome: 'failed', headSha: null, merged: null},
  ])
  expect([merged(s), s.pulls()[0]!.pull.headSha]).toEqual([true, ran.json.result['headSha']])
})

it('a quick check of another app does not stand for the ones that the base has and that have not begun', async () => {
  const s = await scene({config: QUICK, checks: 'none'})
  await s.setCheck((await s.refs())['refs/heads/main']!, 'success')
  s.sandbox.on('push', async ({ref, after}) => {
    if (ref === BRANCH && after !== null) await s.api('POST', `/statuses/${after}`, {state: 'success', context: 'license/cla'})
  })
  s.addIssue({title: 'Write the work'})
  expect((await s.pilot('execute', '1', '--json')).exit).toBe(0)
  const early = await s.pilot('land', '1', '--wait', '1s', '--json')
  expect([early.exit, early.json.error?.code, merged(s)], early.stdout).toEqual([8, 'CHECKS_PENDING', false])
  expect(early.json.error!.message).toContain('ci of main may still begin')
  await s.setCheck(s.attempts(1)[0]!.headSha!, 'success')
  expect((await s.pilot('land', '1', '--json')).exit).toBe(0)
  expect(merged(s)).toBe(true)
})

it('names what it keeps of a base that was merged in in vain', async () => {
  const s = await executed({config: {...QUICK, verify: {setup: [], commands: ['! test -f bad.txt'], baseline: false}}})
  await s.push('main', {'bad.txt': '1\n'})
  const ran = await s.pilot('land', '1', '--json')
  expect([ran.exit, ran.json.error?.code], ran.stdout).toEqual([1, 'WORK_FAILED'])
  const rescue = (await s.git('for-each-ref', '--format=%(refname)', 'refs/pilot/rescue')).trim()
  expect(rescue).toMatch(/^refs\/pilot\/rescue\/GH-1\/\S+$/)
  expect(ran.json.warnings).toEqual([expect.stringContaining(`kept as ${rescue}`)])
})

it('status suggests for a pull request that was pointed elsewhere what land suggests', async () => {
  const s = await executed()
  const next = async (): Promise<unknown> => (await s.pilot('status', '--json')).json.result['children']
  const waiting = s.addIssue({title: 'Write more', body: 'Parent: GH-4\n\nDepends on: #1'})
  expect(await next()).toContainEqual(expect.objectContaining({number: 1, next: 'pilot land 2'}))
  await s.push('release', {'r.txt': '1\n'})
  await s.api('PATCH', '/pulls/2', {base: 'release'})
  const edit = 'gh pr edit 2 --base main'
  const pointed = await next()
  for (const number of [1, waiting]) expect(pointed).toContainEqual(expect.objectContaining({number, next: edit}))
  const ran = await s.pilot('land', '2', '--json')
  expect([ran.exit, ran.json.error?.suggestions]).toEqual([5, [edit]])
})

it('an issue that a person keeps to themselves is not merged, however green; once they let it go it is', async () => {
  const s = await executed({checks: 'pending'})
  const head = s.pulls()[0]!.pull.headSha
  // while `land` waits for the checks
  const landing = s.pilot('land', '1', '--wait', '60s', '--json')
  await vi.waitFor(() => expect(s.sandbox.log().filter(({path, status}) => status === 200 && path.includes(`/commits/${head}/check-runs`)).length).toBeGreaterThan(0), {timeout: 30_000})
  await s.api('POST', '/issues/1/labels', {labels: ['pilot-needs-human']})
  await s.setCheck(head, 'success')
  const ran = await landing
  const on = 'gh issue edit 1 --remove-label pilot-needs-human && pilot land 1'
  expect([ran.exit, ran.json.error?.code, ran.json.error?.suggestions, merged(s)], ran.stdout).toEqual([5, 'NEEDS_HUMAN', [on], false])
  await s.api('DELETE', '/issues/1/labels/pilot-needs-human', {})
  expect([(await s.pilot('land', '1', '--json')).exit, merged(s)]).toEqual([0, true])
})

it('somebody merges while the moved base is verified: nothing is pushed after it, and the issue is settled', async () => {
  const s = await executed()
  const head = s.pulls()[0]!.pull.headSha
  await s.configure({...QUICK, verify: {setup: [], commands: [`! [ -d '${s.dir}/gate' ] || { touch '${s.dir}/gate/in'; while [ -f '${s.dir}/gate/in' ]; do sleep 0.05; done; }`], baseline: false}})
  await mkdir(join(s.dir, 'gate'))
  await s.push('main', {'other.txt': '1\n'})
  const landing = s.pilot('land', '1', '--wait', '60s', '--json')
  await vi.waitFor(() => expect(existsSync(join(s.dir, 'gate/in'))).toBe(true), {timeout: 30_000})
  await s.api('PUT', '/pulls/2/merge', {sha: head})
  await rm(join(s.dir, 'gate'), {recursive: true})
  const ran = await landing
  expect([ran.exit, ran.json.result['merged'], ran.json.result['headSha'], s.pulls()[0]!.pull.headSha], ran.stdout).toEqual([0, true, head, head])
  // at the merged commit still, so it could be deleted
  expect(await s.refs()).not.toHaveProperty([BRANCH])
  expect([s.issue(1).state, s.labels(1)]).toEqual(['closed', ['pilot', 'pilot-done']])
})

it('an issue that somebody closed as not planned is not merged by the way', async () => {
  const s = await executed()
  await s.api('PATCH', '/issues/1', {state: 'closed', state_reason: 'not_planned'})
  const ran = await s.pilot('land', '1', '--json')
  expect([ran.exit, ran.json.error?.code, ran.json.error?.suggestions, merged(s)], ran.stdout).toEqual([5, 'ISSUE_CLOSED', ['gh issue reopen 1'], false])
  await s.api('PATCH', '/issues/1', {state: 'open'})
  expect([(await s.pilot('land', '1', '--json')).exit, merged(s)]).toEqual([0, true])
})
