import {jsonOf} from '../json.js'
import {IMPLEMENT_COMPLEXITIES, type ImplementComplexity} from '../config/words.js'
import type {PlanDraft, SubtaskDraft} from './draft.js'

type Loose = Record<string, unknown>
const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value)
/** Text inside fences, and every outermost `{…}` or `[…]` run of the rest; one pass each. */
function* candidates(text: string): Generator<string> {
  yield text
  const lines = text.split('\n')
  let open = -1
  for (const [i, line] of lines.entries()) {
    if (!/^\s*(?:```|~~~)/.test(line)) continue
    if (open >= 0) yield lines.slice(open + 1, i).join('\n')
    open = open >= 0 ? -1 : i
  }
  yield* balanced(text)
  const [from, to] = [text.indexOf('{'), text.lastIndexOf('}')]
  if (from >= 0 && to > from) yield text.slice(from, to + 1)
}

/** Outermost braces that close again, strings skipped. An opening that never closes ends the search. */
function* balanced(text: string): Generator<string> {
  let depth = 0
  let start = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (depth > 0 && quoted) {
      if (char === '\\') i += 1
      else if (char === '"') quoted = false
    } else if (char === '"') quoted = depth > 0
    else if (char === '{' || char === '[') {
      if (depth === 0) start = i
      depth += 1
    } else if ((char === '}' || char === ']') && depth > 0) {
      depth -= 1
      if (depth === 0) yield text.slice(start, i + 1)
    }
  }
}

const WRAPPERS = ['structured_output', 'result', 'plan', 'output', 'response', 'data', 'content', 'text', 'message'] as const
/** The object with the plan, through the wrappers that agents and models put around their answers. */
function unwrap(value: unknown, depth = 0): Loose | undefined {
  if (depth > 5) return undefined
  if (typeof value === 'string') return value.includes('"') ? planIn(value, depth + 1) : undefined
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every((item) => isObject(item) && typeof item['title'] === 'string')) return {subtasks: value}
    return value.slice(0, 20).map((item: unknown) => unwrap(item, depth + 1)).find((found) => found !== undefined)
  }
  if (!isObject(value)) return undefined
  if (Array.isArray(value['subtasks']) || value['decision'] === 'single') return value
  return WRAPPERS.map((key) => unwrap(value[key], depth + 1)).find((found) => found !== undefined)
}

function planIn(text: string, depth: number): Loose | undefined {
  for (const candidate of candidates(text)) {
    const head = candidate.trimStart()[0]
    if (head !== '{' && head !== '[' && head !== '"') continue
    const found = unwrap(jsonOf(candidate), depth)
    if (found !== undefined) return found
  }
  return undefined
}

const textOf = (value: unknown): string => typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
const first = (item: Loose, keys: readonly string[]): unknown => keys.map((key) => item[key])
  .find((value) => value !== undefined && value !== null)
const listOf = (value: unknown): string[] => Array.isArray(value) ? value.map(textOf).filter((text) => text.trim() !== '')
  : typeof value === 'string' ? value.split('\n').map((line) => line.replace(/^\s*[-*+]\s+/, '')).filter((line) => line.trim() !== '') : []

/** `2`, `"2"`, `"subtask 2"`; what names no order stays in as NaN-free -1, for the check to report. */
const orderOf = (value: unknown): number => {
  if (typeof value === 'number') return Number.isInteger(value) ? value : -1
  const digits = /[0-9]{1,6}/.exec(textOf(value))?.[0]
  return digits === undefined ? -1 : Number(digits)
}
/** A word of a complexity; `epic` and unknown words fall to what an implementer can be given. */
export function complexityFrom(value: unknown): ImplementComplexity {
  const word = textOf(value).trim().toLowerCase()
  return IMPLEMENT_COMPLEXITIES.find((c) => c === word) ?? (word === 'epic' ? 'complex' : 'medium')
}

function subtaskFrom(value: unknown, index: number): SubtaskDraft | undefined {
  if (typeof value === 'string') return {order: index + 1, title: value, description: '', acceptance: [], dependsOn: [], touches: [],
    complexity: 'medium'}
  if (!isObject(value)) return undefined
  const order = first(value, ['order', 'id', 'number'])
  const depends = first(value, ['dependsOn', 'depends_on', 'dependencies'])
  return {
    order: order === undefined ? index + 1 : orderOf(order),
    title: textOf(first(value, ['title', 'name'])), description: textOf(first(value, ['description', 'details', 'body'])),
    acceptance: listOf(first(value, ['acceptance', 'acceptanceCriteria', 'acceptance_criteria'])),
    dependsOn: (Array.isArray(depends) ? depends as unknown[] : depends === undefined ? [] : [depends]).map(orderOf),
    touches: listOf(first(value, ['touches', 'files', 'paths'])), complexity: complexityFrom(first(value, ['complexity', 'size'])),
  }
}

/** The plan in a text that is, or contains, JSON; undefined when there is none. Linear in the length of the text; never throws. */
export function draftFromJson(text: string): PlanDraft | {broken: string} | undefined {
  const found = planIn(text, 0)
  if (found === undefined) return undefined
  const raw = Array.isArray(found['subtasks']) ? found['subtasks'] as unknown[] : []
  const subtasks = raw.map(subtaskFrom)
  const broken = subtasks.findIndex((subtask) => subtask === undefined)
  if (broken >= 0) return {broken: `subtasks[${broken}] is neither an object nor a text`}
  const {decision} = found
  return {
    ...(decision === 'split' || decision === 'single' ? {decision} : {}),
    reason: textOf(found['reason']), effort: textOf(first(found, ['effort', 'totalEffort', 'total_effort'])),
    subtasks: subtasks.filter((subtask) => subtask !== undefined),
  }
}
