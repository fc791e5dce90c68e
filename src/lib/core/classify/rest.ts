import type {Line, Prose} from './prose.js'
import {endsPoint, isStruck, pointOf, type SplitPoint, type SplitPoints} from './split-points.js'
import {acts, allowed, isNamed, isWorkText, wishes, worded} from './work-items.js'

/** Headings that say outright that tasks follow, so that plain bullets below them are tasks too. */
const TASKS = new RegExp('(?<!\\p{L})(?:tasks?|sub-?tasks?|to-?dos?|action items?|work items?|next steps|follow-?ups?|remaining work'
  + '|(?:teil)?aufgaben|t[âa]ches|tareas)(?!\\p{L})', 'iu')
/** Headings over what is not going to be built, or not yet known to be. */
const UNPLANNED = /\b(?:alternatives?|options?|considered|questions?|rejected)\b/i

/** Where a line stands. `list` names its list: the heading above it and its marker. */
type Place = {list: string; tasks: boolean; unplanned: number; ticked: number}

/** The place of the next line. `unplanned` is the level of such a heading above it, `ticked` the columns of a ticked box above it; Infinity where there is none. */
function placeAfter(last: Place, line: Line, index: number): Place {
  if (line.kind === 'heading') {
    const unplanned = line.level > last.unplanned ? last.unplanned : UNPLANNED.test(line.plain.slice(0, 120)) ? line.level : Infinity
    return {list: `${index}`, tasks: TASKS.test(line.plain.slice(0, 120)), unplanned, ticked: Infinity}
  }
  return line.indent > last.ticked ? last : {...last, ticked: line.marker === 'box' && line.checked ? line.indent : Infinity}
}
const placesOf = (lines: readonly Line[]): Place[] => {
  let place: Place = {list: '', tasks: false, unplanned: Infinity, ticked: Infinity}
  return lines.map((line, i) => (place = placeAfter(place, line, i)))
}
const listOf = (line: Line, place: Place): string => `${place.list} ${line.marker}`
const groupOf = (line: Line, place: Place): string => `${listOf(line, place)} ${line.indent}`

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
function isOpenWork(line: Line, {tasks, unplanned, ticked}: Place, beside: boolean): boolean {
  if (line.kind !== 'item' || line.checked || !allowed(line) || !isNamed(line) || (unplanned < Infinity && !beside)) return false
  if (!isWorkText(line) && !beside && line.section !== 'work') return false
  if (line.marker === 'box') return line.section !== 'talk' || beside || wishes(line)
  if (line.indent > ticked || !worded(line)) return false
  if (line.marker === 'bullet') return beside || (tasks && wishes(line))
  return !acts(line) && (beside || tasks || wishes(line))
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
export function restOf(prose: Prose, {points}: SplitPoints): SplitPoint[] {
  const {lines} = prose
  const starts = new Map(points.map((point) => [point.rows.from, point]))
  const places = points.length === 0 ? [] : placesOf(lines)
  const lists = listsAround(lines, places, starts)
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
    if (!struck && !isOpenWork(line, place, lists.has(listOf(line, place)) || lists.has(groupOf(line, place)))) return
    const end = endOf(lines, i)
    const next = end < lines.length ? {index: end, line: lines[end]!} : null
    if (!struck && lines.slice(i + 1, end).some((other) => isPart(other, line))) return
    heldTo = next?.line.at ?? Infinity
    if (!struck) rest.push(pointOf(prose, {index: i, line}, next))
  })
  return rest
}
