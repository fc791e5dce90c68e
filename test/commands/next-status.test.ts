import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {EPIC, planAnswer} from '../support/scene-epic.js'
import {openScene, scene, type Scene} from '../support/scene.js'

describe('next', () => {
  let s: Scene
  beforeAll(async () => {
    s = await openScene()
    const add = (title: string, seed: Partial<Parameters<Scene['addIssue']>[0]> = {}): number => s.addIssue({title, ...seed})
    add('Tab\tand\nnewline')
    add('no label', {labels: []})
    for (const label of [
      'pilot-done', 'pilot-failed', 'pilot-retry-ready', 'pilot-retry-exhausted', 'Pilot-Needs-Human',
    ]) add(label, {labels: ['pilot', label]})
    add('closed', {state: 'closed'})
    add('claimed')
    await s.claim(9)
    add('claim expired')
    await s.claim(10, -1000)
    add('blocked', {body: 'Depends on: #1'})
    add('its blocker is closed', {body: 'Depends on: #8'})
    add('an epic with an open child', {body: 'split'})
    add('its child', {body: 'Parent: GH-13'})
    add('with a pull request')
    await s.push('pilot/GH-15', {'a.js': '1\n'})
    await s.api('POST', '/pulls', {title: 'x', head: 'pilot/GH-15', base: 'main'})
    add('retried before', {labels: ['PILOT', 'pilot-retry-1']})
    s.forget()
  })
  afterAll(() => s.close())

  const FREE = [1, 10, 12, 14, 17]
  it('prints what could run now, oldest first, and writes nothing', async () => {
    const ran = await s.pilot('next')
    expect(ran.rows.map(([n]) => Number(n))).toEqual(FREE)
    expect(ran.rows[0]).toEqual(['1', 'Tab and newline', 'pilot/GH-1'])
    expect((await s.pilot('next', '--json')).json).toMatchObject({
      status: 'done', result: {include: FREE.map((issue) => ({issue, branch: `pilot/GH-${issue}`}))},
    })
    expect(s.writes()).toEqual([])
  })

  it('--limit and --matrix', async () => {
    const ran = await s.pilot('next', '--matrix', '--limit', '2')
    expect(JSON.parse(ran.stdout)).toEqual({
      include: [{issue: 1, title: 'Tab\tand\nnewline', branch: 'pilot/GH-1'}, {issue: 10, title: 'claim expired', branch: 'pilot/GH-10'}],
    })
  })

  it('tells an Actions step the same', async () => {
    const [out, page] = [`${s.dir}/out`, `${s.dir}/page`]
    for (const file of [out, page]) await writeFile(file, '')
    await s.pilotWith({env: {GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: out, GITHUB_STEP_SUMMARY: page}}, 'next', '--limit', '1')
    expect(await readFile(out, 'utf8')).toMatch(/matrix[^]*\{"include":\[\{"issue":1[^]*count[^]*1/)
    expect(await readFile(page, 'utf8')).toContain('pilot/GH-1')
  })

  it('feeds execute and status through a pipe', async () => {
    const {stdout} = await s.pilot('next')
    const ran = await s.pilotWith({stdin: stdout}, 'execute', '-', '--dry-run', '--json')
    expect(ran.items.map((i) => i['issue'])).toEqual(FREE)
    const none = await s.pilotWith({stdin: ''}, 'execute', '-', '--dry-run', '--json')
    expect([none.exit, none.json.status]).toEqual([0, 'noop'])
    expect(s.writes()).toEqual([])
  })

  it('status shows all open work, each with its next command', async () => {
    const {children} = (await s.pilot('status', '--json')).json.result as {
      children: {number: number; state: string; next: string; blockedBy: number[]}[]
    }
    const row = (n: number) => children.find((c) => c.number === n)
    expect([4, 5, 6, 7, 9, 10, 11, 12, 15].map((n) => [n, row(n)?.state, row(n)?.next])).toEqual([
      [4, 'failed', 'pilot retry 4'], [5, 'retry-ready', 'pilot retry 5'], [6, 'exhausted', expect.stringMatching(/^gh issue edit 6 --remove-label pilot-retry-exhausted.* && pilot execute 6$/)],
      [7, 'needs-human', 'gh issue edit 7 --remove-label Pilot-Needs-Human && pilot execute 7'], [9, 'running', 'pilot logs 9 --follow'],
      [10, 'ready', 'pilot execute 10'], [11, 'blocked', 'pilot execute 1'], [12, 'ready', 'pilot execute 12'],
      [15, 'open-pr', 'pilot land 16'],
    ])
    expect(row(11)!.blockedBy).toEqual([1])
    expect([row(2), row(8)]).toEqual([undefined, undefined])
    const piped = await s.pilot('status', '11')
    expect(piped.rows).toEqual([['11', 'blocked', '', '', '', '', '#1', 'pilot execute 1', 'blocked']])
    expect(s.writes()).toEqual([])
  })
})

it('what GitHub knows besides the text: blockers and sub-issues linked by hand are no work yet, at no request more', async () => {
  const s = await scene()
  const [blocker, blocked, epic, part] = ['blocker', 'blocked', 'epic', 'part'].map((title) => s.addIssue({title})) as [number, number, number, number]
  await s.api('POST', `/issues/${blocked}/dependencies/blocked_by`, {issue_id: s.issue(blocker).id})
  await s.api('POST', `/issues/${epic}/sub_issues`, {sub_issue_id: s.issue(part).id})
  s.forget()
  expect((await s.pilot('next')).rows.map(([n]) => Number(n))).toEqual([blocker, part])
  expect(s.sandbox.log().filter(({path}) => /dependencies|sub_issues/.test(path))).toEqual([])
  for (const n of [blocker, part]) await s.api('PATCH', `/issues/${n}`, {state: 'closed', state_reason: 'completed'})
  expect((await s.pilot('next')).rows.map(([n]) => Number(n))).toEqual([blocked, epic])
})

it('the next commands of issues that are no family, and of what waits for something that was closed', async () => {
  const s = await scene()
  s.addIssue({title: 'given up', labels: []})
  s.addIssue({title: 'waits for it', body: 'x\n\nDepends on: #1'})
  await s.api('PATCH', '/issues/1', {state: 'closed', state_reason: 'not_planned'})
  const next = async (...argv: string[]) => ((await s.pilot('status', ...argv, '--json')).json.result['children'] as {number: number; next: string}[]).map((row) => row.next)
  expect([await next(), await next('1')]).toEqual([['gh issue reopen 1'], ['gh issue reopen 1']])
  expect((await s.pilot('execute', '1', '--json')).json.error!.suggestions).toEqual(['gh issue reopen 1'])
})

it('next without work, and status without it', async () => {
  const s = await scene()
  expect((await s.pilot('next', '--json')).json).toMatchObject({status: 'noop', result: {include: []}})
  expect([
    (await s.pilot('next')).stdout, (await s.pilot('next', '--matrix')).stdout, (await s.pilot('status')).stdout,
  ]).toEqual(['', '{"include":[]}\n', ''])
})

it('a planned epic that nothing was made of yet is to be decomposed, and its children are what is executed then', async () => {
  const s = await scene({script: {plan: {'*': planAnswer(['api', 'web'])}}})
  s.addIssue(EPIC)
  expect((await s.pilot('plan-epic', '1', '--json')).exit).toBe(0)
  const nexts = async (): Promise<unknown> => ((await s.pilot('status', '--json')).json.result['children'] as {number: number; next: string}[]).map(({number, next}) => [number, next])
  expect(await nexts()).toEqual([[1, 'pilot decompose 1']])
  const alone = await s.pilot('status', '1')
  expect([alone.stdout, alone.stderr]).toEqual(['', expect.stringContaining('#1 is planned and nothing of it is made yet: pilot decompose 1\n')])
  s.forget()
  const listed = await s.pilot('next', '--json')
  const read = s.sandbox.log().filter(({path}) => path.includes('comments')).length
  expect([listed.json.result, read], 'execute would refuse it; its comment alone is read').toEqual([{include: []}, 1])
  const plan = await s.read('epics/1/plan.json')
  await writeFile(join(s.checkout, '.pilot/epics/1/plan.json'), '{')
  expect((await s.pilot('next')).rows.map(([n]) => n), 'a file that cannot be read says nothing').toEqual(['1'])
  await writeFile(join(s.checkout, '.pilot/epics/1/plan.json'), plan)
  expect((await s.pilot('decompose', '1', '--json')).exit).toBe(0)
  expect(await nexts()).toContainEqual([2, 'pilot execute 2'])
})

it('a plan that another machine took back, or that is of another repository, hides nothing', async () => {
  const single = {say: {decision: 'single', reason: 'small', effort: '', subtasks: []}}
  const s = await scene({script: {plan: {'*': [planAnswer(['api', 'web']), single]}}})
  s.addIssue(EPIC)
  await s.pilot('plan-epic', '1', '--json')
  await s.sandbox.createRepo({owner: 'acme', name: 'other', files: {'a.txt': 'x'}})
  s.sandbox.seedIssue('acme/other', {title: 'Fix the total', labels: ['pilot']})
  s.sandbox.seedComment('acme/other', 1, {body: 'Hello.'})
  const found = async (...flags: string[]): Promise<unknown> => (await s.pilot('next', ...flags)).rows.map(([n]) => n)
  expect([await found(), await found('--repo', 'acme/other')]).toEqual([[], ['1']])
  const elsewhere = join(s.dir, 'elsewhere')
  await s.git('clone', '-q', `${s.apiUrl}/acme/app.git`, elsewhere)
  await writeFile(join(elsewhere, '.pilot/config.yaml'), await s.read('config.yaml'))
  await s.pilotWith({cwd: elsewhere, env: {XDG_CACHE_HOME: join(s.dir, 'elsewhere-cache')}}, 'plan-epic', '1', '--force', '--json')
  expect(await found()).toEqual(['1'])
})
