import {describe, expect, it} from 'vitest'
import {scene, type Scene, type Script} from '../support/scene.js'

// Checks begin with the pull request. Where a crash kept it from being opened or recorded, the time since the attempt says nothing about them.

const WORK: Script = {implement: {'*': {files: {'src/sum.js': '// adds\nexport const sum = (a, b) => a + b\n'}, say: 'done'}}}
const LONG_AGO = '2026-01-01T00:00:00.000Z'
const endedAt = (s: Scene): string => s.attempts(1)[0]!.endedAt!

/** Issue #1 whose attempt passed long ago, and whose run died at this request. */
async function diedAt(method: string, path: RegExp, nth: number): Promise<Scene & {pushedAt: number}> {
  const s = await scene({script: WORK, checks: 'none'})
  s.addIssue({title: 'Write the work', body: 'Please.'})
  let pushedAt = Infinity
  s.sandbox.on('push', ({ref}) => { if (ref === 'refs/heads/pilot/GH-1') pushedAt = Date.now() })
  s.sandbox.faults.add({method, path, nth, times: Infinity, when: 'before', then: {kind: 'status', status: 500}})
  expect((await s.pilot('execute', '1', '--json')).exit).not.toBe(0)
  s.sandbox.faults.clear()
  expect([s.attempts(1)[0]!.outcome, s.attempts(1)[0]!.pr]).toEqual(['passed', null])
  return {...s, pushedAt}
}
async function madeOld(s: Scene): Promise<void> {
  const {id, body} = s.repo().comments.find((comment) => comment.issue === 1)!
  await s.api('PATCH', `/issues/comments/${id}`, {body: body.replace(`"endedAt": "${endedAt(s)}"`, `"endedAt": "${LONG_AGO}"`)})
  expect(endedAt(s)).toBe(LONG_AGO)
}

describe('land after a run that was resumed', () => {
  it.each([
    ['before its pull request was opened', 'POST', /\/pulls$/, 1, 'done'],
    ['before its pull request was recorded', 'PATCH', /\/issues\/comments\/\d+$/, 2, 'noop'],
  ] as const)('%s: its checks get the time to appear', async (_, method, path, nth, status) => {
    const s = await diedAt(method, path, nth)
    expect(Date.parse(endedAt(s))).toBeGreaterThanOrEqual(s.pushedAt)
    await madeOld(s)
    expect((await s.pilot('execute', '1', '--json')).items[0]).toMatchObject({status, pr: 2})
    expect([s.attempts(1)[0]!.pr, endedAt(s) > LONG_AGO]).toEqual([2, true])
    const landed = await s.pilot('land', '1', '--wait', '0s', '--json')
    expect([landed.exit, landed.json.status, s.pulls()[0]!.pull.merged], landed.stdout).toEqual([8, 'waiting', false])
  })

  it('after the base was merged in and pushed, but not recorded: the checks of the new head get it', {timeout: 60_000}, async () => {
    const s = await scene({script: WORK, checks: 'none'})
    s.addIssue({title: 'Write the work', body: 'Please.'})
    expect((await s.pilot('execute', '1', '--json')).exit).toBe(0)
    await madeOld(s)
    await s.push('main', {'other.txt': 'one\n'})
    s.sandbox.faults.add({method: 'PATCH', path: /\/issues\/comments\/\d+$/, nth: 2, times: Infinity, when: 'before', then: {kind: 'status', status: 500}})
    const died = await s.pilot('land', '1', '--wait', '20s', '--json')
    s.sandbox.faults.clear()
    expect([died.exit, endedAt(s), s.attempts(1)[0]!.merged], died.stdout).toEqual([6, LONG_AGO, {headSha: s.pulls()[0]!.pull.headSha, baseSha: expect.any(String) as string}])
    const landed = await s.pilot('land', '1', '--wait', '2s', '--json')
    expect([landed.exit, landed.json.error?.message, s.pulls()[0]!.pull.merged, s.attempts(1)[0]!.merged], landed.stdout).toEqual([8, expect.stringContaining('check'), false, null])
    expect(endedAt(s) > LONG_AGO).toBe(true)
  })

  it('without a crash, they have it from the pull request on', async () => {
    const s = await scene({script: WORK})
    s.addIssue({title: 'Write the work', body: 'Please.'})
    let openedAt = Infinity
    s.sandbox.on('pull_request', () => { openedAt = Date.now() })
    expect((await s.pilot('execute', '1', '--json')).exit).toBe(0)
    expect(Date.parse(endedAt(s))).toBeGreaterThanOrEqual(openedAt)
  })
})
