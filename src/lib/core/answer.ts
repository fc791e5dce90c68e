import {answerText} from './answer-text.js'
import {jsonValues, strictObjects, type Found} from './json-values.js'
import {jsonOf} from './json.js'

export type Bag = Readonly<Record<string, unknown>>
export const isBag = (value: unknown): value is Bag => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What an agent answered: its text, and what its program read by the schema, or guessed from the text. */
export type Said = {text: string; structured?: unknown}

/**
 * Complete objects of a text by where they end. What is JSON to the letter, and what is nearly so (trailing commas, comments, raw newlines, single
 * quotes), are looked for each on their own: something loose in the prose may reach into the answer, and hides nothing of it then.
 */
function objectsIn(text: string): Found[] {
  const loose = jsonValues(text).filter(({value, open}) => (isBag(value) || typeof value === 'string') && open.size === 0)
  return [...loose, ...strictObjects(text)].sort((a, b) => a.end - b.end || b.at - a.at)
}

/** Wrappers around an answer, one in the other: `{"decision": {…}}`, `{"result": {"review": {…}}}`, or the whole of it once more as a text. */
const WRAPPED = 3

/** What `read` accepts of a value: itself, else what it wraps. */
function within<T>(value: unknown, read: (value: unknown) => T | undefined, depth = 0): T[] {
  const own = read(value)
  if (own !== undefined) return [own]
  if (depth === WRAPPED) return []
  if (typeof value === 'string') return /["'{]/.test(value) ? inText(value, read, depth + 1) : []
  return isBag(value) ? Object.values(value).filter(isBag).flatMap((member) => within(member, read, depth + 1)) : []
}

/** The same of a text, where an object within one that was accepted is part of that. */
function inText<T>(text: string, read: (value: unknown) => T | undefined, depth: number): T[] {
  const lastFirst: T[] = []
  let taken = Infinity
  for (const {value, at} of objectsIn(text).reverse()) {
    const found = at >= taken ? [] : within(value, read, depth)
    if (found.length > 0) taken = at
    lastFirst.push(...found.reverse())
  }
  return lastFirst.reverse()
}

/**
 * Everything in an answer that `read` accepts, in the order in which it was said: the last one counts, since models correct themselves and show
 * examples first. The one reader of all gates. Fences, prose, code and other objects do no harm; an object that the text ends inside of is none.
 * Linear in the length of the text.
 */
export const answersIn = <T>({text, structured}: Said, read: (value: unknown) => T | undefined): T[] =>
  [...inText(answerText(text), read, 0), ...within(structured, read)]

/** The JSON value in a text for those who have no schema: the whole text, else its last object. undefined when there is none. */
export function jsonIn(text: string): unknown {
  const whole = jsonOf(text)
  if (typeof whole === 'object' && whole !== null) return whole
  return objectsIn(answerText(text)).findLast(({value}) => isBag(value))?.value
}
