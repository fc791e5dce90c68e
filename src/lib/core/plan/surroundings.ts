import {wordCount} from '../classify/clean.js'
import type {Line, Prose} from '../classify/prose.js'
import {sectionOf} from '../classify/sections.js'
import type {SplitPoint} from '../classify/split-points.js'

/** What stands around one piece of work in the issue that lists it. */
export type Surroundings = {
  /** the headings and group items above it that tell it from other pieces, outermost first */
  groups: string[]
  /** the heading or paragraph right above its list; pieces of one list have the same. null: the list begins the text */
  lead: Line | null
}

/** Names of lists of work as such: they say nothing about the pieces below. */
const GENERIC = new RegExp('\\b(?:sub-?tasks?|tasks?|to-?dos?|work|items?|list|lists|checklist|scope|plan|roadmap|steps?|implementation|proposed|proposal|remaining|follow-?ups?|next'
  + '|deliverables?|milestones?|features?|requirements?|changes?|improvements?|ideas?|goals?|details?|overview|description|summary|solution|what|to|do|be|done|is|are|needed|the|of|for|and|a|an|this|these|all|our|main)\\b', 'gi')
/** Whether a name says more than that there is work. */
export const isTelling = (name: string): boolean => /\p{L}/u.test(name.replace(GENERIC, ''))

/** A longer line is a sentence, which names no group. Words. */
const NAME_MAX = 6

function isGroupName(line: Line, title: string): boolean {
  const {plain, section} = line
  if (plain.toLowerCase() === title.toLowerCase() || wordCount(plain) > NAME_MAX) return false
  if (line.kind === 'heading' && sectionOf(plain) === 'work' && wordCount(plain) === 1) return false
  return section !== 'talk' && isTelling(plain)
}

/** The headings and items that a line stands below, outermost first, for each line in turn. */
class Above {
  private headings: Line[] = []
  private items: Line[] = []

  of(line: Line): Line[] {
    if (line.kind === 'heading') return this.headings.filter(({level}) => level < line.level)
    return line.kind === 'item' ? [...this.headings, ...this.items.filter(({indent}) => indent < line.indent)] : this.headings
  }

  pass(line: Line): void {
    if (line.kind === 'heading') {
      this.headings = [...this.of(line), line]
      this.items = []
    } else if (line.kind === 'item') this.items = [...this.items.filter(({indent}) => indent < line.indent), line]
  }
}

/**
 * The text around the pieces. `surroundings` by piece. `beside`: the lines in no piece, which say what it is for, and apart from them what
 * holds for all of it (criteria, what is out of scope); without forms, and without headings and group items that have nothing left below them.
 */
export type Around = {surroundings: ReadonlyMap<SplitPoint, Surroundings>; beside: {purpose: string; terms: string}}

/** Reads an issue around the pieces of work in it, in one pass. `title`: the issue's. */
export function around({rows, lines}: Prose, pieces: readonly SplitPoint[], title: string): Around {
  const inPiece = covered(rows.length, pieces)
  const starts = new Map(pieces.map((piece) => [piece.rows.from, piece]))
  const surroundings = new Map<SplitPoint, Surroundings>()
  const groupItems = new Set<Line>()
  const stack = new Above()
  let lead: Line | null = null
  for (const line of lines) {
    const piece = starts.get(line.at)
    if (piece !== undefined) {
      const above = stack.of(line)
      for (const item of above) if (item.kind === 'item') groupItems.add(item)
      surroundings.set(piece, {groups: above.filter((each) => isGroupName(each, title)).map(({plain}) => plain.replace(/[\s:]+$/, '')), lead})
    }
    stack.pass(line)
    if (line.kind !== 'item' && !inPiece[line.at]) lead = line
  }
  const byRow = new Map(lines.map((line) => [line.at, line]))
  const left = rows.map((row, at) => ({row, line: byRow.get(at)})).filter(({row, line}, at) => !inPiece[at] && !isDebris(row) && !(line !== undefined && groupItems.has(line)))
  const {purpose, terms} = sorted(left)
  return {surroundings, beside: {purpose: textOf(purpose), terms: textOf(terms)}}
}

/** Halves of a fold whose other half is elsewhere, and what pilot wrote into an issue that is split again. */
const DEBRIS = /^\s*(?:<\/?(?:details|summary)\b[^<>]*>\s*){1,4}$|^(?:Parent|Depends on)\\?:\s*(?:GH-|#)[0-9]|^<!-- pilot:/i
export const isDebris = (row: string): boolean => DEBRIS.test(row.slice(0, 200))

/** Which rows lie in a piece. */
function covered(length: number, pieces: readonly SplitPoint[]): boolean[] {
  const depth = new Array<number>(length + 1).fill(0)
  for (const {rows} of pieces) {
    depth[rows.from]! += 1
    depth[Math.min(rows.to, length)]! -= 1
  }
  let open = 0
  return depth.map((change) => (open += change) > 0)
}

type Row = {row: string; line: Line | undefined}

/** Lines by what the heading above them says they are for; forms go. */
function sorted(rows: readonly Row[]): {purpose: Row[]; terms: Row[]} {
  const out = {purpose: [] as Row[], terms: [] as Row[]}
  let to: Row[] | null = out.purpose
  for (const row of rows) {
    const {line} = row
    if (line?.kind === 'heading') to = line.section === 'criteria' || line.section === 'excluded' ? out.terms : line.section === 'template' ? null : out.purpose
    to?.push(row)
  }
  return out
}

const textOf = (rows: readonly Row[]): string => withoutEmptySections(rows).join('\n').replace(/\n{3,}/g, '\n\n').trim()

/** A heading stays where text or a lower heading of its section does. */
function withoutEmptySections(rows: readonly Row[]): string[] {
  let reach = 0
  const out: string[] = []
  for (const {row, line} of [...rows].reverse()) {
    if (line?.kind === 'heading') {
      if (line.level >= reach) continue
      reach = line.level
    } else if (row.trim() !== '') reach = Infinity
    out.push(row)
  }
  return out.reverse()
}
