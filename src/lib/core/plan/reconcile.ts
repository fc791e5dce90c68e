import type {Action, ChildDraft} from '../action.js'
import {childLabels} from '../issue/labels.js'
import type {Child} from '../family/children.js'
import type {Issue} from '../issue/issue.js'
import {hasLabel} from '../issue/labels.js'
import {PilotError} from '../../errors.js'
import type {EpicPlan, Subtask} from './plan.js'

export type ReconcileFacts = {
  epic: Issue
  plan: EpicPlan
  children: readonly Child[]
  /** numbers of the native blockers of each existing child; null where the server has no dependencies */
  blockers: ReadonlyMap<number, readonly number[]> | null
  /** whether the server has native sub-issues */
  hasSubIssues: boolean
}
export type Reconciled = {existing: {order: number; number: number}[]; actions: Action[]}

/** GitHub's limit of sub-issues of one parent; closed ones count. */
const MAX_CHILDREN = 100

/**
 * What is missing for the planned children to exist exactly once: creates in order, then links, then dependency edges. A child is found
 * by its key, so an edited title or body changes nothing; what exists beyond the plan is left alone.
 */
export function reconcile({epic, plan, children, blockers, hasSubIssues}: ReconcileFacts): Reconciled {
  const byKey = new Map(children.flatMap((child) => (child.key === null ? [] : [[child.key, child] as const])))
  const missing = plan.subtasks.filter((subtask) => !byKey.has(subtask.key))
  if (children.length + missing.length > MAX_CHILDREN) {
    throw new PilotError('TOO_MANY_CHILDREN', `#${epic.number} has ${children.length} sub-issues; with ${missing.length} more it would pass GitHub's limit of ${MAX_CHILDREN}`, ['split the epic into several epics'])
  }
  const creates = missing.map((subtask): Action => ({kind: 'create-child', parent: epic.number, child: draftOf(epic, plan, subtask)}))
  const links = !hasSubIssues ? [] : plan.subtasks.filter((subtask) => byKey.get(subtask.key)?.native !== true)
    .map((subtask): Action => ({kind: 'link-child', parent: epic.number, order: subtask.order}))
  const edges = blockers === null ? [] : plan.subtasks.flatMap((subtask) => {
    const child = byKey.get(subtask.key)
    const known = child === undefined ? [] : blockers.get(child.issue.number) ?? []
    return subtask.dependsOn.filter((order) => !known.includes(numberOf(plan, byKey, order))).map((by): Action => ({kind: 'block-child', order: subtask.order, by}))
  })
  const existing = plan.subtasks.flatMap((subtask) => {
    const child = byKey.get(subtask.key)
    return child === undefined ? [] : [{order: subtask.order, number: child.issue.number}]
  })
  return {existing, actions: [...creates, ...links, ...edges]}
}

/** The number of the child of an order; 0 while it does not exist, which no blocker list contains. */
const numberOf = (plan: EpicPlan, byKey: ReadonlyMap<string, Child>, order: number): number =>
  byKey.get(plan.subtasks.find((subtask) => subtask.order === order)?.key ?? '')?.issue.number ?? 0

const draftOf = (epic: Issue, plan: EpicPlan, subtask: Subtask): ChildDraft => ({
  order: subtask.order, key: subtask.key, planHash: plan.planHash, title: subtask.title, description: subtask.description, acceptance: subtask.acceptance,
  dependsOn: subtask.dependsOn, labels: childLabels(epic.labels),
})

/** May this epic be decomposed now? */
export function assertDecomposable(epic: Issue, plan: EpicPlan): void {
  if (hasLabel(epic.labels, 'pilot-done')) throw new PilotError('ALREADY_DONE', `#${epic.number} carries pilot-done`, [`pilot status ${epic.number}`])
  if (epic.state === 'closed') throw new PilotError('ISSUE_CLOSED', `#${epic.number} is closed`, [`gh issue reopen ${epic.number}`])
  if (plan.decision === 'split' && hasLabel(epic.labels, 'no-decompose')) throw new PilotError('NO_DECOMPOSE', `#${epic.number} carries no-decompose`, [`pilot execute ${epic.number}`])
}
