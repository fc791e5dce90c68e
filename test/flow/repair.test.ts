import {afterAll, beforeAll, beforeEach, expect, it} from 'vitest'
import {repair} from '../../src/lib/flow/repair.js'
import {statusOf} from '../../src/lib/flow/status.js'
import {openStage, REPO, type Saved, type Stage} from '../support/kill.js'

// Between the look that a repair starts from and the claim that it takes, the world goes on: what is no longer so is not mended.

const EPIC = 1
const CHILD = 2
let stage: Stage
let fresh: Saved
beforeAll(async () => {
  stage = await openStage()
  seed('Everything', 'Several parts.')
  seed('A part', `Parent: GH-${EPIC}\n\nDo it.`)
  fresh = await stage.save()
})
afterAll(() => stage.close())
beforeEach(() => stage.back(fresh))

function seed(title: string, body: string): void {
  stage.sandbox.seedIssue(REPO, {title, body, labels: ['pilot'], author: stage.sandbox.login, authorAssociation: 'OWNER'})
}
const state = (n: number) => stage.sandbox.state().repos[REPO]!.issues[n]!
/** As a person or another runner does it. */
const somebody = () => stage.world().issues
async function api(method: string, path: string, body: unknown): Promise<void> {
  const headers = {authorization: `token ${stage.sandbox.token}`, 'user-agent': 'test'}
  const answer = await stage.sandbox.fetch(`${stage.url}/repos/${REPO}${path}`, {method, headers, body: JSON.stringify(body)})
  expect(answer.ok, `${method} ${path}`).toBe(true)
}
async function merged(): Promise<void> {
  await stage.sandbox.commit(REPO, {branch: `pilot/GH-${CHILD}`, files: {'part.txt': 'good\n'}, message: 'feat: a part'})
  const {number} = await stage.world().pulls.create({title: 'A part', body: 'By hand.', head: `pilot/GH-${CHILD}`, base: 'main'})
  await api('PUT', `/pulls/${number}/merge`, {})
}
/** What repair would write of `kind` of lines after a look, and what it does write when something else happens first. */
async function after(look: () => Promise<void>, then: () => Promise<void>, kind = /^(label|close) /): Promise<{planned: string[]; done: string[]}> {
  await look()
  const {looked} = await statusOf(stage.world(), EPIC)
  const own = (lines: string[]): string[] => lines.filter((line) => kind.test(line))
  const planned = own(await repair({...stage.world(), dryRun: true}, looked))
  await then()
  return {planned, done: own(await repair(stage.world(), looked))}
}
const label = (...names: string[]) => () => somebody().addLabels(CHILD, names)
const nothing = () => Promise.resolve()

it('what still is as it was seen is mended', async () => {
  expect(await after(label('pilot-in-progress'), nothing)).toEqual({planned: [`label #${CHILD} -pilot-in-progress`], done: [`label #${CHILD} -pilot-in-progress`]})
  expect([state(CHILD).labels, state(EPIC).children.length]).toEqual([['pilot'], 1])
})

it('a label that went meanwhile is not taken off once more', async () => {
  const {planned, done} = await after(label('pilot-in-progress'), () => somebody().removeLabel(CHILD, 'pilot-in-progress'))
  expect([planned.length, done]).toEqual([1, []])
})

it('of two rungs the one that is the highest now stays', async () => {
  const {planned, done} = await after(label('pilot-retry-1', 'pilot-retry-2'), async () => {
    await somebody().removeLabel(CHILD, 'pilot-retry-2')
    await somebody().addLabels(CHILD, ['pilot-failed'])
  })
  expect([planned, done, state(CHILD).labels.toSorted()]).toEqual([[`label #${CHILD} -pilot-retry-1`], [], ['pilot', 'pilot-failed', 'pilot-retry-1']])
})

it('an issue that a person opened again after its merge is not closed', async () => {
  const {planned, done} = await after(merged, async () => {
    await api('PATCH', `/issues/${CHILD}`, {state: 'closed'})
    await api('PATCH', `/issues/${CHILD}`, {state: 'open'})
  })
  expect([planned, done, state(CHILD).state, state(CHILD).labels]).toEqual([
    [`label #${CHILD} +pilot-done`, `close #${CHILD} as completed`], [], 'open', ['pilot'],
  ])
})

it('an issue that names another parent meanwhile is not linked', async () => {
  const {planned, done} = await after(nothing, () => api('PATCH', `/issues/${CHILD}`, {body: 'Parent: GH-7\n\nDo it.'}), /^link /)
  expect([planned.length, done, state(EPIC).children]).toEqual([1, [], []])
})

it('an issue that a run took up meanwhile is left to it', async () => {
  const claims: {release: () => Promise<void>}[] = []
  const {done} = await after(label('pilot-in-progress'), async () => { claims.push(await stage.world().claims.take(CHILD)) })
  expect([done, state(CHILD).labels.toSorted(), stage.warnings.at(-1)]).toEqual([[], ['pilot', 'pilot-in-progress'], expect.stringContaining(`#${CHILD} is left alone`)])
  for (const claim of claims) await claim.release()
})
