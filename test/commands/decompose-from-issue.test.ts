import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {parsePlanComment} from '../../src/lib/core/issue/plan-comment.js'
import {planSchema} from '../../src/lib/core/plan/plan.js'
import {planAnswer} from '../support/scene-epic.js'
import {scene, type Scene} from '../support/scene.js'

// An epic that a model planned as three parts, and whose own text has two.

const BODY = '## Tasks\n\n- [ ] Add counting in `api/count.js`\n- [ ] Add the table in `web/table.js`\n'

async function planned(): Promise<Scene> {
  const s = await scene({script: {plan: {'*': planAnswer(['api', 'web', 'cli'])}}})
  s.addIssue({title: 'Two parts', body: BODY})
  expect((await s.pilot('plan-epic', '1', '--json')).exit).toBe(0)
  return s
}
const numbers = (s: Scene): number[] => Object.keys(s.repo().issues).map(Number)
const hashes = async (s: Scene): Promise<(string | undefined)[]> =>
  [planSchema.parse(JSON.parse(await s.read('epics/1/plan.json'))).planHash, parsePlanComment(s.comments(1)[0]!)?.planHash]

describe('decompose --from-issue of an epic that a model planned', () => {
  it('makes one set of sub-issues, and file and comment both say so', async () => {
    const s = await planned()
    const dry = await s.pilot('decompose', '1', '--from-issue', '--dry-run', '--json')
    expect((dry.json.result['actions'] as string[]).slice(0, 3)).toEqual(['claim refs/pilot/claims/issue-1', 'write .pilot/epics/1/plan.json', expect.stringMatching(/^update comment \d+ of #1: plan /)])
    expect((await s.pilot('decompose', '1', '--from-issue', '--json')).json.result).toMatchObject({children: [2, 3]})
    const [file, comment] = await hashes(s)
    expect(file).toBe(comment)

    s.forget()
    const plain = await s.pilot('decompose', '1', '--json')
    expect([plain.json.status, plain.json.result['children'], plain.json.warnings, s.writes(), numbers(s)]).toEqual(['noop', [2, 3], [], [], [1, 2, 3]])
    const closing = await s.pilot('close-parent', '1', '--json')
    expect([closing.exit, closing.json.error!.message]).toEqual([8, expect.stringMatching(/^(?!.*not exist).*#2.*#3/)])
  })

  it('on another machine: the file of before is older, and makes no second set', async () => {
    const s = await planned()
    const elsewhere = join(s.dir, 'elsewhere')
    await s.git('clone', '-q', `${s.apiUrl}/acme/app.git`, elsewhere)
    await writeFile(join(elsewhere, '.pilot/config.yaml'), await s.read('config.yaml'))
    const there = {cwd: elsewhere, env: {XDG_CACHE_HOME: join(s.dir, 'elsewhere-cache')}}
    expect((await s.pilotWith(there, 'decompose', '1', '--from-issue', '--json')).json.result).toMatchObject({children: [2, 3]})
    const [file, comment] = await hashes(s)
    expect(file).not.toBe(comment)

    s.forget()
    const warning = `#1: .pilot/epics/1/plan.json (${file}) differs from the plan comment (${comment}); the comment is used, as the newer plan`
    const plain = await s.pilot('decompose', '1', '--json')
    expect([plain.json.status, plain.json.result['children'], plain.json.warnings, s.writes(), numbers(s)]).toEqual(['noop', [2, 3], [warning], [], [1, 2, 3]])
    expect((await s.pilot('close-parent', '1', '--json')).json.error!.message).not.toContain('not exist')
  })
})

describe('decompose --from-issue of an epic that lists issues', () => {
  it('makes none of them a second time', async () => {
    const s = await scene()
    s.addIssue({title: 'Tracking: flaky tests', body: '- [ ] #2\n- [ ] #3\n'})
    for (const title of ['Login test is flaky', 'Sum test is flaky']) s.addIssue({title})
    const ran = await s.pilot('decompose', '1', '--from-issue', '--json')
    expect([ran.exit, ran.json.error]).toEqual([5, expect.objectContaining({code: 'NOT_SPLIT', message: '#1: its split points leave nothing to make: all are issues already (#2, #3)', suggestions: ['pilot status 1']})])
    expect(numbers(s)).toEqual([1, 2, 3])
  })

  it('nor what is done, nor anything of a closed one, which it says first', async () => {
    const s = await scene()
    s.addIssue({title: 'Totals', body: '## Tasks\n- [x] Add a route\n- [x] Add a page\n'})
    s.addIssue({title: 'Totals', body: 'No list.', state: 'closed'})
    s.addIssue({title: 'Totals', body: BODY, state: 'closed'})
    const done = await s.pilot('decompose', '1', '--from-issue', '--json')
    expect([done.exit, done.json.error!.code, done.json.error!.suggestions]).toEqual([5, 'NOT_SPLIT', ['pilot status 1']])
    for (const [n, ...flags] of [['2', '--from-issue'], ['3', '--from-issue'], ['2']] as const) {
      const closed = await s.pilot('decompose', n, ...flags, '--json')
      expect([closed.exit, closed.json.error!.code, closed.json.error!.suggestions]).toEqual([5, 'ISSUE_CLOSED', [`gh issue reopen ${n}`]])
    }
    expect(numbers(s)).toEqual([1, 2, 3])
  })

  it('makes what is none yet, and says what it leaves out', async () => {
    const s = await scene()
    s.addIssue({title: '[epic] Totals', body: '## Tasks\n- [ ] #2\n- [ ] Add counting in `api/count.js`\n- [ ] Add the table in `web/table.js`\n- [ ] iOS\n'})
    s.addIssue({title: 'Login test is flaky'})
    const ran = await s.pilot('decompose', '1', '--from-issue', '--json')
    expect(ran.json.warnings).toEqual(['#1: #2 is an issue already and is not made again: make it a sub-issue to have the epic wait for it'])
    expect([ran.json.result['children'], s.issue(5).title]).toEqual([[3, 4, 5], 'Totals: iOS'])
  })

  it('makes no sub-issues of the steps to a bug', async () => {
    const s = await scene()
    s.addIssue({title: 'Roadmap page returns 404', body: 'The page is gone.\n\n1. Open the project\n2. Click on Roadmap\n3. See the error page\n'})
    const ran = await s.pilot('decompose', '1', '--from-issue', '--json')
    expect([ran.json.error?.code, numbers(s)]).toEqual(['NOT_SPLIT', [1]])
  })
})

describe('decompose --from-issue, run again', () => {
  const ITEMS = ['Parser for the new grammar', 'Formatter with stable output', 'Language server', 'Playground', 'Command line flags']
  const list = (done: number): string => ITEMS.map((item, i) => `- [${i < done ? 'x' : ' '}] ${item}`).join('\n')

  it('makes nothing a second time of what was ticked, renamed or put together', async () => {
    const s = await scene({config: {decompose: {max_subtasks: 3}}})
    s.addIssue({title: 'Epic: tools', body: list(0)})
    expect((await s.pilot('decompose', '1', '--from-issue', '--json')).json.result['children']).toEqual([2, 3, 4])
    await s.api('PATCH', '/issues/2', {state: 'closed', state_reason: 'completed'})
    for (const [title, done] of [['Epic: tools', 1], ['Epic: tools (beta)', 4], ['Epic: tools (beta)', 5]] as const) {
      await s.api('PATCH', '/issues/1', {title, body: list(done)})
      const ran = await s.pilot('decompose', '1', '--from-issue', '--json')
      expect([ran.json.status, ran.json.result['created'], ran.json.result['children'], numbers(s)], ran.stdout).toEqual(['noop', [], [2, 3, 4], [1, 2, 3, 4]])
    }
  })
})
