import {wordCount} from './clean.js'

/** What a line is by its markup. `rest` is the line without its marker. */
export type Shape = {
  kind: 'heading' | 'item' | 'text'
  marker: 'box' | 'number' | 'bullet' | null
  checked: boolean
  /**
   * heading level 1–6; 7 for a bold line, 8 for a short line that ends in a colon or names a part of a form: they act as headings of what
   * follows; 0 otherwise
   */
  level: number
  rest: string
}

// Every shape is one literal with the same keys in the same order: long bodies make thousands of them, and a spread costs more than all
// patterns together.
const textOf = (rest: string): Shape => ({kind: 'text', marker: null, checked: false, level: 0, rest})
const headingOf = (level: number, rest: string): Shape => ({kind: 'heading', marker: null, checked: false, level, rest})
const listed = (marker: 'box' | 'number' | 'bullet', checked: boolean, rest: string): Shape =>
  ({kind: 'item', marker, checked, level: 0, rest})

const HEADING = /^(#{1,6})\s+(.*)$/
const BOX = /^(?:[-*+]\s+|[0-9]{1,4}[.)]\s+)?\[([ xX])\]\s*(.*)$/
const NUMBER = /^[(（]?[0-9]{1,4}(?:[.)](?![0-9])|[、．）]|[-:](?=\s))\s*(.*)$/
const BULLET = /^[-*+•]\s+(.*)$/
const BOLD_LINE = /^(?:\*\*|__)([^*_]{2,80})(?:\*\*|__)\s*:?\s*$/
/** Parts of forms that people write without any markup. */
const FORM_LINE = new RegExp('^(?:acceptance criteria|definition of done|(?:expected|actual|current) (?:behaviou?r|results?|outcome)'
  + '|environment|logs?|screenshots?|steps to (?:reproduce|replicate|recreate)|how to reproduce|repro(?:duction)? steps'
  + '|system info(?:rmation)?|versions?|checklist)$', 'i')
const HTML_HEADING = /^<h([1-6])\b[^<>]*>([^<>]*)<\/h[1-6]>$/i
const SUMMARY = /^(?:<details\b[^<>]*>\s*)?<summary\b[^<>]*>([^<>]{2,80})<\/summary>/i
const HTML_ITEM = /^(?:<[uo]l\b[^<>]*>\s*)?<li\b[^<>]*>\s*(.*)$/i

/** The same line in Markdown where it is written in HTML. */
function asMarkdown(line: string): string {
  if (!line.startsWith('<')) return line
  const heading = HTML_HEADING.exec(line)
  if (heading) return `${'#'.repeat(Number(heading[1]))} ${heading[2]!}`
  const summary = SUMMARY.exec(line)?.[1]
  if (summary !== undefined) return `**${summary.replace(/[*_]/g, '')}**`
  const item = HTML_ITEM.exec(line)?.[1]
  return item === undefined ? line : `- ${item}`
}

/** What a list item says, or null for a line that is none. */
function itemOf(line: string): Shape | null {
  const box = BOX.exec(line)
  if (box && box[2] !== '') return listed('box', box[1] !== ' ', box[2]!.replace(/^[0-9]{1,3}[.)]\s+/, ''))
  const number = NUMBER.exec(line)?.[1]
  if (number !== undefined && number !== '') return listed('number', false, number)
  const bullet = BULLET.exec(line)
  return bullet && listed('bullet', false, bullet[1]!)
}

/**
 * The shape of a line that is trimmed and stands `indent` columns in. `underline` is what the next line makes of it: a heading of
 * level 1 or 2, or 0.
 */
export function shapeOf(line: string, indent: number, underline: 0 | 1 | 2): Shape {
  const said = asMarkdown(line)
  const heading = indent <= 3 ? HEADING.exec(said) : null
  if (heading) return headingOf(heading[1]!.length, heading[2]!.slice(0, 300).replace(/#+\s*$/, ''))
  const item = /^[-*+•[(（0-9]/.test(said) ? itemOf(said) : null
  if (item) return item
  if (underline !== 0) return headingOf(underline, said.slice(0, 300))
  const bold = BOLD_LINE.exec(said)
  if (bold) return headingOf(7, bold[1]!)
  const opens = said.endsWith(':') && said.length <= 80 && wordCount(said) <= 10
  return opens || (said.length <= 40 && FORM_LINE.test(said)) ? headingOf(8, said.replace(/:$/, '')) : textOf(said)
}

/** Whether a line is a rule or the underline of the heading above it: three or more of one character and nothing else. */
export const isRule = (line: string): boolean => /^([-=_*~])(?:\s?\1){2,}$/.test(line.slice(0, 200))

/** The level of heading that a line makes of the text above it. */
export const underlineOf = (line: string): 0 | 1 | 2 => (/^={3,}$/.test(line) ? 1 : /^-{3,}$/.test(line) ? 2 : 0)
