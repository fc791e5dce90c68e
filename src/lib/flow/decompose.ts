import {printPlanComment} from '../core/issue/plan-comment.js'
import {hasLabel} from '../core/issue/labels.js'
import type {Action} from '../core/action.js'
import {checkPlan} from '../core/plan/check.js'
import {draftFromIssue} from '../core/plan/from-issue.js'
import {bodySha, drifted} from '../core/plan/plan-inputs.js'
import {assertDecomposable, reconcile, type Reconciled} from '../core/plan/reconcile.js'
import type {EpicPlan} from '../core/plan/plan.js'
import {PilotError, type Status} from '../errors.js'
import {apply, nothingMade, type Made} from './apply.js'
import {readEpic, type EpicView} from './family.js'
import {underClaim} from './guard.js'
import type {World} from './world.js'

export type DecomposeResult = {
  status: Status
  decision: EpicPlan['decision']
  created: {order: number; number: number}[]
  existing: {order: number; number: number}[]
  linked: number[]
  children: number[]
  actions: string[]
}

export type DecomposeOptions = {force: boolean; fromIssue: boolean}

/**
 * Makes the planned children exist, each exactly once: the plan comment first, then creates in order, then links, then dependency edges.
 * What exists is found by native list and issue list, never by search. A second run finds nothing to do and writes nothing, no claim either.
 */
export async function decompose(world: World, number: number, options: DecomposeOptions): Promise<DecomposeResult> {
  const first = await look(world, number, options)
  if (first.actions.length === 0) return resultOf(first, [], 'noop')
  if (world.dryRun) return resultOf(first, await apply(world, first.actions, first.made), 'done')
  return underClaim(world, number, async (held) => {
    const now = await look(held, number, options)
    return resultOf(now, await apply(held, now.actions, now.made), 'done')
  })
}

type Looked = {plan: EpicPlan; reconciled: Reconciled; actions: Action[]; made: Made}

async function look(world: World, number: number, options: DecomposeOptions): Promise<Looked> {
  const view = await readEpic(world, number)
  const plan = await planFor(world, view, options)
  assertDecomposable(view.epic, plan)
  if (drifted(plan, view.epic, world.hash) && !options.force) {
    throw new PilotError('DRIFTED', `#${number}'s text changed since it was planned`, [`pilot plan-epic ${number}`, `pilot decompose ${number} --force`])
  }
  if (plan.decision === 'single') {
    const actions: Action[] = hasLabel(view.epic.labels, 'no-decompose') ? [] : [{kind: 'add-labels', issue: number, labels: ['no-decompose']}]
    return {plan, reconciled: {existing: [], actions}, actions, made: nothingMade()}
  }
  const blockers = await nativeBlockers(world, view)
  const reconciled = reconcile({epic: view.epic, plan, children: view.children, blockers, hasSubIssues: view.hasSubIssues})
  const byNumber = new Map(view.children.map((child) => [child.issue.number, child.issue]))
  const children = new Map(reconciled.existing.map(({order, number: n}) => [order, byNumber.get(n)!]))
  return {plan, reconciled, made: {children, mergeSha: null}, actions: reconciled.actions.length === 0 ? [] : [...planComment(view, plan), ...reconciled.actions]}
}

async function planFor(world: World, view: EpicView, {fromIssue}: DecomposeOptions): Promise<EpicPlan> {
  if (!fromIssue) {
    if (view.plan !== null) return view.plan
    throw new PilotError('NO_PLAN', `#${view.epic.number} has no plan`, [`pilot plan-epic ${view.epic.number}`, `pilot decompose ${view.epic.number} --from-issue`])
  }
  const draft = draftFromIssue(view.epic)
  if (draft === null) throw new PilotError('NOT_SPLIT', `#${view.epic.number} has no split points of its own`, [`pilot plan-epic ${view.epic.number}`])
  const base = await world.repository.defaultBranch()
  const {number, title, body, updatedAt} = view.epic
  const checked = checkPlan(draft, {
    epic: {number, title, bodySha: bodySha(title, body, world.hash), updatedAt}, base: {branch: base.name, sha: base.sha},
    maxSubtasks: world.config.settings.decompose.max_subtasks, source: 'issue', hash: world.hash,
  })
  if (checked.ok) return checked.plan
  throw new PilotError('INVALID_PLAN', `#${number}: its split points make no plan: ${checked.problems.join('; ')}`, [`pilot plan-epic ${number}`])
}

/** The planned keys are on GitHub before the first child is, so that another machine knows them. */
function planComment(view: EpicView, plan: EpicPlan): Action[] {
  const {plan: kept} = view.memory
  if (kept?.value.planHash === plan.planHash) return []
  const what = `plan ${plan.planHash}`
  const body = printPlanComment(plan)
  return [kept === null ? {kind: 'create-comment', issue: view.epic.number, what, body} : {kind: 'update-comment', issue: view.epic.number, comment: kept.comment, what, body}]
}

/** Which edges exist; null where the server has no dependencies. Only children of the plan are asked for. */
async function nativeBlockers(world: World, view: EpicView): Promise<ReadonlyMap<number, readonly number[]> | null> {
  const edges = new Map<number, readonly number[]>()
  const planned = new Set(view.plan?.subtasks.filter((subtask) => subtask.dependsOn.length > 0).map((subtask) => subtask.key) ?? [])
  for (const child of view.children) {
    if (child.key === null || (view.plan !== null && !planned.has(child.key))) continue
    const blockers = await world.relations.blockers(child.issue.number)
    if (blockers === null) return null
    edges.set(child.issue.number, blockers.map((blocker) => blocker.number))
  }
  return edges
}

function resultOf({plan, reconciled, made: {children}}: Looked, actions: string[], status: Status): DecomposeResult {
  const before = new Set(reconciled.existing.map(({order}) => order))
  const created = [...children].filter(([order]) => !before.has(order)).map(([order, issue]) => ({order, number: issue.number}))
  const linked = reconciled.actions.flatMap((a) => (a.kind === 'link-child' ? [children.get(a.order)?.number ?? 0] : [])).filter((n) => n > 0)
  return {status, decision: plan.decision, created, existing: reconciled.existing, linked, children: [...children.values()].map((c) => c.number).sort((a, b) => a - b), actions}
}
