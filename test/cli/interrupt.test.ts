import {expect, test} from 'vitest'
import type {StopSignal} from '../../src/lib/cli/io.js'
import {watchSignals} from '../../src/lib/cli/interrupt.js'
import {fakeIo} from './run-command.js'

function watched() {
  const {io, seen, send, listening} = fakeIo()
  const told: string[] = []
  const controller = new AbortController()
  const die = (signal: StopSignal): void => { told.push('die'); io.die(signal) }
  const unwatch = watchSignals({...io, die}, controller, {notice: () => told.push('notice'), leave: () => told.push('leave')})
  return {seen, send, listening, told, controller, unwatch}
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('the first %s aborts with INTERRUPTED and says so, once', (signal) => {
  const {send, seen, told, controller} = watched()
  send(signal)
  expect(controller.signal.reason).toMatchObject({code: 'INTERRUPTED', exit: 130})
  expect([told, seen.died]).toEqual([['notice'], []])
})
test.each([['SIGINT', 'SIGINT'], ['SIGINT', 'SIGTERM'], ['SIGTERM', 'SIGINT'], ['SIGHUP', 'SIGHUP']] as const)('%s and then %s: the terminal is left in order before the process dies', (first, second) => {
  const {send, seen, told, listening} = watched()
  send(first)
  send(second)
  expect([told, seen.died, listening()]).toEqual([['notice', 'leave', 'die'], [second], 0])
})
test('afterwards nothing listens, and a signal is the process\'s own again', () => {
  const {send, told, listening, unwatch} = watched()
  unwatch()
  send('SIGINT')
  expect([told, listening()]).toEqual([[], 0])
})
