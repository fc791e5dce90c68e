import {wordCount} from '../classify/clean.js'
import {isRule} from '../classify/line-shape.js'
import {phaseOf} from '../classify/phase.js'
import type {SplitPoint} from '../classify/split-points.js'
import {cutTitle, neutralise} from '../issue/text.js'
import type {Work} from './issue-work.js'
import {withoutDependencies} from './item-dependencies.js'
import {wordsOf} from './key.js'
import {isDebris, isTelling} from './surroundings.js'

const NUMBER = /^\W*[0-9]{1,2}[.)]\s*(?=\S)/
/** The number that a `Phase 2: …` heading gives itself goes, and `(depends on 1)`: order and dependencies say it already. */
const ownTitle = (point: SplitPoint): string => withoutDependencies((phaseOf(point.title)?.title ?? point.title).replace(NUMBER, ''))

/** What names the kind of an issue in its title: tags, a word before the colon, pictures. */
const KIND = /\[[^[\]]{1,40}\]\s*|^\W*(?:epic|rfc|prd|tracking(?: issue)?|umbrella|meta|roadmap)\s*[:–—-]\s*|\p{Extended_Pictographic}\uFE0F?\s*/giu
const subjectOf = (title: string): string => title.replace(KIND, '').trim()
/** A topic before a word that stands for nothing on its own. Characters. */
const TOPIC_MAX = 50
/**
 * "iOS" is read below its heading; as an issue of its own it says what of: the group that it stands in, else the whole. So does a title that the
 * issue has twice.
 */
export function titleOf(point: SplitPoint, {title: epic, titles, around: {surroundings}}: Work): string {
  const {groups} = surroundings.get(point)!
  const own = ownTitle(point)
  const isRepeated = groups.length > 0 && (titles.get(wordsOf(point.title)) ?? 0) > 1
  const topic = cutTitle(subjectOf(groups.at(-1) ?? epic), TOPIC_MAX)
  const needsTopic = wordsOf(own) !== '' && (wordCount(own) < 2 || isRepeated)
  return !needsTopic || !isTelling(topic) ? own : `${topic}: ${own}`
}

const isEmpty = (row: string): boolean => row.trim() === '' || isRule(row.trim())

/** The lines of the body below a point, with code, quotes and headings as they are; what indents them all goes. */
function specification(point: SplitPoint, rows: readonly string[]): string {
  const below = rows.slice(point.rows.from + 1, point.rows.to).filter((row) => !isDebris(row))
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
  return neutralise(whole.slice(0, Math.max(0, room - note.length))).trimEnd() + note
}

/** Begins the line that says where a part stands. */
export const PLACE = 'In the issue it stands under '
/** What a part begins with: its title as the issue has it, and where it stands. */
export function headOf(point: SplitPoint, {around: {surroundings}}: Work): string {
  const {groups} = surroundings.get(point)!
  return groups.length === 0 ? point.title : `${point.title}\n\n${PLACE}"${groups.join(' › ')}".`
}

/** What a part says of itself, where it stands, and all that the issue has below it; at most `room` characters. */
export const descriptionOf = (point: SplitPoint, work: Work, room: number): string =>
  fitted([headOf(point, work), specification(point, work.rows)].filter((part) => part !== '').join('\n\n'), room)

/** Most of what a part is told of the whole. Characters. */
const WHOLE_MAX = 3000
/**
 * An agent sees its part alone: what the issue says beside the parts tells it what for. As a quote, so that neither a heading nor a criterion
 * of the whole is taken for one of the part. What holds for all parts has its room however long the rest is.
 */
export function contextOf({title, around: {beside: {purpose, terms}}}: Work, room: number): string {
  const part = `This is one part of "${cutTitle(subjectOf(title), 200)}"; the other parts are issues of their own.`
  const most = Math.min(WHOLE_MAX, room)
  const told = terms === '' ? '' : fitted(terms, most / 2)
  const whole = [purpose === '' ? '' : fitted(purpose, most - told.length), told].filter((text) => text !== '').join('\n\n')
  if (whole === '') return part
  return `${part} What the issue says of the whole, as context:\n\n${whole.split('\n').map((row) => `> ${row}`.trimEnd()).join('\n')}`
}
