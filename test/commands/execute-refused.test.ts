import {expect, it, vi} from 'vitest'
import {REPO, scene, type Scene} from '../support/scene.js'

const QUICK = {verify: {setup: [], commands: ['true'], baseline: false}, review: {enabled: false}}
const brief = (ran: Awaited<ReturnType<Scene['pilot']>>) => [ran.exit, ran.items[0]!['status'], ran.items[0]!['failure'], ran.items[0]!['attempt']]

it('a pull request that GitHub will not take: the work is kept and paid for once, the labels tell it, and it is opened later', async () => {
  const s = await scene({config: QUICK})
  s.addIssue({title: 'First'})
  s.sandbox.faults.add({
    method: 'POST', path: `/repos/${REPO}/pulls`, times: Infinity, when: 'before',
    then: {kind: 'status', status: 422, body: {message: 'Validation Failed', documentation_url: 'https://docs.github.com/rest', errors: [{resource: 'PullRequest', code: 'custom', message: 'Pull request creation is limited to collaborators'}]}},
  })
  const refused = await s.pilot('execute', '1', '--json')
  expect([brief(refused), s.labels(1), refused.items[0]!['reason']], refused.stdout)
    .toEqual([[6, 'unavailable', 'github_unavailable', 1], ['pilot'], expect.stringContaining('limited to collaborators')])
  const gates = await s.gates()
  s.sandbox.faults.clear()
  const ran = await s.pilot('execute', '1', '--json')
  expect([brief(ran), s.pulls().length, await s.gates()]).toEqual([[0, 'done', null, 1], 1, gates])
})

it('the attempts comment deleted during the run is written anew, once', async () => {
  const s = await scene({config: QUICK, script: {implement: {1: {sleepMs: 2000, files: {'src/work.js': '1\n'}}}}})
  s.addIssue({title: 'First'})
  const running = s.pilot('execute', '1', '--json')
  await vi.waitFor(async () => { expect(await s.journal()).toContain('begin implement 1') }, {timeout: 30_000, interval: 50})
  const comment = s.repo().comments.find(({issue}) => issue === 1)!
  await s.sandbox.fetch(`${s.apiUrl}/repos/${REPO}/issues/comments/${comment.id}`, {method: 'DELETE', headers: {authorization: `token ${s.sandbox.token}`}})
  const ran = await running
  expect(brief(ran), ran.stdout).toEqual([0, 'done', null, 1])
  expect([s.comments(1).filter((body) => body.startsWith('<!-- pilot:attempts')).length, s.attempts(1)]).toEqual([1, [expect.objectContaining({outcome: 'passed', pr: s.pulls()[0]!.number})]])
})
