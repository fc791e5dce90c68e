import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {planSchema, type EpicPlan} from '../../src/lib/core/plan/plan.js'
import {EPIC, planAnswer} from '../support/scene-epic.js'
import {REPO, scene, type Scene, type SceneOptions} from '../support/scene.js'

const WORDS = Array.from({length: 20}, (_, i) => `part-${String.fromCharCode(97 + i)}`)

/** An epic #1 that is planned; nothing else. */
async function planned(places: readonly string[], options: SceneOptions = {}, env: Record<string, string> = {}): Promise<Scene> {
  const s = await scene({script: {plan: {'*': planAnswer(places)}}, config: {decompose: {max_subtasks: 20}}, ...options})
  s.addIssue(EPIC)
  if (env['PILOT_GITHUB_TOKEN'] !== undefined) s.sandbox.addUser({login: 'weak', token: 'weak-token', permission: {[REPO]: 'write'}, issues: 'read'})
  const ran = await s.pilotWith({env}, 'plan-epic', '1', '--json')
  expect(ran.exit, ran.stdout).toBe(0)
  s.forget()
  return s
}
async function run(s: Scene, env: Record<string, string> = {}) {
  s.forget()
  const ran = await s.pilotWith({env}, 'decompose', '1', '--json')
  return {exit: ran.exit, ...ran.json}
}
const requests = (s: Scene, pattern: RegExp): number => s.sandbox.log().filter(({method, path}) => pattern.test(`${method} ${path}`)).length

/** REST requests of the last command, git's apart, and those of them that turn pages of a list. */
const counted = (s: Scene) => {
  const rest = s.sandbox.log().filter(({path}) => path.startsWith('/repos/') || path === '/user')
  return {all: rest.length, pages: rest.filter(({method, path}) => method === 'GET' && /\/issues\?/.test(path)).length, pushes: requests(s, /^POST \S+git-receive-pack$/)}
}
/** Fills the epic with linked issues that have nothing to do with its plan. */
async function fill(s: Scene, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const number = s.addIssue({title: `other ${i}`, labels: [], ...(i % 2 === 0 && {state: 'closed' as const})})
    await s.api('POST', '/issues/1/sub_issues', {sub_issue_id: s.issue(number).id})
  }
}

describe('decompose at GitHub\'s limit of 100 sub-issues', () => {
  it.each([[100, 0, 'planned child 1, planned child 2, planned child 3 are'], [98, 2, 'planned child 3 is']])('%i are there already', async (count, linked, named) => {
    const s = await planned(['api', 'web', 'cli'])
    await fill(s, count)
    const first = await run(s)
    const numbers = (first.result['created'] as {number: number}[]).map(({number}) => number)
    expect([first.exit, numbers, first.result['linked'], first.warnings]).toEqual([
      0, [count + 2, count + 3, count + 4], numbers.slice(0, linked),
      [`#1 has GitHub's limit of 100 sub-issues, closed ones included: ${named} its child by the Parent line only`],
    ])
    expect([s.issue(1).children.length, requests(s, /^POST .*sub_issues$/)]).toEqual([100, linked])
    for (const number of numbers) expect(s.issue(number).body).toMatch(/^Parent: GH-1\n[^]*<!-- pilot:child \{"parent":1,/)
    expect(s.issue(numbers[2]!).blockedBy).toEqual([s.issue(numbers[0]!).id])
    const second = await run(s)
    expect([second.status, s.writes(), second.result['children'], second.warnings.length]).toEqual(['noop', [], numbers, 1])
  })

  it('somebody else takes the last place meanwhile', async () => {
    const s = await planned(['api', 'web', 'cli'])
    s.sandbox.faults.add({method: 'POST', path: `/repos/${REPO}/issues/1/sub_issues`, nth: 2, when: 'before', then: {kind: 'status', status: 422, body: {
      message: 'An error occurred while adding the sub-issue to the parent issue. Parent cannot have more than 100 sub-issues', documentation_url: 'x',
    }}})
    const first = await run(s)
    expect([first.exit, first.result['linked'], first.warnings]).toEqual([0, [2, 4], ['not done: link child 2 to #1 as sub-issue: #1 has as many sub-issues as GitHub allows, so #3 cannot become one.']])
    expect([s.issue(3).blockedBy, s.issue(4).blockedBy]).toEqual([[s.issue(2).id], [s.issue(2).id]])
  })
})

describe('decompose, links that GitHub refuses at first', () => {
  it('two adds collided: it tries again, one after the other, and each is linked once', async () => {
    const s = await planned(['api', 'web', 'cli'])
    s.sandbox.faults.add({method: 'POST', path: `/repos/${REPO}/issues/1/sub_issues`, nth: 2, when: 'before', then: {kind: 'status', status: 422, body: {
      message: 'An error occurred while adding the sub-issue to the parent issue. Priority has already been taken', documentation_url: 'x',
    }}})
    const first = await run(s)
    expect([first.exit, first.result['linked'], first.warnings, s.issue(1).children.length]).toEqual([0, [2, 3, 4], [], 3])
  })

  it.each(['sub_issues', 'blocked_by'])('%s was added although the answer was an error: the 422 that says so is no failure', async (what) => {
    const s = await planned(['api', 'web', 'cli'])
    s.sandbox.faults.add({method: 'POST', path: new RegExp(`${what}$`), times: 1, when: 'after', then: {kind: 'status', status: 502}})
    const first = await run(s)
    expect([first.exit, first.result['linked'], first.warnings]).toEqual([0, [2, 3, 4], []])
    expect((await run(s)).status).toBe('noop')
  })
})

describe('decompose on servers that lack endpoints', () => {
  it.each([
    {subIssues: true, dependencies: false}, {subIssues: false, dependencies: true}, {subIssues: false, dependencies: false},
  ])('%o: text instead, asked for once', async (features) => {
    const s = await planned(['api', 'web', 'cli'], {features})
    const first = await run(s)
    expect([first.exit, first.result['created'], first.warnings]).toEqual([0, [2, 3, 4].map((number, i) => ({order: i + 1, number})), []])
    expect([first.result['linked'], s.issue(1).children.length]).toEqual(features.subIssues ? [[2, 3, 4], 3] : [[], 0])
    expect([s.issue(3).blockedBy.length, s.issue(4).blockedBy.length]).toEqual(features.dependencies ? [1, 1] : [0, 0])
    for (const n of [3, 4]) expect(s.issue(n).body).toMatch(/^Parent: GH-1\n[^]*^Depends on: #2\n/m)
    expect([requests(s, /sub_issues/) > 1, requests(s, /POST .*blocked_by/) > 1]).toEqual([features.subIssues, features.dependencies])
    const second = await run(s)
    expect([second.status, s.writes(), second.warnings]).toEqual(['noop', [], []])
    expect([requests(s, /sub_issues/), requests(s, /blocked_by/)]).toEqual([1, features.dependencies ? 3 : 1])
  })
})

describe('decompose with a token that may not triage', () => {
  const WEAK = {PILOT_GITHUB_TOKEN: 'weak-token'}
  it('labels are dropped in silence: a warning each, and the children are made once', async () => {
    const s = await planned(['api', 'web', 'cli'], {features: {subIssues: false, dependencies: false}}, WEAK)
    const first = await run(s, WEAK)
    expect([first.exit, first.result['children'], first.warnings]).toEqual([
      0, [2, 3, 4], [2, 3, 4].map((n) => `GitHub left out the labels pilot, area:core, priority:high of #${n}: the token may not set labels`),
    ])
    expect([s.labels(2), requests(s, /labels/)]).toEqual([[], 0])
    expect([(await run(s, WEAK)).status, s.writes()]).toEqual(['noop', []])
  })

  it('links are a right of their own: all children are made, then it says what is missing, and goes on once it has it', async () => {
    const s = await planned(['api', 'web', 'cli'], {}, WEAK)
    for (let n = 0; n < 2; n++) {
      const ran = await run(s, WEAK)
      expect([ran.exit, ran.error!.code, Object.keys(s.repo().issues)]).toEqual([4, 'FORBIDDEN', ['1', '2', '3', '4']])
    }
    s.sandbox.addUser({login: 'weak', issues: 'triage'})
    expect((await run(s, WEAK)).result).toMatchObject({created: [], linked: [2, 3, 4]})
    expect(s.issue(3).blockedBy).toEqual([s.issue(2).id])
  })
})

describe('requests of decompose', () => {
  it.each([1, 5, 20])('%i children: at most 10 + 2n + edges + pages of lists, and two pushes for the claim; none the second time', async (n) => {
    const s = await planned(WORDS.slice(0, Math.max(n, 2)))
    const file = join(s.checkout, '.pilot/epics/1/plan.json')
    const plan = planSchema.parse(JSON.parse(await readFile(file, 'utf8')))
    const short: EpicPlan = {...plan, subtasks: plan.subtasks.slice(0, n), waves: [[1]]}
    if (n === 1) await writeFile(file, JSON.stringify(short))
    const edges = short.subtasks.flatMap(({dependsOn}) => dependsOn).length
    const ran = await run(s)
    const {all, pages, pushes} = counted(s)
    expect([ran.exit, (ran.result['created'] as unknown[]).length, (ran.result['linked'] as unknown[]).length, edges]).toEqual([0, n, n, n - 1])
    expect(all, `${all} requests, ${pages} pages`).toBeLessThanOrEqual(10 + 2 * n + edges + pages)
    // a create and a link each, the edges, and the numbers of the children in the plan comment
    expect([s.writes().filter((line) => !line.endsWith('git-receive-pack')).length, pushes]).toEqual([2 * n + edges + 1, 2])
    const second = await run(s)
    expect([second.status, s.sandbox.log().filter(({method}) => method !== 'GET'), counted(s).pushes]).toEqual(['noop', [], 0])
    expect(counted(s).all).toBeLessThanOrEqual(10 + n)
  })

  it.each([2, 5])('%i children from the issue\'s own text: no more than that, though nothing was planned before', async (n) => {
    const s = await scene({config: {decompose: {max_subtasks: 20}}})
    s.addIssue({title: '[epic] Everything', body: WORDS.slice(0, n).map((place) => `- [ ] Add it in \`${place}/x.js\``).join('\n')})
    s.forget()
    const ran = await s.pilot('decompose', '1', '--from-issue', '--json')
    const {all, pushes} = counted(s)
    expect([ran.exit, (ran.json.result['created'] as unknown[]).length, pushes], ran.stdout).toEqual([0, n, 2])
    // pages of every list: issues, comments, sub-issues and the events that tell who labelled it
    const lists = s.sandbox.log().filter(({method, path}) => method === 'GET' && path.includes('per_page=')).length
    expect(lists, 'one more than with a plan').toBe(7)
    expect(all).toBeLessThanOrEqual(10 + 2 * n + lists)
    s.forget()
    expect([(await s.pilot('decompose', '1', '--from-issue', '--json')).json.status, s.writes()]).toEqual(['noop', []])
  })
})
