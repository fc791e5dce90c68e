import {setTimeout} from 'node:timers/promises'
import {PilotError} from '../errors.js'

const RACES = /failed to read \S*worktrees\/|cannot lock ref|Unable to create '.*\.lock'/

/**
 * Many git commands look at all worktrees, and stumble over one that another process is making or removing at that very moment. Such a command has done
 * nothing yet and is run again; `before` cleans up where one has.
 */
export async function pastRace<T>(step: () => Promise<T>, before: () => Promise<void> = () => Promise.resolve()): Promise<T> {
  for (let round = 1; ; round++) {
    try { return await step() } catch (error) {
      if (round === 8 || !(error instanceof PilotError) || !RACES.test(error.message)) throw error
      await setTimeout(20 * round)
      await before()
    }
  }
}
