import {wordCount} from '../classify/clean.js'
import {isRule} from '../classify/line-shape.js'
import {phaseOf} from '../classify/phase.js'
import {signalsOf} from '../classify/signals.js'
import {leftToMake, type SplitPoint, type SplitSource} from '../classify/split-points.js'
import {capNeutral, cutTitle, neutralise} from '../issue/text.js'
import {checkPlan, type CheckContext, type CheckedPlan} from './check.js'
import {DESCRIPTION_MAX} from './clean-draft.js'
import type {PlanDraft, SubtaskDraft} from './draft.js'
import {earlierInOrder} from './in-order.js'
import {dependenciesOf, withoutDependencies} from './item-dependencies.js'
import {bodySha} from './plan-inputs.js'
import {around, isTelling, type Around} from './surroundings.js'

const NUMBER = /^\W*[0-9]{1,2}[.)]\s*(?=\S)/
/** The number that a `Phase 2: …` heading gives itself goes, and `(depends on 1)`: order and dependencies say it already. */
const ownTitle = (point: SplitPoint): string => withoutDependencies((phaseOf(point.title)?.title ?? point.title).replace(NUMBER, ''))

const TAG = /\[[^[\]]{1,40}\]\s*/g
/** A topic before a word that stands for nothing on its own. Characters. */
const TOPIC_MAX = 50
/** "iOS" is read below its heading; as an issue of its own it says what of: the group that it stands in, else the whole. */
function titleOf(point: SplitPoint, groups: readonly string[], epic: string): string {
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

/**
 * The open work of an issue, in the order of its text, without what are issues already: those are only `tracked`. `isDone`: all of it is
 * ticked. `before`: what a point waits for.
 */
type Work = {
  title: string; source: SplitSource; rows: readonly string[]; open: SplitPoint[]; tracked: string[]; isDone: boolean; onePackage: string | null; before: ReadonlyMap<SplitPoint, readonly SplitPoint[]>
  around: Around
}

/** What the points of one list say that they wait for. */
function beforeIn(points: readonly SplitPoint[], rows: readonly string[]): [SplitPoint, SplitPoint[]][] {
  const places = dependenciesOf(points.map((point) => ({row: rows[point.rows.from]!, lines: [point.title, ...point.detail]})))
  return points.map((point, i) => [point, places[i]!.map((place) => points[place]!)])
}

function workOf(issue: IssueText): Work {
  const {split, rest, prose, onePackage} = signalsOf(issue)
  const {rows} = prose
  const {open, tracked} = leftToMake(split, rest)
  return {
    title: issue.title, source: split.source, rows, open, tracked, isDone: split.points.length > 0 && open.length + tracked.length === 0, onePackage,
    before: new Map([...beforeIn(split.points, rows), ...beforeIn(rest, rows)]),
    around: around(prose, [...split.points, ...rest].sort((a, b) => a.rows.from - b.rows.from), issue.title),
  }
}

function subtaskOf(point: SplitPoint, {title, rows, around: {surroundings}}: Work, order: number, dependsOn: number[], room: number): SubtaskDraft {
  const {groups} = surroundings.get(point)!
  const place = groups.length === 0 ? '' : `In the issue it stands under "${groups.join(' › ')}".`
  const description = [point.title, place, specification(point, rows)].filter((part) => part !== '').join('\n\n')
  return {
    order, title: titleOf(point, groups, title), description: fitted(description, room), acceptance: [], dependsOn,
    touches: point.paths.map((path) => (path.endsWith('/') ? `${path}**` : path)), complexity: 'medium',
  }
}

/** Most of what a part is told of the whole. Characters. */
const WHOLE_MAX = 3000
/**
 * An agent sees its part alone: what the issue says beside the parts tells it what for. As a quote, so that neither a heading nor a criterion
 * of the whole is taken for one of the part.
 */
function contextOf({title, around: {beside}}: Work, room: number): string {
  const part = `This is one part of "${cutTitle(title.replace(TAG, ''), 200)}"; the other parts are issues of their own.`
  if (beside === '') return part
  const quoted = fitted(beside, Math.min(WHOLE_MAX, room)).split('\n').map((row) => `> ${row}`.trimEnd())
  return `${part} What the issue says of the whole, as context:\n\n${quoted.join('\n')}`
}

export type IssueText = {title: string; body: string; labels: readonly string[]}

/** Orders of what each point waits for: a phase for the phase before it, a list item for what it says, or what is said of its list. */
function ordersBefore({open, rows, before, around: {surroundings}}: Work): number[][] {
  const orders = new Map(open.map((point, i) => [point, i + 1]))
  const earlier = earlierInOrder(open, rows, surroundings)
  let phase: number | null = null
  return open.map((point, i) => {
    const last = phase
    const isPhase = phaseOf(point.title) !== null
    if (isPhase) phase = i + 1
    const said = [...before.get(point) ?? [], ...earlier[i]!].flatMap((other) => orders.get(other) ?? [])
    return [...new Set([...said, ...isPhase && last !== null ? [last] : []])].sort((a, b) => a - b)
  })
}

function draftOfWork(work: Work, room: number): PlanDraft | null {
  const {source, open, tracked, onePackage} = work
  if (open.length < 2) return null
  if (onePackage !== null) return {decision: 'single', reason: `all work is in ${onePackage}`, effort: '', subtasks: []}
  const dependsOn = ordersBefore(work)
  const subtasks = open.map((point, i) => subtaskOf(point, work, i + 1, dependsOn[i]!, room))
  const left = tracked.length === 0 ? '' : `; left out, since they are issues already: ${tracked.join(', ')}`
  return {decision: 'split', reason: `${open.length} split points of the issue (${source})${left}`, effort: '', subtasks, context: contextOf(work, room / 4)}
}

/**
 * The plan that an issue's own work structure makes, without a model; null when it has fewer than two open points. Every open item is in
 * it, also those beside the split points; ticked items are done and stay out, and so do references to other issues, which the reason names.
 * Phases wait for each other, list items for what they name, or for each other where the text says so. Acceptance criteria of the issue are left to the
 * epic: a part is told them as context. Work in one package stays whole.
 * `room`: characters that each description may have.
 */
export const draftFromIssue = (issue: IssueText, room = DESCRIPTION_MAX): PlanDraft | null => draftOfWork(workOf(issue), room)

/** Less room than this makes no description. Characters. */
const ROOM_MIN = 500

/** `warnings`: what the issue lists and the plan does not make, for a person to read. `isListed`: there is no plan since all of it is done or an issue already. */
export type IssuePlan = CheckedPlan & {warnings: string[]; isListed: boolean}

/**
 * The one deterministic split, for whoever asks: a failed planner, `decompose --from-issue`, and a retry that decomposes. null: the issue
 * has no split points of its own. Nobody is there to mend a plan that is too long for its comment, so longer parts are cut, and say so.
 */
export function planFromIssue(issue: IssueText, context: Omit<CheckContext, 'source'>): IssuePlan | null {
  const work = workOf(issue)
  const {open, tracked} = work
  const nothing = (problem: string): IssuePlan => ({ok: false, problems: [problem], warnings: [], isListed: true})
  if (work.isDone) return nothing('all of them are done')
  if (open.length < 2 && tracked.length > 0) return nothing(`${open.length === 0 ? 'all' : 'all but one'} are issues already (${tracked.join(', ')})`)
  const warnings = tracked.map((name) => `${name} is an issue already and is not made again: make it a sub-issue to have the epic wait for it`)
  for (let room = DESCRIPTION_MAX; ; room /= 2) {
    const draft = draftOfWork(work, room)
    const checked = draft && checkPlan(draft, {...context, source: 'issue'})
    if (checked === null) return null
    if (checked.ok || room / 2 < ROOM_MIN) return {...checked, warnings, isListed: false}
  }
}

export type SplitRules = Pick<CheckContext, 'maxSubtasks' | 'hash'>

/**
 * Whether `planFromIssue` makes sub-issues of it. Having split points is not enough: the check keeps work whole that lies in one package, and
 * refuses what makes no plan. Neither depends on the base.
 */
export function splitsItself(issue: IssueText & {number: number}, rules: SplitRules): boolean {
  const {number, title, body} = issue
  const epic = {number, title, bodySha: bodySha(title, body, rules.hash), updatedAt: ''}
  const checked = planFromIssue(issue, {...rules, epic, base: {branch: '', sha: ''}})
  return checked?.ok === true && checked.plan.decision === 'split'
}
