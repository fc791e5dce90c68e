import {jsonIn} from '../core/answer.js'
import {classify} from '../core/classify/classify.js'
import type {Issue} from '../core/issue/issue.js'
import {checkPlan, type CheckContext} from '../core/plan/check.js'
import type {PlanDraft} from '../core/plan/draft.js'
import {parsePlan} from '../core/plan/parse.js'
import {planPrompt, planRepairPrompt, type PlanFault, type PlanQuestion} from '../core/plan/prompt.js'
import type {EpicPlan} from '../core/plan/plan.js'
import type {Excerpt} from '../core/plan/excerpts.js'
import type {MadeChild} from '../core/plan/key.js'
import {FIRST} from '../core/route/escalation.js'
import {planSpawn, type SpawnTask} from '../core/route/plan-spawn.js'
import type {AgentOutcome} from '../core/run/outcome.js'
import type {Worktree} from '../ports.js'
import {ask} from './gate.js'
import {excerptsFor, mapOf} from './repository-view.js'
import {planDir, spawnTask} from './spawn-task.js'
import type {World} from './world.js'

/** `plan` null: neither round gave one; `problems` says why, and `raw` is the last answer that was no plan, null where no model answered. */
export type Asked = {plan: EpicPlan | null; problems: readonly string[]; raw: string | null; outcomes: readonly AgentOutcome[]}
type Round = Asked & {/** what there is to mend; null where the last one that was asked gave no answer */ fault: PlanFault | null}
type Prompt = Exclude<SpawnTask['prompt'], string>

/**
 * The planning model, and where its plan has problems or cannot be read once more with them. The planner reads the base commit in a worktree
 * of its own, never the user's checkout; one without tools gets the beginnings of files in its prompt. `payer`: the epic that its calls are booked on.
 */
export async function askPlanner(world: World, issue: Issue, {context, made, payer}: {context: CheckContext; made: readonly MadeChild[]; payer: number}): Promise<Asked> {
  const baseSha = context.base.sha
  const worktree = await world.workshop.open(issue.number, {sha: baseSha})
  try {
    const tree = await mapOf(world, baseSha)
    const question: PlanQuestion = {title: issue.title, body: issue.body, nonce: world.nonce(), tree, maxSubtasks: context.maxSubtasks, made}
    const task = taskOf(world, issue, worktree)
    const excerpts = asksNative(world, task) ? await excerptsFor(world, worktree, baseSha, issue) : []
    const shown = (executor: string): Excerpt[] | null => (executor === 'native' ? excerpts : null)
    const round = (prompt: Prompt, name: string): Promise<Round> => askOnce(world, {...task, prompt}, name, {context, payer})
    const first = await round((executor) => planPrompt(question, shown(executor)), '')
    const {fault} = first
    if (first.plan !== null || fault === null) return first
    world.report.progress(`#${issue.number}: the plan has problems (${first.problems.join('; ')}), asking once more`)
    const second = await round((executor) => planRepairPrompt(question, shown(executor), fault), 'repair')
    return {...second, raw: second.raw ?? first.raw, outcomes: [...first.outcomes, ...second.outcomes]}
  } finally {
    await worktree.remove({runId: world.runId})
  }
}

/** Whether any step of the chain is an executor without tools: a fallback needs the excerpts as much as the first one. */
function asksNative(world: World, task: SpawnTask): boolean {
  for (let fallbacks = 0; ; fallbacks++) {
    const plan = planSpawn(task, 'plan', {...FIRST, fallbacks}, world.config)
    if (plan === null || plan.executor === 'native') return plan !== null
  }
}

const taskOf = (world: World, issue: Issue, worktree: Worktree): SpawnTask => spawnTask(world, 'plan', {
  issue: issue.number, labels: issue.labels, complexity: classify(issue, world.config.settings.decompose).complexity, prompt: '', cwd: worktree.path, dir: planDir(issue.number), spentUsd: 0,
})

async function askOnce(world: World, task: SpawnTask & {prompt: Prompt}, name: string, {context, payer}: {context: CheckContext; payer: number}): Promise<Round> {
  const dir = planDir(context.epic.number)
  // what a model of the chain answered and could not be read; the next of the chain is asked then
  let unread: {reason: string; raw: string} | undefined
  const read = (outcome: AgentOutcome): {draft: PlanDraft; raw: string} | undefined => {
    for (const raw of answersOf(outcome)) {
      const parsed = parsePlan(raw, task.prompt('native'))
      if (parsed.kind !== 'unparseable') return {draft: parsed.draft, raw}
      unread = {reason: parsed.reason, raw}
    }
    return undefined
  }
  const answer = await ask(world, task, 'plan', FIRST, {dir, name}, {command: 'plan-epic', epic: payer}, read)
  const {outcomes} = answer
  if (answer.kind === 'none') {
    const last = outcomes.at(-1)
    const fault = last?.failure === null && unread !== undefined ? {problems: [unread.reason], raw: unread.raw} : null
    return {plan: null, fault, problems: fault?.problems ?? [last?.message || 'no model answered'], raw: unread?.raw ?? null, outcomes}
  }
  const {draft, raw} = answer.value
  const checked = checkPlan(draft, context)
  if (checked.ok) return {plan: checked.plan, fault: null, problems: [], raw, outcomes}
  return {plan: null, fault: {problems: checked.problems, raw}, problems: checked.problems, raw, outcomes}
}

/**
 * The structured answer first, where the executor gives one; what was only said counts where that is no plan. One that was merely found in the text
 * is left to the reader of the text, which knows a plan from a sample.
 */
function answersOf({structured, text}: AgentOutcome): string[] {
  const isOwn = structured !== null && structured !== undefined && JSON.stringify(structured) !== JSON.stringify(jsonIn(text))
  return [...(isOwn ? [JSON.stringify(structured)] : []), ...(text.trim() === '' && isOwn ? [] : [text])]
}
