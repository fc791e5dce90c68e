import type {Decision} from './decision.js'
import type {Facts} from './facts.js'
import {wavesFault} from './waves.js'

const NOTHING: Omit<Decision, 'waves'> = {analysis: {}, strategies: {}, routedContext: [], skip: [], learnings: []}

/** All that depends on a failed child, directly or through others. */
function dependents(facts: Facts, failed: ReadonlySet<number>): Set<number> {
  const behind = new Set<number>()
  for (let grown = true; grown;) {
    grown = false
    for (const child of facts.remaining) {
      if (behind.has(child.number) || !child.dependsOn.some((n) => failed.has(n) || behind.has(n))) continue
      behind.add(child.number)
      grown = true
    }
  }
  return behind
}

/** One child a wave: the safe order when nothing better can be shown to be right. Members of a circle keep their order. */
const serial = (waves: readonly (readonly number[])[]): number[][] => waves.flat().map((n) => [n])

/**
 * The decision without a model: what depends on a failure goes last, the rest stays in its order; where that does not stand, one
 * after the other. It changes no issue: retries are left to `pilot retry`.
 */
export function fallbackDecision(facts: Facts): Decision {
  const behind = dependents(facts, new Set(facts.failed.map((child) => child.number)))
  const keep = (last: boolean) => facts.waves.map((wave) => wave.filter((n) => behind.has(n) === last)).filter((wave) => wave.length > 0)
  const waves = [...keep(false), ...keep(true)]
  return {...NOTHING, waves: wavesFault(waves, facts.remaining, new Set()) === null ? waves : serial(facts.waves)}
}
