import {checkLayer, type CheckedLayer, type LayerInput} from './check.js'
import {DEFAULTS} from './defaults.js'
import {PRESET_TABLES} from './presets.js'
import {InvalidConfig, problem, show, type Problem} from './problem.js'
import {RULES} from './rules.js'
import {toSettings, type Merged, type Settings} from './settings.js'
import type {Origin, Source, Sourced} from './sourced.js'
import {PRESETS, type Preset} from './words.js'

/** The resolved configuration: plain typed values in `settings`, and for each key where its value came from. */
export type Config = {
  settings: Settings
  /**
   * Where the value of a dotted key came from. A key inside a list or an entry of a map (`endpoints.ollama.url`) has the
   * source of the whole; an entry that nobody wrote (`routing.gates.plan`) is a default. Anything else is a mistake and throws.
   */
  source: (key: string) => Source
  /** The written value of a dotted key with its source: durations and tiers are still text. */
  sourced: (key: string) => Sourced<unknown>
  /** The configuration files that were read, strongest first, as reports name them. */
  files: readonly string[]
}

type Leaf = {value: unknown; from: Origin; at: string | undefined; file: string | null; line: number | null}
const STRENGTH: Record<LayerInput['from'], number> = {flag: 0, local: 1, global: 2}
const UNWRITTEN: Leaf = {value: undefined, from: 'default', at: undefined, file: null, line: null}
/** Maps merge by key, and each entry is one value: half an endpoint of one file must not meet the key of another. */
const MAPS = ['tiers', 'endpoints', 'routing.gates', 'routing.complexity']

/**
 * Merges flag > local > global > preset > default, value by value; lists replace each other as a whole.
 * @throws InvalidConfig with everything that is wrong in all layers together
 */
export function resolveConfig(inputs: readonly LayerInput[]): Config {
  const checked = inputs.toSorted((a, b) => STRENGTH[a.from] - STRENGTH[b.from]).map(checkLayer)
  const broken = (key: string) => checked.some((layer) => layer.broken.some((other) => related(key, other)))
  const written = checked.map(leavesOfLayer)
  const defaults = plainLeaves(DEFAULTS, 'default')
  const preset = presetOf([...written, defaults])
  const layers = [...written, plainLeaves(presetData(preset), 'preset', preset), defaults]
  const merged = new Map<string, Leaf[]>()
  for (const key of new Set(layers.flatMap((layer) => [...layer.keys()]))) merged.set(key, layers.flatMap((layer) => layer.get(key) ?? []))

  const settings = toSettings(nested(merged))
  const findings = RULES.flatMap((rule) => rule({settings, broken})).map(({key, expected, seen, meant}) => {
    const leaf = merged.get(key)?.[0]
    const [file, line] = [leaf?.file ?? 'built-in default', leaf?.line ?? null]
    return problem({file, line, key, expected, meant, seen: seen ?? show(leaf?.value)})
  })
  const problems: Problem[] = [...checked.flatMap((layer) => layer.problems), ...findings]
  if (problems.length > 0) throw new InvalidConfig(problems)
  return {settings, ...provenance(merged), files: checked.filter(({from}) => from !== 'flag').map(({file}) => file)}
}

const related = (a: string, b: string): boolean => a === b || b === '' || a.startsWith(`${b}.`) || b.startsWith(`${a}.`)

/** Every value of a nested map with its dotted key. */
function* leaves(data: object, at = ''): Generator<[string, unknown]> {
  for (const [name, value] of Object.entries(data)) {
    const key = at === '' ? name : `${at}.${name}`
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && !MAPS.includes(at)) yield* leaves(value as object, key)
    else yield [key, value]
  }
}

const plainLeaves = (data: object, from: 'preset' | 'default', at?: string): Map<string, Leaf> =>
  new Map([...leaves(data)].map(([key, value]) => [key, {value, from, at, file: null, line: null}]))

function leavesOfLayer({from, file, data, lineOf, broken}: CheckedLayer): Map<string, Leaf> {
  const usable = [...leaves(data as object)].filter(([key]) => !broken.some((other) => related(key, other)))
  return new Map(usable.map(([key, value]) => {
    const line = lineOf(key) ?? null
    return [key, {value, from, at: line === null ? undefined : `${file}:${line}`, file, line}]
  }))
}

function presetOf(layers: readonly ReadonlyMap<string, Leaf>[]): Preset {
  const name = layers.map((layer) => layer.get('routing.preset')?.value).find((value) => value !== undefined)
  return PRESETS.find((preset) => preset === name) ?? DEFAULTS.routing.preset
}
const presetData = (preset: Preset) => ({routing: {max_escalations_per_issue: PRESET_TABLES[preset].maxEscalations}})

/** Back to the shape of the file. The schema vouches for each value, so the whole has the shape of `Merged`. */
function nested(merged: ReadonlyMap<string, readonly Leaf[]>): Merged {
  const root: Record<string, unknown> = {endpoints: {}, routing: {gates: {}, complexity: {}}}
  for (const [key, [leaf]] of merged) {
    const parts = key.split('.')
    const last = parts.pop()!
    let at = root
    for (const part of parts) at = (at[part] ??= {}) as Record<string, unknown>
    at[last] = structuredClone(leaf!.value)
  }
  return root as Merged
}

function provenance(merged: ReadonlyMap<string, readonly Leaf[]>): Pick<Config, 'source' | 'sourced'> {
  const find = (key: string): readonly Leaf[] | undefined => {
    for (let at = key; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
      const found = merged.get(at)
      if (found) return found
    }
    return MAPS.some((map) => key.startsWith(`${map}.`)) ? [UNWRITTEN] : undefined
  }
  const sourced = (key: string): Sourced<unknown> => {
    const found = find(key)
    if (!found) throw new RangeError(`no such setting: ${key}`)
    const [leaf, ...weaker] = found.map(({value, from, at}) => ({value, from, ...(at !== undefined && {at})}))
    return {...leaf!, key, overrode: weaker}
  }
  return {
    sourced,
    source: (key) => {
      const {value: _, ...source} = sourced(key)
      return source
    },
  }
}
