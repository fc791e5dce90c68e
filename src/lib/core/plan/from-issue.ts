import {isRule} from '../classify/line-shape.js'
import {phaseOf} from '../classify/phase.js'
import {signalsOf} from '../classify/signals.js'
import type {SplitPoint} from '../classify/split-points.js'
import {capNeutral, neutralise} from '../issue/text.js'
import {checkPlan, type CheckContext, type CheckedPlan} from './check.js'
import {DESCRIPTION_MAX} from './clean-draft.js'
import type {PlanDraft, SubtaskDraft} from './draft.js'
import {bodySha} from './plan-inputs.js'

const NUMBER = /^\W*[0-9]{1,2}[.)]\s*(?=\S)/
/** The number that a `Phase 2: …` heading gives itself goes; the order says it already. */
const titleOf = (point: SplitPoint): string => (phaseOf(point.title)?.title ?? point.title).replace(NUMBER, '')

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
  const note = `\n\n(Cut here: this part has ${whole.length} characters. The rest is in the parent issue.)`
  return capNeutral(whole, room - note.length) + note
}

function subtaskOf(point: SplitPoint, rows: readonly string[], index: number, room: number): SubtaskDraft {
  const description = [point.title, specification(point, rows)].filter((part) => part !== '').join('\n\n')
  return {
    order: index + 1, title: titleOf(point), description: fitted(description, room), acceptance: [],
    dependsOn: phaseOf(point.title) !== null && index > 0 ? [index] : [],
    touches: point.paths.map((path) => (path.endsWith('/') ? `${path}**` : path)), complexity: 'medium',
  }
}

export type IssueText = {title: string; body: string; labels: readonly string[]}

/**
 * The plan that an issue's own work structure makes, without a model; null when it has fewer than two open points. Ticked items are done
 * and stay out. Phases wait for each other, list items do not. Acceptance criteria of the issue are left to the epic.
 * `room`: characters that each description may have.
 */
export function draftFromIssue(issue: IssueText, room = DESCRIPTION_MAX): PlanDraft | null {
  const {split, prose} = signalsOf(issue)
  const open = split.points.filter((point) => !point.done)
  if (open.length < 2) return null
  const subtasks = open.map((point, i) => subtaskOf(point, prose.rows, i, room))
  return {decision: 'split', reason: `${open.length} split points of the issue (${split.source})`, effort: '', subtasks}
}

/** Less room than this makes no description. Characters. */
const ROOM_MIN = 500

/**
 * The one deterministic split, for whoever asks: a failed planner, `decompose --from-issue`, and a retry that decomposes. null: the issue
 * has no split points of its own. Nobody is there to mend a plan that is too long for its comment, so longer parts are cut, and say so.
 */
export function planFromIssue(issue: IssueText, context: Omit<CheckContext, 'source'>): CheckedPlan | null {
  for (let room = DESCRIPTION_MAX; ; room /= 2) {
    const draft = draftFromIssue(issue, room)
    const checked = draft && checkPlan(draft, {...context, source: 'issue'})
    if (checked === null || checked.ok || room / 2 < ROOM_MIN) return checked
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
