import {classifyAnswerJsonSchema} from '../core/classify/prompt.js'
import type {Complexity, Gate} from '../core/config/words.js'
import {decisionJsonSchema} from '../core/decide/decision.js'
import {planAnswerJsonSchema} from '../core/plan/draft.js'
import type {SpawnTask} from '../core/route/plan-spawn.js'
import {reviewAnswerJsonSchema} from '../core/run/review.js'
import type {World} from './world.js'

/** What one spawn is for. Everything else that its plan is made from follows from the gate and the world. */
export type SpawnWork = Pick<SpawnTask, 'labels' | 'complexity' | 'prompt' | 'cwd'> & {
  issue: number
  complexity: Complexity
  /** of its files, relative to `.pilot/` */
  dir: string
  /** US dollars that the issue has cost so far; what an epic has cost only the purse knows */
  spentUsd: number
} & Partial<Pick<SpawnTask, 'verify' | 'resume'>>

/** The task of a spawn, by its gate. The one builder, so that `route` and a dry run tell what a run does. */
export function spawnTask(world: World, gate: Gate, {dir, spentUsd, resume = null, ...work}: SpawnWork): SpawnTask {
  const {budget} = world.config.settings
  const paid = isPaidByEpic(gate) ? {remainingUsd: budget.per_epic_usd, budgetKey: 'budget.per_epic_usd' as const}
    : {remainingUsd: Math.max(0.01, budget.per_issue_usd - spentUsd), budgetKey: 'budget.per_issue_usd' as const}
  return {...work, ...paid, runDir: world.artifacts.resolve(dir), root: world.root, schema: schemaOf(gate), flags: world.flags, resume}
}

/** Plans and decisions are about all sub-issues at once. */
const isPaidByEpic = (gate: Gate): boolean => gate === 'plan' || gate === 'decide'

/** Gates that are part of an attempt: what failed before it and what is left of the issue's budget count for them. */
export const isOfAttempt = (gate: Gate): boolean => gate !== 'classify' && !isPaidByEpic(gate)

/** The schema that a gate's answer is asked for by; null for free text. */
function schemaOf(gate: Gate): string | null {
  switch (gate) {
    case 'classify': return classifyAnswerJsonSchema()
    case 'plan': return planAnswerJsonSchema()
    case 'review': return reviewAnswerJsonSchema()
    case 'decide': return decisionJsonSchema()
    case 'draft': case 'implement': case 'lint': case 'commit': return null
  }
}

export const classifyDir = (issue: number): string => `runs/GH-${issue}/classify`
export const planDir = (epic: number): string => `epics/${epic}/plan-run`
/** With `.json` the artifact of a decision, without it the folder of the files of its spawn; decisions count from 1. */
export const decisionDir = (epic: number, n: number): string => `epics/${epic}/decisions/${String(n).padStart(4, '0')}`
