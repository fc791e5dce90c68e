import type {Facts} from './facts.js'

/** Why waves cannot stand, or null: they have to hold each issue exactly once, and nothing before or beside what it depends on. */
export function wavesFault(waves: readonly (readonly number[])[], remaining: Facts['remaining'], skipped: ReadonlySet<number>): string | null {
  const wanted = remaining.filter((child) => !skipped.has(child.number))
  const flat = waves.flat()
  const twice = flat.find((n, i) => flat.indexOf(n) !== i)
  if (twice !== undefined) return `#${twice} stands in them twice`
  const stranger = flat.find((n) => !wanted.some((child) => child.number === n))
  if (stranger !== undefined) return `#${stranger} is none of the remaining sub-issues`
  const missing = wanted.find((child) => !flat.includes(child.number))
  if (missing !== undefined) return `#${missing.number} is missing`
  if (waves.some((wave) => wave.length === 0)) return 'a wave is empty'
  const at = new Map(waves.flatMap((wave, i) => wave.map((n) => [n, i] as const)))
  for (const child of wanted) {
    const early = child.dependsOn.find((n) => (at.get(n) ?? -1) >= at.get(child.number)!)
    if (early !== undefined) return `#${child.number} does not come after #${early}, which it depends on`
  }
  return null
}

/** Waves without what is skipped. */
export const without = (waves: readonly (readonly number[])[], skipped: ReadonlySet<number>): number[][] =>
  waves.map((wave) => wave.filter((n) => !skipped.has(n))).filter((wave) => wave.length > 0)
