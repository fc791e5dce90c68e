import {complexityFrom} from './complexity-word.js'
import {DEPENDENCY_READ, SUBTASKS_READ, TITLE_READ, type PlanDraft, type SubtaskDraft} from './draft.js'
import {jsonValues, type Found} from '../json-values.js'
import {numbersIn, plain, referencesIn} from './references.js'

type Loose = Record<string, unknown>
const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value: unknown): string => typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''

const TITLE = ['title', 'name', 'task', 'subject', 'headline', 'titel', 'summary']
const DESCRIPTION = ['description', 'details', 'detail', 'body', 'desc', 'what', 'scope', 'instructions', 'beschreibung', 'content', 'summary', 'goal', 'objective']
const ACCEPTANCE = ['acceptance', 'acceptancecriteria', 'criteria', 'donewhen', 'definitionofdone', 'dod', 'ac']
const DEPENDS = ['dependson', 'dependencies', 'dependency', 'depends', 'deps', 'blockedby', 'requires', 'prerequisites', 'after', 'needs']
const TOUCHES = ['touches', 'files', 'paths', 'touchedfiles', 'affectedfiles', 'filestochange', 'filestomodify', 'filestotouch', 'filepaths', 'globs']
const COMPLEXITY = ['complexity', 'size', 'difficulty']
const ORDER = ['order', 'id', 'number', 'index', 'step', 'key', 'no', 'position']
/** Bookkeeping that is no part of the work. */
const IDLE = ['status', 'state', 'assignee', 'estimate', 'estimatedhours', 'hours', 'labels', 'type', 'priority', 'parallelizable', 'wave', 'effort', 'decision']
const LISTS = ['subtasks', 'subissues', 'tasks', 'steps', 'issues', 'workitems', 'items', 'children', 'plan', 'phases']
const WRAPPERS = ['structuredoutput', 'result', 'plan', 'output', 'response', 'data', 'content', 'text', 'message', 'answer', 'arguments', 'input', 'parameters', 'epic', 'json']

/** `depends_on`, `dependsOn` and `Depends On` are one key. */
const keyOf = (key: string): string => key.toLowerCase().replace(/[^a-z0-9]/g, '')
function entry(object: Loose, keys: readonly string[]): [string, unknown] | undefined {
  const entries = Object.entries(object).filter(([, value]) => value !== null && value !== undefined)
  return keys.map((key) => entries.find(([name]) => keyOf(name) === key)).find((found) => found !== undefined)
}
const field = (object: Loose, keys: readonly string[]): unknown => entry(object, keys)?.[1]

const isSubtask = (value: unknown): value is Loose => isObject(value) && textOf(field(value, TITLE)) !== ''
/** Under another name than ours a list is one of subtasks only if all have titles and some say more: code samples have lists too. */
const areSubtasks = (list: readonly unknown[]): boolean => list.length > 0 && list.every(isSubtask) && list.some((item) => isSubtask(item) && field(item, DESCRIPTION) !== undefined)
/** The subtasks of an object: a list, or an object by order. */
function listIn(object: Loose): unknown[] | undefined {
  for (const key of LISTS) {
    const value = field(object, [key])
    const list = isObject(value) && Object.values(value).length > 0 && Object.values(value).every(isSubtask) ? Object.values(value) : value
    if (Array.isArray(list) && (key === 'subtasks' || areSubtasks(list))) return list as unknown[]
  }
  return undefined
}
const decisionOf = (object: Loose): PlanDraft['decision'] => {
  const word = textOf(field(object, ['decision', 'verdict', 'recommendation'])).trim().toLowerCase()
  if (/^(?:single|one\b|whole|no[ _-]?(?:split|decompos)|do(?:n't| not) split)/.test(word) || field(object, ['single']) === true || field(object, ['split']) === false) return 'single'
  return /^(?:split|decompos|multiple|several)/.test(word) ? 'split' : undefined
}

/** `sure`: it says so in our own words, a list of `subtasks` or a decision. Any other list with titles may be a sample of something else. */
type Plan = {object: Loose; list: unknown[]; cut: boolean; sure: boolean}
/** The plan in a value, through the wrappers that agents and models put around their answers. */
function unwrap({value, open}: Pick<Found, 'value' | 'open'>, depth: number): Plan | undefined {
  if (depth > 5) return undefined
  if (typeof value === 'string') return /["'{]/.test(value) ? planIn(value, depth + 1) : undefined
  if (Array.isArray(value)) {
    if (areSubtasks(value)) return {object: {}, list: value, cut: open.has(value), sure: false}
    return value.slice(0, 20).map((item: unknown) => unwrap({value: item, open}, depth + 1)).find((found) => found !== undefined)
  }
  if (!isObject(value)) return undefined
  const list = listIn(value)
  if (list !== undefined) return {object: value, list, cut: [...open].some((part) => part === list || list.includes(part)), sure: decisionOf(value) !== undefined || (list.length > 0 && field(value, ['subtasks']) !== undefined)}
  if (decisionOf(value) === 'single') return {object: value, list: [], cut: false, sure: true}
  return WRAPPERS.map((key) => unwrap({value: field(value, [key]), open}, depth + 1)).find((found) => found !== undefined)
}

/** The last plan of a text, since models correct themselves, a sure one before others; else the subtasks that stand alone, one object each. */
function planIn(text: string, depth: number): Plan | undefined {
  const values = jsonValues(text)
  const plans = values.map((found) => unwrap(found, depth)).filter((plan) => plan !== undefined)
  const alone = values.filter(({value}) => isSubtask(value) && field(value, DESCRIPTION) !== undefined)
  return plans.findLast(({sure}) => sure) ?? plans.at(-1) ?? (alone.length < 2 ? undefined : {sure: false, object: {}, list: alone.map(({value}) => value), cut: alone.some(({open}) => open.size > 0)})
}

/** Texts of a list, or of a text with one a line; an object says what it is by its title or text. */
const listOf = (value: unknown): string[] => (Array.isArray(value) ? value as unknown[] : typeof value === 'string' ? value.split('\n') : [])
  .map((item) => (isObject(item) ? textOf(field(item, [...TITLE, ...DESCRIPTION, 'path', 'file', 'glob', 'text', 'criterion'])) : textOf(item)).replace(/^\s*[-*+]\s+/, '').trim())
  .filter((text) => text !== '')

/** What an object says under a name that is not asked for is kept: a text or list as a paragraph with its name. */
function rest(item: Loose): string[] {
  const known = [TITLE, DESCRIPTION, ACCEPTANCE, DEPENDS, TOUCHES, COMPLEXITY, ORDER].map((keys) => entry(item, keys)?.[0])
  return Object.entries(item).filter(([name]) => !known.includes(name) && !IDLE.includes(keyOf(name)) && !DEPENDS.includes(keyOf(name)) && !ORDER.includes(keyOf(name)))
    .map(([name, value]) => {
      const lines = isObject(value) ? [] : listOf(value)
      return lines.length === 0 ? '' : typeof value === 'string' ? `${name}: ${value.trim()}` : `${name}:\n${lines.map((line) => `- ${line}`).join('\n')}`
    }).filter((text) => text !== '')
}

function subtaskFrom(item: Loose, order: number): SubtaskDraft {
  const title = entry(item, TITLE)
  const {[title?.[0] ?? '']: _title, ...others} = item
  const said = field(others, DESCRIPTION)
  const told = Array.isArray(said) ? listOf(said).map((line) => `- ${line}`).join('\n') : textOf(said)
  return {
    order, title: textOf(title?.[1]), description: [told, ...rest(item)].filter((part) => part !== '').join('\n\n'),
    acceptance: listOf(field(item, ACCEPTANCE)), dependsOn: [], touches: listOf(field(item, TOUCHES)), complexity: complexityFrom(textOf(field(item, COMPLEXITY))),
  }
}

/** Orders that the items give themselves, where every one does; else their places. */
function ordersOf(items: readonly Loose[]): number[] {
  const given = items.map((item) => {
    const id = field(item, ORDER)
    return typeof id === 'number' ? id : Number(/^[^\d\s]{0,12}[\s_#-]{0,3}(\d{1,6})$/.exec(textOf(id).trim())?.[1] ?? NaN)
  })
  return given.every((order) => Number.isInteger(order)) ? given : items.map((_, i) => i + 1)
}

/** What a dependency may name an item by: place by number or key, the first that has it, and the words of all titles. Read once for a whole plan. */
type Names = {places: ReadonlyMap<string, number>; titles: readonly string[]}
function namesOf(items: readonly Loose[]): Names {
  const places = new Map<string, number>()
  for (const [i, item] of items.entries()) {
    for (const name of ORDER.map((key) => textOf(field(item, [key])).trim().toLowerCase())) if (name !== '' && !places.has(name)) places.set(name, i)
  }
  return {places, titles: items.map((item) => plain(textOf(field(item, TITLE)).slice(0, TITLE_READ)))}
}

function dependenciesOf(item: Loose, i: number, orders: readonly number[], {places: byName, titles}: Names): number[] {
  const value = field(item, DEPENDS)
  const one = (raw: unknown): number[] => {
    if (typeof raw === 'number') return [Number.isInteger(raw) ? raw : -1]
    const text = (isObject(raw) ? textOf(field(raw, [...ORDER, ...TITLE])) : textOf(raw)).trim()
    const named = byName.get(text.toLowerCase())
    if (named !== undefined) return [orders[named]!]
    const {orders: places, left} = referencesIn(text.slice(0, DEPENDENCY_READ), i + 1, titles)
    if (left && places.length === 0) return [numbersIn(text)[0] ?? -1]
    // a number that the text spells out is an order as the items count it; a title stands for a place
    const spelled = numbersIn(text).filter((number) => orders.includes(number))
    return spelled.length > 0 ? spelled : places.map((place) => orders[place - 1]!)
  }
  return [...new Set((Array.isArray(value) ? value.slice(0, SUBTASKS_READ) as unknown[] : value === undefined ? [] : [value]).flatMap(one))]
}

/** The plan in a text that is, or contains, JSON; undefined when there is none. Linear in the length of the text; never throws. */
export function draftFromJson(text: string): PlanDraft | {broken: string} | undefined {
  const found = planIn(text, 0)
  if (found === undefined) return undefined
  const {object, list, cut} = found
  if (cut) return {broken: 'the JSON ends before the list of subtasks does'}
  const broken = list.findIndex((item) => !isObject(item) && typeof item !== 'string')
  if (broken >= 0) return {broken: `subtasks[${broken}] is neither an object nor a text`}
  const items = list.map((item): Loose => (isObject(item) ? item : {title: item}))
  // so many are no plan, and will be refused: what waits for what is not worked out, which costs the square of their number
  const names = items.length > SUBTASKS_READ ? null : namesOf(items)
  const orders = ordersOf(items)
  const decision = decisionOf(object)
  return {
    ...(decision === undefined ? {} : {decision}),
    reason: textOf(field(object, ['reason', 'rationale', 'reasoning', 'why'])), effort: textOf(field(object, ['effort', 'totaleffort', 'estimatedeffort'])),
    subtasks: items.map((item, i) => ({...subtaskFrom(item, orders[i]!), dependsOn: names === null ? [] : dependenciesOf(item, i, orders, names)})),
  }
}
