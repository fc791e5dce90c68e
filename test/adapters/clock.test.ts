import {expect, it} from 'vitest'
import {systemClock} from '../../src/lib/adapters/clock.js'
import {PilotError} from '../../src/lib/errors.js'

it('sleeps, and wakes with INTERRUPTED when its signal says so', async () => {
  const clock = systemClock()
  const before = clock.now().getTime()
  await clock.sleep(30)
  expect(clock.now().getTime() - before).toBeGreaterThanOrEqual(25)
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 20)
  await expect(clock.sleep(60_000, stop.signal)).rejects.toMatchObject({code: 'INTERRUPTED', exit: 130})
  const why = new PilotError('INTERRUPTED', 'interrupted', ['again'])
  await expect(clock.sleep(60_000, AbortSignal.abort(why))).rejects.toBe(why)
})
