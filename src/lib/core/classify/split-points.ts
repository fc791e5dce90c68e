import {isContainerTitle, isPluralTitle, saysContainer, saysPlural} from './containers.js'
import {directoryOf, pathsIn} from './packages.js'
import {issueOf} from './tracked.js'
import type {Line, Prose} from './prose.js'
import {isAside} from './sections.js'
import {boxes, bullets, findings, headings, numbered, phases, themes, type Collection, type Pick} from './work-items.js'

export const SPLIT_SOURCES = ['headings', 'checkbox', 'numbered', 'prose', 'none'] as const
/**
 * Where split points were read: `headings` are `Phase/Task/Step N`, numbered headings and the themes of a container, `prose` bullets
 * of a list that says it is one of work.
 */
export type SplitSource = (typeof SPLIT_SOURCES)[number]
/**
 * `detail`: the prose below it, for the rules to judge. `rows`: the lines of the body that are its specification, `to` exclusive.
 * `paths`: the files and folders that it names in prose; `places`: their directories. `refers`: it names an issue or pull request; `issue`: it is one
 * already, as the text names it.
 */
export type SplitPoint = {
  title: string; detail: string[]; rows: {from: number; to: number}; paths: string[]; places: string[]; done: boolean; refers: boolean; issue: string | null
}
export type SplitPoints = {source: SplitSource; points: SplitPoint[]}

/** What a split can make of the points and the rest: neither what is done nor what is an issue already (`tracked`, each name once). In the order of the text. */
export function leftToMake({points}: SplitPoints, rest: readonly SplitPoint[]): {open: SplitPoint[]; tracked: string[]} {
  const all = [...points, ...rest].filter(({done}) => !done).sort((a, b) => a.rows.from - b.rows.from)
  return {open: all.filter(({issue}) => issue === null), tracked: [...new Set(all.flatMap(({issue}) => issue ?? []))]}
}

/** A title that is struck out as a whole: what it named was dropped. */
const STRUCK = /^~{1,2}[^~]+~{1,2}$/
export const isStruck = ({plain}: Line): boolean => STRUCK.test(plain)
/** Lines below a point that the rules look at. */
const DETAIL_LINES = 40

/** Lines below a point up to the next one or the next section of the same rank. */
function detailOf(prose: Prose, pick: Pick, next: number): string[] {
  const out: string[] = []
  for (const line of prose.lines.slice(pick.index + 1, Math.min(next, pick.index + 1 + 2 * DETAIL_LINES))) {
    if (endsSection(line, pick.line)) break
    if (isAside(line.section) || (pick.line.kind === 'item' && line.indent <= pick.line.indent)) break
    if (line.plain !== '') out.push(line.kind === 'item' ? `- ${line.plain}` : line.plain)
    if (out.length === DETAIL_LINES) break
  }
  return out
}

const endsSection = (line: Line, above: Line): boolean =>
  line.kind === 'heading' && line.level <= 6 && (above.kind !== 'heading' || line.level <= above.level)

/**
 * Whether a line is no longer about the point above it. Below an item, a heading of any kind ends it and so does an item of the same list or of one further out;
 * a paragraph that is not indented does so only behind the last point (`next` null), where nothing says how far the point goes.
 */
export function endsPoint(line: Line, above: Line, next: Pick | null): boolean {
  if (endsSection(line, above)) return true
  if (above.kind !== 'item' || line.indent > above.indent) return false
  return line.kind === 'heading' || next === null || (line.kind === 'item' && (line.indent < above.indent || line.marker === above.marker))
}

export function pointOf(prose: Prose, pick: Pick, next: Pick | null): SplitPoint {
  const {line} = pick
  const until = next?.index ?? prose.lines.length
  const below = prose.lines.slice(pick.index + 1, until)
  const end = below.find((other) => endsPoint(other, line, next))
  const own = end === undefined ? below : below.slice(0, below.indexOf(end))
  const to = end?.at ?? next?.line.at ?? prose.rows.length
  const paths = pathsIn([line, ...own].map(({plain}) => plain).join('\n'))
  return {
    title: line.plain, detail: detailOf(prose, pick, until), rows: {from: line.at, to}, paths,
    places: placesOf(paths), done: (line.marker === 'box' && line.checked) || isStruck(line), refers: line.refers,
    issue: issueOf(line.plain, prose.rows[line.at]!),
  }
}

const placesOf = (paths: readonly string[]): string[] => [...new Set(paths.map(directoryOf).filter((place) => place !== null))]
const pointsOf = (prose: Prose, picks: readonly Pick[]): SplitPoint[] => picks.map((pick, i) => pointOf(prose, pick, picks[i + 1] ?? null))

/** Whether title or text announce a collection of separate things. */
export function collectionOf(title: string, prose: Prose): Collection {
  const name = title.toLowerCase()
  const sentences = prose.lines.slice(0, prose.read).map((line) => line.text.slice(0, 1000).toLowerCase())
  if (isContainerTitle(name) || sentences.some(saysContainer)) return 'container'
  if (isPluralTitle(name)) return 'plural'
  return sentences.some(saysPlural) ? 'told' : null
}

/** The issue's own work structure, the most explicit kind first; at least two points, or none. */
export function splitPointsOf(prose: Prose, collection: Collection): SplitPoints {
  // several places of one point are no spread of the points
  const spread = (picks: readonly Pick[]): number => {
    const placed = pointsOf(prose, picks).map(({places}) => places).filter((places) => places.length > 0)
    return Math.min(placed.length, new Set(placed.flat()).size)
  }
  const tries: readonly [SplitSource, () => Pick[]][] = [
    ['headings', () => phases(prose)], ['headings', () => findings(prose)],
    ['headings', () => headings(prose, collection, spread)],
    ['checkbox', () => boxes(prose, collection)],
    ['numbered', () => numbered(prose, collection, spread)],
    ['prose', () => bullets(prose, collection, spread)],
    ['headings', () => themes(prose, collection)],
  ]
  for (const [source, read] of tries) {
    const points = pointsOf(prose, read())
    if (points.length >= 2) return {source, points}
  }
  return {source: 'none', points: []}
}
