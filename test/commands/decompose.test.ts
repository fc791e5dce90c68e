import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import type {SandboxSnapshot} from '../../src/lib/sandbox/index.js'
import {decomposed, planAnswer} from '../support/scene-epic.js'
import {openScene, REPO, type Scene} from '../support/scene.js'

// What a person may do to the children between two runs. Never is anything closed, unlinked or overwritten, and never is a child made twice.

const ELSEWHERE = 'acme/other'
let s: Scene
let saved: SandboxSnapshot

/** The epic #1, its children #2, #3 and #4 (the last two wait for #2), and #5, an epic of somebody else. */
beforeAll(async () => {
  s = await openScene({script: {plan: {'*': planAnswer(['api', 'web', 'cli'])}}})
  await s.sandbox.createRepo({owner: 'acme', name: 'other'})
  await decomposed(s)
  s.addIssue({title: 'Another epic'})
  saved = await s.sandbox.snapshot()
}, 60_000)
beforeEach(async () => {
  await s.sandbox.restore(saved)
  s.forget()
})
afterAll(() => s.close())

const ALL = [{order: 1, number: 2}, {order: 2, number: 3}, {order: 3, number: 4}]
const edit = (n: number, change: object): Promise<unknown> => s.api('PATCH', `/issues/${n}`, change)
const body = (n: number): string => s.issue(n).body!
const without = (n: number, pattern: RegExp): string => {
  expect(body(n)).toMatch(pattern)
  return body(n).replace(pattern, '')
}
const MARKER = /<!-- pilot:child .*-->\n/
const link = (parent: number, n: number, more: object = {}): Promise<unknown> =>
  s.api('POST', `/issues/${parent}/sub_issues`, {sub_issue_id: s.issue(n).id, ...more})
const issues = () => JSON.stringify(s.sandbox.state().repos)
const again = async (...flags: string[]) => {
  s.forget()
  const ran = await s.pilot('decompose', '1', '--json', ...flags)
  expect(ran.exit, ran.stdout).toBe(0)
  return ran.json
}

/** A second run writes nothing, takes no claim, and leaves everything as it was. */
async function nothingToDo(): Promise<string[]> {
  const before = issues()
  const {status, result, warnings} = await again()
  expect([status, result['created'], result['linked'], result['actions'], s.writes()]).toEqual(['noop', [], [], [], []])
  expect(issues()).toBe(before)
  return warnings
}

describe('decompose, when a person changed a child', () => {
  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['its title, text and labels', async () => {
      await edit(2, {title: 'Mine now', body: body(2).replace('Write the api part', 'Write something else'), labels: ['area:other']})
    }],
    ['its marker, removed', () => edit(3, {body: without(3, MARKER)})],
    ['its marker, removed, and its title', () => edit(3, {title: 'Mine now', body: without(3, MARKER)})],
    ['its marker, damaged', () => edit(3, {body: body(3).replace('"parent":1,', '')})],
    ['its Parent line', () => edit(3, {body: body(3).replace('Parent: GH-1', 'Parent: GH-99')})],
    ['its Parent line, removed', () => edit(3, {body: without(3, /^Parent: GH-1\n/)})],
    ['its state: completed', () => edit(2, {state: 'closed', state_reason: 'completed'})],
    ['its state: not planned', () => edit(2, {state: 'closed', state_reason: 'not_planned'})],
    ['its state: duplicate', () => edit(2, {state: 'closed', state_reason: 'duplicate'})],
    ['its conversation, locked', () => { s.sandbox.lockIssue(REPO, 2) }],
    ['its place among the others', () => s.api('PATCH', '/issues/1/sub_issues/priority', {sub_issue_id: s.issue(4).id, before_id: s.issue(2).id})],
  ])('%s: it stays as it is', async (_, change) => {
    await change()
    expect(await nothingToDo()).toEqual([])
    expect((await again()).result['existing']).toEqual(ALL)
  })

  it('transferred: it is not made again, and the rest stays', async () => {
    expect(s.sandbox.transferIssue(REPO, 3, ELSEWHERE)).toBe(1)
    expect((await nothingToDo()).join()).toMatch(/planned child 2 was transferred to \S+\/acme\/other\/issues\/1: it is not made again/)
    expect((await again()).result['existing']).toEqual([ALL[0], ALL[2]])
  })

  it('transferred, and another child waits for it: that one is made without it', async () => {
    s.sandbox.transferIssue(REPO, 2, ELSEWHERE)
    s.sandbox.deleteIssue(REPO, 4)
    expect((await again()).result).toMatchObject({created: [{order: 3, number: 6}], existing: [ALL[1]], linked: [6]})
    expect(body(6)).not.toContain('Depends on:')
    await nothingToDo()
  })

  it('deleted: it is made again, because nothing tells it from one that was never made', async () => {
    s.sandbox.deleteIssue(REPO, 2)
    expect((await again()).result).toMatchObject({created: [{order: 1, number: 6}], existing: [ALL[1], ALL[2]], linked: [6]})
    const id = s.issue(6).id
    expect([s.issue(3).blockedBy, s.issue(4).blockedBy, s.issue(6).parent]).toEqual([[id], [id], s.issue(1).id])
    await nothingToDo()
    // the line that names the deleted one is a person's to change: until then it blocks
    const rows = (await s.pilot('status', '1', '--json')).json.result['children'] as {number: number; blockedBy: number[]}[]
    expect(rows.map(({number, blockedBy}) => [number, blockedBy])).toEqual([[6, []], [3, [2, 6]], [4, [2, 6]]])
  })

  it('unlinked: the link is put back and nothing is made', async () => {
    await s.api('DELETE', '/issues/1/sub_issue', {sub_issue_id: s.issue(3).id})
    expect((await again()).result).toMatchObject({created: [], existing: ALL, linked: [3]})
    await nothingToDo()
  })

  it('made the sub-issue of another epic: it stays there', async () => {
    await link(5, 3, {replace_parent: true})
    expect((await nothingToDo()).join()).toMatch(/#3 stays a sub-issue of \S+\/issues\/5; its Parent line makes it a child of #1/)
    expect(s.issue(3).parent).toBe(s.issue(5).id)
  })

  it('copied: the oldest is the child, the copy is reported and left alone', async () => {
    const copy = s.addIssue({title: s.issue(2).title, body: body(2)})
    await link(1, copy)
    expect((await nothingToDo()).join()).toMatch(new RegExp(`#${copy} by pilot-user is not counted as a child of #1: made twice: #2 is the child`))
    // a person decided for the copy: it takes the place, and what waited for the other waits for it
    await edit(2, {state: 'closed', state_reason: 'not_planned'})
    expect((await again()).result).toMatchObject({created: [], linked: [], actions: ['mark child 2 as blocked by child 1', 'mark child 3 as blocked by child 1', 'note the numbers of the sub-issues in the plan comment of #1']})
    await nothingToDo()
    expect(s.issue(copy).state).toBe('open')
  })

  it('all of it unlabelled and closed: still nothing is made', async () => {
    for (const n of [2, 3, 4]) await edit(n, {labels: [], state: 'closed'})
    await nothingToDo()
  })
})

describe('decompose, among issues that only look like children', () => {
  it.each<[string, () => unknown, RegExp | null]>([
    ['a stranger\'s copy, linked by a person', async () => {
      const copy = s.addIssue({title: s.issue(2).title, body: body(2), author: 'mallory', labels: []})
      s.sandbox.deleteIssue(REPO, 2)
      await link(1, copy)
    }, /#6 by mallory is not counted as a child of #1: carries the marker of a child of #1, but mallory is not an account of pilot/],
    ['a child of another epic that was linked here', async () => {
      const other = s.addIssue({title: s.issue(2).title, body: body(2).replace('"parent":1', '"parent":5')})
      s.sandbox.deleteIssue(REPO, 2)
      await link(1, other)
    }, null],
    ['the marker without link or Parent line', () => {
      s.addIssue({title: 'Notes', body: without(2, /^Parent: GH-1\n/)})
      s.sandbox.deleteIssue(REPO, 2)
    }, /#6 by pilot-user is not counted as a child of #1: .* names another parent or none/],
  ])('%s: the planned one is made', async (_, change, warning) => {
    await change()
    const {result, warnings} = await again()
    expect(result).toMatchObject({created: [{order: 1, number: 7}], existing: [ALL[1], ALL[2]]})
    if (warning === null) expect(warnings).toEqual([])
    else expect(warnings.join()).toMatch(warning)
    expect(s.issue(6).state).toBe('open')
  })
})

describe('decompose, refusing', () => {
  const refused = async (...flags: string[]) => {
    s.forget()
    const before = issues()
    const ran = await s.pilot('decompose', '1', '--json', ...flags)
    expect([issues(), s.writes()]).toEqual([before, []])
    return [ran.exit, ran.json.status, ran.json.error?.code]
  }
  it.each<[string, () => unknown, (string | number | undefined)[], (string | number | undefined)[]]>([
    ['a text that changed', () => edit(1, {body: 'Something else.'}), [5, 'refused', 'DRIFTED'], [0, 'noop', undefined]],
    ['a title that changed', () => edit(1, {title: 'Something else'}), [5, 'refused', 'DRIFTED'], [0, 'noop', undefined]],
    ['a veto by label', () => s.api('POST', '/issues/1/labels', {labels: ['No-Decompose']}), [5, 'refused', 'NO_DECOMPOSE'], [5, 'refused', 'NO_DECOMPOSE']],
    ['a veto in the title', () => edit(1, {title: 'Write everything [single]'}), [5, 'refused', 'NO_DECOMPOSE'], [5, 'refused', 'NO_DECOMPOSE']],
    ['a closed epic', () => edit(1, {state: 'closed'}), [5, 'refused', 'ISSUE_CLOSED'], [5, 'refused', 'ISSUE_CLOSED']],
    ['a finished epic', () => s.api('POST', '/issues/1/labels', {labels: ['pilot-done']}), [5, 'refused', 'ALREADY_DONE'], [5, 'refused', 'ALREADY_DONE']],
    ['a deleted epic', () => { s.sandbox.deleteIssue(REPO, 1) }, [2, 'invalid', 'ISSUE_NOT_FOUND'], [2, 'invalid', 'ISSUE_NOT_FOUND']],
  ])('%s', async (_, change, plain, forced) => {
    await change()
    expect([await refused(), await refused('--force')]).toEqual([plain, forced])
  })

  it('--force accepts a changed text and makes what is missing', async () => {
    await edit(1, {body: 'Something else.'})
    s.sandbox.deleteIssue(REPO, 4)
    expect((await again('--force')).result).toMatchObject({created: [{order: 3, number: 6}], linked: [6]})
  })
})
