import {describe, expect, it} from 'vitest'
import {decomposed, planAnswer} from '../support/scene-epic.js'
import {scene, type Scene, type Step} from '../support/scene.js'

const BAD: Step = {files: {'src/bad.js': 'bad\n'}, say: 'something else'}
const QUICK = {verify: {setup: [], commands: ['! ls src | grep -q bad'], baseline: false, fix_rounds: 0}, review: {enabled: false}}
const TWO = '### Task 1: the parser\nwrite api/parse.js\n\n### Task 2: the printer\nwrite web/print.js\n'
const issues = (s: Scene): number[] => Object.values(s.repo().issues).filter((one) => one.pull === null).map((one) => one.number)
const implemented = async (s: Scene): Promise<string[]> => (await s.calls()).filter(({gate}) => gate === 'implement').map((call) => `${call.issue}@${call.attempt}`)

/** A person finishes the work on pilot's branch and merges it. */
async function mergedByHand(s: Scene, issue: number): Promise<number> {
  await s.push(`pilot/GH-${issue}`, {'by-hand.js': '1\n'})
  const {number} = await s.api('POST', '/pulls', {title: 'By hand', head: `pilot/GH-${issue}`, base: 'main', body: ''}) as {number: number}
  await s.api('PUT', `/pulls/${number}/merge`, {})
  return number
}

describe('retry of what is merged already', () => {
  it('is nothing to do, also at the end of the ladder: nobody is called and the parent hears nothing', async () => {
    const s = await scene({script: {implement: {'*': BAD}}, config: QUICK})
    s.addIssue({title: 'The parent', labels: []})
    s.addIssue({title: 'Write the work', body: 'Parent: GH-1\n\nPlease.'})
    for (const command of ['execute', 'retry', 'retry']) expect((await s.pilot(command, '2', '--json')).exit).toBe(1)
    const pr = await mergedByHand(s, 2)
    s.forget()
    const labels = s.labels(2)
    for (const more of [[], ['--no-execute'], ['2']]) {
      const ran = await s.pilot('retry', '--json', ...more)
      expect([ran.exit, ran.items[0]!['status'], ran.items[0]!['pr'], ran.items[0]!['reason']]).toEqual([0, 'noop', pr, `#2 is merged by pull request #${pr}`])
    }
    expect([s.writes(), s.labels(2), s.comments(1)]).toEqual([[], labels, []])
  })

  it('does not split what was killed once its work is merged', async () => {
    const s = await scene({script: {implement: {'*': {sleepMs: 20_000}}}, config: {...QUICK, retry: {decompose_on_kill: true}, limits: {implement: '1s'}}})
    s.addIssue({title: 'Write both', body: TWO})
    expect((await s.pilot('execute', '1', '--json')).items[0]!['failure']).toBe('timeout')
    const pr = await mergedByHand(s, 1)
    s.forget()
    const ran = await s.pilot('retry', '--json')
    expect([ran.exit, ran.items[0]!['status'], issues(s), s.writes()]).toEqual([0, 'noop', [1], []])
    expect(pr).toBe(2)
  })
})

describe('retry of what is split', () => {
  it('goes on where a split died before the labels: they come off, and the issue is not run as a whole', async () => {
    const strategies = {2: {action: 'decompose', guidance: '', reason: 'two things'}}
    const s = await scene({
      script: {plan: {'*': planAnswer(['api', 'web'], () => [])}, implement: {'2@1': BAD}, decide: {'*': {say: {strategies, waves: [[3]]}}}}, config: QUICK,
    })
    await decomposed(s)
    await s.api('PATCH', '/issues/2', {body: s.issue(2).body!.replace('Write the api part', `${TWO}\nWrite the api part`)})
    expect([(await s.pilot('execute', '2', '--json')).exit, (await s.pilot('decide', '1', '--json')).exit]).toEqual([1, 0])
    s.sandbox.faults.add({method: 'DELETE', path: /labels/, times: Infinity, when: 'before', then: {kind: 'status', status: 500}})
    await s.pilot('execute', '1', '--json')
    s.sandbox.faults.clear()
    const parts = issues(s).filter((n) => s.issue(n).body!.startsWith('Parent: GH-2'))
    expect(parts).toHaveLength(2)
    expect(s.labels(2)).toContain('pilot-retry-ready')
    const before = await implemented(s)

    const dry = await s.pilot('retry', '--dry-run', '--json')
    expect([dry.exit, dry.items[0]!['status'], s.labels(2).includes('pilot-retry-ready')]).toEqual([0, 'done', true])
    const ran = await s.pilot('retry', '--json')
    expect([ran.exit, ran.items[0]!['status'], ran.items[0]!['reason']]).toEqual([0, 'done', '#2 is split: its sub-issues are what is worked on'])
    expect(s.labels(2).filter((label) => label.includes('retry') || label.includes('failed'))).toEqual([])
    expect([await implemented(s), issues(s).filter((n) => s.issue(n).body!.startsWith('Parent: GH-2'))]).toEqual([before, parts])
    expect((await s.pilot('retry', '2', '--json')).json.status).toBe('noop')
  })

  it('takes the labels of failure off an epic, and makes a sub-issue that its plan misses', async () => {
    const s = await scene({script: {plan: {'*': planAnswer(['api', 'web'], () => [])}}, config: QUICK})
    await decomposed(s)
    s.sandbox.deleteIssue('acme/app', 3)
    await s.api('POST', '/issues/1/labels', {labels: ['pilot-failed', 'pilot-retry-ready', 'pilot-retry-2']})
    const ran = await s.pilot('retry', '--json')
    expect([ran.exit, ran.items[0]!['status'], s.issue(4).title]).toEqual([0, 'done', s.issue(3).title])
    expect(s.labels(1)).toEqual(['area:core', 'other', 'pilot', 'priority:high'])
    expect([await implemented(s), s.pulls()]).toEqual([[], []])
  })

  it('leaves an epic alone that is planned and has no sub-issues yet, and runs one as a whole that may not be split', async () => {
    const s = await scene({script: {plan: {'*': planAnswer(['api', 'web'], () => [])}}, config: QUICK})
    s.addIssue({title: 'Everything', labels: ['pilot', 'pilot-failed', 'pilot-retry-ready']})
    expect((await s.pilot('plan-epic', '1', '--json')).exit).toBe(0)
    const ran = await s.pilot('retry', '--json')
    expect([ran.exit, ran.json.error!.code, ran.json.error!.suggestions]).toEqual([5, 'NO_CHILDREN', ['pilot decompose 1']])
    await s.api('POST', '/issues/1/labels', {labels: ['no-decompose']})
    expect((await s.pilot('retry', '--json')).exit).toBe(0)
    expect(await implemented(s)).toEqual(['1@1'])
  })
})

it('a parent that is gone keeps nobody from the end of the ladder', async () => {
  const s = await scene({script: {implement: {'*': BAD}}, config: QUICK})
  s.addIssue({title: 'The parent', labels: []})
  s.addIssue({title: 'Write the work', body: 'Parent: GH-1\n\nPlease.'})
  for (const command of ['execute', 'retry', 'retry']) await s.pilot(command, '2', '--json')
  s.sandbox.deleteIssue('acme/app', 1)
  const ran = await s.pilot('retry', '--json')
  expect([ran.exit, ran.json.error!.code, s.labels(2)]).toEqual([5, 'RETRIES_EXHAUSTED', ['pilot', 'pilot-failed', 'pilot-needs-human', 'pilot-retry-exhausted']])
  expect(ran.json.warnings.join('\n')).toMatch(/#1 is not in this repository any more/)
  expect((await s.pilot('retry', '--json')).json).toMatchObject({status: 'noop', result: {items: []}})
})
