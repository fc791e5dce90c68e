import {MB, mb} from './lib/figures.mjs'
import {flood} from './lib/flood.mjs'

export const title = 'one line of 50 MB in an agent\'s stream'
const LIMIT = 150 * MB

export async function run() {
  const ran = await flood({bytes: 60 * MB, longLine: 50 * MB})
  return {
    rows: [
      {measure: 'the run ends with a pull request', value: ran.item.status, goal: 'done', ok: ran.item.status === 'done' && ran.item.pr !== null},
      {measure: 'peak memory', value: mb(ran.peakBytes), goal: `< ${mb(LIMIT)}`, ok: ran.peakBytes < LIMIT},
    ],
    parts: [],
  }
}
