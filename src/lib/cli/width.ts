import {stripVTControlCharacters} from 'node:util'

const graphemes = new Intl.Segmenter('en', {granularity: 'grapheme'})
/** East Asian wide and fullwidth blocks (UAX #11), as far as issue titles are concerned. */
const WIDE_RANGES = '\\u1100-\\u115F\\u2E80-\\u303E\\u3041-\\u33FF\\u3400-\\u4DBF\\u4E00-\\uA4CF\\uA960-\\uA97F\\uAC00-\\uD7A3'
  + '\\uF900-\\uFAFF\\uFE30-\\uFE6F\\uFF01-\\uFF60\\uFFE0-\\uFFE6\\u{1F200}-\\u{1F2FF}\\u{20000}-\\u{3FFFD}'
const WIDE = new RegExp(`^[${WIDE_RANGES}]`, 'u')
const EMOJI = /\p{Emoji_Presentation}|\uFE0F/u
const NOTHING = /^[\p{Mark}\p{Format}\p{Control}]+$/u

function cellWidth(grapheme: string): number {
  if (NOTHING.test(grapheme)) return 0
  return WIDE.test(grapheme) || EMOJI.test(grapheme) ? 2 : 1
}

/** Terminal columns of a text, colours not counted. */
export function displayWidth(text: string): number {
  if (/^[\u0020-\u007E]*$/.test(text)) return text.length
  return [...graphemes.segment(stripVTControlCharacters(text))].reduce((sum, {segment}) => sum + cellWidth(segment), 0)
}

/** At most `columns` wide, with an ellipsis in place of what was cut. Takes text without colours. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  let [kept, used] = ['', 0]
  for (const {segment} of graphemes.segment(text)) {
    used += cellWidth(segment)
    if (used > columns - 1) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}
