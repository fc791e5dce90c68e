import {describe, expect, it} from 'vitest'
import {parseProgressComment} from '../../src/lib/core/issue/progress-comment.js'
import {decomposed, planAnswer} from '../support/scene-epic.js'
import {scene, type Scene, type Step} from '../support/scene.js'

const QUICK = {verify: {setup: [], commands: ['true'], baseline: false}, review: {enabled: false}}
const work = (n: number, costUsd: number): Step => ({
  files: {[`src/work-${n}.js`]: `export const work = ${n}\n`}, say: 'did it', usage: {model: 'scripted', inFresh: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 1, costUsd},
})
const progress = (s: Scene) => parseProgressComment(s.comments(1).find((body) => body.startsWith('<!-- pilot:progress v1 -->'))!)!
const told = (s: Scene): unknown[] => [progress(s).children.map(({state}) => state), progress(s).costUsd]

describe('the progress comment of an epic', () => {
  it('is brought up to date with what was done beside it, once, and the epic closes with all that it cost', async () => {
    const s = await scene({config: QUICK, script: {plan: {'*': planAnswer(['api', 'web'])}, implement: {2: work(2, 1), 3: work(3, 0.5)}}})
    await decomposed(s)
    expect((await s.pilot('execute', '1', '--json')).exit).toBe(8)
    expect(told(s)).toEqual([['open-pr', 'blocked'], 1])
    // by hand, of which the comment is not told
    expect((await s.pilot('land', '2', '--json', '--wait', '20s')).exit).toBe(0)
    expect((await s.pilot('execute', '3', '--json')).exit).toBe(0)
    expect(told(s)).toEqual([['open-pr', 'blocked'], 1])
    expect((await s.pilot('execute', '1', '--json')).exit).toBe(8)
    expect(told(s)).toEqual([['done', 'open-pr'], 1.5])
    s.forget()
    expect([(await s.pilot('execute', '1', '--json')).exit, s.writes()]).toEqual([8, []])
    // a person's words in a comment of pilot's keep no epic open
    await s.api('PATCH', `/issues/comments/${s.repo().comments.find((c) => c.issue === 2)!.id}`, {body: '<!-- pilot:attempts v1 -->\nmine now'})
    expect((await s.pilot('land', '3', '--json', '--wait', '20s')).exit).toBe(0)
    expect([s.issue(1).state, told(s), s.comments(1).at(-1)]).toEqual(['closed', [['done', 'done'], 1.5], expect.stringContaining('Cost of the sub-issues: $1.50+.')])
  })

  it('says with a + that it was not told of all that an epic cost', async () => {
    const s = await scene({config: QUICK, script: {plan: {'*': planAnswer(['api', 'web'])}, implement: {2: work(2, 1), 3: work(3, 0.5)}}})
    await decomposed(s)
    expect((await s.pilot('execute', '1', '--json')).exit).toBe(8)
    const {unpricedAttempts} = progress(s)
    expect((await s.pilot('land', '2', '--json', '--wait', '20s')).exit).toBe(0)
    expect((await s.pilot('execute', '3', '--land', '--json', '--wait', '20s')).exit).toBe(0)
    expect([s.issue(1).state, told(s), progress(s).unpricedAttempts]).toEqual(['closed', [['done', 'done'], 1], unpricedAttempts + 1])
  })
})

const begins = async (s: Scene): Promise<string[]> => (await s.journal()).filter((entry) => / implement /.test(entry))

it('--parallel holds for the epics below an epic as well', async () => {
  const step: Step = {files: {'src/work.js': 'export const work = 1\n'}, say: 'did it', sleepMs: 400}
  const plan = {1: planAnswer(['api', 'web'], () => []), 2: planAnswer(['api/x', 'api/y'], () => []), 3: planAnswer(['web/x', 'web/y'], () => [])}
  const s = await scene({config: QUICK, script: {plan, implement: {'*': step}}})
  await decomposed(s)
  for (const n of ['2', '3']) for (const command of ['plan-epic', 'decompose']) expect((await s.pilot(command, n, '--json')).exit).toBe(0)
  const ran = await s.pilot('execute', '1', '--parallel', '2', '--json')
  const journal = await begins(s)
  const running = journal.map((_, at) => journal.slice(0, at + 1).reduce((n, entry) => n + (entry.startsWith('begin') ? 1 : -1), 0))
  expect([journal.length, Math.max(...running)]).toEqual([8, 2])
  expect(ran.items.map((i) => [i['issue'], i['status'], i['reason']]), ran.stdout).toEqual(expect.arrayContaining([
    [2, 'done', 'the pull requests of its sub-issues are open'], [3, 'done', 'the pull requests of its sub-issues are open'],
  ]))
})

it.each<[string, string, string, unknown[]]>([
  ['is worked on through them', 'Please.', 'Do it.', [0, [[2, 'done'], [3, 'done']], ['begin implement 3', 'end implement 3']]],
  ['and is above itself ends without work', 'Parent: GH-2', 'Parent: GH-3', [8, [[2, 'waiting'], [1, 'waiting'], [3, 'waiting']], []]],
])('a sub-issue that a person gave sub-issues %s', async (_, whole, part, expected) => {
  const s = await scene({config: QUICK})
  s.addIssue({title: 'The whole', body: whole})
  for (const [parent, body] of [[1, part], [2, 'Do it.']] as const) {
    const issue = s.addIssue({title: `Part of ${parent}`, body})
    await s.api('POST', `/issues/${parent}/sub_issues`, {sub_issue_id: s.issue(issue).id})
  }
  const ran = await s.pilot('execute', '1', '--json')
  expect([ran.exit, ran.items.map((i) => [i['issue'], i['status']]), await begins(s)], ran.stdout).toEqual(expected)
})
