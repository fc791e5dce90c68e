import {presetChain} from '../core/config/presets.js'
import {GATES, type Complexity, type Gate} from '../core/config/words.js'
import type {Issue} from '../core/issue/issue.js'
import {FIRST} from '../core/route/escalation.js'
import {planSpawn} from '../core/route/plan-spawn.js'
import type {SpawnPlan} from '../core/route/spawn-plan.js'
import {historyWith} from '../core/route/urge.js'
import {spentUsd} from '../core/run/admission.js'
import {nextAttemptNumber, type Attempts} from '../core/run/attempt.js'
import {PilotError} from '../errors.js'
import {readAdvice} from './advice.js'
import {runDir} from './attempt/run.js'
import {parentIn} from './attempt/task.js'
import {complexityOf} from './complexity.js'
import {attemptsOf, memoryOnce, readIssue, type Memory} from './snapshot.js'
import {classifyDir, decisionDir, isOfAttempt, planDir, spawnTask} from './spawn-task.js'
import type {World} from './world.js'

/** What a gate would spawn, or why it spawns nothing. */
export type GateRoute = {gate: Gate; plan: SpawnPlan} | {gate: Gate; plan: null; without: string} | {gate: Gate; plan: null; error: PilotError}
export type Routes = {issue: number; routes: GateRoute[]}

/** An issue as its next attempt finds it. */
export type Routed = {issue: Issue; attempts: Attempts; parent: number | null; complexity: Complexity}

/** Every gate's spawn plan for an issue as its next attempt would get it. Spawns nothing and writes nothing. */
export async function routeIssue(world: World, number: number, gates: readonly Gate[] = GATES): Promise<Routes> {
  const memoryOf = memoryOnce(world)
  const [issue, memory] = await Promise.all([readIssue(world, number), memoryOf(number)])
  const complexity = await complexityOf(world, issue, memoryOf)
  const routes = await routesOf(world, {issue, attempts: attemptsOf(memory), parent: parentIn(issue), complexity}, gates, memoryOf)
  for (const {plan} of routes) {
    const problem = plan === null ? null : await world.agent.unready(plan)
    if (problem !== null) world.report.warn(`gate ${plan!.gate}: ${problem.message}`)
  }
  return {issue: number, routes}
}

/** The first spawn of each of these gates. What the budgets of other issues, of the day and of the epic leave for it is known only when it begins. */
export async function routesOf(world: World, about: Routed, gates: readonly Gate[], memoryOf: (issue: number) => Promise<Memory>): Promise<GateRoute[]> {
  const {issue: {number, labels}, attempts, complexity} = about
  const attempt = nextAttemptNumber(attempts)
  const history = historyWith(attempts, attempt, await readAdvice(world, about, memoryOf))
  const planOf = async (gate: Gate): Promise<SpawnPlan | null> => {
    const spent = isOfAttempt(gate) ? spentUsd(attempts) : 0
    const task = spawnTask(world, gate, {issue: number, labels, complexity, prompt: 'prompt', spentUsd: spent, ...await placeOf(world, gate, number, attempt)})
    const plan = planSpawn(task, gate, {...(isOfAttempt(gate) ? history : FIRST), fallbacks: 0}, world.config)
    return plan && world.purse.atMost(plan)
  }
  return Promise.all(gates.map(async (gate): Promise<GateRoute> => {
    const off = switchedOff(world, gate)
    if (off !== null) return {gate, plan: null, without: off}
    try {
      const plan = await planOf(gate)
      return plan === null ? {gate, plan, without: presetChain(world.config.settings.routing.preset, gate, complexity).chain[0]} : {gate, plan}
    } catch (error) {
      if (error instanceof PilotError && error.code !== 'INTERNAL') return {gate, plan: null, error}
      throw error
    }
  }))
}

/** The setting that keeps a gate from being asked at all. */
function switchedOff({config: {settings}}: World, gate: Gate): string | null {
  if (gate === 'review' && !settings.review.enabled) return 'review.enabled: false'
  return gate === 'decide' && !settings.decide.enabled ? 'decide.enabled: false' : null
}

/** Where a gate's agent works, and where its files go. */
async function placeOf(world: World, gate: Gate, issue: number, attempt: number): Promise<{cwd: string; dir: string}> {
  const worktree = world.workshop.pathOf(issue)
  switch (gate) {
    case 'classify': return {cwd: world.root, dir: classifyDir(issue)}
    case 'plan': return {cwd: worktree, dir: planDir(issue)}
    case 'decide': return {cwd: world.root, dir: await nextDecision(world, issue)}
    case 'draft': case 'implement': case 'lint': case 'review': case 'commit': return {cwd: worktree, dir: runDir(issue, attempt)}
  }
}

async function nextDecision(world: World, epic: number): Promise<string> {
  for (let n = 1; ; n++) if (await world.artifacts.readText(`${decisionDir(epic, n)}.json`) === undefined) return decisionDir(epic, n)
}
