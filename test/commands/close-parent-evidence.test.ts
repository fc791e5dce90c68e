import {describe, expect, it} from 'vitest'
import {child, decomposed, planAnswer} from '../support/scene-epic.js'
import {REPO, scene, type Scene} from '../support/scene.js'

// What counts as done, who may say so, and what it costs to find out.

const epic = async (options: Parameters<typeof scene>[0] = {}): Promise<Scene> => {
  const s = await scene(options)
  s.addIssue({title: 'Everything', labels: ['pilot', 'pilot-failed', 'pilot-in-progress']})
  return s
}
/** A person's merged pull request from a branch of their own. */
async function merge(s: Scene, branch: string, body: string, token = s.sandbox.token, base = 'main'): Promise<number> {
  await s.push(branch, {[`${branch}.js`]: '1\n'})
  const opened = await s.sandbox.fetch(`${s.apiUrl}/repos/${REPO}/pulls`, {
    method: 'POST', headers: {'authorization': `token ${token}`, 'content-type': 'application/json'}, body: JSON.stringify({title: branch, head: branch, base, body}),
  })
  const {number} = await opened.json() as {number: number}
  await s.api('PUT', `/pulls/${number}/merge`, {})
  return number
}
async function inOther(s: Scene, method: string, path: string, body: unknown): Promise<void> {
  const answer = await s.sandbox.fetch(`${s.apiUrl}/repos/acme/other${path}`, {
    method, headers: {'authorization': `token ${s.sandbox.token}`, 'content-type': 'application/json'}, body: JSON.stringify(body),
  })
  expect(answer.ok, await answer.text()).toBe(true)
}
const open = (s: Scene, parent = 1): number => s.addIssue({title: `Part of ${parent}`, body: `Parent: GH-${parent}\n\nDo it.`, labels: ['pilot', 'pilot-failed', 'pilot-retry-1']})
const run = async (s: Scene, ...argv: string[]) => {
  const {exit, json} = await s.pilot('close-parent', ...argv, '--json')
  return [exit, json.error?.code ?? json.status, s.issue(1).state]
}

describe('a merge by a person', () => {
  it('from another branch counts when it says what it closes: by --pr, by the sub-issue, by the epic', async () => {
    const s = await epic()
    const [first, second] = [open(s), open(s)]
    const pr = await merge(s, 'feature', `Nice.\n\nFixes #${first}, closes GH-${second}`)
    // GitHub itself reads only #n, and closes
    await s.api('PATCH', `/issues/${second}`, {state: 'closed', state_reason: 'completed'})
    expect(await run(s, '--pr', String(pr))).toEqual([0, 'done', 'closed'])
    expect([s.labels(first), s.labels(second), s.labels(1)]).toEqual([['pilot', 'pilot-done'], ['pilot', 'pilot-done'], ['pilot', 'pilot-done']])
    expect(s.comments(1).find((body) => body.includes('pilot:summary'))).toContain(`| #${first} | Part of 1 | #${pr} |`)

    const other = await epic()
    const one = open(other)
    await merge(other, 'feature', `Closes #${one}`)
    expect(await run(other, String(one))).toEqual([0, 'done', 'closed'])
    expect(other.labels(one)).toEqual(['pilot', 'pilot-done'])

    const last = await epic()
    await merge(last, 'feature', `Closes #${open(last)}`)
    expect(await run(last, '1')).toEqual([0, 'done', 'closed'])
  })

  it('of pilot\'s own branch counts with or without these words', async () => {
    const s = await epic()
    await child(s, 1, 'merged')
    const first = open(s)
    const pr = await merge(s, `pilot/GH-${first}`, 'By hand.')
    await s.pilot('close-parent', '3', '--json')
    expect(await run(s, '1')).toEqual([8, 'CHILDREN_OPEN', 'open'])
    await s.pilot('close-parent', '2', '--json')
    expect(await run(s, '--pr', String(pr))).toEqual([0, 'done', 'closed'])
  })

  it.each([
    ['of somebody who is not trusted', 'Closes #2', 'mallory', 'NOT_VERIFIED'],
    ['that closes nothing', 'Nice.', null, 'NOT_VERIFIED'],
    ['that names an issue of somebody else\'s', 'Closes #3', null, 'NOT_VERIFIED'],
    ['that names it in a code block', '```\nCloses #2\n```', null, 'NOT_VERIFIED'],
  ])('%s is no evidence', async (_, body, author, code) => {
    const s = await epic()
    const first = open(s)
    s.addIssue({title: 'Not of pilot', labels: []})
    s.sandbox.addUser({login: 'mallory', token: 'of-mallory', permission: {[REPO]: 'write'}})
    await s.configure({trust: {associations: ['OWNER']}})
    const pr = await merge(s, 'feature', body, author === null ? undefined : 'of-mallory')
    await s.api('PATCH', `/issues/${first}`, {state: 'closed', state_reason: 'completed'})
    s.forget()
    expect(await run(s, '--pr', String(pr))).toEqual([5, code, 'open'])
    expect(await run(s, '1')).toEqual([8, 'CHILDREN_OPEN', 'open'])
    expect(s.writes()).toEqual([])
  })

  it('into another branch than the default one waits for the issue to be closed', async () => {
    const s = await epic()
    const first = open(s)
    await s.push('next', {'n.js': '1\n'})
    await s.push('feature', {'f.js': '1\n'})
    const {number} = await s.api('POST', '/pulls', {title: 'f', head: 'feature', base: 'next', body: `Closes #${first}`}) as {number: number}
    await s.api('PUT', `/pulls/${number}/merge`, {})
    expect(await run(s, '--pr', String(number))).toEqual([8, 'WAITING', 'open'])
  })

  it.each([[1], [4]])('into another branch is no evidence either once a person closed the issue, among %i', async (children) => {
    const s = await epic()
    const first = open(s)
    await s.push('next', {'n.js': '1\n'})
    const elsewhere = await merge(s, 'feature', `Closes #${first}`, undefined, 'next')
    await s.api('PATCH', `/issues/${first}`, {state: 'closed', state_reason: 'completed'})
    for (let n = 1; n < children; n++) await merge(s, `other-${n}`, `Closes #${open(s)}`)
    s.forget()
    const ran = await s.pilot('close-parent', '1', '--json')
    expect([ran.exit, ran.json.error!.code, s.issue(1).state, s.writes()]).toEqual([8, 'CHILDREN_OPEN', 'open', []])
    expect(ran.json.error!.message).toContain(`#${first} "Part of 1" is closed, but pull request #${elsewhere} was merged into next, not into main`)
    // another one that says the same and is on the default branch counts, whichever is the newer
    await merge(s, 'later', `Closes #${first}`)
    await merge(s, 'last', `Closes #${first}`, undefined, 'next')
    expect(await run(s, '1')).toEqual([0, 'done', 'closed'])
  })

  it('counts as well where it names the issue by its URL', async () => {
    const s = await epic()
    const first = open(s)
    const pr = await merge(s, 'feature', `Closes https://github.test/acme/app/issues/${first}`)
    if (s.issue(first).state === 'open') await s.api('PATCH', `/issues/${first}`, {state: 'closed', state_reason: 'completed'})
    expect(await run(s, '--pr', String(pr))).toEqual([0, 'done', 'closed'])
  })

  describe('of pilot\'s own branch into another branch than the default one', () => {
    /** Several children, so that their pull requests are found in the one list. */
    const astray = async (children: number): Promise<{s: Scene; issue: number; pr: number}> => {
      const s = await epic()
      const issue = open(s)
      for (let n = 1; n < children; n++) open(s)
      await s.push('next', {'n.js': '1\n'})
      await s.push(`pilot/GH-${issue}`, {'f.js': '1\n'})
      const {number} = await s.api('POST', '/pulls', {title: 'f', head: `pilot/GH-${issue}`, base: 'next', body: 'By hand.'}) as {number: number}
      await s.api('PUT', `/pulls/${number}/merge`, {})
      s.forget()
      return {s, issue, pr: number}
    }
    it.each<[string, number, (issue: number, pr: number) => string[], string]>([
      ['by --pr', 1, (_, pr) => ['close-parent', '--pr', `${pr}`], 'WAITING'],
      ['by the sub-issue', 1, (issue) => ['close-parent', `${issue}`], 'WAITING'],
      ['by the epic', 1, () => ['close-parent', '1'], 'CHILDREN_OPEN'],
      ['by the epic, in the list', 5, () => ['close-parent', '1'], 'CHILDREN_OPEN'],
      ['by land', 1, (issue) => ['land', `${issue}`], 'WAITING'],
      ['by execute', 1, (issue) => ['execute', `${issue}`], 'WAITING'],
      ['by execute of the epic', 1, () => ['execute', '1'], 'WAITING'],
    ])('settles nothing %s, and says where it went', async (_, children, argv, code) => {
      const {s, issue, pr} = await astray(children)
      const labels = s.labels(issue)
      await s.api('DELETE', `/issues/${issue}/labels/pilot-failed`, undefined)
      const ran = await s.pilot(...argv(issue, pr), '--json')
      const error = ran.json.error ?? ran.items.find((one) => one['issue'] === issue)?.['error'] as {code: string; message: string}
      expect([ran.exit, error.code, error.message]).toEqual([8, code, expect.stringContaining(`#${pr} was merged into next, not into main`)])
      expect([s.issue(1).state, s.issue(issue).state, s.labels(issue)]).toEqual(['open', 'open', labels.filter((label) => label !== 'pilot-failed')])
      expect(await s.calls()).toEqual([])
    })

    it('keeps the epic open although its child is closed, unless it is waived; status names the pull request', async () => {
      const {s, issue, pr} = await astray(1)
      await s.api('DELETE', `/issues/${issue}/labels/pilot-failed`, undefined)
      const status = await s.pilot('status', '1', '--json')
      expect(status.json.result['children']).toMatchObject([{number: issue, state: 'ready', next: `gh pr view ${pr}`}])
      await s.api('PATCH', `/issues/${issue}`, {state: 'closed', state_reason: 'completed'})
      const ran = await s.pilot('close-parent', '1', '--json')
      expect([ran.exit, ran.json.error?.message]).toEqual([8, expect.stringContaining(`is closed, but pull request #${pr} was merged into next`)])
      expect(await run(s, '1', '--waive', `${issue}`)).toEqual([0, 'done', 'closed'])
    })
  })
})

it('a sub-issue that was transferred is done when it is completed there, or waived by its URL', async () => {
  const s = await scene({script: {plan: {'*': planAnswer(['api', 'web'])}}})
  await s.sandbox.createRepo({owner: 'acme', name: 'other', files: {'a': 'a\n'}})
  const [first, second] = await decomposed(s) as [number, number]
  await merge(s, `pilot/GH-${first}`, `Closes #${first}`)
  const there = s.sandbox.transferIssue(REPO, second, 'acme/other')
  const {json, exit} = await s.pilot('close-parent', '1', '--json')
  expect([exit, json.error!.message]).toEqual([8, expect.stringContaining(`acme/other/issues/${there} and is not completed there`)])
  const full = /transferred to (\S+) and/.exec(json.error!.message)![1]!
  const wrong = await s.pilot('close-parent', '1', '--waive', full.replace(/\d+$/, '99'), '--json')
  expect([wrong.exit, wrong.json.warnings]).toEqual([8, [expect.stringContaining('another repository'), expect.stringContaining('/99 is not a child')]])
  expect((await s.pilot('close-parent', '1', '--waive', full, '--json')).exit).toBe(0)
  expect(s.comments(1).find((body) => body.includes('pilot:summary'))).toMatch(/Transferred:\n\n- \S+acme\/other\/issues\/1 .*\(not waited for\)/)

  await s.api('PATCH', '/issues/1', {state: 'open'})
  await inOther(s, 'PATCH', `/issues/${there}`, {state: 'closed', state_reason: 'completed'})
  expect((await s.pilot('close-parent', '1', '--json')).exit).toBe(0)
})

it('of two sub-issues with one key, the one that a person closed as a duplicate is not waited for', async () => {
  const s = await scene({script: {plan: {'*': planAnswer(['api', 'web'])}}})
  const [first, second] = await decomposed(s) as [number, number]
  const twin = s.addIssue({title: s.issue(first).title, body: s.issue(first).body ?? '', author: s.issue(first).author})
  await s.api('PATCH', `/issues/${first}`, {state: 'closed', state_reason: 'duplicate'})
  for (const n of [second, twin]) await merge(s, `pilot/GH-${n}`, `Closes #${n}`)
  const {exit, stdout, json} = await s.pilot('close-parent', '1', '--json')
  expect([exit, json.warnings], stdout).toEqual([0, [expect.stringContaining(`#${twin} is the child`)]])
})

describe('links of GitHub\'s own', () => {
  it('a server without them, and both spellings of the marker; GH-12 is not GH-123', async () => {
    const s = await epic({features: {subIssues: false, dependencies: false}})
    await child(s, 1, 'merged')
    const other = s.addIssue({title: 'Also', body: 'Parent: #1\n\nDo it.'})
    const far = s.addIssue({title: 'Not of 1', body: 'Parent: GH-12\n\nDo it.'})
    await s.pilot('close-parent', '2', '--json')
    expect(await run(s, '1')).toEqual([8, 'CHILDREN_OPEN', 'open'])
    await merge(s, 'feature', `Closes #${other}`)
    expect([await run(s, '1'), s.issue(far).state]).toEqual([[0, 'done', 'closed'], 'open'])
  })

  it.each([['sub_issues'], ['parent']])('%s that cannot be read: nothing is decided, and nothing written', async (name) => {
    const s = await epic()
    await child(s, 1, 'merged')
    s.forget()
    s.sandbox.faults.add({path: new RegExp(`/${name}$`), times: Infinity, when: 'before', then: {kind: 'status', status: 500}})
    expect((await run(s, '1'))[0]).toBe(6)
    expect(s.writes()).toEqual([])
  })

  it('a parent in another repository is not closed here', async () => {
    const s = await scene()
    await s.sandbox.createRepo({owner: 'acme', name: 'other', files: {'a': 'a\n'}})
    s.addIssue({title: 'Not the parent'})
    const issue = s.addIssue({title: 'A part'})
    s.sandbox.seedIssue('acme/other', {title: 'The parent'})
    await inOther(s, 'POST', '/issues/1/sub_issues', {sub_issue_id: s.issue(issue).id})
    const pr = await merge(s, `pilot/GH-${issue}`, `Closes #${issue}`)
    const ran = await s.pilot('close-parent', '--pr', String(pr), '--json')
    expect([ran.exit, s.issue(1).state, s.issue(issue).labels]).toEqual([0, 'open', ['pilot', 'pilot-done']])
  })
})

it('an epic within an epic within an epic, with one more child at the top', async () => {
  const s = await epic()
  s.addIssue({title: 'Middle', body: 'Parent: GH-1'})
  s.addIssue({title: 'Inner', body: 'Parent: GH-2'})
  const {pr} = await child(s, 3, 'merged')
  const top = open(s)
  const first = await s.pilot('close-parent', '--pr', String(pr), '--json')
  // what was asked for is done; the rest says what it waits for
  expect([first.exit, first.json.result['outcome'], [1, 2, 3].map((n) => s.issue(n).state)]).toEqual([0, 'close', ['open', 'closed', 'closed']])
  expect(first.json.result['reasons']).toContainEqual(expect.stringContaining(`#1: #${top} `))
  const last = await merge(s, 'feature', `Closes #${top}`)
  expect(await run(s, '--pr', String(last))).toEqual([0, 'done', 'closed'])
})

it('two programs at once leave one summary, and close once', {timeout: 60_000}, async () => {
  const s = await epic()
  const {pr} = await child(s, 1, 'merged')
  const {pr: second} = await child(s, 1, 'merged')
  const both = await Promise.all([pr, second].map((n) => s.pilotWith({subprocess: true}, 'close-parent', '--pr', String(n), '--json')))
  expect(both.map(({exit}) => exit).every((exit) => exit === 0 || exit === 8), both.map(({stdout}) => stdout).join()).toBe(true)
  await s.pilot('close-parent', '1', '--json')
  expect([s.issue(1).state, s.comments(1).filter((body) => body.includes('pilot:summary')).length, s.comments(1).length]).toEqual(['closed', 1, 2])
  expect(s.sandbox.log().filter(({method, path}) => method === 'PATCH' && path.endsWith('/issues/1')).length).toBe(1)
})

/** SPEC §17: reads and writes against the API, and pushes (the claim and its end) as writes. */
const GOAL = {reads: 8, writes: 8}
function spent(s: Scene): {reads: number; writes: number} {
  const log = s.sandbox.log()
  const api = log.filter(({path}) => !path.includes('.git/'))
  const pushes = log.filter(({method, path}) => method === 'POST' && path.endsWith('/git-receive-pack')).length
  const reads = api.filter(({method}) => method === 'GET').length
  return {reads, writes: api.length - reads + pushes}
}
it.each([
  ['that say what they close, and a plan and progress to update', 'Closes', 8, 8], ['of pilot\'s branches, found in one list', 'Part of', 8, 8],
])('20 settled children by pull requests %s', {timeout: 120_000}, async (_, word, reads, writes) => {
  const s = await epic()
  for (let n = 0; n < 20; n++) {
    const issue = open(s)
    await merge(s, `pilot/GH-${issue}`, `${word} #${issue}`)
    await s.api('PATCH', `/issues/${issue}`, {labels: ['pilot', 'pilot-done'], state: 'closed', state_reason: 'completed'})
  }
  await s.api('POST', '/issues/1/comments', {body: 'How is it going?'})
  s.forget()
  expect(await run(s, '1')).toEqual([0, 'done', 'closed'])
  const found = spent(s)
  console.info(`close-parent, 20 settled children: ${found.reads} reads, ${found.writes} writes`)
  expect(found).toEqual({reads, writes})
  expect([found.reads <= GOAL.reads, found.writes <= GOAL.writes]).toEqual([true, true])
  s.forget()
  expect([await run(s, '1'), s.writes()]).toEqual([[0, 'noop', 'closed'], []])
})
