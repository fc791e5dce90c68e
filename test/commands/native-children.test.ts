import {describe, expect, it} from 'vitest'
import {scene, type Scene} from '../support/scene.js'

// A sub-issue that a person linked on GitHub and that has no `Parent:` line: its epic is the one of the link.

const usage = (costUsd: number) => ({model: 'scripted', inFresh: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 1, costUsd})

async function linked(options: Parameters<typeof scene>[0] = {}, labels = ['pilot']): Promise<Scene> {
  const s = await scene(options)
  s.addIssue({title: 'The epic', labels: []})
  for (const title of ['Write one', 'Write two']) {
    const issue = s.addIssue({title, body: 'Please.', labels})
    await s.api('POST', '/issues/1/sub_issues', {sub_issue_id: s.issue(issue).id})
  }
  s.forget()
  return s
}

describe('the epic of a native link', () => {
  it('pays for its child, and its budget holds', async () => {
    const s = await linked({script: {implement: {2: {files: {'src/one.js': '1\n'}, usage: usage(5)}}}, config: {budget: {per_epic_usd: 4}, review: {enabled: false}}})
    await s.pilot('execute', '2', '--json')
    const lines = (await s.read('ledger.ndjson')).split('\n').filter(Boolean).map((line) => (JSON.parse(line) as {epic: number}).epic)
    expect(new Set(lines)).toEqual(new Set([1]))
    const {exit, json} = await s.pilot('execute', '3', '--json')
    expect([exit, json.error?.message]).toEqual([7, expect.stringContaining('epic #1 has cost')])
  })

  it('is told when its child has no retry left', async () => {
    const s = await linked({}, ['pilot', 'pilot-failed', 'pilot-retry-ready', 'pilot-retry-2'])
    expect((await s.pilot('retry', '2', '--json')).exit).toBe(5)
    expect([s.comments(1).length, s.comments(2).length]).toEqual([1, 0])
  })
})
