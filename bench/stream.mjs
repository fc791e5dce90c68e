import {MB, mb, seconds} from './lib/figures.mjs'
import {flood} from './lib/flood.mjs'

export const title = 'pilot execute with an agent that says 1 GB'
/** SPEC §17 */
const LIMIT = 150 * MB
/** Flat: sixteen times as much to read may not take noticeably more memory. */
const GROWTH = 1.25

export async function run() {
  const small = await flood({bytes: 64 * MB})
  const large = await flood({bytes: 1024 * MB})
  const growth = large.peakBytes / small.peakBytes
  return {
    rows: [
      {measure: 'peak memory, 1 GB of events', value: mb(large.peakBytes), goal: `< ${mb(LIMIT)}`, ok: large.peakBytes < LIMIT},
      {measure: 'the same against 64 MB of events', value: `${growth.toFixed(2)}×`, goal: `≤ ${GROWTH}×`, ok: growth <= GROWTH},
    ],
    parts: [
      ['peak memory, 64 MB of events', mb(small.peakBytes)], ['highest sample from outside, 1 GB', mb(large.sampledBytes)],
      ['wall clock, 1 GB', seconds(large.wallMs)], ['kept of it on disk (events.jsonl)', mb(large.files['events.jsonl'])],
    ],
  }
}
