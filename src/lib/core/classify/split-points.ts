import {directoriesIn} from './packages.js'
import type {Prose} from './prose.js'
import {boxes, bullets, findings, headings, numbered, phases, themes, type Collection, type Pick} from './work-items.js'
import {CONTAINER, CONTAINER_BODY, PLURAL, PLURAL_BODY} from './words.js'

export const SPLIT_SOURCES = ['headings', 'checkbox', 'numbered', 'prose', 'none'] as const
/**
 * Where split points were read: `headings` are `Phase/Task/Step N`, numbered headings and the themes of a container, `prose` bullets
 * of a list that says it is one of work.
 */
export type SplitSource = (typeof SPLIT_SOURCES)[number]
/** `refers`: it names an issue or pull request of its own. */
export type SplitPoint = {title: string; detail: string[]; done: boolean; refers: boolean}
export type SplitPoints = {source: SplitSource; points: SplitPoint[]}

/** Lines below a point that are kept as its detail. */
const DETAIL_LINES = 40

/** Lines below a point up to the next one or the next section of the same rank. */
function detailOf(prose: Prose, pick: Pick, next: number): string[] {
  const out: string[] = []
  for (const line of prose.lines.slice(pick.index + 1, next)) {
    const heading = line.kind === 'heading' && line.level <= 6
    if (heading && (pick.line.kind !== 'heading' || line.level <= pick.line.level)) break
    if (line.section === 'template' || (pick.line.kind === 'item' && line.indent <= pick.line.indent)) break
    if (line.plain !== '') out.push(line.kind === 'item' ? `- ${line.plain}` : line.plain)
    if (out.length === DETAIL_LINES) break
  }
  return out
}

const pointsOf = (prose: Prose, picks: readonly Pick[]): SplitPoint[] => picks.map((pick, i) => ({
  title: pick.line.plain, detail: detailOf(prose, pick, picks[i + 1]?.index ?? prose.lines.length),
  done: pick.line.marker === 'box' && pick.line.checked, refers: pick.line.refers,
}))

/** Directories that a point names, in its title or below it. */
export const placesOf = ({title, detail}: SplitPoint): string[] => directoriesIn([title, ...detail].join('\n'))

/** Whether title or text announce a collection of separate things. */
export function collectionOf(title: string, prose: Prose): Collection {
  const name = title.toLowerCase()
  const sentences = prose.lines.map((line) => line.text.slice(0, 1000).toLowerCase())
  if (CONTAINER.test(name) || sentences.some((sentence) => CONTAINER_BODY.test(sentence))) return 'container'
  if (PLURAL.test(name)) return 'plural'
  return sentences.some((sentence) => PLURAL_BODY.test(sentence)) ? 'told' : null
}

/** The issue's own work structure, the most explicit kind first; at least two points, or none. */
export function splitPointsOf(prose: Prose, collection: Collection): SplitPoints {
  const spread = (picks: readonly Pick[]): number => new Set(pointsOf(prose, picks).flatMap(placesOf)).size
  const tries: readonly [SplitSource, () => Pick[]][] = [
    ['headings', () => phases(prose)], ['headings', () => findings(prose)],
    ['headings', () => headings(prose, collection, spread)],
    ['checkbox', () => boxes(prose, collection)],
    ['numbered', () => numbered(prose, collection)],
    ['prose', () => bullets(prose, collection)],
    ['headings', () => themes(prose, collection)],
  ]
  for (const [source, read] of tries) {
    const points = pointsOf(prose, read())
    if (points.length >= 2) return {source, points}
  }
  return {source: 'none', points: []}
}
