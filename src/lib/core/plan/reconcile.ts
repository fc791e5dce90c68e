import type {Action, ChildDraft} from '../action.js'
import type {Child, Moved} from '../family/children.js'
import {dependsOn} from '../issue/child-body.js'
import type {Issue} from '../issue/issue.js'
import {childLabels} from '../issue/labels.js'
import {PilotError} from '../../errors.js'
import {assertPlannable} from './plannable.js'
import type {EpicPlan, Subtask} from './plan.js'

export type ReconcileFacts = {
  epic: Issue
  plan: EpicPlan
  children: readonly Child[]
  /** planned children in other repositories: not made again */
  moved: readonly Pick<Moved, 'key' | 'url'>[]
  /** numbers of the native blockers of each existing child; null where the server has no dependencies */
  blockers: ReadonlyMap<number, readonly number[]> | null
  /** how many native sub-issues the epic has, closed and foreign ones included; null where the server has none */
  links: number | null
  /** children that a person made a sub-issue of another issue: child → address of that parent */
  elsewhere: ReadonlyMap<number, string>
}
export type Reconciled = {existing: {order: number; number: number}[]; actions: Action[]; warnings: string[]}

/** GitHub's limit of sub-issues of one parent; closed ones count. */
const MAX_CHILDREN = 100

/**
 * What is missing for the planned children to exist exactly once: creates in order, then links, then dependency edges. A child is found
 * by its key, so an edited title, body or label changes nothing, and neither does closing it. What cannot or need not be done is a warning;
 * nothing is ever closed, unlinked or overwritten.
 */
export function reconcile(facts: ReconcileFacts): Reconciled {
  const {epic, plan, children, moved, links: linked, elsewhere} = facts
  const byKey = new Map(children.flatMap((child) => (child.key === null ? [] : [[child.key, child] as const])))
  const away = new Map(moved.filter(({key}) => !byKey.has(key)).map(({key, url}) => [key, url]))
  const here = plan.subtasks.filter(({key}) => !away.has(key))
  const existing = here.flatMap(({key, order}) => (byKey.has(key) ? [{order, number: byKey.get(key)!.issue.number}] : []))
  const present = new Set(here.map(({order}) => order))
  const numbers = new Map(existing.map(({order, number}) => [order, number]))
  const name = (order: number): string => (numbers.has(order) ? `#${numbers.get(order)}` : `planned child ${order}`)

  const creates = here.filter(({key}) => !byKey.has(key))
    .map((subtask): Action => ({kind: 'create-child', parent: epic.number, child: draftOf(epic, plan, subtask, present)}))
  const unlinked = linked === null ? [] : here.filter(({key}) => byKey.get(key)?.native !== true).map(({order}) => order)
  const linkable = unlinked.filter((order) => !elsewhere.has(numbers.get(order) ?? 0))
  const room = Math.max(0, MAX_CHILDREN - (linked ?? 0))
  const links = linkable.slice(0, room).map((order): Action => ({kind: 'link-child', parent: epic.number, order}))
  const edges = edgesOf(facts, here, numbers, name)
  return {
    existing, actions: [...creates, ...links, ...edges.actions],
    warnings: [
      ...unplanned(plan, children),
      ...[...away].map(([key, url]) => `planned child ${plan.subtasks.find((s) => s.key === key)?.order ?? '?'} was transferred to ${url}: it is not made again, and no other sub-issue waits for it`),
      ...linkable.length <= room ? [] : [`#${epic.number} has GitHub's limit of ${MAX_CHILDREN} sub-issues, closed ones included: ${linkable.slice(room).map(name).join(', ')} `
        + `${linkable.length - room === 1 ? 'is' : 'are'} its child by the Parent line only`],
      ...unlinked.filter((order) => !linkable.includes(order)).map((order) => `${name(order)} stays a sub-issue of ${elsewhere.get(numbers.get(order)!)}; its Parent line makes it a child of #${epic.number}`),
      ...edges.warnings,
    ],
  }
}

/** Open children of an earlier plan. They may hold work, so people decide about them. */
function leftOver(plan: EpicPlan, children: readonly Child[]): number[] {
  const keys = new Set(plan.subtasks.map(({key}) => key))
  return children.filter(({issue, key}) => key !== null && !keys.has(key) && issue.state === 'open').map(({issue}) => issue.number)
}
export const unplanned = (plan: EpicPlan, children: readonly Child[]): string[] => leftOver(plan, children)
  .map((number) => `#${number} is not in plan ${plan.planHash} any more and stays as it is: close it as not planned if nobody wants it`)

/** Sub-issues to close, named one by one as far as one reads them. */
const NAMED = 5

/**
 * A plan that makes sub-issues, or none at all, beside open ones of another plan would have the same work done twice.
 * @throws PilotError OTHER_CHILDREN with the open ones
 */
export function assertNothingBeside({epic, plan, children, actions}: {epic: Issue; plan: EpicPlan; children: readonly Child[]; actions: readonly Action[]}): void {
  const open = leftOver(plan, children)
  const orders = actions.flatMap((action) => (action.kind === 'create-child' ? [action.child.order] : []))
  if (open.length === 0 || actions.length === 0 || (plan.decision === 'split' && orders.length === 0)) return
  const one = open.length === 1
  const instead = plan.decision === 'single' ? 'keeps it whole' : `would make ${orders.length} more beside ${one ? 'it' : 'them'} (planned ${orders.length === 1 ? 'child' : 'children'} ${orders.join(', ')})`
  throw new PilotError('OTHER_CHILDREN', `#${epic.number} has ${one ? 'an open sub-issue' : 'open sub-issues'} of another plan, ${open.map((n) => `#${n}`).join(', ')}, and plan ${plan.planHash} ${instead}: the same work would be done twice`, [
    ...open.slice(0, NAMED).map((n) => `gh issue close ${n} --reason "not planned"`), `pilot decompose ${epic.number}${plan.source === 'issue' ? ' --from-issue' : ''} --force`,
  ])
}

/** The edges that are missing. One that would close a circle with what people or an earlier plan put there is left out: GitHub refuses it. */
function edgesOf(
  {blockers, children}: ReconcileFacts, here: readonly Subtask[], numbers: ReadonlyMap<number, number>, name: (order: number) => string,
): {actions: Action[]; warnings: string[]} {
  const wanted = here.flatMap(({order, dependsOn: on}) => on.filter((by) => here.some((other) => other.order === by)).map((by) => ({order, by})))
  if (blockers === null) {
    const bodies = new Map(children.map(({issue}) => [issue.number, issue.body]))
    const unsaid = wanted.filter(({order, by}) => numbers.has(order) && numbers.has(by) && !dependsOn(bodies.get(numbers.get(order)!) ?? '').includes(numbers.get(by)!))
    return {actions: [], warnings: unsaid.map(({order, by}) => `${name(order)} does not say that it waits for ${name(by)}: add the line "Depends on: ${name(by)}" to it`)}
  }
  // orders of children that are yet to be made cannot be mistaken for numbers of issues
  const node = (order: number): number => numbers.get(order) ?? -order
  const graph = new Map([...blockers].map(([issue, by]) => [issue, [...by]]))
  const actions: Action[] = []
  const warnings: string[] = []
  for (const {order, by} of wanted) {
    const [child, blocker] = [node(order), node(by)]
    if (graph.get(child)?.includes(blocker) === true) continue
    if (waitsFor(graph, blocker, child)) {
      warnings.push(`${name(by)} already waits for ${name(order)}, so ${name(order)} cannot wait for it as planned: remove one of the two dependencies by hand`)
      continue
    }
    graph.set(child, [...graph.get(child) ?? [], blocker])
    actions.push({kind: 'block-child', order, by})
  }
  return {actions, warnings}
}

function waitsFor(graph: ReadonlyMap<number, readonly number[]>, from: number, target: number, seen = new Set<number>()): boolean {
  if (from === target) return true
  if (seen.has(from)) return false
  seen.add(from)
  return (graph.get(from) ?? []).some((next) => waitsFor(graph, next, target, seen))
}

const draftOf = (epic: Issue, plan: EpicPlan, subtask: Subtask, present: ReadonlySet<number>): ChildDraft => ({
  order: subtask.order, key: subtask.key, planHash: plan.planHash, title: subtask.title, description: subtask.description, acceptance: subtask.acceptance,
  dependsOn: subtask.dependsOn.filter((order) => present.has(order)), labels: childLabels(epic.labels),
})

/** May this epic be decomposed now? A plan that keeps it whole makes the very label that would veto splitting. */
export function assertDecomposable(epic: Issue, plan: EpicPlan): void {
  assertPlannable(plan.decision === 'split' ? epic : {...epic, title: '', labels: epic.labels.filter((label) => label.toLowerCase() !== 'no-decompose')})
}
