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
