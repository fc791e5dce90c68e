import {describe, expect, it} from 'vitest'
import {scene} from '../support/scene.js'

const NOTHING = {implement: {'*': {say: 'nothing to do'}}}
const FAILED = ['pilot', 'pilot-failed', 'pilot-retry-ready']

describe('retry', () => {
  it('climbs the ladder over separate runs and ends with a person, once', async () => {
    const s = await scene({script: NOTHING})
    s.addIssue({title: 'The parent', labels: []})
    s.addIssue({title: 'Write the work', body: 'Parent: GH-1\n\nPlease.'})
    expect((await s.pilot('execute', '2', '--json')).exit).toBe(1)
    expect(s.labels(2)).toEqual(FAILED)

    s.forget()
    const [files, calls] = [await s.pilotFiles(), (await s.calls()).length]
    const dry = await s.pilot('retry', '--dry-run', '--json')
    expect([dry.exit, (dry.items[0]!['actions'] as string[]).join('\n')]).toEqual([
      0, expect.stringMatching(/\+pilot-retry-1[^]*-pilot-retry-ready/),
    ])
    expect([s.writes(), await s.pilotFiles(), (await s.calls()).length]).toEqual([[], files, calls])

    const first = await s.pilot('retry', '--json', '--guidance', 'look at src/sum.js')
    expect([first.exit, first.items[0]!['attempt'], s.labels(2)]).toEqual([
      1, 2, ['pilot', 'pilot-failed', 'pilot-retry-1', 'pilot-retry-ready'],
    ])
    const prompt = (await s.calls())[calls]!.prompt
    expect(prompt).toContain('Attempt 1 failed (no_changes)')
    expect(prompt).toContain('look at src/sum.js')

    const second = await s.pilot('retry', '2', '--json')
    expect([second.exit, second.items[0]!['attempt'], s.labels(2)]).toEqual([
      1, 3, ['pilot', 'pilot-failed', 'pilot-retry-2', 'pilot-retry-ready'],
    ])

    const spent = (await s.calls()).length
    const end = await s.pilot('retry', '--dry-run', '--json')
    const last = await s.pilot('retry', '--json')
    const [claim, told] = ['refs/pilot/claims/issue-2', last.items[0]!['actions'] as string[]]
    expect([told.filter((action) => action.includes('#1')), end.items[0]!['actions']]).toEqual([['comment on #1: retries exhausted'], [`claim ${claim}`, ...told, `release ${claim}`]])
    const END = ['pilot', 'pilot-failed', 'pilot-needs-human', 'pilot-retry-exhausted']
    expect([last.exit, last.json.error!.code, s.labels(2)]).toEqual([5, 'RETRIES_EXHAUSTED', END])
    expect(s.comments(1)).toEqual([expect.stringMatching(/^<!-- pilot:exhausted \{"issue":2\} -->\n[^]*#2 used up its retries/)])

    s.forget()
    expect((await s.pilot('retry', '2', '--json')).json.error!.code).toBe('RETRIES_EXHAUSTED')
    expect((await s.pilot('execute', '2', '--json')).json.error!.code).toBe('RETRIES_EXHAUSTED')
    expect((await s.pilot('retry', '--json')).json).toMatchObject({status: 'noop', result: {items: []}})
    expect([s.writes(), s.labels(2), s.comments(1).length, (await s.calls()).length]).toEqual([[], END, 1, spent])
    expect(s.attempts(2).map((a) => [a.attempt, a.rung, a.outcome, a.failure])).toEqual([1, 2, 3].map((n) => [n, n - 1, 'failed', 'no_changes']))
  })

  it('takes the labels of failure off when the retry succeeds', async () => {
    const s = await scene({script: {implement: {'*@1': {say: 'nothing'}, '*@2': {files: {'src/work.js': '1\n'}, say: 'now'}}}})
    s.addIssue({title: 'Write the work'})
    await s.pilot('execute', '1', '--json')
    const ran = await s.pilot('retry', '1')
    expect([ran.exit, ran.rows]).toEqual([0, [['1', 'done', '2', '#2', '', 'pull request #2']]])
    expect(s.labels(1)).toEqual(['pilot', 'pilot-retry-1'])
    s.forget()
    expect((await s.pilot('retry', '1', '--json')).json.status).toBe('noop')
    expect(s.writes()).toEqual([])
  })

  it('--no-execute moves the labels and spawns nothing; the step is resumed, not advanced', async () => {
    const s = await scene({script: NOTHING})
    s.addIssue({title: 'Write the work'})
    await s.pilot('execute', '1', '--json')
    const calls = (await s.calls()).length
    const dry = await s.pilot('retry', '1', '--no-execute', '--dry-run', '--json')
    const moved = await s.pilot('retry', '1', '--no-execute', '--json')
    const claim = 'refs/pilot/claims/issue-1'
    expect(dry.items[0]!['actions']).toEqual([`claim ${claim}`, ...moved.items[0]!['actions'] as string[], `release ${claim}`])
    expect([moved.exit, s.labels(1), (await s.calls()).length]).toEqual([0, ['pilot', 'pilot-retry-1'], calls])
    const ran = await s.pilot('retry', '1', '--json')
    expect([ran.exit, ran.items[0]!['attempt'], s.labels(1)]).toEqual([
      1, 2, ['pilot', 'pilot-failed', 'pilot-retry-1', 'pilot-retry-ready'],
    ])
  })

  it('a step whose attempt never counted is resumed under its number', async () => {
    const s = await scene({script: NOTHING})
    s.addIssue({title: 'Write the work'})
    await s.pilot('execute', '1', '--json')
    await s.configure({executor: {default: 'shell', shell: {command: 'exit 127'}}})
    const broken = await s.pilot('retry', '1', '--json')
    expect([broken.exit, broken.items[0]!['failure'], broken.items[0]!['attempt']]).toEqual([6, 'cli_missing', 2])
    expect(s.labels(1)).toContain('pilot-retry-1')
    await s.configure({})
    const ran = await s.pilot('retry', '1', '--json')
    expect([ran.exit, ran.items[0]!['attempt'], s.labels(1)]).toEqual([
      1, 2, ['pilot', 'pilot-failed', 'pilot-retry-1', 'pilot-retry-ready'],
    ])
  })

  it('changes nothing for another runner\'s issue, and finds nothing to retry on a fresh one', async () => {
    const s = await scene()
    s.addIssue({title: 'Write the work', labels: FAILED})
    s.addIssue({title: 'Fresh'})
    await s.claim(1)
    const ran = await s.pilot('retry', '1', '--json')
    expect([ran.exit, ran.json.error!.code, s.labels(1), await s.calls()]).toEqual([8, 'CLAIMED', FAILED, []])
    s.forget()
    expect((await s.pilot('retry', '2', '--json')).json.status).toBe('noop')
    expect(s.writes()).toEqual([])
  })
})
