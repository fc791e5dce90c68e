import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {decompose, type DecomposeResult} from '../../src/lib/flow/decompose.js'
import {planEpic} from '../../src/lib/flow/plan-epic.js'
import type {World} from '../../src/lib/flow/world.js'
import {REPO, type Saved, type Seen, type Stage} from '../support/kill.js'
import {plannedEpic} from '../support/kill-scenes.js'

// Two runners on one epic, and what a person sees afterwards.

let stage: Stage
let epic: number
let saved: Saved
let end: Seen
const run = (world: World): Promise<DecomposeResult> => decompose(world, epic, {force: false, fromIssue: false})
const writes = () => stage.sandbox.log().filter(({method, path}) => method !== 'GET' && !path.endsWith('git-upload-pack')).map(({method, path}) => `${method} ${path}`)

beforeAll(async () => {
  ({stage, epic} = await plannedEpic(3))
  await planEpic(stage.world(), epic, {force: false})
  saved = await stage.save()
  await run(stage.world())
  end = await stage.seen()
}, 60_000)
beforeEach(() => {
  stage.sandbox.setListLag(0)
  return stage.back(saved)
})
afterAll(() => stage.close())

/** What one runner ends with: its status, or the code it was turned away with. */
const ended = async (work: Promise<DecomposeResult>): Promise<string> => {
  try {
    return (await work).status
  } catch (error) {
    return (error as {code?: string}).code ?? String(error)
  }
}

/** One set of children, and the next run writes nothing at all: no request but reads, no push of a claim. */
async function settled(): Promise<void> {
  expect(await stage.seen()).toEqual(end)
  stage.sandbox.clearLog()
  expect([(await run(stage.world())).status, writes()]).toEqual(['noop', []])
}

describe('two runs of decompose at once', () => {
  it('one makes the children, the other one waits or finds them', async () => {
    const both = await Promise.all([ended(run(stage.world())), ended(run(stage.world()))])
    expect(both).toContain('done')
    expect(both.filter((each) => !['done', 'noop', 'CLAIMED'].includes(each))).toEqual([])
    await settled()
  })

  it.each([
    ['its reads', 'GET', 3], ['its first create', 'POST', 1], ['its last create', 'POST', 3], ['its first link', 'POST', 4], ['an edge', 'POST', 8],
  ])('one is held up at %s', async (_, method, nth) => {
    stage.sandbox.faults.add({method, path: /^\/repos\//, nth, when: 'after', then: {kind: 'delay', ms: 1500}})
    const slow = ended(run(stage.world()))
    const quick = ended(run(stage.world()))
    const both = await Promise.all([slow, quick])
    expect(both.filter((each) => each === 'done')).toHaveLength(1)
    await settled()
  })

  it('one sleeps past its lease: it stops, the other one goes on from where it was', async () => {
    const sleeper = stage.world()
    let creates = 0
    const {issues} = sleeper
    const other: {end: string} = {end: ''}
    const sleepy: World = {...sleeper, issues: {...issues, create: async (draft) => {
      const made = await issues.create(draft)
      if (++creates === 2) {
        stage.later()
        other.end = await ended(run(stage.world()))
      }
      return made
    }}}
    expect([await ended(run(sleepy)), other.end, creates]).toEqual(['CLAIM_LOST', 'done', 2])
    await settled()
  })

  it('the issue list trails: what the first one made is found by its number', async () => {
    stage.sandbox.setListLag(86_400_000)
    stage.sandbox.setFeatures(REPO, {subIssues: false, dependencies: false})
    await run(stage.world())
    stage.sandbox.clearLog()
    const {status, existing} = await run(stage.world())
    expect([status, existing.map(({number}) => number), writes()]).toEqual(['noop', [2, 3, 4], []])
  })
})
