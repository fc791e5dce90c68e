import {EXIT, PilotError} from '../errors.js'
import type {OnFault} from './close-parent.js'
import type {World} from './world.js'

/**
 * Of a merge that is done, an epic that cannot be settled takes nothing away: it is a warning with the command that settles it, and the answer says
 * what kept it. An outage or an interruption ends the command all the same, so that whoever runs it runs it again, and a bug is no answer.
 */
export const toldApart = (world: World): OnFault => (parent, error) => {
  if (!(error instanceof PilotError) || error.code === 'INTERNAL' || error.code === 'INTERRUPTED' || error.exit === EXIT.unavailable) throw error
  world.report.warn(`#${parent} is left to be settled by \`pilot close-parent ${parent}\`: ${error.message}`)
  return {parent, outcome: error.status === 'waiting' ? 'waiting' : 'refused', code: error.code, reasons: [error.message], actions: []}
}
