import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import type {SandboxSnapshot} from '../../src/lib/sandbox/index.js'
import {decomposed, planAnswer} from '../support/scene-epic.js'
import {openScene, type Scene, type Step} from '../support/scene.js'

// The epic was planned again since its children #2 (api), #3 (web) and #4 (cli) were made; the last two wait for #2.

let s: Scene
let saved: SandboxSnapshot
beforeAll(async () => {
  s = await openScene({script: {plan: {'*': planAnswer(['api', 'web', 'cli'])}}})
  await decomposed(s)
  saved = await s.sandbox.snapshot()
}, 60_000)
beforeEach(() => s.sandbox.restore(saved))
afterAll(() => s.close())

async function replanned(answer: Step): Promise<string> {
  await s.script({plan: {'*': answer}})
  const ran = await s.pilot('plan-epic', '1', '--force', '--json')
  expect(ran.exit, ran.stdout).toBe(0)
  return (ran.json.result['plan'] as {planHash: string}).planHash
}
const refused = async (message: string, close: number[]): Promise<void> => {
  s.forget()
  const ran = await s.pilot('decompose', '1', '--json')
  expect([ran.exit, ran.json.error?.code, ran.json.error?.message, s.writes()]).toEqual([5, 'OTHER_CHILDREN', message, []])
  expect(ran.json.error?.suggestions).toEqual([...close.map((n) => `gh issue close ${n} --reason "not planned"`), 'pilot decompose 1 --force'])
}
const run = async (...flags: string[]) => {
  s.forget()
  const ran = await s.pilot('decompose', '1', '--json', ...flags)
  expect(ran.exit, ran.stdout).toBe(0)
  return ran.json
}
const children = (): object[] => [2, 3, 4].map((n) => {
  const {title, body, state, labels, parent} = s.issue(n)
  return {title, body, state, labels, parent}
})
/** Whatever the new plan says, the old children are as they were, and a second run has nothing to do but to say the same. */
async function converged(first: Awaited<ReturnType<typeof run>>, before: object[]): Promise<void> {
  expect(children()).toEqual(before)
  const second = await run()
  expect([second.status, s.writes(), second.warnings]).toEqual(['noop', [], first.warnings])
  expect(Object.keys(s.repo().issues)).toHaveLength(1 + (second.result['children'] as number[]).length + first.warnings.filter((w) => w.includes('is not in plan')).length)
}
const leftOver = (n: number, hash: string): string => `#${n} is not in plan ${hash} any more and stays as it is: close it as not planned if nobody wants it`
const blockers = (n: number): number[] => s.issue(n).blockedBy.map((id) => Object.values(s.repo().issues).find((issue) => issue.id === id)!.number)

describe('decompose after a new plan', () => {
  it('that is shorter: the others are reported and left open', async () => {
    const before = children()
    const hash = await replanned(planAnswer(['api', 'web']))
    const ran = await run()
    expect([ran.status, ran.result['children'], ran.warnings]).toEqual(['noop', [2, 3], [leftOver(4, hash)]])
    await converged(ran, before)
  })

  it('that is longer: only the new ones are made', async () => {
    const before = children()
    await replanned(planAnswer(['api', 'web', 'cli', 'docs']))
    const ran = await run()
    expect(ran.result).toMatchObject({created: [{order: 4, number: 5}], existing: [{order: 1, number: 2}, {order: 2, number: 3}, {order: 3, number: 4}], linked: [5]})
    expect([blockers(5), ran.warnings]).toEqual([[2], []])
    await converged(ran, before)
  })

  it('in another order: the same issues, with what new dependencies are possible', async () => {
    const before = children()
    await replanned(planAnswer(['cli', 'api', 'web']))
    const ran = await run()
    expect(ran.result).toMatchObject({created: [], existing: [{order: 1, number: 4}, {order: 2, number: 2}, {order: 3, number: 3}], actions: ['mark child 3 as blocked by child 1']})
    expect([2, 3, 4].map(blockers)).toEqual([[], [2, 4], [2]])
    expect(ran.warnings).toEqual(['#4 already waits for #2, so #2 cannot wait for it as planned: remove one of the two dependencies by hand'])
    await converged(ran, before)
  })

  it('with another text for the same titles: the children keep theirs', async () => {
    const before = children()
    const answer = planAnswer(['api', 'web', 'cli']) as {say: {subtasks: {description: string}[]}}
    await replanned({say: {...answer.say, subtasks: answer.say.subtasks.map((one) => ({...one, description: `${one.description} And more.`}))}})
    const ran = await run()
    expect([ran.status, ran.warnings]).toEqual(['noop', []])
    await converged(ran, before)
  })

  it('with another title: refused, for the old child is open; with --force a new child, and the old one is reported', async () => {
    const before = children()
    const hash = await replanned(planAnswer(['api', 'web', 'terminal']))
    await refused(`#1 has an open sub-issue of another plan, #4, and plan ${hash} would make 1 more beside it (planned child 3): the same work would be done twice`, [4])
    const ran = await run('--force')
    expect([ran.result['created'], ran.warnings]).toEqual([[{order: 3, number: 5}], [leftOver(4, hash)]])
    await converged(ran, before)
  })

  it('with another title, the old child closed: a new child', async () => {
    await replanned(planAnswer(['api', 'web', 'terminal']))
    await s.api('PATCH', '/issues/4', {state: 'closed', state_reason: 'not_planned'})
    const ran = await run()
    expect([ran.result['created'], ran.warnings]).toEqual([[{order: 3, number: 5}], []])
  })

  it('as one piece of work: refused while children are open; with --force the epic gets its label, the children stay', async () => {
    const before = children()
    const hash = await replanned({say: {decision: 'single', reason: 'small', effort: '', subtasks: []}})
    await refused(`#1 has open sub-issues of another plan, #2, #3, #4, and plan ${hash} keeps it whole: the same work would be done twice`, [2, 3, 4])
    expect(s.labels(1)).not.toContain('no-decompose')
    const ran = await run('--force')
    expect([ran.status, ran.result['decision'], ran.result['actions'], ran.warnings]).toEqual(['done', 'single', ['label #1 +no-decompose'], [2, 3, 4].map((n) => leftOver(n, hash))])
    expect(s.labels(1)).toContain('no-decompose')
    await converged(ran, before)
  })
})
