import type {Action} from '../action.js'
import type {Code} from '../../errors.js'
import type {Comment, Issue} from '../issue/issue.js'
import {dependsOn, parentOf} from '../issue/child-body.js'
import {isCompletedReason} from '../issue/done.js'
import {hasLabel} from '../issue/labels.js'
import {parseProgressComment, printProgressComment, type Progress} from '../issue/progress-comment.js'
import {cutTitle} from '../issue/text.js'
import type {EpicPlan} from '../plan/plan.js'
import {takeOff} from '../retry/settle.js'
import {isCompleted} from './child-state.js'
import type {Moved} from './children.js'
import type {Spent} from './spent.js'
import {printSummary} from './summary.js'

export type SettledChild = {
  issue: Issue
  key: string | null
  order: number | null
  /** the merged pull request that closed it: the evidence that its work is on the default branch */
  mergedPr: number | null
  /** its pull request was merged into another branch than the default one, in words */
  elsewhere?: string | undefined
  /** an epic of its own that was closed by this same rule (its own summary comment says so); it has no pull request */
  rolledUp?: boolean
}

export type SettleInput = {
  epic: Issue
  plan: EpicPlan | null
  children: readonly SettledChild[]
  /** planned children that a person transferred to another repository */
  moved: readonly Moved[]
  /** children that a person explicitly does not want to wait for, and of those that were transferred the URLs */
  waived: readonly number[]
  waivedUrls: readonly string[]
  /** the own ones only */
  progressComment: Comment | undefined
  summaryComment: Comment | undefined
  /** native parent of the epic, where there is one */
  nativeParent?: number | null
}

export type ParentStep = {
  outcome: 'close' | 'waiting' | 'refused' | 'noop'
  code?: Code
  /** one line for each thing that is missing, or why there is nothing to do */
  reasons: string[]
  warnings: string[]
  actions: Action[]
  /** the epic that this one is a child of: to be settled next, after a close or where it was closed already */
  rollUp: number | null
}

/** Why this child keeps its parent open; undefined when it does not. */
function unsettled({issue, mergedPr, elsewhere, rolledUp}: SettledChild): string | undefined {
  const name = `#${issue.number} "${cutTitle(issue.title)}"`
  if (issue.state === 'open') {
    return `${name} is open${mergedPr !== null ? ` although #${mergedPr} is merged: pilot close-parent --pr ${mergedPr}` : elsewhere === undefined ? '' : `: ${elsewhere}`}`
  }
  if (!isCompletedReason(issue)) return `${name} was closed as ${issue.stateReason?.replace('_', ' ')}`
  if (mergedPr !== null || rolledUp === true) return undefined
  return elsewhere === undefined ? `${name} was closed without a merged pull request` : `${name} is closed, but ${elsewhere}`
}

/**
 * May the epic be closed, and what does closing it take? Only when every planned key exists as an issue and every child is closed as
 * completed with a merged pull request, or is waived. A child that was transferred is done when it is closed as completed where it is now:
 * pull requests of another repository are not looked at. No children at all is never "all done".
 */
export function settleParent(input: SettleInput): ParentStep {
  const {epic, plan, children, waived, waivedUrls} = input
  const keys = new Set(children.map(({key}) => key))
  const moved = input.moved.filter(({key}) => !keys.has(key))
  const warnings = [
    ...waived.filter((n) => !children.some(({issue}) => issue.number === n)).map((n) => `--waive ${n}: #${n} is not a child of #${epic.number}`),
    ...waivedUrls.filter((url) => !moved.some((m) => sameUrl(m.url, url))).map((url) => `--waive ${url} is not a child of #${epic.number} that was transferred`),
  ]
  const rollUp = input.nativeParent ?? parentOf(epic.body) ?? null
  const step = (outcome: ParentStep['outcome'], reasons: string[], code?: Code): ParentStep =>
    ({outcome, ...(code === undefined ? {} : {code}), reasons, warnings, actions: [], rollUp: rollUp === epic.number ? null : rollUp})

  if (epic.state === 'closed') return step('noop', [`#${epic.number} is closed already`])
  if (children.length + moved.length === 0 && (plan === null || plan.subtasks.length === 0)) {
    return step('refused', [`#${epic.number} has no sub-issues`], 'NO_CHILDREN')
  }
  const missing = (plan?.subtasks ?? []).filter(({key}) => !keys.has(key) && !moved.some((m) => m.key === key))
    .map(({order, title}) => `planned sub-issue ${order} "${cutTitle(title)}" does not exist: pilot decompose ${epic.number}`)
  const open = children.filter(({issue}) => !waived.includes(issue.number)).flatMap((child) => {
    const why = unsettled(child)
    if (why === undefined || child.issue.state === 'open') return why ?? []
    return `${why}: reopen it, or pilot close-parent ${epic.number} --waive ${child.issue.number}`
  })
  const away = moved.filter(({url, completed}) => !completed && !waivedUrls.some((waivedUrl) => sameUrl(waivedUrl, url)))
    .map(({url, title}) => `sub-issue "${cutTitle(title)}" was transferred to ${url} and is not completed there: finish it, or pilot close-parent ${epic.number} --waive ${url}`)
  if (missing.length + open.length + away.length > 0) return step('waiting', [...missing, ...open, ...away], 'CHILDREN_OPEN')
  return {...step('close', [`all ${children.length + moved.length} sub-issues are done`]), actions: closing({...input, moved})}
}

const sameUrl = (a: string, b: string): boolean => a.toLowerCase().replace(/\/+$/, '') === b.toLowerCase().replace(/\/+$/, '')

/** As told last; what was worked on since then has cost something that it does not tell. */
function spentBy(before: Progress | undefined, shipped: readonly SettledChild[]): Spent {
  if (before === undefined) return {costUsd: null, unpricedAttempts: 0}
  const told = new Set(before.children.filter(({state}) => isCompleted(state) || state === 'open-pr').map(({number}) => number))
  return {costUsd: before.costUsd, unpricedAttempts: before.unpricedAttempts + shipped.filter((child) => !told.has(child.issue.number)).length}
}

/** In this order, so that a run killed anywhere leaves an open epic that the next run finishes; what is done already is left out. */
function closing({epic, children, moved, waived, progressComment, summaryComment}: SettleInput): Action[] {
  const issue = epic.number
  const before = progressComment === undefined ? undefined : parseProgressComment(progressComment.body)
  const shipped = children.filter((child) => !waived.includes(child.issue.number) || unsettled(child) === undefined)
  const left = children.filter((child) => !shipped.includes(child))
  const progress: Progress = {
    version: 1, epic: issue, starting: null, ...spentBy(before, shipped),
    decision: before?.decision ?? null, learnings: before?.learnings ?? [],
    children: shipped.map((c) => ({number: c.issue.number, title: c.issue.title, order: c.order, state: 'done', pr: c.mergedPr, after: dependsOn(c.issue.body)})),
  }
  const body = shipped.length === 0 ? '' : printProgressComment(progress)
  const what = 'progress, completed'
  const written: Action = progressComment === undefined
    ? {kind: 'create-comment', issue, what, body}
    : {kind: 'update-comment', issue, comment: progressComment.id, what, body}
  const summary = printSummary(progress, left.map((c) => c.issue), moved)
  return [
    ...(hasLabel(epic.labels, 'pilot-done') ? [] : [{kind: 'add-labels', issue, labels: ['pilot-done']} as const]),
    ...takeOff(issue, epic.labels, ['pilot-failed', 'pilot-in-progress']),
    ...(body === '' || progressComment?.body.replace(/\r\n/g, '\n').trim() === body.trim() ? [] : [written]),
    ...(summaryComment !== undefined ? [] : [{kind: 'create-comment', issue, what: 'summary', body: summary} as const]),
    {kind: 'close-issue', issue, reason: 'completed'},
  ]
}
