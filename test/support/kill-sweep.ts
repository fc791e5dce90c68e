import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {LogEntry} from '../../src/lib/sandbox/index.js'
import {gate, type Gate, type Step} from './kill-gate.js'
import {SCENES, type Scene, type SceneName} from './kill-scenes.js'
import {until, type Saved, type Seen} from './kill.js'

// Kills one command at one point after the other, runs it again, and compares with what an undisturbed run leaves behind.

export type Sweep = {
  /** of the steps that can be killed, the kinds that are; every one with PILOT_KILL=all in the environment */
  kinds?: readonly Step['kind'][]
  /** every nth request is where the network goes down */
  everyNth?: number
  /** every nth write is a point to kill at, or has its answer lost */
  everyWrite?: number
  /** a second undisturbed run changes something (a failed issue may be executed again), so its end is an end as well */
  notOnce?: boolean
}
const ALL = process.env['PILOT_KILL'] === 'all'
const LIMIT_MS = ALL ? 1_200_000 : 300_000
/** A dead run may take two more: one that cleans up and waits, one that goes on. */
const RUNS = 3

export function killTests(name: SceneName, {kinds = ['api', 'remote', 'agent', 'file', 'command'], everyNth = 4, everyWrite = 1, notOnce = false}: Sweep = {}): void {
  describe(`pilot ${name}`, () => {
    let scene: Scene
    let saved: Saved
    let steps: readonly Step[]
    let requests: LogEntry[]
    let ends: Seen[]

    beforeAll(async () => {
      scene = await SCENES[name]()
      saved = await scene.stage.save()
      scene.stage.sandbox.clearLog()
      const through = gate()
      await scene.run(scene.stage.world(through))
      steps = [...through.steps]
      requests = scene.stage.sandbox.log().map((entry) => ({...entry}))
      ends = [await scene.stage.seen()]
      if (notOnce) {
        await ignoring(scene.run(scene.stage.world()))
        ends.push(await scene.stage.seen())
      }
    }, 120_000)
    afterAll(() => scene.stage.close())

    const ended = (seen: Seen): boolean => ends.some((end) => JSON.stringify(end) === JSON.stringify(seen))
    /** Runs the command again until the end is reached; answers what is different where it never is. */
    const goOn = async (): Promise<string | null> => {
      const {stage, run} = scene
      stage.sandbox.faults.clear()
      stage.later()
      let said: unknown
      for (let n = 0; n < RUNS; n++) {
        said = await ignoring(run(stage.world()))
        if (ended(await stage.seen())) return null
      }
      return `${differences(ends[0]!, await stage.seen()).join('; ')} (it says: ${told(said)})`
    }
    /** The points that are tried by default: every nth one; all of them with PILOT_KILL=all. */
    const sampled = <T>(list: readonly T[]): T[] => list.filter((_, i) => ALL || i % everyWrite === 0)
    const points = async (list: readonly {name: string; disturb: () => Promise<unknown>}[], forget: boolean): Promise<string[]> => {
      const failures: string[] = []
      expect(list.length, 'points to disturb').toBeGreaterThan(0)
      for (const point of list) {
        await scene.stage.back(saved, forget)
        await point.disturb()
        const wrong = await goOn()
        if (wrong !== null) failures.push(`${point.name}: ${wrong}`)
      }
      return failures
    }

    it('undisturbed changes something, and nothing the second time', async () => {
      await scene.stage.back(saved)
      expect(ended(await scene.stage.seen())).toBe(false)
      await scene.run(scene.stage.world())
      expect(await scene.stage.seen()).toEqual(ends[0])
      if (notOnce) return
      await ignoring(scene.run(scene.stage.world()))
      expect(await scene.stage.seen()).toEqual(ends[0])
    }, LIMIT_MS)

    it('killed after any of its writes, and run again on the same machine', async () => {
      const chosen = sampled(steps.flatMap((step, i) => (i === 0 || (step.writes && (ALL || kinds.includes(step.kind))) ? [{step, n: i + 1}] : [])))
      expect(await points(chosen.map(({step, n}) => ({
        name: `after step ${n}, ${step.kind} ${step.name}`,
        disturb: () => died(gate({step: n, when: 'after'})),
      })), false)).toEqual([])
    }, LIMIT_MS)

    it('cut off from GitHub at any request, and run again on another machine', async () => {
      const numbered = requests.map((request, i) => ({request, nth: i + 1}))
      const writes = new Set(sampled(numbered.filter(({request}) => isWrite(request))))
      const chosen = numbered.filter((point) => ALL || writes.has(point) || point.nth % everyNth === 1)
      expect(await points(chosen.map(({request, nth}) => ({
        name: `from request ${nth} on, ${request.method} ${request.path}`,
        disturb: () => {
          scene.stage.sandbox.faults.add({nth, times: Infinity, when: 'before', then: {kind: 'cut'}})
          return ignoring(scene.run(scene.stage.world()))
        },
      })), true)).toEqual([])
    }, LIMIT_MS)

    it.each([
      ['lost', {kind: 'cut'}], ['502', {kind: 'status', status: 502}],
    ] as const)('a write that was done and whose answer was %s', async (_, then) => {
      const chosen = sampled(requests.map((request, i) => ({request, nth: i + 1})).filter(({request}) => isWrite(request)))
      expect(await points(chosen.map(({request, nth}) => ({
        name: `request ${nth}, ${request.method} ${request.path}`,
        disturb: () => {
          scene.stage.sandbox.faults.add({nth, times: 1, when: 'after', then})
          return ignoring(scene.run(scene.stage.world()))
        },
      })), false)).toEqual([])
    }, LIMIT_MS)

    const died = async (through: Gate): Promise<void> => {
      expect(await until(through, () => scene.run(scene.stage.world(through)))).toBe('died')
    }
  })
}

const isWrite = ({method, path}: LogEntry): boolean => method !== 'GET' && !path.endsWith('git-upload-pack')

/** What it answered or threw; a disturbed run may do either. */
const ignoring = (run: Promise<unknown>): Promise<unknown> => run.catch((error: unknown) => error)

const told = (said: unknown): string => (said instanceof Error ? String(said) : JSON.stringify(said) ?? String(said)).slice(0, 300)

/** Where two states differ, as dotted paths with what was expected and what was found. */
function differences(want: unknown, got: unknown, at = ''): string[] {
  if (JSON.stringify(want) === JSON.stringify(got)) return []
  if (typeof want === 'object' && want !== null && typeof got === 'object' && got !== null) {
    const keys = [...new Set([...Object.keys(want), ...Object.keys(got)])]
    return keys.flatMap((key) => differences((want as Record<string, unknown>)[key], (got as Record<string, unknown>)[key], `${at}.${key}`))
  }
  const [a, b] = [JSON.stringify(want) ?? 'nothing', JSON.stringify(got) ?? 'nothing']
  let same = 0
  while (a[same] === b[same]) same++
  const part = (text: string): string => text.slice(Math.max(0, same - 30), same + 80)
  return [`${at.slice(1)}: expected …${part(a)}…, found …${part(b)}…`]
}
