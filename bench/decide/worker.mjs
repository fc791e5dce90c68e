// All runs of one scenario, one after the other, in a process of their own: JSON of {name, rate, seeds} in, JSON of the figures out.
import {broken} from './invariants.mjs'
import {kindsOf} from './spoil.mjs'
import {runEpic} from './world.mjs'

const {name, rate, seeds} = JSON.parse(process.argv[2])
const scenario = await import(`./scenarios/${name}.mjs`)
const KEYS = ['merged', 'spawns', 'decides', 'work', 'usd']

async function figuresOf(mode) {
  const seen = await runEpic(name, scenario, mode)
  const of = (gate) => seen.ledger.filter((line) => line.gate === gate).length
  const usd = Math.round(seen.ledger.reduce((sum, {costUsd}) => sum + costUsd, 0) * 100) / 100
  return {
    children: seen.children.length, merged: seen.done.length, spawns: seen.ledger.length, decides: of('decide'), work: of('implement'), usd,
    broken: broken(seen, mode),
  }
}

/** One run a seed. Those whose answers come in the same way are the same run, which is made once. */
async function erring(right) {
  const made = [right]
  const all = []
  for (let seed = 1; seed <= seeds; seed++) {
    const kinds = kindsOf(name, rate, seed)
    const alike = ({kinds: other, figures: {decides}}) => kinds.slice(0, decides).join() === other.slice(0, decides).join()
    let found = made.find(alike)
    if (found === undefined) made.push(found = {kinds, figures: await figuresOf({alone: false, asks: true, kinds})})
    all.push(found.figures)
  }
  const mean = (key) => all.reduce((sum, one) => sum + one[key], 0) / all.length
  const means = Object.fromEntries(KEYS.map((key) => [key, mean(key)]))
  return {...right.figures, ...means, broken: made.slice(1).flatMap(({figures}) => figures.broken)}
}

const kinds = kindsOf(name, 0, 0)
const off = await figuresOf({alone: true, asks: false, kinds})
const fallback = await figuresOf({alone: false, asks: false, kinds})
const on = await figuresOf({alone: false, asks: true, kinds})
process.stdout.write(JSON.stringify({name, title: scenario.title, modes: {off, fallback, on, errs: await erring({kinds, figures: on})}}))
