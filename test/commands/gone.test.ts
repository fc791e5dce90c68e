import {describe, expect, it} from 'vitest'
import {child, decomposed, planAnswer} from '../support/scene-epic.js'
import {scene, type Scene} from '../support/scene.js'

// Issues that others name and that were deleted or transferred since.

const QUICK = {verify: {setup: [], commands: ['true'], baseline: false}, review: {enabled: false}}
const planned = async (): Promise<Scene> => {
  const s = await scene({script: {plan: {'*': planAnswer(['api', 'web'], () => [])}}, config: QUICK})
  await decomposed(s)
  return s
}

describe('a parent that is gone', () => {
  it.each(['deleted', 'transferred'])('%s: its sub-issue is run once a person lets it stand on its own, and settled after its merge', async (how) => {
    const s = await planned()
    if (how === 'deleted') s.sandbox.deleteIssue('acme/app', 1)
    else {
      await s.sandbox.createRepo({owner: 'acme', name: 'other', files: {a: 'a\n'}})
      s.sandbox.transferIssue('acme/app', 1, 'acme/other')
    }
    const route = await s.pilot('route', '2', '--json')
    expect([route.exit, route.json.warnings.join('\n')]).toEqual([0, expect.stringContaining('#1 of #2 is not in this repository any more')])
    const refused = await s.pilot('execute', '2', '--json')
    expect([refused.exit, refused.json.error?.code, refused.json.error?.suggestions.join()]).toEqual([5, 'UNTRUSTED_AUTHOR', expect.stringContaining('pilot:child')])
    await s.api('PATCH', '/issues/2', {body: s.issue(2).body!.replace(/<!-- pilot:child[^>]*-->/, '')})
    const ran = await s.pilot('execute', '2', '--json')
    expect([ran.exit, ran.items[0]!['status']], ran.stdout).toEqual([0, 'done'])
    expect((await s.pilot('status', '2', '--json')).exit).toBe(0)
    const pr = ran.items[0]!['pr'] as number
    await s.api('PUT', `/pulls/${pr}/merge`, {})
    const closed = await s.pilot('close-parent', '--pr', `${pr}`, '--json')
    expect([closed.exit, closed.json.status, s.labels(2).includes('pilot-done'), s.issue(2).state], closed.stdout).toEqual([0, 'done', true, 'closed'])
    expect(closed.json.result['reasons']).toEqual(['the parent #1 of #2 is not in this repository any more'])
  })

  it('above an epic that closes: the epic is closed, and that there is nothing above is said', async () => {
    const s = await scene()
    s.addIssue({title: 'Above'})
    s.addIssue({title: 'Epic', body: 'Parent: GH-1\n\nAll of it.'})
    const {pr} = await child(s, 2, 'merged')
    s.sandbox.deleteIssue('acme/app', 1)
    const ran = await s.pilot('close-parent', '--pr', `${pr}`, '--json')
    expect([ran.exit, ran.json.status, s.issue(2).state]).toEqual([0, 'done', 'closed'])
    expect(ran.json.result['reasons']).toContain('its parent #1 is not in this repository any more')
  })
})

it('a dependency that is gone blocks, and says which line to take out', async () => {
  const s = await scene({config: QUICK})
  s.addIssue({title: 'Gone'})
  s.addIssue({title: 'Waits', body: 'Please.\n\nDepends on: #1'})
  s.sandbox.deleteIssue('acme/app', 1)
  for (const more of [[], ['--dry-run']]) {
    const ran = await s.pilot('execute', '2', '--json', ...more)
    expect([ran.exit, ran.items[0]!['error']]).toEqual([8, expect.objectContaining({
      code: 'BLOCKED', message: '#2 depends on #1, which is not in this repository any more', suggestions: [expect.stringContaining('gh issue edit 2')],
    })])
  }
  expect((await s.pilot('status', '2', '--json')).json.result['children']).toMatchObject([{state: 'blocked', blockedBy: [1], next: 'gh issue edit 2'}])
  await s.api('PATCH', '/issues/2', {body: 'Please.'})
  expect((await s.pilot('execute', '2', '--json')).exit).toBe(0)
})
