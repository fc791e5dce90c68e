import {z} from 'zod'
import {nearest} from './nearest.js'
import {problem, show, type Problem} from './problem.js'
import {EXECUTORS} from './words.js'
import {writtenSchema} from './written.js'

export type LayerInput = {
  from: 'flag' | 'local' | 'global'
  /** Name of the file as reports show it. */
  file: string
  /** Whatever the file holds; null or undefined for an empty one. */
  data: unknown
  /** Line (from 1) of a dotted key. */
  lineOf: (key: string) => number | undefined
  /** What was found wrong while the file was parsed. */
  problems?: readonly Problem[]
}
export type CheckedLayer = Omit<LayerInput, 'problems'> & {problems: Problem[]; broken: string[]}

/** The schema is at most this deep; nothing below needs cleaning, and a hostile file cannot make the walk long. */
const DEPTH = 6

/** A file with this many problems is no configuration; nothing more is said about it, and nothing of it is used. */
const MOST = 200

/** Reads one layer against the schema. All of its problems are returned; `broken` has the keys that must not be used. */
export function checkLayer(layer: LayerInput): CheckedLayer {
  const problems: Problem[] = [...(layer.problems ?? [])]
  const report = (key: string, seen: string, expected: string, meant?: string) => {
    problems.push(problem({file: layer.file, line: lineNear(layer, key), key, seen, expected, meant}))
  }
  const isFull = () => problems.length >= MOST
  const hazards: string[] = []
  const data = clean(layer.data ?? {}, '', hazards) ?? {}
  for (const key of hazards) report(key, 'an unknown key', known(key).expected)
  const broken = [...hazards]
  for (const issue of writtenSchema.safeParse(data).error?.issues ?? []) {
    if (isFull()) break
    const at = issue.path.map(String).join('.')
    if (issue.code === 'unrecognized_keys') {
      for (const name of issue.keys) {
        if (isFull()) break
        const key = at === '' ? name : `${at}.${name}`
        const {expected, meant} = known(key)
        report(key, 'an unknown key', expected, meant)
        broken.push(key)
      }
      continue
    }
    if (broken.includes(at)) continue // one word on each key is enough
    const value = valueAt(data, issue.path)
    if (issue.code === 'invalid_key') report(at, 'another name', issue.issues[0]?.message ?? issue.message)
    else report(at, show(value, at), issue.message, meantValue(issue, value))
    broken.push(at)
  }
  if (isFull()) broken.push('')
  return {...layer, data: broken.includes('') ? {} : data, problems: inOrder(problems), broken}
}

/** A copy without empty sections (`retry:` with nothing below it) and without keys that every object inherits, such as `__proto__`. */
function clean(value: unknown, at: string, hazards: string[], depth = 0): unknown {
  if (depth > DEPTH || typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const copy: Record<string, unknown> = {}
  for (const [name, child] of Object.entries(value)) {
    const key = at === '' ? name : `${at}.${name}`
    if (name in Object.prototype) hazards.push(key)
    else if (child !== undefined && !(child === null && isSection(key))) copy[name] = clean(child, key, hazards, depth + 1)
  }
  return copy
}

const unwrapped = (schema: unknown): unknown => schema instanceof z.ZodOptional ? unwrapped(schema.unwrap()) : schema
function schemaAt(key: string): unknown {
  let schema: unknown = writtenSchema
  for (const part of key === '' ? [] : key.split('.')) {
    if (schema instanceof z.ZodObject) schema = unwrapped(Object.hasOwn(schema.shape, part) ? schema.shape[part] : undefined)
    else if (schema instanceof z.ZodRecord) schema = unwrapped(schema.valueType)
    else return undefined
  }
  return schema
}
const isSection = (key: string): boolean => {
  const schema = schemaAt(key)
  return schema instanceof z.ZodObject || schema instanceof z.ZodRecord
}
const keysAt = (key: string): string[] => {
  const schema = schemaAt(key)
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}

/** Every key of the schema, dotted. */
export function knownKeys(at = ''): string[] {
  return keysAt(at).flatMap((name) => {
    const key = at === '' ? name : `${at}.${name}`
    return [key, ...knownKeys(key)]
  })
}

const lastPart = (key: string): string => key.slice(key.lastIndexOf('.') + 1)

/** What could stand where an unknown key stands: its siblings first, then a key of the same name elsewhere. */
function known(key: string): {expected: string; meant: string | undefined} {
  const name = lastPart(key)
  const parent = key.slice(0, Math.max(0, key.length - name.length - 1))
  const siblings = keysAt(parent)
  const sibling = nearest(name, siblings)
  const others = knownKeys()
  const alike = nearest(name, others.map(lastPart))
  const elsewhere = others.find((other) => lastPart(other) === name) ?? others.find((other) => lastPart(other) === alike)
  const meant = sibling === undefined ? elsewhere : parent === '' ? sibling : `${parent}.${sibling}`
  return {expected: siblings.length === 0 ? 'a key of its own' : `one of ${siblings.join(', ')}`, meant}
}

/** The word that a mistyped value is closest to. */
function meantValue(issue: z.core.$ZodIssue, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  if (issue.code === 'invalid_value') return nearest(value, issue.values.filter((word) => typeof word === 'string'))
  const head = /^([^:@]+)([@:].*)$/.exec(value)
  if (issue.path[0] !== 'tiers' || !head) return undefined
  const executor = nearest(head[1]!, EXECUTORS)
  return executor === undefined || executor === head[1] ? undefined : `${executor}${head[2]!}`
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Record<PropertyKey, unknown>)[part]
  }
  return value
}

/** The line of a key, or of the nearest section around it that the file has. */
export function lineNear(layer: Pick<LayerInput, 'lineOf'>, key: string): number | null {
  for (let at = key; ; at = at.slice(0, at.lastIndexOf('.'))) {
    const line = layer.lineOf(at)
    if (line !== undefined) return line
    if (!at.includes('.')) return null
  }
}

const inOrder = (problems: readonly Problem[]): Problem[] => problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
