import {classifyAnswerJsonSchema} from '../core/classify/prompt.js'
import {planAnswerJsonSchema} from '../core/plan/draft.js'
import {reviewAnswerJsonSchema} from '../core/run/review.js'
import {presetChain} from '../core/config/presets.js'
import {GATES, type Gate} from '../core/config/words.js'
import {historyOf} from '../core/route/escalation.js'
import {planSpawn, type SpawnTask} from '../core/route/plan-spawn.js'
import type {SpawnPlan} from '../core/route/spawn-plan.js'
import {spentUsd} from '../core/run/admission.js'
import {nextAttemptNumber} from '../core/run/attempt.js'
import {PilotError} from '../errors.js'
import {runDir} from './attempt/run.js'
import {complexityOf} from './complexity.js'
import {attemptsOf, readIssue, readMemory} from './snapshot.js'
import type {World} from './world.js'

/** What a gate would spawn, or why it spawns nothing. */
export type GateRoute = {gate: Gate; plan: SpawnPlan} | {gate: Gate; plan: null; without: string} | {gate: Gate; plan: null; error: PilotError}
export type Routes = {issue: number; routes: GateRoute[]}

/** Every gate's spawn plan for an issue as its next attempt would get it. Spawns nothing and writes nothing. */
export async function routeIssue(world: World, number: number, gates: readonly Gate[] = GATES): Promise<Routes> {
  const [issue, memory] = await Promise.all([readIssue(world, number), readMemory(world, number)])
  const attempts = attemptsOf(memory)
  const attempt = nextAttemptNumber(attempts)
  const complexity = await complexityOf(world, issue)
  const task: SpawnTask = {
    issue: number, labels: issue.labels, complexity, prompt: 'prompt', cwd: world.root, runDir: world.artifacts.resolve(runDir(number, attempt)), root: world.root, schema: null,
    remainingUsd: Math.max(0.01, world.config.settings.budget.per_issue_usd - spentUsd(attempts)), flags: world.flags, resume: null, budgetKey: 'budget.per_issue_usd',
  }
  const history = {...historyOf(attempts, attempt), fallbacks: 0}
  const routes = gates.map((gate) => routeOf(world, task, gate, history))
  for (const {plan} of routes) {
    const problem = plan === null ? null : await world.agent.unready(plan)
    if (problem !== null) world.report.warn(`gate ${plan!.gate}: ${problem.message}`)
  }
  return {issue: number, routes}
}

/** The schema that a gate's answer is asked for by, as the flows ask it. */
function schemaOf(gate: Gate): string | null {
  switch (gate) {
    case 'classify': return classifyAnswerJsonSchema()
    case 'plan': return planAnswerJsonSchema()
    case 'review': return reviewAnswerJsonSchema()
    case 'draft': case 'implement': case 'lint': case 'commit': case 'decide': return null
  }
}

function routeOf(world: World, task: SpawnTask, gate: Gate, history: Parameters<typeof planSpawn>[2]): GateRoute {
  try {
    const own = gate === 'plan' ? {...task, remainingUsd: world.config.settings.budget.per_epic_usd, budgetKey: 'budget.per_epic_usd' as const} : task
    const plan = planSpawn({...own, schema: schemaOf(gate)}, gate, history, world.config)
    return plan === null ? {gate, plan, without: presetChain(world.config.settings.routing.preset, gate, task.complexity).chain[0]} : {gate, plan}
  } catch (error) {
    if (error instanceof PilotError && error.code !== 'INTERNAL') return {gate, plan: null, error}
    throw error
  }
}
