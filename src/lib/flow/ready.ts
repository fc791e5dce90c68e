import type {Complexity, Gate} from '../core/config/words.js'
import type {History} from '../core/route/escalation.js'
import {planSpawn} from '../core/route/plan-spawn.js'
import type {SpawnPlan} from '../core/route/spawn-plan.js'
import {codeOf, type FailureClass} from '../core/run/failure.js'
import {PilotError} from '../errors.js'
import {spawnTask} from './spawn-task.js'
import type {World} from './world.js'

export type Unready = {failure: FailureClass; error: PilotError}
export type Trial = {issue: number; labels: readonly string[]; complexity: Complexity; history: History; runDir: string; epic: number | null}

/**
 * Can these gates be spawned at all? Asked before a claim is taken, so that a wrong model or a missing program costs no start. A gate whose
 * model may be missing at run time (a fallback follows) is only planned.
 * @throws PilotError ROUTING with key and place, OVER_BUDGET when what they cost is no longer there
 */
export async function whyNotReady(world: World, trial: Trial, gates: readonly Gate[], planned: readonly Gate[] = []): Promise<Unready | null> {
  const {issue, labels, complexity, runDir: dir} = trial
  const taskOf = (gate: Gate) => spawnTask(world, gate, {issue, labels, complexity, prompt: '', cwd: world.root, dir, spentUsd: 0})
  const plans: SpawnPlan[] = []
  for (const gate of [...gates, ...planned]) {
    const plan = planSpawn(taskOf(gate), gate, {...trial.history, fallbacks: 0}, world.config)
    if (plan !== null && gates.includes(gate)) plans.push(plan)
    const problem = plan === null || planned.includes(gate) ? null : await world.agent.unready(plan)
    if (problem !== null) {
      return {failure: problem.failure, error: new PilotError(codeOf(problem.failure), `#${trial.issue}: ${problem.message}`, ['pilot doctor', `pilot route ${trial.issue} --explain ${gate}`])}
    }
  }
  await world.purse.check(plans, trial)
  return null
}
