import {jsonOf} from '../json.js'
import {looseJson} from './loose-json.js'

/** A JSON value found in a text; `open` holds what the text ends inside of. */
export type Found = {value: unknown; open: ReadonlySet<unknown>}
const whole = (value: unknown): Found => ({value, open: new Set()})

/** Characters looked at for each character of the text; a text of opening brackets would cost its square without it. */
const WORK = 6

/** Contents of fences, and lines, that hold a JSON text in quotes: `"{\"subtasks\": …}"`, or the same without the quotes. */
function escaped(text: string): Found[] {
  const from = text.search(/[{[]\s{0,20}\\"/)
  if (from < 0) return []
  const to = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'))
  const inner = to > from ? jsonOf(`"${text.slice(from, to + 1).replace(/\n/g, '\\n')}"`) : undefined
  return inner === undefined ? [] : [whole(inner)]
}

/** Every JSON value of a text, in order: the whole text, else each object or list in it, loosely read. Linear in the length of the text. */
export function jsonValues(text: string): Found[] {
  const all = jsonOf(text)
  if (all !== undefined) return [whole(all)]
  const found: Found[] = []
  let budget = text.length * WORK
  for (let at = text.search(/[{[]/); at >= 0 && at < text.length && budget > 0;) {
    const read = looseJson(text, at)
    budget -= Math.max(1, read.end - at)
    if ('value' in read) found.push({value: read.value, open: read.open})
    const next = text.slice(('value' in read ? Math.max(read.end, at + 1) : at + 1)).search(/[{[]/)
    at = next < 0 ? -1 : next + ('value' in read ? Math.max(read.end, at + 1) : at + 1)
  }
  return [...found, ...escaped(text)]
}
