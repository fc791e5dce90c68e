import type {Attempts} from '../../core/run/attempt.js'
import {countedAnew, lastVainStart} from '../../core/run/attempt-log.js'
import {branchOf} from '../../core/run/branch.js'
import type {FailureClass} from '../../core/run/failure.js'
import {machineFault} from '../../core/run/machine-fault.js'
import type {Evidence, RunResult} from '../../core/run/outcome.js'
import {settledLabels} from '../../core/run/settled-labels.js'
import {apply} from '../apply.js'
import type {PilotError} from '../../errors.js'
import type {World} from '../world.js'
import {putAttempts} from './publish.js'
import {now, type Run} from './run.js'
import {failureOf} from './stop.js'

/** How an attempt ended; `headSha` is the commit on the issue's branch, where there is one. `stopped`: it passed, but a person wants no pull request now. */
export type Ended = {
  failure: FailureClass | null; stopped?: PilotError; message: string; pr: number | null; headSha: string | null; evidence: Evidence | null; attempts: Attempts
}

/** Writes down how it ended: result file, attempts comment, labels; in that order, so that the next run repairs a crash in between. */
export async function settle(run: Run, ended: Ended, comment: number): Promise<void> {
  try {
    await write(run, ended, comment)
  } catch (error) {
    // the failure itself is what has to be told; the next run finds the attempt open and starts it again
    if (ended.failure === null || failureOf(error, false) === undefined) throw error
    run.world.report.warn(`GH-${run.task.issue.number}: how the attempt ended could not be written down: ${String(error)}`)
  }
}

async function write(run: Run, ended: Ended, comment: number): Promise<void> {
  const {world, task} = run
  // the next runner has the same folder where it is on this machine; without an answer nobody took it over that we know of
  await run.claim.assertHeld().catch((error: unknown) => { if (failureOf(error, false) === undefined) throw error })
  // a full disk here must not keep GitHub from being told
  await world.artifacts.write(`${run.dir}/result.json`, resultOf(run, ended)).catch((error: unknown) => {
    const fault = machineFault(error)
    if (fault === undefined) throw error
    world.report.warn(`GH-${task.issue.number}: result.json could not be written: ${fault.message}`)
  })
  await putAttempts(world, task.issue.number, ended.attempts, comment)
  await apply(world, settledLabels({...task.issue, labels: run.labels}, run.attempt, ended.failure))
  // after the label: a crash in between asks for a person once more, never once less
  if (ended.failure !== null && lastVainStart(run.attempt, ended.failure)) await putAttempts(world, task.issue.number, countedAnew(ended.attempts), comment)
}

function resultOf(run: Run, ended: Ended): RunResult {
  const {failure, pr, evidence} = ended
  const {world, tally, complexity, task: {issue: {number}}, attempt: {attempt, startedAt}} = run
  return {
    version: 1, issue: number, attempt, runId: world.runId, outcome: failure === null ? 'passed' : 'failed', failure,
    message: world.mask(ended.message), branch: branchOf(number), pr, evidence, usage: tally.usage, costUsd: tally.costUsd,
    startedAt, endedAt: now(run), complexity,
  }
}

/** Saves what reached no branch and removes the worktree. Where that fails the files stay where they are: the next run finds them. */
export async function leave(world: World, issue: number, worktree: Run['worktree']): Promise<void> {
  try {
    const kept = await worktree.remove({runId: world.runId})
    if (kept !== null) world.report.warn(`GH-${issue}: work that reached no branch is kept as ${kept}`)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    world.report.warn(`GH-${issue}: the work could not be saved under a rescue ref and stays in ${worktree.path}: ${why}`)
  }
}
