import {isLog, plainOf, proseOf, withoutComments, wordCount} from './clean.js'
import {sectionOf, strictest, type SectionKind} from './sections.js'

/** One line of an issue that is neither code, quote, comment nor log. */
export type Line = {
  kind: 'heading' | 'item' | 'text'
  marker: 'box' | 'number' | 'bullet' | null
  checked: boolean
  /** columns before the text or the list marker */
  indent: number
  /** heading level 1–6; 7 for a bold line and 8 for a short line with a colon, which act as headings of what follows; 0 otherwise */
  level: number
  /** without markers; code and link texts kept */
  plain: string
  /** prose only */
  text: string
  /** what the headings above it (a heading: it too) say it is for */
  section: SectionKind
}
export type Prose = {lines: Line[]; words: number; codeLines: number}

/** Lines of prose that are read; a longer text has said by then what it is about. */
const LINES_READ = 1000

const FENCE = /^\s*(?:[-*+]\s+|[0-9]+[.)]\s+)?(`{3,}|~{3,})/
const HEADING = /^ {0,3}(#{1,6})\s+(.*)$/
const BOX = /^(?:[-*+]\s+|[0-9]{1,4}[.)]\s+)?\[([ xX])\]\s*(.*)$/
const NUMBER = /^[0-9]{1,4}(?:[.)]|[-:](?=\s))\s*(.*)$/
const BULLET = /^[-*+•]\s+(.*)$/
const BOLD_LINE = /^(?:\*\*|__)([^*_]{2,80})(?:\*\*|__)\s*:?\s*$/

type State = {
  fence: string | null; stack: {level: number; kind: SectionKind}[]; inList: boolean; afterBlank: boolean; inCode: boolean
  /** headings already judged: long texts repeat them */
  known: Map<string, SectionKind>
}

const widthOf = (line: string): number => {
  let columns = 0
  for (const char of line) {
    if (char === ' ') columns += 1
    else if (char === '\t') columns += 4
    else return columns
  }
  return columns
}

/** The fence that is open after this line; a fence closes with at least as many of the same character and nothing else. */
function fenceAfter(line: string, open: string | null): string | null {
  const mark = FENCE.exec(line)?.[1]
  if (mark === undefined) return open
  if (open === null) return mark
  return mark.startsWith(open) && line.trim() === mark ? null : open
}

type Shape = Pick<Line, 'kind' | 'marker' | 'checked' | 'level'> & {rest: string}

function shapeOf(line: string): Shape {
  const base = {marker: null, checked: false, level: 0} as const
  const heading = HEADING.exec(line)
  if (heading) return {...base, kind: 'heading', level: heading[1]!.length, rest: heading[2]!.slice(0, 300).replace(/#+\s*$/, '')}
  const body = line.trim()
  const box = BOX.exec(body)
  if (box && box[2] !== '') {
    return {...base, kind: 'item', marker: 'box', checked: box[1] !== ' ', rest: box[2]!.replace(/^[0-9]{1,3}[.)]\s+/, '')}
  }
  const number = NUMBER.exec(body)?.[1]
  if (number !== undefined && /^[^\s0-9]/.test(number)) return {...base, kind: 'item', marker: 'number', rest: number}
  const bullet = BULLET.exec(body)
  if (bullet) return {...base, kind: 'item', marker: 'bullet', rest: bullet[1]!}
  const bold = BOLD_LINE.exec(body)
  if (bold) return {...base, kind: 'heading', level: 7, rest: bold[1]!}
  if (body.endsWith(':') && body.length <= 80 && wordCount(body) <= 10) return {...base, kind: 'heading', level: 8, rest: body.slice(0, -1)}
  return {...base, kind: 'text', rest: body}
}

/** Everything that is prose in an issue's body, line by line, with the structure it stands in. Linear in the length of the body. */
export function readProse(body: string): Prose {
  const state: State = {fence: null, stack: [], inList: false, afterBlank: true, inCode: false, known: new Map()}
  const prose: Prose = {lines: [], words: 0, codeLines: 0}
  withoutComments(body).split(/\r\n|\r|\n/).forEach((raw) => {
    const open = state.fence
    state.fence = fenceAfter(raw, open)
    if (prose.lines.length >= LINES_READ) return
    if (open !== null || state.fence !== null) { prose.codeLines += 1; state.afterBlank = false; return }
    if (raw.trim() === '') { state.afterBlank = true; return }
    const indent = widthOf(raw)
    state.inCode = indent >= 4 && !state.inList && (state.afterBlank || state.inCode)
    state.afterBlank = false
    if (state.inCode) { prose.codeLines += 1; return }
    if (/^\s*>/.test(raw)) return
    if (!isLog(raw)) addLine(prose, state, raw, indent)
  })
  return prose
}

function addLine(prose: Prose, state: State, raw: string, indent: number): void {
  const {rest, ...shape} = shapeOf(raw.slice(0, 4000))
  if (/^([-=_*~]\s*){3,}$/.test(raw.trim().slice(0, 200))) return
  if (shape.kind === 'item') state.inList = true
  else if (indent < 2) state.inList = false
  const plain = plainOf(rest)
  if (shape.kind === 'heading') {
    while (state.stack.length > 0 && state.stack.at(-1)!.level >= shape.level) state.stack.pop()
  }
  if (shape.kind === 'heading') state.stack.push({level: shape.level, kind: sectionKind(plain, state.known)})
  const section = strictest(state.stack.map(({kind}) => kind))
  const text = proseOf(rest)
  prose.lines.push({...shape, indent, plain, text, section})
  if (section !== 'template') prose.words += wordCount(text)
}

function sectionKind(heading: string, known: Map<string, SectionKind>): SectionKind {
  const kind = known.get(heading) ?? sectionOf(heading)
  known.set(heading, kind)
  return kind
}
