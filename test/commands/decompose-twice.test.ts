import {describe, expect, it} from 'vitest'
import {parsePlanComment} from '../../src/lib/core/issue/plan-comment.js'
import {decomposed, EPIC, planAnswer} from '../support/scene-epic.js'
import {REPO, scene, type Scene} from '../support/scene.js'

// What would make a second set of sub-issues beside the first.

const PLAN = {plan: {'*': planAnswer(['api', 'web'], () => [])}}
const BOXES = '## Tasks\n\n- [ ] Add the endpoint in `api/x.js`\n- [ ] Add the page in `web/x.js`\n'
const numbers = (s: Scene): number[] => Object.keys(s.repo().issues).map(Number)
const run = async (s: Scene, ...flags: string[]) => {
  s.forget()
  const ran = await s.pilot('decompose', '1', '--json', ...flags)
  return {exit: ran.exit, ...ran.json}
}

describe('decompose beside the sub-issues of another plan', () => {
  it('--from-issue after a plan: refused while those are open', async () => {
    const s = await scene({script: PLAN})
    s.addIssue({...EPIC, body: BOXES})
    for (const command of ['plan-epic', 'decompose']) expect((await s.pilot(command, '1', '--json')).exit).toBe(0)
    const second = await run(s, '--from-issue')
    expect([second.exit, second.status, second.error?.code, s.writes(), numbers(s)]).toEqual([5, 'refused', 'OTHER_CHILDREN', [], [1, 2, 3]])
    expect(second.error?.message).toMatch(/^#1 has open sub-issues of another plan, #2, #3, and plan [0-9a-f]{12} would make 2 more beside them \(planned children 1, 2\)/)
    expect(second.error?.suggestions).toEqual(['gh issue close 2 --reason "not planned"', 'gh issue close 3 --reason "not planned"', 'pilot decompose 1 --from-issue --force'])
    for (const n of [2, 3]) await s.api('PATCH', `/issues/${n}`, {state: 'closed', state_reason: 'not_planned'})
    expect((await run(s, '--from-issue')).result['created']).toEqual([{order: 1, number: 4}, {order: 2, number: 5}])
  })

  it('a box is ticked by hand: the plan stands, and the tail of the list is not merged in another way', async () => {
    const s = await scene()
    const body = ['api', 'web', 'cli', 'db', 'sdk', 'mail', 'ops'].map((p) => `- [ ] Add the ${p} part in \`${p}/x.js\``).join('\n')
    s.addIssue({title: '[epic] Everything', body})
    expect((await run(s, '--from-issue')).result['children']).toEqual([2, 3, 4, 5, 6])
    await s.api('PATCH', '/issues/1', {body: body.replace('[ ]', '[x]')})
    expect([(await run(s, '--from-issue')).status, numbers(s)]).toEqual(['noop', [1, 2, 3, 4, 5, 6]])
  })
})

describe('decompose, the numbers of the children', () => {
  const noted = (s: Scene): unknown => Object.values(parsePlanComment(s.comments(1)[0]!)?.children ?? {}).sort()
  const rewritten = {title: 'REST endpoints, by hand', body: 'I wrote down what we really want here.'}

  it.each([
    ['a server with sub-issues', {subIssues: true, dependencies: true}, []],
    ['one without', {subIssues: false, dependencies: false}, ['#2 is planned child 1 and names no parent any more: add the line "Parent: GH-1" to it']],
  ])('are in the plan comment, and a child rewritten by hand is known by them: %s', async (_, features, warnings) => {
    const s = await scene({script: PLAN, features})
    await decomposed(s)
    expect(noted(s)).toEqual([2, 3])
    await s.api('PATCH', '/issues/2', rewritten)
    const second = await run(s)
    expect([second.exit, second.status, second.warnings, s.writes(), numbers(s)]).toEqual([0, 'noop', warnings, [], [1, 2, 3]])
    expect(second.result['existing']).toEqual([{order: 1, number: 2}, {order: 2, number: 3}])
  })

  it('planned again with the same titles: still known', async () => {
    const s = await scene({script: PLAN})
    await decomposed(s)
    await s.api('PATCH', '/issues/2', rewritten)
    expect((await s.pilot('plan-epic', '1', '--force', '--json')).exit).toBe(0)
    expect(noted(s)).toEqual([2, 3])
    expect([(await run(s)).status, numbers(s)]).toEqual(['noop', [1, 2, 3]])
    expect((await s.pilot('plan-epic', '1', '--json')).json.status).toBe('noop')
  })

  it('rewritten and unlinked: its link is put back; deleted: it is made again, and noted', async () => {
    const s = await scene({script: PLAN})
    await decomposed(s)
    await s.api('PATCH', '/issues/2', rewritten)
    await s.api('DELETE', '/issues/1/sub_issue', {sub_issue_id: s.issue(2).id})
    expect((await run(s)).result).toMatchObject({created: [], linked: [2]})
    s.sandbox.deleteIssue(REPO, 3)
    expect((await run(s)).result).toMatchObject({created: [{order: 2, number: 4}]})
    expect(noted(s)).toEqual([2, 4])
    expect((await run(s)).status).toBe('noop')
  })

  it('made before they were noted: noted once', async () => {
    const s = await scene({script: PLAN})
    await decomposed(s)
    const [comment] = Object.values(s.repo().comments)
    const {children: _children, ...plan} = parsePlanComment(comment!.body)!
    const {printPlanComment} = await import('../../src/lib/core/issue/plan-comment.js')
    await s.api('PATCH', `/issues/comments/${comment!.id}`, {body: printPlanComment(plan)})
    expect((await run(s)).result['actions']).toEqual(['note the numbers of the sub-issues in the plan comment of #1'])
    expect([noted(s), (await run(s)).status, s.writes()]).toEqual([[2, 3], 'noop', []])
  })
})

describe('decompose --from-issue of a stranger\'s issue', () => {
  it('is refused: its text would become issues by pilot\'s own account', async () => {
    const s = await scene()
    s.addIssue({title: '[epic] Nice things', author: 'mallory', authorAssociation: 'NONE', labels: [], body: BOXES})
    const ran = await run(s, '--from-issue')
    expect([ran.exit, ran.status, ran.error?.code, s.writes(), numbers(s)]).toEqual([5, 'refused', 'UNTRUSTED_AUTHOR', [], [1]])
    expect(ran.error?.message).toMatch(/^#1: author not trusted: mallory \(NONE\) wrote the issue/)
  })

  it('and a sub-issue whose epic was deleted is refused: nobody answers for its text any more', async () => {
    const s = await scene({script: PLAN})
    await decomposed(s)
    s.sandbox.deleteIssue(REPO, 1)
    const ran = await s.pilot('execute', '2', '--json')
    expect([ran.exit, ran.json.error?.code ?? (ran.items[0]?.['error'] as {code: string} | undefined)?.code, await s.gates()], ran.stdout).toEqual([5, 'UNTRUSTED_AUTHOR', ['plan']])
    expect(ran.stdout).toContain('its text was taken from #1, which does not exist any more')
  })
})
