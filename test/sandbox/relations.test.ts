import {describe, expect, test} from 'vitest'
import {type Sandbox} from '../../src/lib/sandbox/index.js'
import {at, name, refusal, start, status} from './support.js'

const of = (issue_number: number): typeof at & {issue_number: number} => ({...at, issue_number})
const idOf = (sandbox: Sandbox, number: number): number => sandbox.state().repos[name]!.issues[number]!.id
const seed = (sandbox: Sandbox, count: number): number[] => Array.from(
  {length: count}, (_, i) => sandbox.seedIssue(name, {title: `issue ${i}`})
)

describe('sub-issues', () => {
  test('link by database id, count, order, and one parent each', async () => {
    const {sandbox, rest} = await start()
    seed(sandbox, 4)
    for (const n of [2, 3]) await rest.issues.addSubIssue({...of(1), sub_issue_id: idOf(sandbox, n)})
    await rest.issues.update({...of(2), state: 'closed'})
    expect((await rest.issues.get(of(1))).data.sub_issues_summary).toEqual({total: 2, completed: 1, percent_completed: 50})
    await rest.issues.reprioritizeSubIssue({...of(1), sub_issue_id: idOf(sandbox, 3), before_id: idOf(sandbox, 2)})
    expect((await rest.issues.listSubIssues(of(1))).data.map((i) => [i.number, i.state])).toEqual([[3, 'open'], [2, 'closed']])
    expect((await rest.issues.getParent(of(2))).data.number).toBe(1)
    expect((await rest.issues.get(of(2))).data.parent_issue_url).toMatch(/issues\/1$/)
    expect(await status(rest.issues.getParent(of(1)))).toBe(404)
    expect(await status(rest.issues.addSubIssue({...of(4), sub_issue_id: 2}))).toBe(404)
  })

  test.each([
    ['a linked child', 1, 2, /duplicate sub-issues/], ['a child of another parent', 3, 2, /only have one parent/],
    ['itself', 1, 1, /ancestor/], ['its own ancestor', 2, 1, /ancestor/],
  ])('%s answers 422', async (_, parent, child, message) => {
    const {sandbox, rest} = await start()
    seed(sandbox, 3)
    await rest.issues.addSubIssue({...of(1), sub_issue_id: idOf(sandbox, 2)})
    expect(
      await refusal(rest.issues.addSubIssue({...of(parent), sub_issue_id: idOf(sandbox, child)}))
    ).toMatchObject({status: 422, message})
  })

  test('replace_parent moves the child', async () => {
    const {sandbox, rest} = await start()
    seed(sandbox, 3)
    await rest.issues.addSubIssue({...of(1), sub_issue_id: idOf(sandbox, 2)})
    await rest.issues.addSubIssue({...of(3), sub_issue_id: idOf(sandbox, 2), replace_parent: true})
    expect((await rest.issues.listSubIssues(of(1))).data).toEqual([])
    expect((await rest.issues.getParent(of(2))).data.number).toBe(3)
  })

  test('100 children fit, closed ones included, the next does not', async () => {
    const {sandbox, rest} = await start()
    seed(sandbox, 102)
    for (let n = 2; n <= 101; n += 1) await rest.issues.addSubIssue({...of(1), sub_issue_id: idOf(sandbox, n)})
    await rest.issues.update({...of(2), state: 'closed'})
    expect(
      await refusal(rest.issues.addSubIssue({...of(1), sub_issue_id: idOf(sandbox, 102)}))
    ).toMatchObject({status: 422, message: /100/})
  })

  test('8 levels fit, the ninth does not', async () => {
    const {sandbox, rest} = await start()
    seed(sandbox, 9)
    for (let n = 1; n < 8; n += 1) await rest.issues.addSubIssue({...of(n), sub_issue_id: idOf(sandbox, n + 1)})
    expect(
      await refusal(rest.issues.addSubIssue({...of(8), sub_issue_id: idOf(sandbox, 9)}))
    ).toMatchObject({status: 422, message: /8 layers/})
  })
})

describe('dependencies', () => {
  test('lists hold closed blockers, summaries count open ones', async () => {
    const {sandbox, rest} = await start()
    seed(sandbox, 3)
    for (const n of [2, 3]) await rest.issues.addBlockedByDependency({...of(1), issue_id: idOf(sandbox, n)})
    await rest.issues.update({...of(2), state: 'closed'})
    expect((await rest.issues.listDependenciesBlockedBy(of(1))).data.map((i) => i.number)).toEqual([2, 3])
    expect((await rest.issues.listDependenciesBlocking(of(3))).data.map((i) => i.number)).toEqual([1])
    expect((await rest.issues.get(of(1))).data.issue_dependencies_summary).toMatchObject({blocked_by: 1, total_blocked_by: 2})
    await rest.issues.removeDependencyBlockedBy({...of(1), issue_id: idOf(sandbox, 2)})
    expect(await status(rest.issues.removeDependencyBlockedBy({...of(1), issue_id: idOf(sandbox, 2)}))).toBe(404)
  })

  test.each([['itself', 1, 1], ['twice', 1, 2], ['in a circle', 2, 1]])('blocked by %s answers 422', async (_, issue, by) => {
    const {sandbox, rest} = await start()
    seed(sandbox, 2)
    await rest.issues.addBlockedByDependency({...of(1), issue_id: idOf(sandbox, 2)})
    expect(await status(rest.issues.addBlockedByDependency({...of(issue), issue_id: idOf(sandbox, by)}))).toBe(422)
  })
})

test.each(
  [['subIssues', 404, 'ok'], ['dependencies', 'ok', 404]] as const
)('a server without %s answers 404 there only', async (feature, subs, deps) => {
  const {sandbox, rest} = await start({features: {[feature]: false}})
  seed(sandbox, 1)
  expect(await status(rest.issues.listSubIssues(of(1)))).toBe(subs)
  expect(await status(rest.issues.listDependenciesBlockedBy(of(1)))).toBe(deps)
})

test('a server without sub-issues says 404 before it asks for rights', async () => {
  const {sandbox, as} = await start({features: {subIssues: false, dependencies: false}})
  sandbox.addUser({login: 'reader', token: 'reads'})
  seed(sandbox, 1)
  expect(await status(as('reads').issues.addSubIssue({...of(1), sub_issue_id: 1}))).toBe(404)
  expect(await status(as('reads').issues.addBlockedByDependency({...of(1), issue_id: 1}))).toBe(404)
})

describe('an issue that leaves', () => {
  const family = async () => {
    const {sandbox, rest} = await start()
    await sandbox.createRepo({owner: 'acme', name: 'other'})
    await sandbox.createRepo({owner: 'else', name: 'where'})
    seed(sandbox, 4)
    for (const [parent, child] of [[1, 2], [2, 3]] as const) await rest.issues.addSubIssue({...of(parent), sub_issue_id: idOf(sandbox, child)})
    await rest.issues.addBlockedByDependency({...of(4), issue_id: idOf(sandbox, 2)})
    const links = async () => ({
      children: (await rest.issues.listSubIssues(of(1))).data.map((i) => i.html_url.split('/').slice(-4).join('/')),
      blockers: (await rest.issues.listDependenciesBlockedBy(of(4))).data.length, orphan: await status(rest.issues.getParent(of(3))),
    })
    return {sandbox, links}
  }
  test('for another repository of its owner takes its links along', async () => {
    const {sandbox, links} = await family()
    sandbox.transferIssue(name, 2, 'acme/other')
    expect(await links()).toEqual({children: ['acme/other/issues/1'], blockers: 1, orphan: 'ok'})
  })
  test.each([
    ['is deleted', (sandbox: Sandbox) => { sandbox.deleteIssue(name, 2) }], ['goes to another owner', (sandbox: Sandbox) => { sandbox.transferIssue(name, 2, 'else/where') }],
  ])('%s: it has no links any more', async (_, leave) => {
    const {sandbox, links} = await family()
    leave(sandbox)
    expect(await links()).toEqual({children: [], blockers: 0, orphan: 404})
  })
})
