import type {IssueText} from '../classify/signals.js'
import type {SplitPoint} from '../classify/split-points.js'
import {cutTitle} from '../issue/text.js'
import {checkPlan, type CheckContext, type CheckedPlan} from './check.js'
import {DESCRIPTION_MAX} from './clean-draft.js'
import type {PlanDraft, SubtaskDraft} from './draft.js'
import {ordersBefore} from './in-order.js'
import {workOf, type Work} from './issue-work.js'
import {keptSplit} from './kept-split.js'
import {contextOf, descriptionOf, titleOf} from './part-text.js'
import type {EpicPlan} from './plan.js'
import {bodySha} from './plan-inputs.js'

const subtaskOf = (point: SplitPoint, work: Work, order: number, dependsOn: number[], room: number): SubtaskDraft => ({
  order, title: titleOf(point, work), description: descriptionOf(point, work, room), acceptance: [], dependsOn,
  touches: point.paths.map((path) => (path.endsWith('/') ? `${path}**` : path)), complexity: 'medium',
})

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

/** Most items that a warning names, and characters of each. */
const NAMED_MAX = 5
const NAME_MAX = 80
function lostWarning(lost: readonly string[]): string {
  const names = lost.slice(0, NAMED_MAX).map((title) => `"${cutTitle(title, NAME_MAX)}"`).join(', ')
  const more = lost.length > NAMED_MAX ? ` and ${lost.length - NAMED_MAX} more` : ''
  return `${lost.length} open ${lost.length === 1 ? 'item of the text is' : 'items of the text are'} in no part: ${names}${more}`
}

/**
 * The one deterministic split, for whoever asks: a failed planner, `decompose --from-issue`, and a retry that decomposes. null: the issue
 * has no split points of its own. `kept`: the plan in force, which stands as long as it holds the open work. Nobody is there to mend a plan that
 * is too long for its comment, so longer parts are cut, and say so.
 */
export function planFromIssue(issue: IssueText, context: Omit<CheckContext, 'source'>, kept: EpicPlan | null): IssuePlan | null {
  const work = workOf(issue)
  const {open, tracked, lost} = work
  const nothing = (problem: string): IssuePlan => ({ok: false, problems: [problem], warnings: [], isListed: true})
  const warnings = tracked.map((name) => `${name} is an issue already and is not made again: make it a sub-issue to have the epic wait for it`)
  // work in one package stays whole, and so does all of its text
  if (lost.length > 0 && work.onePackage === null) warnings.push(lostWarning(lost))
  const standing = kept && keptSplit(kept, work, context)
  if (standing !== null) return {ok: true, plan: standing, warnings, isListed: false}
  if (work.isDone) return nothing('all of them are done')
  if (open.length < 2 && tracked.length > 0) return nothing(`${open.length === 0 ? 'all' : 'all but one'} are issues already (${tracked.join(', ')})`)
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
  const checked = planFromIssue(issue, {...rules, epic, base: {branch: '', sha: ''}}, null)
  return checked?.ok === true && checked.plan.decision === 'split'
}
