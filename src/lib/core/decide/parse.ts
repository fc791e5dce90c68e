import {jsonOf} from '../json.js'

const KEYS = ['analysis', 'strategies', 'routedContext', 'skip', 'waves', 'learnings'] as const

type Bag = Readonly<Record<string, unknown>>
export const isBag = (value: unknown): value is Bag => typeof value === 'object' && value !== null && !Array.isArray(value)
const isDecision = (value: unknown): value is Bag => isBag(value) && KEYS.some((key) => key in value)

/** The outermost `{…}` blocks of a text, braces within JSON strings left out. Linear: each character is looked at once. */
function blocks(text: string): string[] {
  const out: string[] = []
  let depth = 0
  let start = -1
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (quoted) {
      if (c === '\\') i++
      else if (c === '"') quoted = false
    } else if (c === '"' && depth > 0) quoted = true
    else if (c === '{' && depth++ === 0) start = i
    else if (c === '}' && depth > 0 && --depth === 0) out.push(text.slice(start, i + 1))
  }
  return out
}

/**
 * The decision in a model's answer: the whole text, else the last block that has one of the decision's keys. Fences, prose, other
 * objects beside it and backticks within its strings do no harm. undefined when there is none.
 */
export function decisionIn(answer: unknown): Bag | undefined {
  if (typeof answer !== 'string') return isDecision(answer) ? answer : undefined
  return [answer, ...blocks(answer).reverse()].map(jsonOf).find(isDecision)
}
