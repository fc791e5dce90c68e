import {wordCount} from './clean.js'
import {directoriesIn} from './packages.js'
import type {Line, Prose} from './prose.js'
import {areasOf, COLLECTION, COLLECTION_BODY, COMPLAINT, IMPERATIVE, PLATFORM, RITUAL, USER_ACTION, WISH} from './words.js'

export const SPLIT_SOURCES = ['headings', 'checkbox', 'numbered', 'prose', 'none'] as const
/**
 * Where split points were read: `headings` are `Phase/Task/Step N` and numbered headings, `prose` bullets of a list that says it is one of
 * work.
 */
export type SplitSource = (typeof SPLIT_SOURCES)[number]
export type SplitPoint = {title: string; detail: string[]; done: boolean}
export type SplitPoints = {source: SplitSource; points: SplitPoint[]}

/** `Phase 2`, `Step 3: …`, `Task 1 - …`; the number makes it structure. */
const PHASE = /^\W*(?:phase|stage|part|milestone|task|step|sprint|workstream|pr|subtask|sub-task|story)\s*#?[0-9]{1,2}\b/i
const NUMBERED_HEADING = /^\W*[0-9]{1,2}[.):]?\s+\S/
const REFERENCE = /(?:^|\s)(?:[\w.-]+\/[\w.-]+)?#[0-9]+\b|\/(?:issues|pull)\/[0-9]+/

type Pick = {index: number; line: Line}
const BARRED = ['criteria', 'reproduction', 'template'] as const
const allowed = (line: Line): boolean => !BARRED.some((kind) => kind === line.section)

/** Phases of the text: lines, headings or items that begin with `Phase N` and the like. */
export const isPhase = (line: Line): boolean => PHASE.test(line.plain.slice(0, 80))

/** Enough text to act on: two words, or a reference to another issue. A platform, a form's box or a bare yes is none. */
export function isWorkText(line: Line): boolean {
  if (REFERENCE.test(line.plain)) return true
  if (RITUAL.test(line.plain.slice(0, 200)) || PLATFORM.test(line.plain.slice(0, 80))) return false
  return wordCount(line.text) >= 2 || wordCount(line.plain) >= 3
}

function listOf(prose: Prose, marker: Line['marker'], accept: (line: Line) => boolean): Pick[] {
  const all = prose.lines.map((line, index) => ({index, line})).filter(({line}) => line.marker === marker && accept(line))
  const left = all.reduce((least, {line}) => Math.min(least, line.indent), Infinity)
  const top = all.filter(({line}) => line.indent <= left + 1)
  const kept = top.filter(({line}) => isWorkText(line))
  // A list whose items are mostly single words (entities, platforms, versions) is an inventory, not a plan.
  return kept.length >= 2 && kept.length * 2 > top.length ? kept : []
}

const share = (picks: readonly Pick[], test: (line: Line) => boolean): number =>
  picks.filter(({line}) => test(line)).length / Math.max(1, picks.length)
const says = (pattern: RegExp) => (line: Line): boolean => pattern.test(line.plain.slice(0, 300))
const work = says(IMPERATIVE)
const wishes = (line: Line): boolean => work(line) || says(WISH)(line)
const asks = (line: Line): boolean => wishes(line) || says(COMPLAINT)(line)
const refers = (line: Line): boolean => REFERENCE.test(line.plain.slice(0, 300))
const areas = (picks: readonly Pick[]): number => new Set(picks.flatMap(({line}) => areasOf(line.plain))).size

/** Boxes track anything; they are work when the text, the heading, their verbs, their links or their spread over a system say so. */
function boxes(prose: Prose, collection: boolean): Pick[] {
  const picks = listOf(prose, 'box', allowed)
  const named = picks.filter(({line}) => line.section === 'work')
  if (collection || share(picks, wishes) >= 0.6 || share(picks, refers) >= 0.6 || areas(picks) >= 3) return picks
  return named.length >= 2 ? named : []
}

function numbered(prose: Prose, collection: boolean): Pick[] {
  const picks = listOf(prose, 'number', (line) => allowed(line) && line.section !== 'talk')
  if (share(picks, says(USER_ACTION)) > 0.4 && !collection) return []
  if (share(picks, wishes) >= 0.6 || (collection && share(picks, asks) >= 0.6)) return picks
  const named = picks.filter(({line}) => line.section === 'work')
  return named.length >= 2 && share(named, asks) >= 0.4 ? named : []
}

/** Plain bullets count only where the text says that they are a collection of separate things. */
function bullets(prose: Prose, collection: boolean): Pick[] {
  const picks = listOf(prose, 'bullet', (line) => allowed(line) && line.section !== 'talk')
  return collection && picks.length >= 3 && share(picks, asks) >= 0.5 ? picks : []
}

function phases(prose: Prose): Pick[] {
  const all = prose.lines.map((line, index) => ({index, line})).filter(({line}) => allowed(line) && isPhase(line))
  for (const kind of ['heading', 'item', 'text'] as const) {
    const picks = all.filter(({line}) => line.kind === kind)
    if (picks.length >= 2) return picks
  }
  return []
}

/** Numbered headings structure any long text; they are work when they name it, or lie in different places. */
function headings(prose: Prose, collection: boolean): Pick[] {
  const all = prose.lines.map((line, index) => ({index, line}))
    .filter(({line}) => line.kind === 'heading' && allowed(line) && NUMBERED_HEADING.test(line.plain.slice(0, 40)))
  const level = all.reduce((least, {line}) => Math.min(least, line.level), Infinity)
  const picks = all.filter(({line}) => line.level === level)
  const spread = new Set(pointsOf(prose, picks).flatMap((point) => directoriesIn([point.title, ...point.detail].join('\n')))).size
  return collection || share(picks, wishes) >= 0.5 || spread >= 2 || areas(picks) >= 2 ? picks : []
}

/** Lines below a point up to the next one or the next section of the same rank. */
function detailOf(prose: Prose, pick: Pick, next: number): string[] {
  const out: string[] = []
  for (const line of prose.lines.slice(pick.index + 1, next)) {
    const heading = line.kind === 'heading' && line.level <= 6
    if (heading && (pick.line.kind !== 'heading' || line.level <= pick.line.level)) break
    if (line.section === 'template' || (pick.line.kind === 'item' && line.indent <= pick.line.indent)) break
    if (line.plain !== '') out.push(line.kind === 'item' ? `- ${line.plain}` : line.plain)
  }
  return out.slice(0, 40)
}

function pointsOf(prose: Prose, picks: readonly Pick[]): SplitPoint[] {
  return picks.map((pick, i) => ({
    title: pick.line.plain, detail: detailOf(prose, pick, picks[i + 1]?.index ?? prose.lines.length),
    done: pick.line.marker === 'box' && pick.line.checked,
  }))
}

/** Whether title or text announce a collection of separate things. */
export function saysCollection(title: string, prose: Prose): boolean {
  return COLLECTION.test(title.toLowerCase()) || prose.lines.some((line) => COLLECTION_BODY.test(line.text.slice(0, 1000).toLowerCase()))
}

/** The issue's own work structure, the most explicit kind first; at least two points, or none. */
export function splitPointsOf(prose: Prose, collection: boolean): SplitPoints {
  const tries: readonly [SplitSource, () => Pick[]][] = [
    ['headings', () => phases(prose)], ['headings', () => headings(prose, collection)], ['checkbox', () => boxes(prose, collection)],
    ['numbered', () => numbered(prose, collection)], ['prose', () => bullets(prose, collection)],
  ]
  for (const [source, read] of tries) {
    const points = pointsOf(prose, read())
    if (points.length >= 2) return {source, points}
  }
  return {source: 'none', points: []}
}
