import {describe, expect, it} from 'vitest'
import {REPO, scene, type Scene} from '../support/scene.js'

/** An epic of one child written by hand; what follows its merge goes wrong. */
const epic = async (): Promise<Scene> => {
  const s = await scene({config: {verify: {setup: [], commands: ['true'], baseline: false}, review: {enabled: false}}})
  s.addIssue({title: 'Everything'})
  s.addIssue({title: 'A part', body: 'Parent: GH-1\n\nPlease.'})
  return s
}
const run = (s: Scene) => s.pilot('execute', '1', '--land', '--wait', '20s', '--json')
const brief = (ran: Awaited<ReturnType<typeof run>>) => [ran.exit, ran.items.map((i) => [i['issue'], i['status'], (i['error'] as {code: string} | null)?.code ?? null])]
const states = (s: Scene) => [1, 2].map((n) => [s.issue(n).state, s.issue(n).stateReason, s.labels(n).includes('pilot-done')])
const DONE = [['closed', 'completed', true], ['closed', 'completed', true]]

describe('execute EPIC --land, after a fault between the last merge and the closing of the epic', () => {
  it.each<[string, {method: string; path: string | RegExp; status: number}]>([
    ['the merged issue cannot be labelled', {method: 'POST', path: /\/issues\/2\/labels$/, status: 403}],
    ['the epic cannot be labelled', {method: 'POST', path: /\/issues\/1\/labels$/, status: 403}],
    ['the epic cannot be closed', {method: 'PATCH', path: `/repos/${REPO}/issues/1`, status: 502}],
  ])('%s: that run fails, and the next one settles what is left', async (_, {status, ...rule}) => {
    const s = await epic()
    s.sandbox.on('pull_request', ({merged}) => {
      if (merged) s.sandbox.faults.add({...rule, when: 'before', times: Infinity, then: {kind: 'status', status}})
    })
    const first = await run(s)
    expect(first.exit, first.stdout).not.toBe(0)
    expect(s.issue(1).state).toBe('open')
    s.sandbox.faults.clear()
    const again = await run(s)
    expect([again.exit, again.json.status, states(s)], again.stdout).toEqual([0, 'done', DONE])
    s.forget()
    expect([(await run(s)).json.status, s.writes()]).toEqual(['noop', []])
    expect((await s.gates()).filter((gate) => gate === 'implement')).toHaveLength(1)
  })

  it('a dry run says what is left to settle and writes nothing', async () => {
    const s = await epic()
    s.sandbox.on('pull_request', ({merged}) => {
      if (merged) s.sandbox.faults.add({method: 'POST', path: /\/issues\/2\/labels$/, when: 'before', times: Infinity, then: {kind: 'status', status: 403}})
    })
    await run(s)
    s.sandbox.faults.clear()
    s.forget()
    const dry = await s.pilot('execute', '1', '--land', '--dry-run', '--json')
    expect([dry.exit, s.writes(), JSON.stringify(dry.items)], dry.stdout).toEqual([0, [], expect.stringContaining('pilot-done')])
  })
})

const removed = async (s: Scene, ref: string): Promise<void> => {
  await s.git('push', '-q', `http://x:${s.sandbox.token}@${new URL(s.apiUrl).host}/${REPO}.git`, `:${ref}`)
}
const released = (s: Scene, n: number): Promise<void> => removed(s, `refs/pilot/claims/issue-${n}`)
const merge = (s: Scene) => s.pulls()[0]!.pull

describe('the last merge, while another runner holds the claim of the epic', () => {
  /** The epic with its one pull request open, and its claim taken by somebody else. */
  const held = async (): Promise<Scene> => {
    const s = await epic()
    expect((await s.pilot('execute', '1', '--json')).exit).toBe(0)
    await s.claim(1)
    return s
  }

  it('is done, and the epic is what waits; the next run says so too, and the one after the other is gone closes it', async () => {
    const s = await held()
    const ran = await run(s)
    expect(brief(ran), ran.stdout).toEqual([8, [[2, 'done', null], [1, 'waiting', 'CLAIMED']]])
    expect(ran.items[0]).toMatchObject({pr: 3, reason: expect.stringMatching(/^merged by #3 as [0-9a-f]{12}$/) as string, error: null})
    expect([merge(s).merged, states(s)]).toEqual([true, [['open', null, false], DONE[1]]])
    const meanwhile = await run(s)
    expect(brief(meanwhile), meanwhile.stdout).toEqual([8, [[2, 'noop', null], [1, 'waiting', 'CLAIMED']]])
    await released(s, 1)
    const last = await run(s)
    expect([last.exit, last.json.status, states(s)], last.stdout).toEqual([0, 'done', DONE])
  })

  it.each([['land', ['land', '2']], ['execute --land', ['execute', '2', '--land']]])('of a sub-issue by itself with %s is done, with a warning that names the command for the epic', async (_, argv) => {
    const s = await held()
    const ran = await s.pilot(...argv, '--wait', '20s', '--json')
    expect([ran.exit, ran.json.status, ran.json.error], ran.stdout).toEqual([0, 'done', undefined])
    expect(ran.json.warnings).toEqual([expect.stringMatching(/^#1 .*`pilot close-parent 1`: #1 is being worked on by run other /)])
    expect([merge(s).merged, states(s)]).toEqual([true, [['open', null, false], DONE[1]]])
    await released(s, 1)
    expect([(await s.pilot('close-parent', '1', '--json')).exit, states(s)]).toEqual([0, DONE])
  })

  it.each([
    ['merged', {reason: 'merged by #3'}, () => Promise.resolve()],
    ['merged and whose branch they deleted', {reason: 'settled after its merge', actions: ['label #2 +pilot-done']}, (s: Scene) => removed(s, 'refs/heads/pilot/GH-2')],
  ])('of what a person %s: the sub-issue is settled and told as done, and the epic is what waits', async (_, told, before) => {
    const s = await held()
    await s.api('PUT', '/pulls/3/merge', {})
    await before(s)
    const ran = await run(s)
    expect(brief(ran), ran.stdout).toEqual([8, [[2, 'done', null], [1, 'waiting', 'CLAIMED']]])
    expect([ran.items[0], states(s)]).toEqual([expect.objectContaining({pr: 3, ...told}), [['open', null, false], DONE[1]]])
  })

  it('with land answers what was merged, what was done, and how the epic stands', async () => {
    const s = await held()
    const ran = await s.pilot('land', '2', '--wait', '20s', '--json')
    expect(ran.json.result, ran.stdout).toMatchObject({
      issue: 2, pr: 3, merged: true, mergeSha: (await s.refs())['refs/heads/main'], parent: {parent: 1, outcome: 'waiting', code: 'CLAIMED', reasons: [expect.stringContaining('by run other')], actions: ['label #2 +pilot-done']},
    })
    expect(ran.json.result['actions']).toEqual([expect.stringContaining('merge'), expect.stringContaining('delete branch'), expect.stringContaining('pilot-done')])
    const again = await s.pilot('land', '2', '--json')
    expect([again.exit, again.json.status, again.json.warnings]).toEqual([0, 'noop', ran.json.warnings])
  })
})

it('land of what is merged and cannot be labelled fails, and says that it is merged', async () => {
  const s = await epic()
  expect((await s.pilot('execute', '1', '--json')).exit).toBe(0)
  s.sandbox.faults.add({method: 'POST', path: /\/issues\/2\/labels$/, when: 'before', times: Infinity, then: {kind: 'status', status: 403}})
  const ran = await s.pilot('land', '2', '--wait', '20s', '--json')
  expect([ran.exit, ran.json.error?.code, ran.json.error?.suggestions[0]], ran.stdout).toEqual([4, 'FORBIDDEN', 'pilot land 2'])
  expect(ran.json.error?.message).toMatch(/^pull request #3 is merged, and #2 is not settled yet: /)
  s.sandbox.faults.clear()
  expect([(await s.pilot('land', '2', '--json')).exit, states(s)]).toEqual([0, DONE])
})

it('an epic inside another that is held is closed all the same, and told as done', async () => {
  const s = await epic()
  s.addIssue({title: 'A part of the part', body: 'Parent: GH-2\n\nPlease.'})
  await s.claim(1)
  const ran = await s.pilot('execute', '2', '--land', '--wait', '20s', '--json')
  expect([ran.exit, ran.json.status, ran.json.warnings], ran.stdout).toEqual([0, 'done', [expect.stringContaining('pilot close-parent 1')]])
  expect([2, 3].map((n) => s.issue(n).state)).toEqual(['closed', 'closed'])
  await released(s, 1)
  expect([(await run(s)).exit, s.issue(1).state]).toEqual([0, 'closed'])
})

it('a look between the waves that GitHub refuses: what the first wave made is told', async () => {
  const s = await epic()
  s.addIssue({title: 'Another part', body: 'Parent: GH-1\n\nPlease.'})
  let opened = false
  s.sandbox.on('pull_request', ({action}) => {
    if (action !== 'opened' || opened) return
    opened = true
    s.sandbox.faults.add({method: 'GET', path: `/repos/${REPO}/issues/1`, when: 'before', times: Infinity, then: {kind: 'status', status: 403}})
  })
  const ran = await s.pilot('execute', '1', '--json')
  expect(brief(ran), ran.stdout).toEqual([4, [[2, 'done', null], [3, 'waiting', 'WAITING'], [1, 'unavailable', 'FORBIDDEN']]])
  expect(ran.items[0]).toMatchObject({pr: s.pulls()[0]!.number})
})

it.each([
  ['closed', 'PATCH', '/issues/1', {state: 'closed', state_reason: 'not_planned'}, 'ISSUE_CLOSED'], ['kept by a person', 'POST', '/issues/1/labels', {labels: ['pilot-needs-human']}, 'NEEDS_HUMAN'],
] as const)('an epic that is %s before its sub-issues are done starts none of them', async (_, method, path, body, code) => {
  const s = await epic()
  await s.api(method, path, body)
  s.forget()
  const ran = await run(s)
  expect([ran.exit, brief(ran)[1], s.writes(), await s.gates()], ran.stdout).toEqual([5, [[2, 'waiting', 'WAITING'], [1, 'refused', code]], [], []])
})
