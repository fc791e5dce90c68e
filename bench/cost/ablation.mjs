// Where the difference comes from: the naive set-up with one change each, and with one more at a time.
import {billAgain, totalOf} from './bill.mjs'
import {modelOf} from './models.mjs'
import {runNaive} from './naive.mjs'

/** In the order of the waterfall. What touches only some issues is run on those alone, after one that fills the cache as in the whole run. */
const TOUCHED = {mcp: () => true, tools: () => true, retries: ({fault}) => fault !== undefined, split: ({children}) => children !== undefined}
const NAMES = Object.keys(TOUCHED)
const touchedBy = (name, items) => items.filter(TOUCHED[name])
/** The changes up to this one. */
const upTo = (name) => NAMES.slice(0, NAMES.indexOf(name) + 1)
const runsOf = () => [...NAMES.map((name) => ({name, changes: [name]})), ...NAMES.slice(1).map((name) => ({name, changes: upTo(name)}))]
const keyOf = (changes) => changes.join('+')

export const ablationJobs = ({items, ...set}) => runsOf().flatMap(({name, changes}) => {
  const touched = touchedBy(name, items)
  const some = touched.length === items.length ? items : [items[0], ...touched.filter((item) => item !== items[0])]
  return touched.length === 0 ? [] : [[keyOf(changes), () => runNaive({...set, items: some, changes})]]
})

/** The requests of a run with those of the touched issues in the place of their own. */
function patched(seen, run, touched) {
  const titles = new Set(touched.map(({title}) => title))
  return run === undefined ? seen : seen.flatMap((request, i) => {
    if (!titles.has(request.label)) return [request]
    return seen[i - 1]?.label === request.label ? [] : run.seen.filter(({label}) => label === request.label)
  })
}

/** `done`: results by job. Answers, for each change, the bill with it alone and the bill with it and those before it. */
export function causesOf(done, {items, price, models}) {
  const atModels = (seen) => billAgain(seen, price, {model: ({gate}) => modelOf(models, gate)})
  let seen = done.naive.seen
  const steps = NAMES.map((name) => {
    const touched = touchedBy(name, items)
    seen = patched(seen, done[keyOf(upTo(name))], touched)
    return {name, alone: totalOf(patched(done.naive.seen, done[name], touched)), then: totalOf(seen)}
  })
  // the agent sends the same bytes to these models, so the requests are priced anew
  return [...steps, {name: 'models', alone: atModels(done.naive.seen), then: atModels(seen)}]
}
