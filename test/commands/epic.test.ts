import {describe, expect, it} from 'vitest'
import {parseProgressComment} from '../../src/lib/core/issue/progress-comment.js'
import {decomposed, planAnswer} from '../support/scene-epic.js'
import {scene, type Scene, type Step} from '../support/scene.js'

const progress = (s: Scene): string => s.comments(1).find((body) => body.startsWith('<!-- pilot:progress v1 -->'))!
const work = (n: number, costUsd: number): Step => ({
  files: {[`src/work-${n}.js`]: `export const work = ${n}\n`}, say: 'did it', usage: {model: 'scripted', inFresh: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 1, costUsd},
})
const line = (body: string): string => body.split('\n').filter((text) => text !== '')[1]!

describe('execute, an epic', () => {
  it('stops at what has to be merged first; with --land it goes on to the end and closes the parent', async () => {
    const s = await scene({
      script: {plan: {'*': planAnswer(['api', 'web'])}, implement: {2: work(2, 0.5), 3: work(3, 0.25)}}, config: {verify: {setup: [], commands: ['node --test'], baseline: false}},
    })
    expect(await decomposed(s)).toEqual([2, 3])
    const [calls, files] = [(await s.calls()).length, await s.pilotFiles()]
    const dry = await s.pilot('execute', '1', '--land', '--dry-run', '--json')
    expect([
      dry.items.map((i) => i['issue']), s.writes(), (await s.calls()).length, await s.pilotFiles(),
    ]).toEqual([[2, 3], [], calls, files])
    // the second waits for the first, which the run itself would merge
    expect([dry.exit, dry.items.map((i) => i['status'])]).toEqual([0, ['done', 'done']])
    expect((dry.items[1]!['actions'] as string[]).join('\n')).toMatch(/claim refs\/pilot\/claims\/issue-3[^]*push pilot\/GH-3[^]*merge the pull request of #3/)
    const told = (await s.pilot('execute', '1', '--land', '--dry-run')).stderr.split('\n')
    const order = ['would comment on #1: progress', 'would push pilot/GH-2', 'would merge the pull request of #2 when its checks are green, and settle the issue', 'would push pilot/GH-3',
      'would merge the pull request of #3 when its checks are green, and settle the issue', 'left open: when all of it is merged, #1 is completed and closed']
    expect(told.filter((line) => order.includes(line)).filter((line, i, all) => all.indexOf(line) === i)).toEqual(order)
    expect([(await s.pilot('execute', '1', '--dry-run', '--json')).exit, s.writes()], 'without --land it would stop there').toEqual([8, []])

    const first = await s.pilot('execute', '1', '--json')
    expect([first.exit, first.json.status]).toEqual([8, 'waiting'])
    expect(first.items).toMatchObject([
      {issue: 2, status: 'done', pr: 4},
      {issue: 3, status: 'waiting', pr: null, error: {code: 'BLOCKED', message: expect.stringContaining('#2') as string}},
    ])
    expect(line(progress(s))).toMatch(/^⏳ Progress: 0\/2/)

    const status = await s.pilot('status', '1', '--json')
    expect(status.json.result).toMatchObject({
      epic: {number: 1, state: 'open', planned: 2},
      children: [
        {number: 2, state: 'open-pr', pr: 4, attempt: 1, checks: 'success', next: 'pilot land 4', blockedBy: []},
        {number: 3, state: 'blocked', blockedBy: [2], next: 'pilot land 4'},
      ],
    })
    s.forget()
    const landing = await s.pilot('execute', '1', '--land', '--dry-run', '--json')
    expect([landing.exit, landing.items[0], s.writes()]).toMatchObject([0, {issue: 2, status: 'done', actions: [expect.stringMatching(/^merge pull request #4 \(squash\) at /), 'delete branch pilot/GH-2', 'label #2 +pilot-done']}, []])
    const waits = await s.pilot('execute', '1', '--json')
    expect([waits.exit, waits.items.map((i) => i['status']), s.writes()]).toEqual([8, ['waiting', 'waiting'], []])

    const last = await s.pilot('execute', '1', '--land', '--wait', '20s', '--json')
    expect(last.exit, last.stdout).toBe(0)
    expect(last.items.map((i) => [i['issue'], i['status'], i['error']])).toEqual([[2, 'done', null], [3, 'done', null]])
    for (const n of [1, 2, 3]) expect([
      s.issue(n).state, s.issue(n).stateReason, s.labels(n).filter((l) => l.startsWith('pilot')),
    ]).toEqual([
      'closed', 'completed', ['pilot', 'pilot-done'],
    ])
    expect(s.pulls().map(({pull}) => pull.merged)).toEqual([true, true])
    expect(s.comments(1).map((body) => body.split('\n')[0])).toEqual([
      '<!-- pilot:plan v1 -->', '<!-- pilot:progress v1 -->', '<!-- pilot:summary v1 -->',
    ])
    expect(line(progress(s))).toBe('✅ Completed: 2/2 sub-issues done')
    expect(progress(s)).toContain('All sub-tasks executed successfully.')
    expect(parseProgressComment(progress(s))!.children.map((c) => c.state)).toEqual(['done', 'done'])
    // of the last wave as well, which ran after the progress was told last
    expect(parseProgressComment(progress(s))).toMatchObject({costUsd: 0.75, unpricedAttempts: 2})
    expect(s.comments(1).at(-1)).toContain('Cost of the sub-issues: $0.75+.')
    expect(Object.keys(await s.refs()).filter((ref) => /refs\/(heads\/pilot|pilot\/claims)\//.test(ref))).toEqual([])

    s.forget()
    for (const argv of [
      ['execute', '1', '--land'], ['close-parent', '1'], ['close-parent', '--pr', '4'], ['execute', '3'], ['land', '3'],
    ]) {
      const again = await s.pilot(...argv, '--json')
      expect([argv, again.exit, again.json.status]).toEqual([argv, 0, 'noop'])
    }
    expect(s.writes()).toEqual([])
  })

  it('--parallel runs a wave side by side; one failure stops no other', async () => {
    // the two wait for each other, so that one of them alone would get nowhere, and stay so that a third would be seen beside them
    const [two, three] = [{meets: [3], sleepMs: 1500, say: 'slow'}, {meets: [2], sleepMs: 1500, say: 'slow'}]
    const s = await scene({
      script: {
        plan: {'*': planAnswer(['api', 'web', 'cli'], () => [])},
        implement: {'2': {...two, files: {'api/a.js': '1\n'}}, '3': [three, {say: 'nothing'}], '4': {files: {'cli/a.js': '1\n'}, say: 'x'}},
      },
      config: {verify: {setup: [], commands: [], baseline: false}, review: {enabled: false}},
    })
    await decomposed(s)
    const ran = await s.pilot('execute', '1', '--parallel', '2', '--json')
    expect(ran.items.map((i) => [i['issue'], i['status'], i['failure']])).toEqual([
      [2, 'done', null], [3, 'failed', 'no_changes'], [4, 'done', null],
    ])
    expect(ran.exit).toBe(1)
    const journal = (await s.journal()).filter((entry) => / implement /.test(entry))
    const running = journal.map((_, at) => journal.slice(0, at + 1).reduce((n, entry) => n + (entry.startsWith('begin') ? 1 : -1), 0))
    expect(journal.slice(0, 2).toSorted()).toEqual(['begin implement 2', 'begin implement 3'])
    expect(Math.max(...running)).toBe(2)
    expect(journal.indexOf('begin implement 4')).toBeGreaterThan(journal.findIndex((entry) => entry.startsWith('end')))
    expect(s.pulls().map(({pull}) => pull.headRef).toSorted()).toEqual(['pilot/GH-2', 'pilot/GH-4'])
    const {children} = (await s.pilot('status', '1', '--json')).json.result as {children: {number: number; state: string; next: string}[]}
    expect(children.map((c) => [c.number, c.state, c.next])).toEqual([
      [2, 'open-pr', `pilot land ${ran.items[0]!['pr'] as number}`], [3, 'retry-ready', 'pilot retry 3'],
      [4, 'open-pr', `pilot land ${ran.items[2]!['pr'] as number}`],
    ])
  })

  it('a planned epic without children names the command that makes them', async () => {
    const s = await scene({script: {plan: {'*': planAnswer(['api', 'web'])}}})
    s.addIssue({title: 'Write everything'})
    await s.pilot('plan-epic', '1', '--json')
    s.forget()
    const ran = await s.pilot('execute', '1', '--json')
    expect([ran.exit, ran.json.error?.code, ran.json.error?.suggestions, s.writes()]).toEqual([5, 'NO_CHILDREN', ['pilot decompose 1'], []])
  })
})
