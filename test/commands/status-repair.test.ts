import {describe, expect, it} from 'vitest'
import {child, decomposed, planAnswer} from '../support/scene-epic.js'
import {REPO, scene, type Scene} from '../support/scene.js'

type Drift = {issue: number; kind: string; detail: string; repair: string}
const drift = (result: Record<string, unknown>): [number, string][] => (result['drift'] as Drift[]).map(({issue, kind}) => [issue, kind])
const status = async (s: Scene, ...argv: string[]) => (await s.pilot('status', ...argv, '--json')).json.result

/** An epic whose children each drifted in a way of their own; #7 is worked on by somebody. */
async function drifted(): Promise<Scene> {
  const s = await scene()
  s.addIssue({title: 'Everything'})
  const part = (labels: string[], body = 'Do it.'): number => s.addIssue({title: 'Part of 1', body: `Parent: GH-1\n\n${body}`, labels: ['pilot', ...labels]})
  part(['pilot-in-progress'])
  part(['pilot-retry-1', 'pilot-retry-2', 'pilot-failed'])
  part([], 'Do it.\n\nDepends on: #2')
  part(['pilot-done'])
  await child(s, 1, 'merged', ['pilot', 'pilot-retry-1'])
  part(['pilot-in-progress', 'pilot-retry-1', 'pilot-retry-2'])
  await s.claim(2, -1000)
  await s.claim(4, -1000)
  await s.claim(8)
  s.forget()
  return s
}
const SAFE = [[2, 'dead-claim'], [4, 'dead-claim'], [2, 'missing-link'], [2, 'stale-in-progress'], [3, 'missing-link'], [3, 'two-rungs'],
  [4, 'missing-link'], [4, 'missing-edge'], [5, 'missing-link'], [5, 'done-without-merge'], [6, 'missing-link'], [6, 'not-settled'], [8, 'missing-link']]

describe('status --repair', () => {
  it('says what drifted, then what it would mend, then mends it, then finds nothing more', {timeout: 60_000}, async () => {
    const s = await drifted()
    expect(drift(await status(s, '1'))).toEqual(SAFE)
    const dry = await s.pilot('status', '1', '--repair')
    expect([dry.exit, s.writes(), dry.stderr]).toEqual([0, [], expect.stringContaining('mark #4 as blocked by #2')])
    expect((await s.pilot('status', '1', '--repair', '--yes', '--dry-run')).exit).toBe(0)
    expect(s.writes()).toEqual([])

    const before = s.comments(1)
    expect(drift(await status(s, '1', '--repair', '--yes'))).toEqual([[5, 'done-without-merge']])
    const labels = [2, 3, 5, 6, 8].map((n) => s.labels(n))
    expect(labels).toEqual([['pilot'], ['pilot', 'pilot-failed', 'pilot-retry-2'], ['pilot', 'pilot-done'], ['pilot', 'pilot-done'], ['pilot', 'pilot-in-progress', 'pilot-retry-1', 'pilot-retry-2']])
    expect([s.issue(6).state, s.issue(5).state, s.comments(1)]).toEqual(['closed', 'open', before])
    expect([s.issue(1).children.length, s.issue(4).blockedBy.length]).toEqual([6, 1])
    // the live claim still stands, and those of dead runs do not
    expect(Object.keys(await s.refs()).filter((ref) => ref.startsWith('refs/pilot/claims'))).toEqual(['refs/pilot/claims/issue-8'])

    s.forget()
    const again = await s.pilot('status', '1', '--repair', '--yes')
    expect([again.exit, s.writes(), again.stderr]).toEqual([0, [], expect.stringContaining('nothing to mend')])
  })

  it('leaves to a live run what it holds, even where it took hold only now', async () => {
    const s = await drifted()
    await s.claim(3)
    await s.claim(1)
    const ran = await s.pilot('status', '1', '--repair', '--yes', '--json')
    expect(ran.json.warnings).toEqual([expect.stringContaining('#1 is left alone')])
    expect([s.labels(3), s.labels(2), s.issue(1).children]).toEqual([['pilot', 'pilot-failed', 'pilot-retry-1', 'pilot-retry-2'], ['pilot'], []])
    // what it did mend is told, and what it left is not
    expect(ran.json.result['actions']).toEqual(expect.arrayContaining([expect.stringMatching(/^label #2 /)]))
    expect((ran.json.result['actions'] as string[]).filter((line) => /^label #3 /.test(line))).toEqual([])
  })

  it('a single issue and all open work', async () => {
    const s = await drifted()
    expect(drift(await status(s, '2'))).toEqual([[2, 'dead-claim'], [2, 'stale-in-progress']])
    expect(drift(await status(s))).toEqual([[2, 'dead-claim'], [4, 'dead-claim'], [2, 'stale-in-progress'], [3, 'two-rungs'], [5, 'done-without-merge'], [6, 'not-settled']])
    await s.pilot('status', '--repair', '--yes')
    expect(drift(await status(s))).toEqual([[5, 'done-without-merge']])
    expect((await s.pilot('status', '--yes', '--json')).exit).toBe(2)
  })
})

it('a planned sub-issue that was deleted is missed, one that was transferred is not', async () => {
  const s = await scene({script: {plan: {'*': planAnswer(['api', 'web', 'cli'])}}})
  await s.sandbox.createRepo({owner: 'acme', name: 'other', files: {'a': 'a\n'}})
  const [first, second] = await decomposed(s) as [number, number]
  s.sandbox.transferIssue(REPO, second, 'acme/other')
  s.sandbox.deleteIssue(REPO, first)
  const found = (await status(s, '1'))['drift'] as Drift[]
  expect(found.map(({kind, repair}) => [kind, repair])).toEqual([['missing-child', 'pilot decompose 1']])
})

it('the same of an epic within the epic', {timeout: 120_000}, async () => {
  const s = await scene({script: {plan: {'*': planAnswer(['api', 'web', 'cli'])}}})
  await s.sandbox.createRepo({owner: 'acme', name: 'other', files: {'a': 'a\n'}})
  await decomposed(s)
  for (const command of ['plan-epic', 'decompose']) expect((await s.pilot(command, '2', '--json')).exit).toBe(0)
  const inner = s.issue(2).children.map((id) => Object.values(s.repo().issues).find((issue) => issue.id === id)!.number)
  expect(await status(s, '1')).toMatchObject({drift: []})
  s.sandbox.transferIssue(REPO, inner[1]!, 'acme/other')
  expect(await status(s, '1')).toMatchObject({drift: []})
  s.sandbox.deleteIssue(REPO, inner[0]!)
  expect(await status(s, '1')).toMatchObject({drift: [{issue: 2, kind: 'missing-child', repair: 'pilot decompose 2'}]})
})

it('the dead claim of a closed issue is found among all open work, and given back', async () => {
  const s = await scene()
  s.addIssue({title: 'Open'})
  const closed = s.addIssue({title: 'Closed'})
  await s.api('PATCH', `/issues/${closed}`, {state: 'closed', state_reason: 'completed'})
  await s.claim(closed, -1000)
  expect([drift(await status(s)), drift(await status(s, '1'))]).toEqual([[[closed, 'dead-claim']], []])
  await s.pilot('status', '--repair', '--yes')
  expect([drift(await status(s)), Object.keys(await s.refs()).filter((ref) => ref.includes('claims'))]).toEqual([[], []])
})

it('piped rows stay rows; what drifted is told on stderr', async () => {
  const s = await scene()
  s.addIssue({title: 'Open', labels: ['pilot', 'pilot-in-progress']})
  const {stdout, stderr, rows} = await s.pilot('status')
  expect([rows.map(([number]) => number), stderr]).toEqual([['1'], expect.stringContaining('warning: #1 labelled pilot-in-progress, and no run holds its claim: pilot status --repair --yes')])
  expect(stdout).not.toContain('no run holds')
  expect((await s.pilot('status', '--json')).json.warnings).toEqual([])
})

it('an epic within the epic is shown with its own children below it', async () => {
  const s = await scene()
  s.addIssue({title: 'Everything'})
  s.addIssue({title: 'Inner', body: 'Parent: GH-1'})
  s.addIssue({title: 'Other', body: 'Parent: GH-1'})
  s.addIssue({title: 'Part', body: 'Parent: GH-2\n\nDepends on: #5'})
  s.addIssue({title: 'Second part', body: 'Parent: GH-2', labels: ['pilot', 'pilot-in-progress']})
  const result = await status(s, '1')
  expect((result['children'] as {number: number; state: string}[]).map(({number, state}) => [number, state])).toEqual([[2, 'ready'], [4, 'blocked'], [5, 'ready'], [3, 'ready']])
  const shown = await s.pilotWith({tty: true}, 'status', '1', '--quiet', '--no-color')
  expect(shown.stdout).toMatch(/\n2 .*\n└─ 4 .*\n└─ 5 .*\n3 /)
  expect(shown.stdout).toMatch(/does not agree:\n[^]*#5 labelled pilot-in-progress, and no run holds its claim: pilot status 2 --repair --yes/)
})

it('status of an epic with 20 children: what it asks for', {timeout: 60_000}, async () => {
  const s = await scene()
  s.addIssue({title: 'Everything'})
  for (let n = 0; n < 20; n++) s.addIssue({title: 'Part of 1', body: 'Parent: GH-1\n\nDo it.'})
  s.forget()
  await status(s, '1')
  const asked = s.sandbox.log().filter(({path}) => !path.includes('.git/')).map(({method, path}) => `${method} ${path.split('?')[0]!.replace(`/repos/${REPO}/`, '')}`)
  expect(asked.toSorted()).toEqual(['GET /user', 'GET issues', 'GET issues/1', 'GET issues/1/sub_issues', 'GET pulls'])
})
