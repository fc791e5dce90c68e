import {jsonOf} from './json.js'
import {looseJson} from './loose-json.js'

/** A JSON value found in a text, from `at` to before `end`; `open` holds what the text ends inside of. */
export type Found = {value: unknown; at: number; end: number; open: ReadonlySet<unknown>}
const closed = (value: unknown, at: number, end: number): Found => ({value, at, end, open: new Set()})

/** Characters looked at for each character of the text; a text of opening brackets would cost its square without it. */
const WORK = 6

/** Contents of fences, and lines, that hold a JSON text in quotes: `"{\"subtasks\": …}"`, or the same without the quotes. */
function escaped(text: string): Found[] {
  const from = text.search(/[{[]\s{0,20}\\"/)
  if (from < 0) return []
  const to = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'))
  const inner = to > from ? jsonOf(`"${text.slice(from, to + 1).replace(/\n/g, '\\n')}"`) : undefined
  return inner === undefined ? [] : [closed(inner, from, to + 1)]
}

/** Every JSON value of a text, in order: the whole text, else each object or list in it, loosely read. Linear in the length of the text. */
export function jsonValues(text: string): Found[] {
  const all = jsonOf(text)
  if (all !== undefined) return [closed(all, 0, text.length)]
  const found: Found[] = []
  let budget = text.length * WORK
  for (let at = text.search(/[{[]/); at >= 0 && at < text.length && budget > 0;) {
    const read = looseJson(text, at)
    budget -= Math.max(1, read.end - at)
    if ('value' in read) found.push({value: read.value, at, end: read.end, open: read.open})
    const next = text.slice(('value' in read ? Math.max(read.end, at + 1) : at + 1)).search(/[{[]/)
    at = next < 0 ? -1 : next + ('value' in read ? Math.max(read.end, at + 1) : at + 1)
  }
  return [...found, ...escaped(text)]
}

/** So many openings may lead nowhere: each costs one look at the rest of the text, and an answer has a few of them in its prose or code. */
const VAIN = 100

/** The outermost objects of a text that are JSON to the letter. An opening in prose or code that is never closed, or closes something else, hides none behind it. */
export function strictObjects(text: string): Found[] {
  const found: Found[] = []
  const opening = /\{\s*["}]/g
  for (let vain = 0; vain < VAIN;) {
    const at = opening.exec(text)?.index
    if (at === undefined) break
    const end = endOf(text, at)
    const value = end === null ? undefined : jsonOf(text.slice(at, end))
    if (value === undefined) vain++
    else found.push(closed(value, at, end!))
    opening.lastIndex = value === undefined ? at + 1 : end!
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
