import {expect, it} from 'vitest'
import {scene} from '../support/scene.js'

const QUICK = {verify: {setup: [], commands: ['true'], baseline: false}, review: {enabled: false}}

it('execute ISSUE --land merges what it opened, as an epic does, and the next one starts from it', async () => {
  const s = await scene({config: QUICK})
  s.addIssue({title: 'First'})
  s.addIssue({title: 'Second', body: 'Please.\n\nDepends on: #1'})
  const dry = await s.pilot('execute', '1', '--land', '--dry-run', '--json')
  expect([dry.exit, (dry.items[0]!['actions'] as string[]).at(-1), s.writes()]).toEqual([0, expect.stringContaining('merge the pull request of #1'), []])
  const ran = await s.pilot('execute', '1', '2', '--land', '--wait', '20s', '--json')
  expect([ran.exit, ran.items.map((i) => [i['status'], i['reason']])], ran.stdout).toEqual([0, [3, 4].map((pr): unknown[] => ['done', expect.stringContaining(`merged by #${pr} as `)])])
  expect([1, 2].map((n) => [s.issue(n).state, s.labels(n)])).toEqual([['closed', ['pilot', 'pilot-done']], ['closed', ['pilot', 'pilot-done']]])
  s.forget()
  expect([(await s.pilot('execute', '1', '--land', '--json')).json.status, s.writes()]).toEqual(['noop', []])
})

it('what was opened before is merged as well; what cannot be merged now says so and stays open', async () => {
  const s = await scene({config: QUICK, checks: 'pending'})
  s.addIssue({title: 'First'})
  expect((await s.pilot('execute', '1', '--json')).exit).toBe(0)
  const waits = await s.pilot('execute', '1', '--land', '--wait', '1s', '--json')
  expect([waits.exit, waits.items[0]!['status'], waits.items[0]!['pr'], waits.json.status, s.issue(1).state]).toEqual([8, 'waiting', 2, 'waiting', 'open'])
  await s.setCheck(s.pulls()[0]!.pull.headSha, 'success')
  const ran = await s.pilot('execute', '1', '--land', '--json')
  expect([ran.exit, ran.items[0]!['reason'], s.issue(1).state]).toEqual([0, expect.stringContaining('merged by #2'), 'closed'])
})
