import {z} from 'zod'
import type {Action} from '../core/action.js'
import {appliedOf, appliedSchema, covers, withLearnings, type AppliedDecision} from '../core/decide/applied.js'
import {decisionSchema, rejectedSchema, type Decision, type Rejected} from '../core/decide/decision.js'
import {effectOf, settled} from '../core/decide/effect.js'
import {factsSchema, type Facts} from '../core/decide/facts.js'
import {fallbackDecision} from '../core/decide/fallback.js'
import {gatherFacts, type ChildView} from '../core/decide/gather.js'
import {decisionIn} from '../core/decide/parse.js'
import {decidePrompt} from '../core/decide/prompt.js'
import {validateDecision, type Validated} from '../core/decide/validate.js'
import {addCost} from '../core/cost/usage.js'
import {dependsOn} from '../core/issue/child-body.js'
import type {Issue} from '../core/issue/issue.js'
import type {ChildProgress} from '../core/family/progress.js'
import {FIRST} from '../core/route/escalation.js'
import {countsAsAttempt} from '../core/run/failure.js'
import {PilotError, type Status} from '../errors.js'
import {apply} from './apply.js'
import {plannedAs, readEpic, readProgress, type EpicView} from './family.js'
import {ask} from './gate.js'
import {underClaim, would, wouldUnderClaim} from './guard.js'
import {payerFor} from './payer.js'
import {decisionOf, putProgress, workOfAll, type KnownWork} from './progress.js'
import {decisionDir, spawnTask} from './spawn-task.js'
import type {World} from './world.js'

export type DecideResult = {
  epic: number
  /** who decided; null where there was nothing to decide, or only would be (`--dry-run`) */
  by: AppliedDecision['by'] | null
  reason: string
  decision: Decision | null
  rejected: Rejected[]
  /** of the artifact, relative to `.pilot/` */
  artifact: string | null
  costUsd: number | null
  actions: string[]
}

/** `.pilot/epics/N/decisions/0001.json`: what a decision was based on, what the model said, and what came of it. */
export const decisionArtifactSchema = z.strictObject({
  version: z.literal(1), at: z.string(), by: z.enum(['pilot', 'fallback']), facts: factsSchema, raw: z.unknown(),
  validated: decisionSchema, rejected: z.array(rejectedSchema), applied: appliedSchema, costUsd: z.number().min(0).nullable(),
})
type Artifact = z.infer<typeof decisionArtifactSchema>

/** `payer`: the epic that the call is booked on, where one is being run; absent: it is looked up. */
type DecideOptions = {force: boolean; payer?: number}
type Looked = {view: EpicView; rows: ChildProgress[]; facts: Facts; known: KnownWork}

/**
 * One decision after a wave with failures. The same failures are decided about once: a second run finishes what a
 * dead one left, from its artifact or the progress comment, and pays nothing.
 */
export async function decideEpic(world: World, number: number, options: DecideOptions): Promise<DecideResult & {status: Status}> {
  const {force} = options
  const first = await look(world, number)
  const todo = todoOf(first, force)
  if (todo.kind === 'idle') return nothing(number, todo.reason)
  if (world.dryRun) {
    if (todo.kind === 'finish') return finish(world, first, todo.standing)
    const line = `ask gate decide about ${first.facts.failed.map((child) => `#${child.number}`).join(', ')} and keep the decision in the progress comment of #${number}`
    return {...nothing(number, 'dry run: no model was asked'), status: 'done', actions: await wouldUnderClaim(world, number, () => would(world, line))}
  }
  return underClaim(world, number, async (held) => {
    const now = await look(held, number)
    const late = todoOf(now, force)
    switch (late.kind) {
      case 'idle': return nothing(number, late.reason)
      case 'finish': return finish(held, now, late.standing)
      case 'decide': return decide(held, now, options)
    }
  })
}

const nothing = (epic: number, reason: string): DecideResult & {status: Status} =>
  ({epic, status: 'noop', by: null, reason, decision: null, rejected: [], artifact: null, costUsd: null, actions: []})

/** `finish`: nothing is to be decided, but the effect of the decision in force is not known to be made yet. */
type Todo = {kind: 'idle'; reason: string} | {kind: 'finish'; standing: AppliedDecision} | {kind: 'decide'}

function todoOf({view, facts}: Looked, force: boolean): Todo {
  const standing = decisionOf(view.memory)
  const reason = facts.failed.length === 0 ? 'nothing failed'
    : facts.remaining.length === 0 ? 'no work remains besides what failed: pilot retry takes that up'
    : !force && covers(standing, facts) ? `decided already, by ${standing.by}` : null
  if (reason === null) return {kind: 'decide'}
  return standing?.pending === undefined ? {kind: 'idle', reason} : {kind: 'finish', standing}
}

async function look(world: World, number: number): Promise<Looked> {
  const view = await readEpic(world, number)
  const {rows} = await readProgress(world, view)
  const known: KnownWork = new Map()
  await workOfAll(world, rows.filter((row) => row.state === 'failed' || row.state === 'retry-ready').map((row) => row.number), known)
  const {name: branch, sha} = await world.repository.defaultBranch()
  const facts = gatherFacts({
    epic: {number, title: view.epic.title}, base: {branch, sha}, learnings: view.memory.progress?.value.learnings ?? [], standing: decisionOf(view.memory),
    maxRises: world.config.settings.routing.max_escalations_per_issue, children: childViews(view, rows, known),
    split: {maxSubtasks: world.config.settings.decompose.max_subtasks, hash: world.hash},
  })
  return {view, rows, facts, known}
}

function childViews(view: EpicView, rows: readonly ChildProgress[], known: KnownWork): ChildView[] {
  const siblings = new Set(rows.map((row) => row.number))
  return rows.flatMap((row): ChildView[] => {
    const child = view.children.find(({issue}) => issue.number === row.number)
    if (child === undefined) return []
    const blockers = [...new Set([...row.blockedBy, ...dependsOn(child.issue.body)])].filter((n) => siblings.has(n))
    return [{
      row, issue: child.issue, dependsOn: blockers, touches: touchesOf(view, row), nested: view.nested.has(row.number),
      attempts: known.get(row.number)?.attempts ?? {version: 1, attempts: [], newest: {verifyTail: '', review: '', summary: ''}},
    }]
  })
}

/** The files that the plan says a child touches; none where it has no plan, which means any. */
export const touchesOf = (view: EpicView, row: ChildProgress): readonly string[] =>
  plannedAs(view, row.number)?.touches ?? []

async function decide(world: World, looked: Looked, options: DecideOptions): Promise<DecideResult & {status: Status}> {
  const {view, rows, facts, known} = looked
  const epic = view.epic.number
  const {path, artifact} = await artifactFor(world, {epic: view.epic, facts, standing: decisionOf(view.memory), ...options})
  const {validated, rejected, by, applied, costUsd} = artifact
  const learnings = withLearnings(facts.learnings, validated)
  const due = dueOf(looked, applied)
  const actions = await putProgress(world, view, rows, known, {decision: due.length > 0 ? applied : settled(applied), learnings})
  if (due.length > 0) actions.push(...await carryOut(world, looked, applied))
  return {epic, status: 'done', by, reason: `decided by ${by}`, decision: validated, rejected, artifact: path, costUsd, actions}
}

/** What a dead run left of the decision in force, from the progress comment alone: another machine may have made it. Costs nothing. */
async function finish(world: World, looked: Looked, standing: AppliedDecision): Promise<DecideResult & {status: Status}> {
  const [{by}, {number}] = [standing, looked.view.epic]
  const write = (): Promise<string[]> => carryOut(world, looked, standing)
  const actions = world.dryRun ? await wouldUnderClaim(world, number, write) : await write()
  return {...nothing(number, `finished what was decided by ${by}`), status: 'done', by, actions}
}

const dueOf = ({view, facts}: Looked, applied: AppliedDecision): Action[] =>
  effectOf(applied, facts, view.children.map(({issue}) => ({number: issue.number, labels: issue.labels})))

/** Makes the effect of a decision that the progress comment holds, and then notes there that it is made: later runs leave alone what people change of it. */
async function carryOut(world: World, looked: Looked, applied: AppliedDecision): Promise<string[]> {
  const actions = await apply(world, dueOf(looked, applied))
  // the comment may be new, and shows the children as they are now
  const view = await readEpic(world, looked.view.epic.number)
  const {rows} = await readProgress(world, view)
  return [...actions, ...await putProgress(world, view, rows, looked.known, {decision: settled(applied)})]
}

/**
 * The decision about these failures that a dead run paid for and left no other trace of, else a new one, written down before anything is
 * changed by it. One that is no newer than the decision in force was carried out, or replaced.
 */
async function artifactFor(world: World, about: About & {force: boolean}): Promise<{path: string; artifact: Artifact}> {
  const {epic, facts, standing, force} = about
  for (let n = 1; ; n++) {
    const dir = decisionDir(epic.number, n)
    const path = `${dir}.json`
    const kept = await world.artifacts.read(path, decisionArtifactSchema)
    if (kept !== undefined && (force || !covers(kept.applied, facts) || (standing !== null && kept.at <= standing.at))) continue
    if (kept !== undefined) return {path, artifact: kept}
    const artifact = await newDecision(world, about, dir)
    await world.artifacts.write(path, artifact)
    return {path, artifact}
  }
}

type About = {epic: Issue; facts: Facts; standing: AppliedDecision | null; payer?: number}

async function newDecision(world: World, about: About, dir: string): Promise<Artifact> {
  const {facts, standing} = about
  const said: Said = world.config.settings.decide.enabled ? await askModel(world, about, dir) : {kind: 'none', raw: null, costUsd: null}
  const {decision, rejected}: Validated = said.kind === 'answer' ? checked(said, facts) : {decision: fallbackDecision(facts), rejected: []}
  const by = said.kind === 'answer' ? 'pilot' : 'fallback'
  const at = world.clock.now().toISOString()
  for (const {field, reason} of rejected) world.report.warn(`decide: an entry of ${field} is not taken: ${reason}`)
  const applied = appliedOf(decision, facts, by, at, standing)
  return {
    version: 1, at, by, facts, raw: said.raw, validated: decision, rejected, costUsd: said.costUsd,
    // no model had its say: the order holds for now, and the next run asks about the same failures
    applied: said.kind === 'unheard' ? {...applied, about: []} : applied,
  }
}

/** `none`: no answer that can be read, which is an answer too; `unheard`: the fault of the machine or the network, so nothing is known of the model's mind. */
type Said =
  | {kind: 'answer'; raw: Readonly<Record<string, unknown>>; dropped: Rejected[]; costUsd: number | null}
  | {kind: 'none' | 'unheard'; raw: string | null; costUsd: number | null}

function checked({raw, dropped}: Extract<Said, {kind: 'answer'}>, facts: Facts): Validated {
  const {decision, rejected} = validateDecision(raw, facts)
  return {decision, rejected: [...dropped, ...rejected]}
}

/** Of an answer that cannot be read, for people; characters. A decision as long as that is none. */
const RAW_MAX = 60_000

/**
 * One question without tools, bounded in time and money; no answer that can be read means the fallback decides.
 * @throws PilotError INTERRUPTED or OVER_BUDGET where that is why there is none: nothing is decided then
 */
async function askModel(world: World, about: About, dir: string): Promise<Said> {
  const {facts, payer} = about
  const epic = about.epic.number
  const paidBy = payer ?? await payerFor(world, about.epic) ?? epic
  const task = spawnTask(world, 'decide', {issue: epic, labels: [], complexity: 'medium', prompt: decidePrompt(facts, world.nonce()), cwd: world.root, dir, spentUsd: 0})
  const answer = await ask(world, task, 'decide', FIRST, {dir, name: ''}, {command: 'decide', epic: paidBy}, decisionIn)
  const costUsd = answer.outcomes.map((outcome) => outcome.costUsd).reduce(addCost, null)
  if (answer.kind === 'answer') return {kind: 'answer', ...answer.value, costUsd}
  const last = answer.outcomes.at(-1)
  const failure = last?.failure ?? null
  if (failure === 'interrupted') throw new PilotError('INTERRUPTED', `#${epic}: interrupted before a decision; nothing is changed by it`, [`pilot decide ${epic}`])
  if (failure === 'budget') throw new PilotError('OVER_BUDGET', `#${epic}: no decision: ${last?.message}`, ['raise the budget in .pilot/config.yaml', 'pilot spend --by epic'])
  world.report.warn(`#${epic}: no model gave a usable decision; the plan goes on, dependents of failures last`)
  return {kind: failure !== null && !countsAsAttempt(failure) ? 'unheard' : 'none', raw: answer.raw === '' ? null : answer.raw.slice(0, RAW_MAX), costUsd}
}
