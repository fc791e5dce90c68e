import {expect, it} from 'vitest'
import {REPO, scene, type Scene} from '../support/scene.js'

// Between the look that found work and the claim, somebody does something about the issue: what was decided before the claim holds no longer.

type Late = (s: Scene) => Promise<unknown>
it.each<[string, Late, number, string, string | undefined]>([
  ['closed by a person', (s) => s.api('PATCH', '/issues/1', {state: 'closed', state_reason: 'not_planned'}), 5, 'refused', 'ISSUE_CLOSED'],
  ['done by another runner', (s) => s.api('POST', '/issues/1/labels', {labels: ['pilot-done']}), 0, 'noop', undefined],
  ['labelled as exhausted', (s) => s.api('POST', '/issues/1/labels', {labels: ['pilot-retry-exhausted']}), 5, 'refused', 'RETRIES_EXHAUSTED'],
])('%s while the claim was taken: no agent is spawned, and nothing is left behind', async (_, late, exit, status, code) => {
  const s = await scene()
  s.addIssue({title: 'Write the work', body: 'Please.'})
  let claims = 0
  s.sandbox.on('push', async ({ref, before}) => {
    if (ref === 'refs/pilot/claims/issue-1' && before === null && ++claims === 1) await late(s)
  })
  const ran = await s.pilot('execute', '1', '--json')
  const {error} = ran.items[0]! as {error?: {code: string} | null}
  expect([claims, ran.exit, ran.items[0]!['status'], error?.code], ran.stdout).toEqual([1, exit, status, code])
  expect([await s.calls(), s.pulls(), s.comments(1), Object.keys(await s.refs())]).toEqual([[], [], [], ['refs/heads/main']])
})

it('a pull request that stands there when a crashed run is resumed is brought up to date', async () => {
  const s = await scene()
  s.addIssue({title: 'Write the work', body: 'Please.'})
  const create = {method: 'POST', path: `/repos/${REPO}/pulls`} as const
  s.sandbox.faults.add({...create, times: Infinity, when: 'before', then: {kind: 'cut'}})
  expect((await s.pilot('execute', '1', '--json')).exit).not.toBe(0)
  s.sandbox.faults.clear()
  // it was opened, and what GitHub says is what it says to whoever comes second
  s.sandbox.faults.add({...create, when: 'after', then: {kind: 'status', status: 422, body: {message: 'Validation Failed', documentation_url: 'https://docs.github.com/rest', errors: []}}})
  const ran = await s.pilot('execute', '1', '--json')
  expect([ran.exit, ran.items[0]!['pr'], s.pulls().length], ran.stdout).toEqual([0, s.pulls()[0]!.number, 1])
})
