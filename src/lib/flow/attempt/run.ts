import {addCost, addUsage} from '../../core/cost/usage.js'
import type {Usage} from '../../core/plan/plan.js'
import {wasAsked} from '../../core/plan/plan-cost.js'
import type {Complexity, Gate} from '../../core/config/words.js'
import {historyOf, type History} from '../../core/route/escalation.js'
import type {SpawnTask} from '../../core/route/plan-spawn.js'
import type {Session} from '../../core/route/session.js'
import type {Attempt} from '../../core/run/attempt.js'
import {spentUsd} from '../../core/run/admission.js'
import type {AgentOutcome} from '../../core/run/outcome.js'
import type {VerifyCommands} from '../../core/run/verify-commands.js'
import type {Claim, Worktree} from '../../ports.js'
import type {Booking} from '../gate.js'
import {spawnTask} from '../spawn-task.js'
import type {World} from '../world.js'
import type {Task} from './task.js'

/** What this attempt has used and left so far; the one mutable thing of a run. */
export class Tally {
  usage: Usage | null = null
  /** of what is known; `unpriced` calls are not in it */
  costUsd: number | null = null
  unpriced = 0
  /** the commit that the last round left */
  lastHead: string | null = null
  /** subject line of the work's commit, which the pull request takes as its title */
  subject = ''
  /** masked; what the newest verification and review said, for the attempts comment and the next attempt */
  verifyTail = ''
  /** what the newest failed verification looked like, without what differs from run to run */
  failure = ''
  reviewText = ''
  /** the session of the agent that changed files last, which a round of the same gate goes on in */
  session: Session | null = null
  /** fix rounds after failed verifications so far, for the names of their files */
  fixes = 0
  readonly models = new Set<string>()
  add(outcome: AgentOutcome): void {
    this.usage = addUsage(this.usage, outcome.usage)
    this.costUsd = addCost(this.costUsd, outcome.costUsd)
    if (outcome.costUsd === null && wasAsked(outcome)) this.unpriced += 1
    for (const model of outcome.models) this.models.add(model)
  }
}

/** One attempt under way: everything its stages share. */
export type Run = {
  readonly world: World
  readonly task: Task
  readonly claim: Claim
  readonly attempt: Attempt
  readonly base: {name: string; sha: string}
  readonly worktree: Worktree
  /** what the issue's branch held when the attempt began; null: there was none */
  readonly replaces: string | null
  readonly verify: VerifyCommands
  readonly complexity: Complexity
  readonly booking: Booking
  /** what besides the number of failures asks for a stronger model */
  readonly urge: string | null
  readonly tally: Tally
  /** the issue's labels as they are while the attempt runs */
  readonly labels: readonly string[]
  /** of this attempt's files, relative to `.pilot/` */
  readonly dir: string
}

export const runDir = (issue: number, attempt: number): string => `runs/GH-${issue}/attempt-${attempt}`

/** In it: which process makes the attempt, for `logs`, which ends where that process is gone. */
export const RUNNER_FILE = 'runner.json'

/** A spawn's task in this run: gate and prompt are all that differs. */
export function taskOf(run: Run, gate: Gate, prompt: string): SpawnTask {
  const {world, task, worktree} = run
  return spawnTask(world, gate, {
    issue: task.issue.number, labels: task.issue.labels, complexity: run.complexity, prompt, cwd: worktree.path, dir: run.dir, verify: run.verify.commands,
    spentUsd: spentUsd(task.attempts) + (run.tally.costUsd ?? 0),
  })
}

/** The time, as the attempts comment has it. */
export const now = ({world}: Run): string => world.clock.now().toISOString()

export const historyFor = (run: Run): History => ({...historyOf(run.task.attempts, run.attempt.attempt), urge: run.urge})
