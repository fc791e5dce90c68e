import {expect, it, onTestFinished, vi} from 'vitest'
import {decompose} from '../../src/lib/flow/decompose.js'
import {executeEpic} from '../../src/lib/flow/epic.js'
import {planEpic} from '../../src/lib/flow/plan-epic.js'
import type {World} from '../../src/lib/flow/world.js'
import {REPO} from '../support/kill.js'
import {asCommand, plannedEpic} from '../support/kill-scenes.js'

vi.setConfig({testTimeout: 120_000, hookTimeout: 60_000})

/** Lists that show what they showed before the newest merge until `trailMs` after it; what is asked for by its number is never old. */
function trailing(plain: World, trailMs: number): {world: World; rounds: () => number; merges: () => number} {
  let [rounds, merges, until] = [0, 0, 0]
  const before = new Map<string, unknown>()
  const now = (): number => plain.clock.now().getTime()
  const kept = async <T>(key: string, fresh: Promise<T>): Promise<T> => {
    if (now() < until && before.has(key)) return before.get(key) as T
    const value = await fresh
    before.set(key, value)
    return value
  }
  const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
    const list: T[] = []
    for await (const item of items) list.push(item)
    return list
  }
  const {issues, relations, pulls} = plain
  const world: World = {
    ...plain,
    issues: {...issues, async *list(filter) { yield* await kept(`issues ${JSON.stringify(filter)}`, all(issues.list(filter))) }},
    relations: {
      ...relations,
      children(n) {
        if (++rounds > 60) throw new Error('sixty looks, and no end of it')
        return kept(`children ${n}`, relations.children(n))
      },
    },
    pulls: {
      ...pulls, ofBranch: (branch) => kept(`branch ${branch}`, pulls.ofBranch(branch)),
      async *newestFirst() { yield* await kept('pulls', all(pulls.newestFirst())) },
      async merge(...args) {
        const merged = await pulls.merge(...args)
        merges++
        until = now() + trailMs
        return merged
      },
    },
  }
  return {world, rounds: () => rounds, merges: () => merges}
}

it('a landing that the lists do not show yet is waited for, and neither landed again nor asked for without a pause', async () => {
  const {stage, epic} = await plannedEpic(2)
  onTestFinished(stage.close)
  await asCommand((world) => planEpic(world, epic, {force: false}))(stage.world())
  await asCommand((world) => decompose(world, epic, {force: false, fromIssue: false}))(stage.world())
  const seen = trailing(stage.world(), 10_000)
  const items = await asCommand((world) => executeEpic(world, epic, {land: true, parallel: 1, waitMs: 600_000}, epic))(seen.world)
  // after the second merge the lists still showed the first child open, so the epic is closed once they have caught up
  expect(items.map(({issue, status, reason}) => `${issue} ${status}: ${reason}`))
    .toEqual([expect.stringMatching(/^2 done: merged by/), expect.stringMatching(/^3 done: merged by/), '1 done: settled after its merge'])
  expect(stage.sandbox.state().repos[REPO]!.issues[epic]!.state).toBe('closed')
  expect(seen.merges()).toBe(2)
  // two children begun, two landed, one look at the end; each landing looks at the parent too, and 10 s are pauses of 1.2, 2, 5 and 15 s
  expect(seen.rounds()).toBeLessThanOrEqual(5 + 2 * 3 + 2 * 4)
})
