import {printPlanComment} from '../core/issue/plan-comment.js'
import type {Issue} from '../core/issue/issue.js'
import {hasLabel} from '../core/issue/labels.js'
import {sameRepository, type Child} from '../core/family/children.js'
import {recognise} from '../core/family/recognise.js'
import type {Action} from '../core/action.js'
import {planFromIssue} from '../core/plan/from-issue.js'
import {withNumbers} from '../core/plan/key.js'
import {assertOpen} from '../core/plan/plannable.js'
import {bodySha, drifted} from '../core/plan/plan-inputs.js'
import {assertDecomposable, assertNothingBeside, reconcile, unplanned, type Reconciled} from '../core/plan/reconcile.js'
import type {EpicPlan} from '../core/plan/plan.js'
import {PilotError, type Status} from '../errors.js'
import {apply, nothingMade, type Made} from './apply.js'
import {readEpic, withUnlisted, type EpicView} from './family.js'
import {underClaim, wouldUnderClaim} from './guard.js'
import {ifThere} from './snapshot.js'
import {assertTrusted} from './trusted.js'
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
 * What exists is found by native list and issue list, and before anything is made by reading past the end of that list, never by search.
 * A second run finds nothing to do and writes nothing, no claim either.
 */
export async function decompose(world: World, number: number, options: DecomposeOptions): Promise<DecomposeResult> {
  const first = await look(world, number, options)
  // a plan was made of a text that was trusted; nobody has looked at this one before
  if (options.fromIssue) await assertTrusted(world, first.epic)
  if (first.actions.length === 0) return resultOf(world, first, [], 'noop')
  if (world.dryRun) return resultOf(world, first, await wouldUnderClaim(world, number, () => apply(world, first.actions, first.made)), 'done')
  return underClaim(world, number, async (held) => {
    const now = await look(held, number, options)
    return resultOf(world, now, await apply(held, now.actions, now.made), now.actions.length === 0 ? 'noop' : 'done')
  })
}

type Looked = {epic: Issue; plan: EpicPlan; reconciled: Reconciled; actions: Action[]; made: Made}

async function look(world: World, number: number, options: DecomposeOptions): Promise<Looked> {
  const view = await readEpic(world, number)
  assertOpen(view.epic)
  const plan = await planFor(world, view, options)
  const refuse = (beside: Pick<EpicView, 'children'>, actions: readonly Action[]): void => {
    if (!options.force) assertNothingBeside({epic: view.epic, plan, children: beside.children, actions})
  }
  assertDecomposable(view.epic, plan)
  if (drifted(plan, view.epic, world.hash) && !options.force) {
    throw new PilotError('DRIFTED', `#${number}'s text changed since it was planned`, [`pilot plan-epic ${number}`, `pilot decompose ${number} --force`])
  }
  if (plan.decision === 'single') {
    const actions: Action[] = hasLabel(view.epic.labels, 'no-decompose') ? [] : [{kind: 'add-labels', issue: number, labels: ['no-decompose']}]
    refuse(view, actions)
    return {epic: view.epic, plan, reconciled: {existing: [], actions, warnings: unplanned(plan, view.children)}, actions, made: nothingMade()}
  }
  const listed = await compare(world, view, plan)
  const complete = creates(listed).length > 0 ? await withUnnamed(world, await withUnlisted(world, view), plan) : view
  const reconciled = complete === view ? listed : await compare(world, complete, plan)
  refuse(complete, reconciled.actions)
  const byNumber = new Map(complete.children.map((child) => [child.issue.number, child.issue]))
  const children = new Map(reconciled.existing.map(({order, number: n}) => [order, byNumber.get(n)!]))
  return {epic: view.epic, plan, reconciled, made: {...nothingMade(), children, newest: complete.newest}, actions: writes(view, plan, reconciled)}
}

const creates = ({actions}: Reconciled): string[] => actions.flatMap((action) => (action.kind === 'create-child' ? [action.child.key] : []))

/** The plan where it is not stored yet, what is missing of its children, and their numbers at the end, where the comment does not have them. */
function writes(view: EpicView, plan: EpicPlan, reconciled: Reconciled): Action[] {
  const {existing, actions} = reconciled
  const kept = view.memory.plan?.value
  const isKept = kept?.planHash === plan.planHash
  const full = withNumbers(plan, plan.children, Object.fromEntries(existing.map(({order, number}) => [plan.subtasks.find((subtask) => subtask.order === order)!.key, number])))
  const told = isKept ? kept : full
  const isNoted = creates(reconciled).length === 0 && plan.subtasks.every(({key}) => told.children?.[key] === full.children?.[key])
  if (actions.length === 0 && (isNoted || !isKept)) return []
  return [...planFile(view, full), ...planComment(view, full), ...actions, ...isNoted ? [] : [{kind: 'note-children', plan: full, comment: view.memory.plan?.comment ?? null} as const]]
}

/** The same with planned children that no list names any more, by their numbers: a person rewrote them, and took away their link or `Parent:` line. */
async function withUnnamed(world: World, view: EpicView, plan: EpicPlan): Promise<EpicView> {
  const own = await world.own()
  const known = new Set(view.children.map(({issue}) => issue.number))
  const there = new Set(recognise(view.epic.number, view.children, plan, own).map(({key}) => key))
  const found: Child[] = []
  for (const {key, order} of plan.subtasks) {
    const number = plan.children?.[key]
    if (number === undefined || known.has(number) || there.has(key)) continue
    const issue = await ifThere(world.issues.get(number))
    if (issue === null || issue.isPull || !own(issue.author) || !sameRepository(issue, view.epic)) continue
    found.push({issue, key, plan: plan.planHash, order, native: false})
    if (view.native === null) world.report.warn(`#${number} is planned child ${order} and names no parent any more: add the line "Parent: GH-${view.epic.number}" to it`)
  }
  return found.length === 0 ? view : {...view, children: [...view.children, ...found]}
}

/** The plan beside what is there. */
async function compare(world: World, {epic, children: found, moved, native}: EpicView, plan: EpicPlan): Promise<Reconciled> {
  const children = recognise(epic.number, found, plan, await world.own())
  const keys = new Set(plan.subtasks.map(({key}) => key))
  const planned = children.filter(({key}) => key !== null && keys.has(key))
  const elsewhere = new Map<number, string>()
  for (const child of native === null ? [] : planned.filter((each) => !each.native)) {
    const parent = await world.relations.parent(child.issue.number)
    if (parent !== null && parent.url !== epic.url) elsewhere.set(child.issue.number, parent.url)
  }
  return reconcile({epic, plan, children, moved, elsewhere, links: native?.length ?? null, blockers: await nativeBlockers(world, planned)})
}

async function planFor(world: World, view: EpicView, {fromIssue, force}: DecomposeOptions): Promise<EpicPlan> {
  if (!fromIssue) {
    if (view.plan !== null) return view.plan
    throw new PilotError('NO_PLAN', `#${view.epic.number} has no plan`, [`pilot plan-epic ${view.epic.number}`, `pilot decompose ${view.epic.number} --from-issue`])
  }
  const base = await world.repository.defaultBranch()
  const {number, title, body, updatedAt} = view.epic
  const checked = planFromIssue(view.epic, {
    epic: {number, title, bodySha: bodySha(title, body, world.hash), updatedAt}, base: {branch: base.name, sha: base.sha},
    maxSubtasks: world.config.settings.decompose.max_subtasks, hash: world.hash,
  }, force ? null : view.plan)
  if (checked === null) throw new PilotError('NOT_SPLIT', `#${number} has no split points of its own`, [`pilot plan-epic ${number}`])
  for (const warning of checked.warnings) world.report.warn(`#${number}: ${warning}`)
  if (checked.ok) return withNumbers(checked.plan, view.memory.plan?.value.children)
  const problems = checked.problems.join('; ')
  if (checked.isListed) throw new PilotError('NOT_SPLIT', `#${number}: its split points leave nothing to make: ${problems}`, [`pilot status ${number}`])
  throw new PilotError('INVALID_PLAN', `#${number}: its split points make no plan: ${problems}`, [`pilot plan-epic ${number}`])
}

/** The file says what is decomposed, also where that is not what was planned before: this machine's next command reads it first. */
const planFile = (view: EpicView, plan: EpicPlan): Action[] => (view.plan?.planHash === plan.planHash ? [] : [{kind: 'write-plan', plan}])

/** The planned keys are on GitHub before the first child is, so that another machine knows them. */
function planComment(view: EpicView, plan: EpicPlan): Action[] {
  const {plan: kept} = view.memory
  if (kept?.value.planHash === plan.planHash) return []
  const what = `plan ${plan.planHash}`
  const body = printPlanComment(plan)
  return [kept === null ? {kind: 'create-comment', issue: view.epic.number, what, body} : {kind: 'update-comment', issue: view.epic.number, comment: kept.comment, what, body}]
}

/** Which edges exist; null where the server has no dependencies. */
async function nativeBlockers(world: World, children: readonly Child[]): Promise<ReadonlyMap<number, readonly number[]> | null> {
  const edges = new Map<number, readonly number[]>()
  for (const {issue} of children) {
    const blockers = await world.relations.blockers(issue.number)
    if (blockers === null) return null
    edges.set(issue.number, blockers.map((blocker) => blocker.number))
  }
  return edges
}

function resultOf(world: World, {plan, reconciled, made: {children, linked}}: Looked, actions: string[], status: Status): DecomposeResult {
  for (const warning of reconciled.warnings) world.report.warn(warning)
  const before = new Set(reconciled.existing.map(({order}) => order))
  const created = [...children].filter(([order]) => !before.has(order)).map(([order, issue]) => ({order, number: issue.number}))
  const orders = world.dryRun ? reconciled.actions.flatMap((action) => (action.kind === 'link-child' ? [action.order] : [])) : linked
  return {
    status, decision: plan.decision, created, existing: reconciled.existing, linked: orders.flatMap((order) => children.get(order)?.number ?? []),
    children: [...children.values()].map((child) => child.number).sort((a, b) => a - b), actions,
  }
}
