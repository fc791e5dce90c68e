import {jsonOf} from '../json.js'

const KEYS = ['analysis', 'strategies', 'routedContext', 'skip', 'waves', 'learnings'] as const

type Bag = Readonly<Record<string, unknown>>
export const isBag = (value: unknown): value is Bag => typeof value === 'object' && value !== null && !Array.isArray(value)
const isDecision = (value: unknown): value is Bag => isBag(value) && KEYS.some((key) => key in value)

/** So many openings may lead nowhere: each costs one look at the rest of the text, and an answer has a few of them in its prose or code. */
const MOST = 100

/** The outermost JSON objects of a text. An opening in prose or code that is never closed, or closes something else, hides none behind it. */
function objects(text: string): Bag[] {
  const found: Bag[] = []
  const opening = /\{\s*"/g
  for (let vain = 0; vain < MOST;) {
    const start = opening.exec(text)?.index
    if (start === undefined) break
    const end = endOf(text, start)
    const value = end === null ? undefined : jsonOf(text.slice(start, end))
    const isObject = isBag(value)
    if (isObject) found.push(value)
    else vain++
    opening.lastIndex = isObject && end !== null ? end : start + 1
  }
  return found
}

/** Behind the brace that closes the one at `start`, braces within JSON strings left out; null where none does. */
function endOf(text: string, start: number): number | null {
  let depth = 0
  let quoted = false
  for (let i = start; i < text.length; i++) {
    const c = text[i]
    if (quoted) {
      if (c === '\\') i++
      else if (c === '"') quoted = false
    } else if (c === '"') quoted = true
    else if (c === '{') depth++
    else if (c === '}' && --depth === 0) return i + 1
  }
  return null
}

/**
 * The decision in a model's answer: the whole text, else the last object that has one of the decision's keys. Fences, prose, code, other
 * objects beside it and backticks within its strings do no harm. undefined when there is none.
 */
export function decisionIn(answer: unknown): Bag | undefined {
  if (typeof answer !== 'string') return isDecision(answer) ? answer : undefined
  const whole = jsonOf(answer)
  return isDecision(whole) ? whole : objects(answer).findLast(isDecision)
}
