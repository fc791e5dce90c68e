import {wordCount} from '../classify/clean.js'
import {isRule} from '../classify/line-shape.js'
import {phaseOf} from '../classify/phase.js'
import type {SplitPoint} from '../classify/split-points.js'
import {capNeutral, cutTitle, neutralise} from '../issue/text.js'
import type {Work} from './issue-work.js'
import {withoutDependencies} from './item-dependencies.js'
import {isTelling} from './surroundings.js'

const NUMBER = /^\W*[0-9]{1,2}[.)]\s*(?=\S)/
/** The number that a `Phase 2: …` heading gives itself goes, and `(depends on 1)`: order and dependencies say it already. */
const ownTitle = (point: SplitPoint): string => withoutDependencies((phaseOf(point.title)?.title ?? point.title).replace(NUMBER, ''))

const TAG = /\[[^[\]]{1,40}\]\s*/g
/** A topic before a word that stands for nothing on its own. Characters. */
const TOPIC_MAX = 50
/** "iOS" is read below its heading; as an issue of its own it says what of: the group that it stands in, else the whole. */
export function titleOf(point: SplitPoint, {title: epic, around: {surroundings}}: Work): string {
  const {groups} = surroundings.get(point)!
  const own = ownTitle(point)
  const topic = cutTitle(groups.at(-1) ?? epic.replace(TAG, ''), TOPIC_MAX)
  return wordCount(own) > 1 || !isTelling(topic) ? own : `${topic}: ${own}`
}

const isEmpty = (row: string): boolean => row.trim() === '' || isRule(row.trim())

/** The lines of the body below a point, with code, quotes and headings as they are; what indents them all goes. */
function specification(point: SplitPoint, rows: readonly string[]): string {
  const below = rows.slice(point.rows.from + 1, point.rows.to)
  const [first, last] = [below.findIndex((row) => !isEmpty(row)), below.findLastIndex((row) => !isEmpty(row))]
  const kept = first < 0 ? [] : below.slice(first, last + 1)
  const margin = kept.filter((row) => row.trim() !== '').reduce((least, row) => Math.min(least, row.search(/\S/)), Infinity)
  return kept.map((row) => row.slice(margin === Infinity ? 0 : margin).trimEnd()).join('\n')
}

/** Neutral text of at most `room` characters, which says so where some is missing. */
function fitted(text: string, room: number): string {
  const whole = neutralise(text)
  if (whole.length <= room) return whole
  const note = `\n\n(Cut here: it has ${whole.length} characters. The rest is in the parent issue.)`
  return capNeutral(whole, room - note.length) + note
}

/** What a part says of itself, where it stands, and all that the issue has below it; at most `room` characters. */
export function descriptionOf(point: SplitPoint, {rows, around: {surroundings}}: Work, room: number): string {
  const {groups} = surroundings.get(point)!
  const place = groups.length === 0 ? '' : `In the issue it stands under "${groups.join(' › ')}".`
  return fitted([point.title, place, specification(point, rows)].filter((part) => part !== '').join('\n\n'), room)
}

/** Most of what a part is told of the whole. Characters. */
const WHOLE_MAX = 3000
/**
 * An agent sees its part alone: what the issue says beside the parts tells it what for. As a quote, so that neither a heading nor a criterion
 * of the whole is taken for one of the part.
 */
export function contextOf({title, around: {beside}}: Work, room: number): string {
  const part = `This is one part of "${cutTitle(title.replace(TAG, ''), 200)}"; the other parts are issues of their own.`
  if (beside === '') return part
  const quoted = fitted(beside, Math.min(WHOLE_MAX, room)).split('\n').map((row) => `> ${row}`.trimEnd())
  return `${part} What the issue says of the whole, as context:\n\n${quoted.join('\n')}`
}
