import {resolveConfig, type Config} from '../../../src/lib/core/config/layers.js'
import {FIRST, type History} from '../../../src/lib/core/route/escalation.js'
import {planSpawn, type SpawnTask} from '../../../src/lib/core/route/plan-spawn.js'
import type {SpawnPlan} from '../../../src/lib/core/route/spawn-plan.js'
import type {Gate} from '../../../src/lib/core/config/words.js'
import {PilotError} from '../../../src/lib/errors.js'
import {layer} from '../config/support.js'

export const config = (local: object = {}, global: object = {}, lines: Record<string, number> = {}): Config =>
  resolveConfig([layer(local, 'local', lines), layer(global, 'global', lines)])

export const task = (about: Partial<SpawnTask> = {}): SpawnTask => ({
  issue: 7, labels: [], complexity: 'medium', prompt: 'PROMPT', cwd: '/work', runDir: '/root/.pilot/runs/GH-7/attempt-1', root: '/root', schema: null,
  remainingUsd: 4.2, budgetKey: 'budget.per_issue_usd', flags: {}, resume: null, ...about,
})
export const history = (about: Partial<History & {fallbacks: number}> = {}) => ({...FIRST, fallbacks: 0, ...about})

/** A plan that must exist. */
export function spawnPlan(gate: Gate, of: {config?: Config; task?: Partial<SpawnTask>; history?: Partial<History & {fallbacks: number}>} = {}): SpawnPlan {
  const plan = planSpawn(task(of.task), gate, history(of.history), of.config ?? config())
  if (plan === null) throw new Error('no plan')
  return plan
}
/** The error of a call that must fail in an expected way. */
export function refused(run: () => unknown): PilotError {
  try {
    run()
  } catch (error) {
    if (error instanceof PilotError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
