import {describeAction, type Action} from '../../core/action.js'
import type {Complexity, Gate} from '../../core/config/words.js'
import {describePlan} from '../../core/route/describe.js'
import type {SpawnPlan} from '../../core/route/spawn-plan.js'
import {recordStart} from '../../core/run/attempt-log.js'
import {branchOf} from '../../core/run/branch.js'
import {settledLabels} from '../../core/run/settled-labels.js'
import {routesOf} from '../route.js'
import type {Memory} from '../snapshot.js'
import type {World} from '../world.js'
import {withoutRemoved} from './begin.js'
import type {Task} from './task.js'

/** What retry moves before the start and once it is recorded. */
export type Moves = {before: readonly Action[]; onStarted: readonly Action[]}
export type WouldRun = {attempt: number; lines: string[]; plans: SpawnPlan[]}

/** The gates that an attempt asks where nothing goes wrong, in their order. */
const GOOD_PATH: readonly Gate[] = ['implement', 'commit', 'review', 'draft']

/** What nobody knows before the agent has worked. */
export const LEFT_OPEN = 'fix rounds, and what a failure would write instead, depend on the work'

/** The writes and spawns of an attempt that passes, with the spawn plans as `route` prints them. */
export async function wouldRun(world: World, task: Task, complexity: Complexity, moves: Moves, memoryOf: (issue: number) => Promise<Memory>): Promise<WouldRun> {
  const {issue: {number: n, labels}, attempts, attemptsComment, pulls} = task
  const routes = await routesOf(world, {...task, complexity}, GOOD_PATH, memoryOf)
  const plans = routes.flatMap(({plan}) => (plan === null ? [] : [plan]))
  const open = pulls.find(({state}) => state === 'open')
  const {current} = recordStart(attempts, {runId: world.runId, executor: '', baseSha: '', startedAt: '', rung: 0})
  return {
    attempt: current.attempt, plans, lines: [
      `claim refs/pilot/claims/issue-${n}`, ...moves.before.map(describeAction), `label #${n} +pilot-in-progress`,
      attemptsComment === null ? `comment on #${n}: attempts` : `update comment ${attemptsComment} of #${n}: attempts`, ...moves.onStarted.map(describeAction),
      ...plans.map((plan) => `spawn ${describePlan(plan)}`),
      `push ${branchOf(n)}`, open === undefined ? `open a pull request from ${branchOf(n)}` : `update pull request #${open.number}`, `update the comment of #${n}: attempts`,
      ...settledLabels({number: n, labels: withoutRemoved(labels, moves.onStarted)}, current, null).map(describeAction), `release refs/pilot/claims/issue-${n}`,
    ],
  }
}
