import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {child, planAnswer} from '../support/scene-epic.js'
import {scene, type Scene} from '../support/scene.js'

const FAILED = ['pilot', 'pilot-failed', 'pilot-retry-ready', 'pilot-retry-1', 'pilot-in-progress']
const own = (s: Scene, n: number): string[] => s.labels(n).filter((label) => label.startsWith('pilot'))
const DONE = ['pilot', 'pilot-done']
const epic = async (): Promise<Scene> => {
  const s = await scene()
  s.addIssue({title: 'Everything', labels: ['pilot', 'pilot-failed', 'pilot-in-progress']})
  return s
}

describe('close-parent', () => {
  it('settles the child of the merged pull request, and the parent with the last one; then there is nothing to do', async () => {
    const s = await epic()
    const first = await child(s, 1, 'merged', FAILED)
    const second = await child(s, 1, 'open')
    s.forget()
    const dry = await s.pilot('close-parent', '--pr', String(first.pr), '--dry-run', '--json')
    expect([(dry.json.result['actions'] as string[]).some((a) => a.includes('+pilot-done')), s.writes()]).toEqual([true, []])

    const waits = await s.pilot('close-parent', '--pr', String(first.pr), '--json')
    expect([waits.exit, waits.json.error!.code, waits.json.error!.message]).toEqual([
      8, 'CHILDREN_OPEN', expect.stringContaining(`#${second.issue}`),
    ])
    expect([
      own(s, first.issue), s.issue(first.issue).state, s.issue(first.issue).stateReason, s.issue(1).state,
    ]).toEqual([DONE, 'closed', 'completed', 'open'])

    await s.push(`pilot/GH-${second.issue}`, {'two.js': '2\n'})
    const {number: pr} = await s.api('POST', '/pulls', {title: 'two', head: `pilot/GH-${second.issue}`, base: 'main'}) as {number: number}
    await s.api('PUT', `/pulls/${pr}/merge`, {})
    const event = join(s.dir, 'event.json')
    await writeFile(event, JSON.stringify({action: 'closed', pull_request: {number: pr, merged: true}}))
    const closed = await s.pilotWith({env: {GITHUB_EVENT_PATH: event}}, 'close-parent', '--event', '--json')
    expect(closed.exit, closed.stdout).toBe(0)
    expect(closed.json.result).toMatchObject({parent: 1, outcome: 'close', code: null})
    expect([own(s, 1), s.issue(1).state, s.issue(1).stateReason, own(s, second.issue)]).toEqual([DONE, 'closed', 'completed', DONE])
    expect(s.comments(1).map((body) => body.split('\n').filter(Boolean).slice(0, 2))).toEqual([
      ['<!-- pilot:progress v1 -->', '✅ Completed: 2/2 sub-issues done'],
      ['<!-- pilot:summary v1 -->', expect.stringContaining('All 2 sub-issues are merged')],
    ])
    expect(Object.keys(await s.refs()).filter((ref) => ref.startsWith('refs/pilot/claims'))).toEqual([])

    s.forget()
    for (const argv of [['--pr', String(pr)], ['--pr', String(first.pr)], ['1'], [String(first.issue)]]) {
      const again = await s.pilot('close-parent', ...argv, '--json')
      expect([argv, again.exit, again.json.status]).toEqual([argv, 0, 'noop'])
    }
    expect(s.writes()).toEqual([])
    expect((await s.pilot('close-parent', '1')).stdout).toBe('1\tnoop\t#1 is closed already\n')
  })

  type Row = {name: string; children: Parameters<typeof child>[2][]; flags?: string[]; exit: number; code?: string; says?: RegExp}
  const rows: Row[] = [
    {name: 'an open child', children: ['merged', 'open'], exit: 8, code: 'CHILDREN_OPEN', says: /#4 "Part of 1" is open/},
    {
      name: 'a child closed without a merge', children: ['merged', 'closed'], exit: 8, code: 'CHILDREN_OPEN',
      says: /#4 .*closed without a merged pull request/,
    },
    {name: 'a child closed as not planned', children: ['merged', 'not_planned'], exit: 8, code: 'CHILDREN_OPEN', says: /#4 .*not planned/},
    {name: 'that child waived', children: ['merged', 'not_planned'], flags: ['--waive', '4'], exit: 0},
    {name: 'an open child waived', children: ['merged', 'open'], flags: ['--waive', '4'], exit: 0},
    {name: 'no child at all', children: [], exit: 5, code: 'NO_CHILDREN'},
    {name: 'a warning only', children: ['open', 'merged'], flags: ['--warn-only'], exit: 0, says: /#2/},
  ]
  it.each(rows)('$name', async ({children, flags = [], exit, code, says}) => {
    const s = await epic()
    for (const state of children) {
      const {pr} = await child(s, 1, state)
      // the child is settled, whatever keeps the epic open
      if (pr !== null) expect((await s.pilot('close-parent', '--pr', String(pr), '--warn-only', '--json')).json).toMatchObject({ok: true, status: 'done'})
    }
    if (s.issue(1).state === 'closed') await s.api('PATCH', '/issues/1', {state: 'open'})
    s.forget()
    const ran = await s.pilot('close-parent', '1', ...flags, '--json')
    expect([ran.exit, ran.json.error?.code], ran.stdout).toEqual([exit, code])
    if (flags.includes('--warn-only')) expect(ran.json.status).toBe('noop')
    if (says) expect([ran.json.error?.message ?? '', ...ran.json.warnings].join('\n')).toMatch(says)
    const closes = exit === 0 && !flags.includes('--warn-only')
    expect(s.issue(1).state).toBe(closes ? 'closed' : 'open')
    if (!closes) expect(s.writes()).toEqual([])
  })

  it('names a planned child that does not exist', async () => {
    const s = await scene({script: {plan: {'*': planAnswer(['api', 'web'])}}})
    s.addIssue({title: 'Everything'})
    await s.pilot('plan-epic', '1', '--json')
    s.forget()
    const ran = await s.pilot('close-parent', '1', '--json')
    expect([ran.exit, ran.json.error!.code, s.writes()]).toEqual([8, 'CHILDREN_OPEN', []])
    expect(ran.json.error!.message).toMatch(/planned sub-issue 1 .* does not exist: pilot decompose 1/)
  })

  it('rolls a nested epic up', async () => {
    const s = await epic()
    s.addIssue({title: 'Inner', body: 'Parent: GH-1'})
    const {pr} = await child(s, 2, 'merged')
    const ran = await s.pilot('close-parent', '--pr', String(pr), '--json')
    expect(ran.exit, ran.stdout).toBe(0)
    expect([1, 2].map((n) => [s.issue(n).state, own(s, n)])).toEqual([['closed', DONE], ['closed', DONE]])
    s.forget()
    expect([
      (await s.pilot('close-parent', '1', '--json')).json.status, (await s.pilot('close-parent', '2', '--json')).json.status, s.writes(),
    ]).toEqual(['noop', 'noop', []])
  })

  it('an inner epic that was opened again, and closed by hand with work open in it, is no evidence any more', async () => {
    const s = await epic()
    s.addIssue({title: 'Inner', body: 'Parent: GH-1'})
    const {pr} = await child(s, 2, 'merged')
    const last = await child(s, 1, 'merged')
    await s.pilot('close-parent', '--pr', String(pr), '--json')
    expect([s.issue(2).state, s.issue(1).state]).toEqual(['closed', 'open'])
    await s.api('PATCH', '/issues/2', {state: 'open'})
    const more = await child(s, 2, 'open')
    await s.api('PATCH', '/issues/2', {state: 'closed', state_reason: 'completed'})
    const waits = await s.pilot('close-parent', '--pr', String(last.pr), '--json')
    expect([waits.exit, waits.json.error!.message, s.issue(1).state]).toEqual([8, expect.stringContaining('#2 "Inner"'), 'open'])
    await s.api('PATCH', `/issues/${more.issue}`, {state: 'closed', state_reason: 'completed'})
    expect([(await s.pilot('close-parent', '1', '--json')).exit, s.issue(1).state]).toEqual([0, 'closed'])
  })

  it('a pull request that names the epic itself does not make its open sub-issues done', async () => {
    const s = await epic()
    const open = await child(s, 1, 'open')
    await s.api('POST', `/issues/1/sub_issues`, {sub_issue_id: s.issue(open.issue).id})
    await s.push('somebody', {'all.js': '1\n'})
    const {number} = await s.api('POST', '/pulls', {title: 'All of it', head: 'somebody', base: 'main', body: 'Closes #1'}) as {number: number}
    await s.api('PUT', `/pulls/${number}/merge`, {})
    const ran = await s.pilot('close-parent', '--pr', String(number), '--json')
    expect([ran.exit, own(s, 1).includes('pilot-done'), ran.json.warnings.join()], ran.stdout).toEqual([0, false, expect.stringContaining(`although #${open.issue} is open`)])
  })

  it('a dry run of the last child says all that the run will write', async () => {
    const s = await epic()
    const {pr} = await child(s, 1, 'merged', FAILED)
    s.forget()
    const dry = await s.pilot('close-parent', '--pr', String(pr), '--dry-run', '--json')
    expect([dry.exit, s.writes()], dry.stdout).toEqual([0, []])
    // the claim on the epic is a write as well, and no other is
    expect((dry.json.result['actions'] as string[]).filter((action) => action.includes('claim'))).toEqual(['claim refs/pilot/claims/issue-1', 'release refs/pilot/claims/issue-1'])
    const ran = await s.pilot('close-parent', '--pr', String(pr), '--json')
    const kinds = (run: typeof dry) => (run.json.result['actions'] as string[]).filter((action) => !action.includes('claim')).map((action) => action.replace(/^would /, '').split(' ').slice(0, 2).join(' '))
    expect([ran.exit, kinds(dry), s.issue(1).state]).toEqual([0, kinds(ran), 'closed'])
  })

  it('wants a merged pull request of pilot\'s own, and an event that is a merge', async () => {
    const s = await epic()
    const {issue} = await child(s, 1, 'open')
    await s.push(`pilot/GH-${issue}`, {'a.js': '1\n'})
    const {number: open} = await s.api('POST', '/pulls', {title: 'a', head: `pilot/GH-${issue}`, base: 'main'}) as {number: number}
    await s.push('feature', {'b.js': '1\n'})
    const {number: other} = await s.api('POST', '/pulls', {title: 'b', head: 'feature', base: 'main'}) as {number: number}
    const event = join(s.dir, 'event.json')
    await writeFile(event, JSON.stringify({action: 'closed', pull_request: {number: open, merged: false}}))
    s.forget()
    const table: [string[], Record<string, string>, number, string][] = [
      [['--pr', String(open)], {}, 8, 'WAITING'], [['--pr', String(other)], {}, 5, 'NOT_VERIFIED'],
      [['--pr', '1'], {}, 2, 'NOT_A_PULL_REQUEST'],
      [['--event'], {GITHUB_EVENT_PATH: event}, 8, 'WAITING'], [['--event'], {}, 2, 'USAGE'],
      [['--event'], {GITHUB_EVENT_PATH: join(s.dir, 'none')}, 2, 'FILE_UNREADABLE'], [[], {}, 2, 'USAGE'],
    ]
    for (const [argv, env, exit, code] of table) {
      const ran = await s.pilotWith({env}, 'close-parent', ...argv, '--json')
      expect([argv, ran.exit, ran.json.error?.code]).toEqual([argv, exit, code])
      expect((await s.pilotWith({env}, 'close-parent', ...argv, '--warn-only')).exit).toBe(0)
    }
    expect(s.writes()).toEqual([])
  })

  it('--warn-only keeps to the contract when there is no parent to name', async () => {
    const s = await epic()
    const ran = await s.pilot('close-parent', '--pr', '1', '--warn-only', '--json')
    expect([ran.exit, ran.json.warnings]).toEqual([0, [expect.stringContaining('#1')]])
  })
})
