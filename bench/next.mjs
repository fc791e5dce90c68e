import {MB, mb, seconds} from './lib/figures.mjs'
import {openPlace, resultOf} from './lib/place.mjs'

export const title = 'pilot next on 10,000 issues'
const ISSUES = 10_000
const PER_PAGE = 100
/** SPEC §17 */
const EXTRA_REQUESTS = 3
const LIMIT = 200 * MB

export async function run() {
  const place = await openPlace({agent: '#!/bin/sh\n'})
  try {
    for (let i = 0; i < ISSUES; i++) place.addIssue({title: `Issue ${i}`, body: `Please do the thing number ${i}.\n\n${'Some words. '.repeat(60)}`})
    place.requests.length = 0
    const ran = await place.pilot('next', '--json')
    const found = Object.values(resultOf(ran)).find(Array.isArray).length
    const pages = ISSUES / PER_PAGE
    const requests = place.requests.length
    return {
      rows: [
        {measure: 'requests', value: String(requests), goal: `≤ ${pages + EXTRA_REQUESTS}`, ok: requests <= pages + EXTRA_REQUESTS},
        {measure: 'peak memory', value: mb(ran.peakBytes), goal: `< ${mb(LIMIT)}`, ok: ran.peakBytes < LIMIT},
        {measure: 'issues found', value: String(found), goal: String(ISSUES), ok: found === ISSUES},
      ],
      parts: [['wall clock', seconds(ran.wallMs)]],
    }
  } finally {
    await place.close()
  }
}
