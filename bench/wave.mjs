import {seconds} from './lib/figures.mjs'
import {openPlace, resultOf} from './lib/place.mjs'
import {scriptedAgent} from './lib/scripted.mjs'

export const title = 'a wave of three: execute EPIC --parallel 3'
/** Seconds; real agents take minutes, and then start-up and the queue for two cores count for less still. */
const SLEEPS = [20, 25, 30]
/** Of the longest child and start-up together. */
const TOLERANCE = 1.1

const PLAN = JSON.stringify({
  decision: 'split', reason: 'several places', effort: 'a day',
  subtasks: SLEEPS.map((wait, i) => ({
    order: i + 1, title: `feat(part${i}): wait ${wait} seconds`, description: `Write part ${i} in part${i}/.`, acceptance: ['it is there'], dependsOn: [],
    touches: [`part${i}/**`], complexity: 'simple',
  })),
})

/** The longest child alone, by the same command, is the longest child plus start-up. */
export async function run() {
  // the epic is #1, its children are #2 to #4, and #5 stands alone
  const longest = Math.max(...SLEEPS)
  const sleeps = {...Object.fromEntries(SLEEPS.map((wait, i) => [i + 2, wait])), 5: longest}
  const place = await openPlace({agent: scriptedAgent({plan: PLAN, sleeps})})
  try {
    const epic = String(place.addIssue({title: 'Write everything', body: 'Several parts that can be merged one by one.'}))
    resultOf(await place.pilot('plan-epic', epic, '--json'))
    resultOf(await place.pilot('decompose', epic, '--json'))
    const alone = String(place.addIssue({title: `Wait ${longest} seconds`}))
    const single = await place.pilot('execute', alone, '--json')
    resultOf(single)
    const wave = await place.pilot('execute', epic, '--parallel', '3', '--json')
    const pulls = JSON.parse(wave.stdout).result.items.filter(({pr}) => pr !== null).length
    if (pulls !== SLEEPS.length) throw new Error(`the wave made ${pulls} pull requests\n${wave.stdout}\n${wave.stderr}`)
    const ratio = wave.wallMs / single.wallMs
    return {
      rows: [{measure: 'the wave against its longest child and start-up', value: `${ratio.toFixed(2)}×`, goal: `≤ ${TOLERANCE}×`, ok: ratio <= TOLERANCE, isTime: true}],
      parts: [
        [`agents that wait ${SLEEPS.join(', ')} seconds, side by side`, seconds(wave.wallMs)], [`one that waits ${longest} seconds, alone`, seconds(single.wallMs)],
        ['the three one after the other would wait', seconds(SLEEPS.reduce((sum, wait) => sum + wait, 0) * 1000)],
      ],
    }
  } finally {
    await place.close()
  }
}
