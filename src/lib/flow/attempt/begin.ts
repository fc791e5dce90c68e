import type {Action} from '../../core/action.js'
import type {Advice} from '../../core/decide/applied.js'
import type {Complexity} from '../../core/config/words.js'
import {readPins} from '../../core/route/pins.js'
import {chooseExecutor} from '../../core/route/select.js'
import {urgeOf} from '../../core/route/urge.js'
import type {Attempts} from '../../core/run/attempt.js'
import {recordStart} from '../../core/run/attempt-log.js'
import type {Claim} from '../../ports.js'
import type {Booking} from '../gate.js'
import type {World} from '../world.js'
import {commandsFor} from './prepare.js'
import {putAttempts} from './publish.js'
import {RUNNER_FILE, runDir, Tally, type Run} from './run.js'
import type {Task} from './task.js'

export type Order = {
  complexity: Complexity; booking: Booking
  /** from a person, and from the last decision on the epic */
  guidance: string; advice: Advice
  /** what the retry ladder changes once the start is recorded */
  onStarted: readonly Action[]
  /** of the retry ladder, that the issue stands on now */
  rung: number
}

/** `attempts`: with this one's start; `comment`: where they are written down */
export type Begun = {run: Run; attempts: Attempts; comment: number}
type Place = Pick<Run, 'base' | 'worktree' | 'replaces'>

/** Records the start before anything is spawned, so that a crash from here on is seen by the next runner. */
export async function begin(world: World, claim: Claim, task: Task, order: Order, {base, worktree, replaces}: Place): Promise<Begun> {
  const {number, labels} = task.issue
  const executor = chooseExecutor('implement', 'balanced', readPins(labels, world.flags), world.config).value
  const start = {runId: world.runId, executor, baseSha: base.sha, startedAt: world.clock.now().toISOString(), rung: order.rung}
  const {attempts, current} = recordStart(task.attempts, start)
  const dir = runDir(number, current.attempt)
  // first, or a follower would take it for the dead run whose attempt this one starts again
  await world.artifacts.write(`${dir}/${RUNNER_FILE}`, {version: 1, runId: world.runId, ...world.runner})
  // a start in vain under this number said how it ended; whoever looks now must not take that for the end of this one
  if (await world.artifacts.readText(`${dir}/result.json`) !== undefined) await world.artifacts.write(`${dir}/result.json`, {version: 1, outcome: 'started', ...start})
  await world.issues.addLabels(number, ['pilot-in-progress'])
  const comment = await putAttempts(world, number, attempts, task.attemptsComment)
  const run: Run = {
    world, claim, task, attempt: current, base, worktree, replaces,
    verify: await commandsFor(world, worktree), complexity: order.complexity, booking: order.booking, urge: urgeOf(task.attempts, order.advice),
    tally: new Tally(), dir, labels: withoutRemoved(labels, order.onStarted),
  }
  return {run, attempts, comment}
}

/** The issue's labels once the ladder's removals are done. */
export function withoutRemoved(labels: readonly string[], actions: readonly Action[]): string[] {
  const removed = actions.flatMap((action) => action.kind === 'remove-label' ? [action.label.toLowerCase()] : [])
  return labels.filter((label) => !removed.includes(label.toLowerCase()))
}
