import {addCost, addUsage} from '../core/cost/usage.js'
import {classify} from '../core/classify/classify.js'
import type {Action} from '../core/action.js'
import type {Issue} from '../core/issue/issue.js'
import {printPlanComment} from '../core/issue/plan-comment.js'
import {hasLabel} from '../core/issue/labels.js'
import {checkPlan, type CheckContext} from '../core/plan/check.js'
import {planAnswerJsonSchema, type PlanDraft} from '../core/plan/draft.js'
import {draftFromIssue} from '../core/plan/from-issue.js'
import {parsePlan} from '../core/plan/parse.js'
import {bodySha} from '../core/plan/plan-inputs.js'
import {planPrompt, planRepairPrompt, type PlanQuestion} from '../core/plan/prompt.js'
import type {EpicPlan} from '../core/plan/plan.js'
import {presetChain} from '../core/config/presets.js'
import {FIRST} from '../core/route/escalation.js'
import type {SpawnTask} from '../core/route/plan-spawn.js'
import type {AgentOutcome} from '../core/run/outcome.js'
import {PilotError, type Status} from '../errors.js'
import {apply} from './apply.js'
import {readTask} from './attempt/task.js'
import {ask} from './gate.js'
import {underClaim} from './guard.js'
import {whyNotReady} from './ready.js'
import {readMemory, readPlan, type Memory} from './snapshot.js'
import type {World} from './world.js'

export type PlanResult = {status: Status; plan: EpicPlan | null; actions: string[]}

/** Paths of the repository shown to a planner: enough to see how it is built, little enough to be read. */
const TREE_LINES = 400

/**
 * Asks the planning model for the subtasks of an epic and stores what passed the checks: plan artifact and plan comment. The same text
 * on the same base is not planned twice.
 * @throws PilotError PLAN_FAILED with the raw answer saved when neither model nor issue gives a plan
 */
export async function planEpic(world: World, number: number, {force}: {force: boolean}): Promise<PlanResult> {
  const task = await readTask(world, number)
  const {issue} = task
  if (issue.state === 'closed') throw new PilotError('ISSUE_CLOSED', `#${number} is closed`, [`gh issue reopen ${number}`])
  if (hasLabel(issue.labels, 'no-decompose')) throw new PilotError('NO_DECOMPOSE', `#${number} carries no-decompose`, [`pilot execute ${number}`])
  if (!task.trust.trusted) throw new PilotError('UNTRUSTED_AUTHOR', `#${number}: ${task.trust.who} not trusted: ${task.trust.reason}`, ['add the login under trust.users in .pilot/config.yaml'])
  const memory = await readMemory(world, number)
  const base = await world.repository.defaultBranch()
  const known = await readPlan(world, number, memory)
  if (known !== null && !force && isCurrent(world, known, issue, base)) return {status: 'noop', plan: known, actions: await store(world, issue, known, memory, known)}
  if (world.dryRun) {
    const actions = [`spawn the planning model for #${number}`, `.pilot/epics/${number}/plan.json written`, `#${number} ${memory.plan === null ? 'comment' : `comment ${memory.plan.comment} updated`}: plan`]
    for (const line of actions) world.report.action(`would ${line}`)
    return {status: 'done', plan: null, actions}
  }
  const complexity = classify(issue, world.config.settings.decompose).complexity
  const unready = await whyNotReady(world, {issue: number, labels: issue.labels, complexity, history: FIRST, runDir: `epics/${number}/plan-run`}, firstChoiceOnly(world) ? ['plan'] : [], ['plan'])
  if (unready !== null) throw unready.error
  return underClaim(world, number, async (held) => {
    const plan = await makePlan(held, issue, base)
    return {status: 'done', plan, actions: await store(held, issue, plan, await readMemory(held, number), null)}
  })
}

/** A plan gate with a fallback behind it need not be ready in its first step. */
const firstChoiceOnly = ({config}: World): boolean =>
  config.settings.routing.gates.plan !== undefined || presetChain(config.settings.routing.preset, 'plan', 'epic').chain.length === 1

const isCurrent = (world: World, plan: EpicPlan, issue: Issue, base: {sha: string}): boolean =>
  plan.epic.bodySha === bodySha(issue.title, issue.body, world.hash) && plan.base.sha === base.sha

/** Writes what is not there yet: the file, and the comment where it differs. */
async function store(world: World, issue: Issue, plan: EpicPlan, memory: Memory, file: EpicPlan | null): Promise<string[]> {
  const body = printPlanComment(plan)
  const what = `plan ${plan.planHash}`
  const comment: Action[] = memory.plan === null ? [{kind: 'create-comment', issue: issue.number, what, body}]
    : memory.plan.value.planHash === plan.planHash ? [] : [{kind: 'update-comment', issue: issue.number, comment: memory.plan.comment, what, body}]
  return apply(world, [...(file === null ? [{kind: 'write-plan', plan} as const] : []), ...comment])
}

/** Model, one repair round with what was wrong, then the issue's own split points. */
async function makePlan(world: World, issue: Issue, base: {name: string; sha: string}): Promise<EpicPlan> {
  const {max_subtasks: maxSubtasks} = world.config.settings.decompose
  const context: CheckContext = {
    epic: {number: issue.number, title: issue.title, bodySha: bodySha(issue.title, issue.body, world.hash), updatedAt: issue.updatedAt},
    base: {branch: base.name, sha: base.sha}, maxSubtasks, source: 'model', hash: world.hash,
  }
  const question: PlanQuestion = {title: issue.title, body: issue.body, nonce: world.nonce(), tree: await world.workshop.tree(base.sha, TREE_LINES), maxSubtasks}
  const asked = await askPlanner(world, issue, base.sha, question, context)
  const outcomes = asked.outcomes
  const costs = {usage: outcomes.map((o) => o.usage).reduce(addUsage, null), costUsd: outcomes.map((o) => o.costUsd).reduce(addCost, null)}
  if (asked.plan !== null) return {...asked.plan, ...costs}
  const fallback = draftFromIssue(issue)
  const checked = fallback && checkPlan(fallback, {...context, source: 'issue'})
  if (checked?.ok === true) {
    world.report.warn(`#${issue.number}: no usable plan from a model (${asked.problems.join('; ')}); the issue's own split points are used`)
    return {...checked.plan, ...costs}
  }
  const raw = `epics/${issue.number}/plan-answer.txt`
  await world.artifacts.writeText(raw, world.mask(asked.raw))
  throw new PilotError('PLAN_FAILED', `#${issue.number}: no plan: ${asked.problems.join('; ')}; the last answer is in .pilot/${raw}`, [`pilot plan-epic ${issue.number} --force`, `pilot execute ${issue.number}`])
}

type Asked = {plan: EpicPlan | null; problems: string[]; raw: string; outcomes: readonly AgentOutcome[]}

/** The planner reads the base commit in a worktree of its own, never the user's checkout. */
async function askPlanner(world: World, issue: Issue, baseSha: string, question: PlanQuestion, context: CheckContext): Promise<Asked> {
  const worktree = await world.workshop.open(issue.number, {sha: baseSha})
  const dir = `epics/${issue.number}/plan-run`
  const task = (prompt: string): SpawnTask => ({
    issue: issue.number, labels: issue.labels, complexity: classify(issue, world.config.settings.decompose).complexity, prompt, cwd: worktree.path,
    runDir: world.artifacts.resolve(dir), root: world.root, schema: planAnswerJsonSchema(), remainingUsd: world.config.settings.budget.per_epic_usd, flags: world.flags, resume: null, budgetKey: 'budget.per_epic_usd',
  })
  const round = async (prompt: string, name: string): Promise<Asked & {draft: PlanDraft | null}> => {
    const answer = await ask(world, task(prompt), 'plan', FIRST, {dir, name}, {command: 'plan-epic', epic: issue.number}, readDraft)
    if (answer.kind === 'none') return {plan: null, draft: null, problems: [answer.outcomes.at(-1)?.message || 'no answer that can be read'], raw: answer.raw, outcomes: answer.outcomes}
    const checked = checkPlan(answer.value.draft, context)
    return {plan: checked.ok ? checked.plan : null, draft: answer.value.draft, problems: checked.ok ? [] : checked.problems, raw: answer.value.raw, outcomes: answer.outcomes}
  }
  try {
    const first = await round(planPrompt(question), '')
    if (first.plan !== null || first.draft === null) return first
    world.report.progress(`#${issue.number}: the plan has problems (${first.problems.join('; ')}), asking once more`)
    const second = await round(planRepairPrompt(question, first.problems, first.raw), 'repair')
    return {...second, outcomes: [...first.outcomes, ...second.outcomes]}
  } finally {
    await worktree.remove({runId: world.runId})
  }
}

function readDraft(outcome: AgentOutcome): {draft: PlanDraft; raw: string} | undefined {
  const raw = outcome.structured === null || outcome.structured === undefined ? outcome.text : JSON.stringify(outcome.structured)
  const parsed = parsePlan(raw)
  return parsed.kind === 'unparseable' ? undefined : {draft: parsed.draft, raw}
}
