import {setTimeout as delay} from 'node:timers/promises'
import {PilotError} from '../errors.js'
import type {Clock} from '../ports.js'

/** The machine's own clock; a sleep that is cut short by its signal ends with INTERRUPTED. */
export const systemClock = (): Clock => ({
  now: () => new Date(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal === undefined ? {} : {signal})
    } catch (cause) {
      // who aborted says it better
      throw signal?.reason instanceof PilotError ? signal.reason : new PilotError('INTERRUPTED', 'Interrupted while waiting.', ['run the same command again'], {cause})
    }
  },
})
