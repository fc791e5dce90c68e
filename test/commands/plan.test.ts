import {describe, expect, it} from 'vitest'
import {parsePlanComment} from '../../src/lib/core/issue/plan-comment.js'
import {planSchema} from '../../src/lib/core/plan/plan.js'
import {EPIC, planAnswer} from '../support/scene-epic.js'
import {REPO, scene, type Scene} from '../support/scene.js'

const PLACES = ['api', 'web', 'cli']
const SCRIPT = {plan: {'*': planAnswer(PLACES)}}
const SPLIT_BODY = '## Tasks\n\n- [ ] Add counting in `api/count.js`\n- [ ] Add the table in `web/table.js`\n'
const planOf = async (s: Scene) => planSchema.parse(JSON.parse(await s.read('epics/1/plan.json')))

describe('plan-epic', () => {
  it('spawns and writes nothing in a dry run, plans once, and is done the second time', async () => {
    const s = await scene({script: SCRIPT})
    s.addIssue(EPIC)
    const [files, checkout] = [await s.pilotFiles(), await s.checkoutState()]
    const dry = await s.pilot('plan-epic', '1', '--dry-run', '--json')
    expect([
      dry.exit, (dry.json.result['actions'] as string[]).length > 1, s.writes(), await s.pilotFiles(), await s.calls(),
    ]).toEqual([0, true, [], files, []])
    const rows = await s.pilot('plan-epic', '1', '--dry-run')
    expect([rows.rows, rows.stderr]).toEqual([(dry.json.result['actions'] as string[]).map((line) => [line, 'would be done']), expect.not.stringContaining('would')])
    expect([rows.rows[0]![0], rows.rows.at(-1)![0]]).toEqual(['claim refs/pilot/claims/issue-1', 'release refs/pilot/claims/issue-1'])

    const ran = await s.pilot('plan-epic', '1', '--json')
    expect(ran.exit, ran.stdout).toBe(0)
    const plan = await planOf(s)
    expect(plan).toMatchObject({
      version: 1, decision: 'split', source: 'model', waves: [[1], [2, 3]], epic: {number: 1},
      base: {branch: 'main', sha: (await s.refs())['refs/heads/main']},
    })
    expect(ran.json.result['plan']).toEqual(plan)
    expect(s.comments(1)).toHaveLength(1)
    expect(s.comments(1)[0]).toMatch(/^<!-- pilot:plan v1 -->\n[^]*\| # \| sub-task \|[^]*```mermaid[^]*<details>/)
    expect(parsePlanComment(s.comments(1)[0]!)).toEqual(plan)
    expect([await s.gates(), await s.checkoutState(), Object.keys(await s.refs()).filter((ref) => !ref.startsWith('refs/pilot/spend/'))]).toEqual([['plan'], checkout, ['refs/heads/main']])
    expect(JSON.parse((await s.read('ledger.ndjson')).trim())).toMatchObject({command: 'plan-epic', gate: 'plan', epic: 1, issue: 1})

    s.forget()
    const before = await s.pilotFiles()
    expect((await s.pilot('plan-epic', '1', '--json')).json.status).toBe('noop')
    expect([s.writes(), await s.pilotFiles(), (await s.calls()).length]).toEqual([[], before, 1])
    expect((await s.pilot('plan-epic', '1')).rows).toEqual(
      PLACES.map((p, i) => [String(i + 1), i === 0 ? '1' : '2', i === 0 ? '' : '1', 'simple', `feat(${p}): write the ${p} part`]),
    )

    await s.pilot('plan-epic', '1', '--force', '--json')
    expect([(await s.calls()).length, s.comments(1).length]).toEqual([2, 1])
  })

  it('asks once more with what was wrong, then takes the issue\'s own split points', async () => {
    const cyclic = planAnswer(PLACES, (order) => [(order % 3) + 1])
    const s = await scene({script: {plan: {'1': [cyclic, planAnswer(PLACES)], '2': cyclic, '3': cyclic}}})
    s.addIssue(EPIC)
    s.addIssue({title: 'Two parts', body: SPLIT_BODY})
    s.addIssue({title: 'No structure', body: 'Do it.'})
    expect((await s.pilot('plan-epic', '1', '--json')).json.result['plan']).toMatchObject({source: 'model', decision: 'split'})
    expect((await s.calls())[1]!.prompt).toContain('circle')
    const own = await s.pilot('plan-epic', '2', '--json')
    expect(own.json.result['plan']).toMatchObject({source: 'issue', decision: 'split'})
    expect(own.json.warnings.join()).toMatch(/split points/)
    const none = await s.pilot('plan-epic', '3', '--json')
    expect([none.exit, none.json.error!.code]).toEqual([1, 'PLAN_FAILED'])
    expect(await s.read('epics/3/plan-answer.txt')).toContain('"dependsOn"')
    expect(s.comments(3)).toEqual([])
  })

  it('reads a plan that was written as Markdown', async () => {
    const say = [
      '1. **feat(api): write the api part** - Write the api part in `api/part.js`.',
      '2. **feat(web): write the web part** - Write the web part in `web/part.js`.', '',
    ].join('\n')
    const s = await scene({script: {plan: {'*': {say}}}})
    s.addIssue(EPIC)
    const ran = await s.pilot('plan-epic', '1', '--json')
    expect(ran.exit, ran.stdout).toBe(0)
    expect(ran.json.result['plan']).toMatchObject({
      source: 'model', subtasks: [{title: 'feat(api): write the api part'}, {title: 'feat(web): write the web part'}],
    })
  })

  it.each([
    ['closed', {state: 'closed'} as const, 5, 'ISSUE_CLOSED'], ['no-decompose', {labels: ['pilot', 'no-decompose']}, 5, 'NO_DECOMPOSE'],
    ['a stranger', {author: 'stranger', authorAssociation: 'NONE', labels: ['pilot'], labeledBy: 'pilot-user'}, 5, 'UNTRUSTED_AUTHOR'],
  ])('refuses: %s', async (_, seed, exit, code) => {
    const s = await scene({script: SCRIPT})
    s.addIssue({...EPIC, ...seed})
    const ran = await s.pilot('plan-epic', '1', '--json')
    expect([ran.exit, ran.json.error!.code, s.writes(), await s.calls()]).toEqual([exit, code, [], []])
  })
})

describe('decompose', () => {
  it.each([
    {subIssues: true, dependencies: true}, {subIssues: false, dependencies: false},
  ])('makes each child once, with %o', async (features) => {
    const s = await scene({script: SCRIPT, features})
    s.addIssue(EPIC)
    await s.pilot('plan-epic', '1', '--json')
    s.forget()
    const files = await s.pilotFiles()
    const dry = await s.pilot('decompose', '1', '--dry-run', '--json')
    expect([
      dry.exit, (dry.json.result['actions'] as string[]).filter((line) => line.includes('create child')).length, s.writes(),
      await s.pilotFiles(),
    ]).toEqual([0, 3, [], files])
    const rows = await s.pilot('decompose', '1', '--dry-run', '--quiet')
    expect([rows.rows, rows.rows[0]![0]]).toEqual([(dry.json.result['actions'] as string[]).map((line) => [line, 'would be done']), 'claim refs/pilot/claims/issue-1'])

    const ran = await s.pilot('decompose', '1')
    expect([ran.exit, ran.rows]).toEqual([0, [['2', '1', 'created'], ['3', '2', 'created'], ['4', '3', 'created']]])
    const plan = await planOf(s)
    for (const [i, subtask] of plan.subtasks.entries()) {
      const issue = s.issue(i + 2)
      expect(issue.title).toBe(subtask.title)
      expect(s.labels(i + 2)).toEqual(['area:core', 'pilot', 'priority:high'])
      expect(issue.body).toMatch(/^Parent: GH-1\n\n[^]*### Acceptance criteria\n- \[ \] /)
      expect(issue.body).toContain(
        `<!-- pilot:child ${JSON.stringify({parent: 1, plan: plan.planHash, key: subtask.key, order: subtask.order})} -->`,
      )
      expect(/^Depends on: #2$/m.test(issue.body!)).toBe(i > 0)
      expect(issue.blockedBy.length).toBe(i > 0 && features.dependencies ? 1 : 0)
    }
    expect(s.issue(1).children.length).toBe(features.subIssues ? 3 : 0)
    expect(Object.keys(await s.refs()).filter((ref) => !ref.startsWith('refs/pilot/spend/'))).toEqual(['refs/heads/main'])

    s.forget()
    const again = await s.pilot('decompose', '1', '--json')
    expect([again.json.status, again.json.result['created'], s.writes()]).toEqual(['noop', [], []])
    // another machine has no plan.json: the comment is the plan
    await s.git('clean', '-fdxq', '.pilot')
    expect((await s.pilot('decompose', '1', '--json')).json.status).toBe('noop')
    expect(s.writes()).toEqual([])
  })

  it('makes only what is missing, and adopts no stranger\'s copy of a marker', async () => {
    const s = await scene({script: SCRIPT})
    s.addIssue(EPIC)
    await s.pilot('plan-epic', '1', '--json')
    const plan = await planOf(s)
    s.addIssue({
      title: 'fake', author: 'stranger', labels: [],
      body: `Parent: GH-1\n\n<!-- pilot:child ${JSON.stringify({
        parent: 1, plan: plan.planHash, key: plan.subtasks[0]!.key, order: 1,
      })} -->\n`,
    })
    s.sandbox.faults.add({
      method: 'POST', path: `/repos/${REPO}/issues`, nth: 2, times: 9, when: 'before',
      then: {kind: 'status', status: 422, body: {message: 'Validation Failed', documentation_url: 'x'}},
    })
    const cut = await s.pilot('decompose', '1', '--json')
    expect([cut.exit === 0, cut.json.warnings.join()]).toEqual([false, expect.stringMatching(/#2 by stranger is not counted/)])
    s.sandbox.faults.clear()
    const rest = await s.pilot('decompose', '1', '--json')
    expect(rest.json.result).toMatchObject({existing: [{order: 1, number: 3}], created: [{order: 2, number: 4}, {order: 3, number: 5}]})
    expect(Object.keys(s.repo().issues)).toHaveLength(5)
  })

  it('splits by the issue\'s own work items, without a model', async () => {
    const s = await scene()
    s.addIssue({title: 'Two parts', body: SPLIT_BODY})
    const ran = await s.pilot('decompose', '1', '--from-issue', '--json')
    expect(ran.exit, ran.stdout).toBe(0)
    expect([ran.json.result['children'], await s.calls()]).toEqual([[2, 3], []])
    s.forget()
    expect((await s.pilot('decompose', '1', '--from-issue', '--json')).json.status).toBe('noop')
    expect(s.writes()).toEqual([])
  })

  it('a plan of one piece puts no-decompose on the epic', async () => {
    const s = await scene({script: {plan: {'*': {say: {decision: 'single', reason: 'small', effort: '', subtasks: []}}}}})
    s.addIssue(EPIC)
    await s.pilot('plan-epic', '1', '--json')
    expect((await s.pilot('decompose', '1', '--json')).json.result).toMatchObject({decision: 'single', children: []})
    expect(s.labels(1)).toContain('no-decompose')
    s.forget()
    expect((await s.pilot('decompose', '1', '--json')).json.status).toBe('noop')
    expect(s.writes()).toEqual([])
  })

  it('refuses without a plan, with a drifted text, and for an epic that is vetoed, done or closed', async () => {
    const s = await scene({script: SCRIPT})
    s.addIssue(EPIC)
    const refused = async (...flags: string[]) => {
      s.forget()
      const ran = await s.pilot('decompose', '1', '--json', ...flags)
      expect(s.writes()).toEqual([])
      return [ran.exit, ran.json.error?.code]
    }
    expect(await refused()).toEqual([3, 'NO_PLAN'])
    await s.pilot('plan-epic', '1', '--json')
    await s.api('PATCH', '/issues/1', {body: 'Something else entirely.'})
    expect(await refused()).toEqual([5, 'DRIFTED'])
    expect((await s.pilot('decompose', '1', '--force', '--dry-run', '--json')).exit).toBe(0)
    await s.api('POST', '/issues/1/labels', {labels: ['no-decompose']})
    expect(await refused('--force')).toEqual([5, 'NO_DECOMPOSE'])
    await s.api('POST', '/issues/1/labels', {labels: ['pilot-done']})
    expect(await refused('--force')).toEqual([5, 'ALREADY_DONE'])
  })
})
