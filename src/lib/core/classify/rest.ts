import {pathsIn} from './packages.js'
import type {Line, Prose} from './prose.js'
import {endsPoint, isStruck, pointOf, type SplitPoint, type SplitPoints} from './split-points.js'
import {namesWorkAbroad} from './sections.js'
import {acts, allowed, FEW, isNamed, isWorkText, MOST, wishes, worded, type Collection} from './work-items.js'

/** Headings that say outright that tasks follow, so that plain bullets below them are tasks too. */
const TASKS = new RegExp('(?<!\\p{L})(?:tasks?|sub-?tasks?|to-?dos?|action items?|work items?|next steps|follow-?ups?|remaining work'
  + '|(?:teil)?aufgaben|t[âa]ches|tareas)(?!\\p{L})', 'iu')
/** Headings over what is not going to be built, or not yet known to be. */
const UNPLANNED = /\b(?:alternatives?|options?|considered|questions?|rejected)\b/i

/**
 * Where a line stands. `list` names its list: the heading above it and its marker. `run` tells lists under one heading apart that have a paragraph
 * between them; `abroad`: that heading names tasks in a language whose verbs the rules do not know.
 */
type Place = {list: string; run: number; tasks: boolean; abroad: boolean; unplanned: number; ticked: number}

/** The place of the next line. `unplanned` is the level of such a heading above it, `ticked` the columns of a ticked box above it; Infinity where there is none. */
function placeAfter(last: Place, line: Line, index: number): Place {
  if (line.kind === 'heading') {
    const unplanned = line.level > last.unplanned ? last.unplanned : UNPLANNED.test(line.plain.slice(0, 120)) ? line.level : Infinity
    const name = line.plain.slice(0, 120)
    const abroad = namesWorkAbroad(name)
    return {list: `${index}`, run: index, tasks: abroad || TASKS.test(name), abroad, unplanned, ticked: Infinity}
  }
  if (line.kind === 'text' && line.indent < 2) return line.indent > last.ticked ? {...last, run: index} : {...last, run: index, ticked: Infinity}
  return line.indent > last.ticked ? last : {...last, ticked: line.marker === 'box' && line.checked ? line.indent : Infinity}
}
const placesOf = (lines: readonly Line[]): Place[] => {
  let place: Place = {list: '', run: -1, tasks: false, abroad: false, unplanned: Infinity, ticked: Infinity}
  return lines.map((line, i) => (place = placeAfter(place, line, i)))
}
const listOf = (line: Line, place: Place): string => `${place.list} ${line.marker}`
const groupOf = (line: Line, place: Place): string => `${listOf(line, place)} ${line.indent}`

const columnOf = (line: Line, place: Place): string => `${place.list} ${place.run} ${line.indent}`

type Count = {all: number; wishes: number; acts: number; placed: number; isNamed: boolean}

/**
 * The numbered lists that are work as a whole: those of which most items say what to build, and those of a container. Where its points stand under a
 * heading that names tasks, another list is work if it names places; else it tells what the tasks are about.
 */
function numberedLists(lines: readonly Line[], places: readonly Place[], starts: ReadonlyMap<number, SplitPoint>, collection: Collection): Set<string> {
  const counts = new Map<string, Count>()
  let isTold = false
  for (const [i, place] of places.entries()) {
    const line = lines[i]!
    isTold ||= line.section === 'work' && starts.has(line.at)
    if (line.marker !== 'number' || !worded(line) || (line.section === 'aims' && !wishes(line))) continue
    const count = counts.get(groupOf(line, place)) ?? {all: 0, wishes: 0, acts: 0, placed: 0, isNamed: line.section === 'work'}
    counts.set(groupOf(line, place), count)
    count.all += 1
    if (wishes(line)) count.wishes += 1
    if (acts(line)) count.acts += 1
    if (pathsIn(line.plain).length > 0) count.placed += 1
  }
  const isWork = ({all, wishes: n, acts: done, placed, isNamed: named}: Count): boolean =>
    (all > 1 && n >= MOST * all) || (collection === 'container' && (named || (done <= FEW * all && (!isTold || placed > all / 2))))
  return new Set([...counts].filter(([, count]) => isWork(count)).map(([list]) => list))
}

/** The lists that split points stand in, and those of the bullets that group them. */
function listsAround(lines: readonly Line[], places: readonly Place[], starts: ReadonlyMap<number, SplitPoint>): Set<string> {
  const lists = new Set<string>()
  let above: {line: Line; place: Place}[] = []
  for (const [i, place] of places.entries()) {
    const line = lines[i]!
    above = line.kind === 'heading' ? [] : above.filter((group) => group.line.indent < line.indent)
    if (line.kind !== 'item') continue
    if (starts.has(line.at)) {
      lists.add(listOf(line, place))
      for (const group of above) lists.add(groupOf(group.line, group.place))
    }
    above.push({line, place})
  }
  return lists
}

/** An open item that asks for work: any box that is no form's, a number that says what to build, a bullet of a list of tasks. */
function isOpenWork(line: Line, {tasks, abroad, unplanned, ticked}: Place, beside: boolean, ofList: boolean): boolean {
  if (line.kind !== 'item' || line.checked || !allowed(line) || !isNamed(line) || (unplanned < Infinity && !beside)) return false
  if (!isWorkText(line) && !beside && line.section !== 'work') return false
  if (line.marker === 'box') return line.section !== 'talk' || beside || wishes(line)
  if (line.indent > ticked || !worded(line)) return false
  if (line.marker === 'bullet') return beside || (tasks && (abroad || wishes(line)))
  return ofList || (!acts(line) && (beside || tasks || wishes(line)))
}

/** The index after the last line that is about the item at `index`. */
function endOf(lines: readonly Line[], index: number): number {
  let end = index + 1
  while (end < lines.length && !endsPoint(lines[end]!, lines[index]!, null)) end += 1
  return end
}

/**
 * Open work items that stand in no split point: another list, another depth, a section beside the phases. They make no issue an epic, but
 * whoever splits it must not lose them. Below a ticked box only boxes are open, below a dropped item nothing is. An item that only groups
 * points or boxes is none itself.
 */
export function restOf(prose: Prose, {points}: SplitPoints, collection: Collection): SplitPoint[] {
  const {lines} = prose
  const starts = new Map(points.map((point) => [point.rows.from, point]))
  const places = points.length === 0 ? [] : placesOf(lines)
  const lists = listsAround(lines, places, starts)
  const numbers = numberedLists(lines, places, starts, collection)
  const boxes = new Set(collection === 'container' ? places.flatMap((place, i) => (lines[i]!.marker === 'box' && starts.has(lines[i]!.at) ? [columnOf(lines[i]!, place)] : [])) : [])
  const isPart = (line: Line, group: Line): boolean => starts.has(line.at) || (line.marker === 'box' && group.marker !== 'box')
  const rest: SplitPoint[] = []
  let heldTo = 0
  places.forEach((place, i) => {
    const line = lines[i]!
    if (line.at < heldTo) return
    const point = starts.get(line.at)
    if (point !== undefined) {
      if (!line.checked) heldTo = point.rows.to
      return
    }
    const struck = line.kind === 'item' && isStruck(line)
    const beside = lists.has(listOf(line, place)) || lists.has(groupOf(line, place)) || (line.marker === 'bullet' && boxes.has(columnOf(line, place)))
    if (!struck && !isOpenWork(line, place, beside, numbers.has(groupOf(line, place)))) return
    const end = endOf(lines, i)
    const next = end < lines.length ? {index: end, line: lines[end]!} : null
    if (!struck && lines.slice(i + 1, end).some((other) => isPart(other, line))) return
    heldTo = next?.line.at ?? Infinity
    if (!struck) rest.push(pointOf(prose, {index: i, line}, next))
  })
  return rest
}
