import {classify} from '../core/classify/classify.js'
import type {Action} from '../core/action.js'
import type {Issue} from '../core/issue/issue.js'
import {ownMarker} from '../core/issue/marker.js'
import {parsePlanComment, printPlanComment} from '../core/issue/plan-comment.js'
import type {CheckContext} from '../core/plan/check.js'
import {planFromIssue} from '../core/plan/from-issue.js'
import {bodySha, drifted} from '../core/plan/plan-inputs.js'
import {madeChildren, withNumbers, type MadeChild} from '../core/plan/key.js'
import {planSchema, type EpicPlan} from '../core/plan/plan.js'
import {plannerError, plannerFailure} from '../core/plan/planner-failure.js'
import {presetChain} from '../core/config/presets.js'
import {FIRST} from '../core/route/escalation.js'
import {codeOf} from '../core/run/failure.js'
import {costOf} from '../core/plan/plan-cost.js'
import {PilotError, type Status} from '../errors.js'
import {apply} from './apply.js'
import {askPlanner} from './ask-planner.js'
import {childrenOf} from './children.js'
import {underClaim, would, wouldUnderClaim} from './guard.js'
import {payerFor} from './payer.js'
import {whyNotReady} from './ready.js'
import {assertPlannable} from '../core/plan/plannable.js'
import {readIssue, readMemory, readPlan} from './snapshot.js'
import {planDir} from './spawn-task.js'
import {assertTrusted} from './trusted.js'
import type {World} from './world.js'

export type PlanResult = {status: Status; plan: EpicPlan | null; actions: string[]}

/**
 * Asks the planning model for the subtasks of an epic and stores what passed the checks: plan artifact and plan comment. The same text
 * on the same base is not planned twice; `force` plans anew, whatever is stored and however damaged it is.
 * @throws PilotError PLAN_FAILED with the raw answer saved when neither model nor issue gives a plan; where no model answered, the error of what kept it
 * from answering, and nothing is written: the same command asks again
 */
export async function planEpic(world: World, number: number, {force}: {force: boolean}): Promise<PlanResult> {
  const issue = await readIssue(world, number)
  assertPlannable(issue)
  await assertTrusted(world, issue)
  const base = await world.repository.defaultBranch()
  const stored = force ? null : currentOf(await storedPlan(world, issue), issue, base.sha, world.hash)
  if (stored !== null) return again(world, issue, stored)
  if (world.dryRun) {
    const lines = [
      `spawn the planning model for #${number}`, `write .pilot/epics/${number}/plan.json`, `${await commentOf(world, number) === null ? 'comment on' : 'update the comment of'} #${number}: plan`,
    ]
    return {status: 'done', plan: null, actions: await wouldUnderClaim(world, number, () => would(world, ...lines))}
  }
  const complexity = classify(issue, world.config.settings.decompose).complexity
  const payer = await payerFor(world, issue) ?? number
  const unready = await whyNotReady(world, {issue: number, labels: issue.labels, complexity, history: FIRST, runDir: planDir(number), epic: payer}, firstChoiceOnly(world) ? ['plan'] : [], ['plan'])
  if (unready !== null) throw unready.error
  return underClaim(world, number, async (held) => {
    // another runner may have planned it while this one waited for the claim
    const kept = force ? null : await storedPlan(held, issue)
    const made = currentOf(kept, issue, base.sha, held.hash)
    const plan = made ?? await makePlan(held, issue, base, {payer, kept, again: `pilot plan-epic ${number}${force ? ' --force' : ''}`})
    return {status: 'done', plan, actions: await apply(held, [{kind: 'write-plan', plan}, ...await commentWrites(held, number, plan)])}
  })
}

/** A plan gate with a fallback behind it need not be ready in its first step. */
const firstChoiceOnly = ({config}: World): boolean =>
  config.settings.routing.gates.plan !== undefined || presetChain(config.settings.routing.preset, 'plan', 'epic').chain.length === 1

const storedPlan = async (world: World, issue: Issue): Promise<EpicPlan | null> => readPlan(world, issue.number, await readMemory(world, issue.number), new Set())
/** The stored plan, if it was made from this text on this base. */
const currentOf = (plan: EpicPlan | null, issue: Issue, baseSha: string, hash: World['hash']): EpicPlan | null =>
  plan !== null && plan.base.sha === baseSha && !drifted(plan, issue, hash) ? plan : null

/** Nothing to plan. A comment that a killed run did not get to write, or that somebody took away, is made good. */
async function again(world: World, issue: Issue, plan: EpicPlan): Promise<PlanResult> {
  const missing = await commentWrites(world, issue.number, plan)
  if (missing.length === 0) return {status: 'noop', plan, actions: []}
  if (world.dryRun) return {status: 'done', plan, actions: await wouldUnderClaim(world, issue.number, () => apply(world, missing))}
  return underClaim(world, issue.number, async (held) => ({status: 'done', plan, actions: await apply(held, await commentWrites(held, issue.number, plan))}))
}

/** The plan comment as it is, whether or not it can be read. */
async function commentOf(world: World, number: number): Promise<{id: number; body: string} | null> {
  return ownMarker(await world.comments.list(number), await world.own(), 'plan').comment ?? null
}

/** What makes the comment say this plan, down to base and cost: another machine reads it instead of the file. */
async function commentWrites(world: World, issue: number, plan: EpicPlan): Promise<Action[]> {
  const comment = await commentOf(world, issue)
  const told = comment === null ? undefined : parsePlanComment(comment.body)
  const full = withNumbers(plan, plan.children, told?.children)
  const body = printPlanComment(full)
  const what = `plan ${plan.planHash}`
  if (comment === null) return [{kind: 'create-comment', issue, what, body}]
  return JSON.stringify(told) === JSON.stringify(planSchema.parse(full)) ? [] : [{kind: 'update-comment', issue, comment: comment.id, what, body}]
}

/** What an earlier plan made: a planner that knows the titles can keep them. An issue without a comment was never planned, and is not asked. */
async function madeBefore(world: World, epic: Issue): Promise<MadeChild[]> {
  if (epic.counts.comments === 0) return []
  return madeChildren(await childrenOf(world, epic), epic.number, world.hash)
}

/** Model, one repair round with what was wrong, then the issue's own split points. `again`: the command that asks once more; `kept`: the plan there is. */
async function makePlan(world: World, issue: Issue, base: {name: string; sha: string}, {payer, again, kept}: {payer: number; again: string; kept: EpicPlan | null}): Promise<EpicPlan> {
  const context: Omit<CheckContext, 'source'> = {
    epic: {number: issue.number, title: issue.title, bodySha: bodySha(issue.title, issue.body, world.hash), updatedAt: issue.updatedAt},
    base: {branch: base.name, sha: base.sha}, maxSubtasks: world.config.settings.decompose.max_subtasks, hash: world.hash,
  }
  const asked = await askPlanner(world, issue, {context: {...context, source: 'model'}, made: await madeBefore(world, issue), payer})
  const costs = costOf(asked.outcomes)
  if (asked.plan !== null) return {...asked.plan, ...costs}
  const problems = asked.problems.join('; ')
  const own = planFromIssue(issue, context, kept)
  const unanswered = plannerFailure(asked.outcomes)
  if (own?.ok === true && unanswered === null) {
    world.report.warn(`#${issue.number}: no usable plan from a model (${problems}); the issue's own split points are used`)
    for (const warning of own.warnings) world.report.warn(`#${issue.number}: ${warning}`)
    return {...own.plan, ...costs}
  }
  const {failure, message} = asked.outcomes.at(-1) ?? {failure: null, message: ''}
  if (failure !== null && (unanswered !== null || codeOf(failure) !== 'WORK_FAILED')) {
    const splits = own?.ok === true && own.plan.decision === 'split'
    throw plannerError(issue.number, {failure, message}, [again, ...splits ? [`pilot decompose ${issue.number} --from-issue`] : []])
  }
  const raw = asked.raw?.trim() ? `epics/${issue.number}/plan-answer.txt` : null
  if (raw !== null) await world.artifacts.writeText(raw, world.mask(asked.raw!))
  throw new PilotError('PLAN_FAILED', `#${issue.number}: no plan: ${problems}${raw === null ? '' : `; the last answer is in .pilot/${raw}`}`, [again, `pilot execute ${issue.number}`])
}
