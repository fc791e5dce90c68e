import {MAX_BODY} from '../issue/text.js'
import {codeWords, isLog, LINE_LIMIT, plainOf, proseOf, uncommented, wordCount} from './clean.js'
import {isRule, shapeOf, underlineOf, type Shape} from './line-shape.js'
import {phaseOf} from './phase.js'
import {isAside, sectionOf, strictest, type Called, type SectionKind} from './sections.js'

/** One line of an issue that is neither code, quote, comment nor log. */
export type Line = Omit<Shape, 'rest'> & {
  /** index of the line in the body, and in `rows` */
  at: number
  /** columns before the text or the list marker */
  indent: number
  /** without markers; code and link texts kept */
  plain: string
  /** prose only */
  text: string
  /** whether it names another issue or pull request, also by a link */
  refers: boolean
  /** what the headings above it (a heading: it too) say it is for */
  section: SectionKind
}
/**
 * `lines`: the whole structure, and the running text of the first `read` of them, which are searched for words. `words` counts those.
 * `rows`: every line of the body with its code and quotes, but without comments.
 */
export type Prose = {lines: Line[]; read: number; words: number; codeLines: number; rows: string[]}

/**
 * Lines and characters of prose that are searched for words; a longer text has said by then what it is about. Headings, list items and
 * phases are kept to the end of what GitHub takes, since each may be a piece of work. Code and logs do not count.
 */
const LINES_READ = 400
const CHARACTERS_READ = 30_000

const FENCE = /^\s*(?:[-*+]\s+|[0-9]+[.)]\s+)?(`{3,}|~{3,})/
/** `#12`, `GH-12`, `owner/name#12`, a link to an issue or a pull request. */
const REFERENCE = /(?:^|[\s(*_`]|\/[\w.-]{1,60})#[0-9]+\b|\bGH-[0-9]+\b|\/(?:issues|pull)\/[0-9]/
const PRE_END = '</pre>'

type State = {
  fence: string | null
  comment: boolean
  /** `indent`: columns before a heading that stands in a list item; 0 for one of the text */
  stack: {level: number; indent: number; kind: SectionKind}[]
  /** what the stack says together */
  section: SectionKind
  inList: boolean
  afterBlank: boolean
  inCode: boolean
  characters: number
  /** headings already judged: long texts repeat them */
  known: Map<string, SectionKind>
  called: Called
}

/** Columns before the first character that is neither a space nor a tab. */
function widthOf(line: string): number {
  let columns = 0
  for (let i = 0; i < line.length; i++) {
    if (line[i] === ' ') columns += 1
    else if (line[i] === '\t') columns += 4
    else break
  }
  return columns
}

/** The fence that is open after this line; a fence closes with at least as many of the same character and nothing else. */
function fenceAfter(line: string, open: string | null): string | null {
  if (open === PRE_END) return line.includes(PRE_END) ? null : open
  if (open === null && line.includes('<pre') && !line.includes(PRE_END)) return PRE_END
  const mark = line.includes('```') || line.includes('~~~') ? FENCE.exec(line)?.[1] : undefined
  if (mark === undefined) return open
  if (open === null) return mark
  return mark.startsWith(open) && line.trim() === mark ? null : open
}

/**
 * Everything that is prose in an issue's body, line by line, with the structure it stands in. Linear in the length of the body. `called`: what title
 * or label call the issue, by which its headings are read.
 */
export function readProse(body: string, called: Called = null): Prose {
  const state: State = {
    fence: null, comment: false, stack: [], section: 'plain', inList: false, afterBlank: true, inCode: false, characters: 0, known: new Map(), called,
  }
  const prose: Prose = {lines: [], read: 0, words: 0, codeLines: 0, rows: []}
  const all = body.slice(0, MAX_BODY).split(/\r\n|\r|\n/)
  const lastClose = all.findLastIndex((line) => line.includes('-->'))
  for (const [i, full] of all.entries()) {
    const open = state.fence
    // a comment in code is code
    const {line: raw, open: comment} = open === null ? uncommented(full, state.comment, i <= lastClose) : {line: full, open: false}
    state.comment = comment
    state.fence = fenceAfter(raw, open)
    prose.rows.push(raw)
    if (open !== null || state.fence !== null) { prose.codeLines += 1; state.afterBlank = false; continue }
    const line = raw.trim().slice(0, LINE_LIMIT)
    if (line === '') { state.afterBlank = true; continue }
    const indent = widthOf(raw)
    state.inCode = indent >= 4 && !state.inList && (state.afterBlank || state.inCode)
    state.afterBlank = false
    if (state.inCode) { prose.codeLines += 1; continue }
    if (line.startsWith('>') || isLog(line) || isRule(line)) continue
    addLine(prose, state, i, indent, shapeOf(line, indent, underlineOf(all[i + 1]?.trim() ?? '')))
  }
  return prose
}

function addLine(prose: Prose, state: State, at: number, indent: number, {kind: shape, marker, checked, level, rest}: Shape): void {
  const isHeading = shape === 'heading'
  // a bold line or one with a colon that belongs to a list item heads what follows in that item, not what follows in the text
  const ofItem = isHeading && level >= BOLD && state.inList && indent > 1
  const kind = ofItem ? 'text' : shape
  if (kind === 'item') state.inList = true
  else if (indent < 2) state.inList = false
  const plain = plainOf(rest)
  leaveItem(state, indent)
  if (isHeading) openSection(state, level, ofItem ? indent : 0, plain)
  const {section} = state
  const read = prose.lines.length < LINES_READ && state.characters < CHARACTERS_READ
  if (!read && kind === 'text' && phaseOf(plain) === null) return
  const refers = (rest.includes('#') || rest.includes('/') || rest.includes('GH-')) && REFERENCE.test(rest.slice(0, 500))
  prose.lines.push({at, indent, kind, marker, checked, level: ofItem ? 0 : level, plain, text: proseOf(rest), refers, section})
  if (!read) return
  prose.read = prose.lines.length
  state.characters += rest.length
  if (!isAside(section)) prose.words += wordCount(prose.lines.at(-1)!.text) + codeWords(rest)
}

/** Level of the weakest headings: bold lines, and below them those that end in a colon. */
const BOLD = 7

/** Closes what a list item has opened for itself, at the first line that stands further out. */
function leaveItem(state: State, indent: number): void {
  const before = state.stack.length
  while (state.stack.length > 0 && state.stack.at(-1)!.indent > indent) state.stack.pop()
  if (state.stack.length !== before) state.section = strictest(state.stack.map(({kind}) => kind))
}

/** Puts a heading below those that stand above it; what follows is for what they say together. One of a list item closes none of the text. */
function openSection(state: State, level: number, indent: number, heading: string): void {
  const closes = (above: State['stack'][number]): boolean => above.level >= level && above.indent >= indent
  while (state.stack.length > 0 && closes(state.stack.at(-1)!)) state.stack.pop()
  state.stack.push({level, indent, kind: sectionKind(heading, state)})
  state.section = strictest(state.stack.map(({kind}) => kind))
}

function sectionKind(heading: string, {known, called}: State): SectionKind {
  const kind = known.get(heading) ?? sectionOf(heading, called)
  known.set(heading, kind)
  return kind
}
