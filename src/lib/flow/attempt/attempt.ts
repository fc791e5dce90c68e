import type {Action} from '../../core/action.js'
import type {Advice} from '../../core/decide/applied.js'
import type {Complexity} from '../../core/config/words.js'
import {readPins} from '../../core/route/pins.js'
import {chooseExecutor} from '../../core/route/select.js'
import type {Attempts} from '../../core/run/attempt.js'
import {recordStart} from '../../core/run/attempt-log.js'
import type {FailureClass} from '../../core/run/failure.js'
import {machineFault} from '../../core/run/machine-fault.js'
import type {Evidence, RunResult} from '../../core/run/outcome.js'
import {isRepeated, type Earlier} from '../../core/run/earlier.js'
import {settledLabels} from '../../core/run/settled-labels.js'
import type {Claim} from '../../ports.js'
import {apply} from '../apply.js'
import type {Booking} from '../gate.js'
import type {World} from '../world.js'
import {summarise} from './draft.js'
import {fingerprintFor, readEarlier} from './earlier.js'
import {implement} from './implement.js'
import {inWorktree} from './own-worktree.js'
import {baseline, commandsFor, setup} from './prepare.js'
import {draftPull, guardPatch, openPull, push, putAttempts, recorded} from './publish.js'
import {review} from './review.js'
import {branchOf, runDir, Tally, type Run} from './run.js'
import {failureOf} from './stop.js'
import type {Task} from './task.js'
import {verify} from './verify.js'

/** How an attempt ended; `headSha` is the commit on the issue's branch, where there is one. */
export type Ended = {failure: FailureClass | null; message: string; pr: number | null; headSha: string | null; evidence: Evidence | null; attempts: Attempts}

export type Order = {
  complexity: Complexity; booking: Booking
  /** from a person, and from the last decision on the epic */
  guidance: string; advice: Advice
  /** what the retry ladder changes once the start is recorded */
  onStarted: readonly Action[]
}

/**
 * One attempt under a held claim: worktree, start recorded, baseline, implement, verify, review, push, pull request. However it goes,
 * the end is recorded, the labels tell it, and work that reached no branch is kept under a rescue ref.
 */
export async function attemptIssue(plain: World, claim: Claim, task: Task, order: Order): Promise<Ended & {attempt: number; costUsd: number | null}> {
  // opening takes the worktree from whoever has it, so the claim has to be held still
  const [base] = await Promise.all([plain.repository.defaultBranch(), claim.assertHeld()])
  const worktree = await plain.workshop.open(task.issue.number, {sha: base.sha})
  const world = inWorktree(plain, worktree)
  try {
    const {run, attempts, comment} = await begin(world, claim, task, order, base, worktree)
    await apply(world, order.onStarted)
    const ended = await conclude(run, attempts, comment, await readEarlier(run, order))
    await settle(run, ended, comment).catch((error: unknown) => {
      // the failure itself is what has to be told; the next run finds the attempt open and starts it again
      if (ended.failure === null || failureOf(error, false) === undefined) throw error
      world.report.warn(`GH-${task.issue.number}: how the attempt ended could not be written down: ${String(error)}`)
    })
    return {...ended, attempt: run.attempt.attempt, costUsd: run.tally.costUsd}
  } finally {
    await leave(world, task.issue.number, worktree)
  }
}

/** Saves what reached no branch and removes the worktree. Where that fails the files stay where they are: the next run finds them. */
async function leave(world: World, issue: number, worktree: Run['worktree']): Promise<void> {
  try {
    const kept = await worktree.remove({runId: world.runId})
    if (kept !== null) world.report.warn(`GH-${issue}: work that reached no branch is kept as ${kept}`)
  } catch (error) {
    world.report.warn(`GH-${issue}: the work could not be saved under a rescue ref and stays in ${worktree.path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** The issue's labels once the ladder's removals are done. */
const withoutRemoved = (labels: readonly string[], actions: readonly Action[]): string[] =>
  labels.filter((label) => !actions.some((action) => action.kind === 'remove-label' && action.label.toLowerCase() === label.toLowerCase()))

type Begun = {run: Run; attempts: Attempts; comment: number}

/** Records the start before anything is spawned, so that a crash from here on is seen by the next runner. */
async function begin(world: World, claim: Claim, task: Task, order: Order, base: Run['base'], worktree: Run['worktree']): Promise<Begun> {
  const executor = chooseExecutor('implement', 'balanced', readPins(task.issue.labels, world.flags), world.config).value
  const {attempts, current} = recordStart(task.attempts, {runId: world.runId, executor, baseSha: base.sha, startedAt: world.clock.now().toISOString()})
  await world.issues.addLabels(task.issue.number, ['pilot-in-progress'])
  const comment = await putAttempts(world, task.issue.number, attempts, task.attemptsComment)
  const {complexity, booking} = order
  const replaces = await world.workshop.branchSha(branchOf(task.issue.number))
  const run = {world, claim, task, attempt: current, base, worktree, replaces, verify: await commandsFor(world, worktree), complexity, booking, urge: order.advice.rise ? 'a decision to escalate' : isRepeated(task.attempts) ? 'the same failure twice' : null, tally: new Tally(), dir: runDir(task.issue.number, current.attempt), labels: withoutRemoved(task.issue.labels, order.onStarted)}
  return {run, attempts, comment}
}

/** Runs the stages; a stage that stops is an end like any other. Unknown errors and a lost claim pass through: then nothing more is written. */
async function conclude(run: Run, attempts: Attempts, comment: number, earlier: Earlier | null): Promise<Ended> {
  try {
    return await produce(run, attempts, comment, earlier)
  } catch (error) {
    const first = failureOf(error, run.world.signal.aborted)
    if (first === undefined) throw error
    const failed = first.failure === 'review_rejected' ? await pushRejected(run) ?? first : first
    const rejected = failed.failure === 'review_rejected'
    const headSha = rejected ? await run.worktree.head() : null
    const change = {outcome: 'failed', failure: failed.failure, headSha, review: rejected ? 'rejected' : null, fingerprint: fingerprintFor(run, failed.failure), endedAt: now(run)} as const
    return {...failed, pr: null, headSha, evidence: null, attempts: recorded(run, attempts, change, failed.message)}
  }
}

/** A rejected change is pushed for people to look at, under the same guard as an accepted one; what the guard says then counts more. */
async function pushRejected(run: Run): Promise<{failure: FailureClass; message: string} | undefined> {
  try {
    const {evidence, patch} = await run.worktree.evidence(run.base.sha)
    guardPatch(run, evidence, patch)
    await push(run)
    return undefined
  } catch (error) {
    const failed = failureOf(error, run.world.signal.aborted)
    if (failed === undefined) throw error
    return failed
  }
}

/** The good path. What is recorded as passed, pushed and opened is one and the same commit. */
async function produce(run: Run, attempts: Attempts, comment: number, earlier: Earlier | null): Promise<Ended> {
  const {world, worktree, base} = run
  world.report.activity({kind: 'step', issue: run.task.issue.number, step: 'setup'})
  await setup(world, worktree, run.verify, run.dir)
  world.report.activity({kind: 'step', issue: run.task.issue.number, step: 'baseline'})
  await baseline(world, worktree, run.verify, base, run.dir)
  const summary = await implement(run, earlier)
  const verified = await verify(run)
  const before = await worktree.evidence(base.sha)
  // no money for a review of what may not be pushed anyway
  guardPatch(run, before.evidence, before.patch)
  const accepted = await review(run, verified)
  const {evidence, patch} = await worktree.evidence(base.sha)
  await world.artifacts.writeText(`${run.dir}/diff.patch`, world.mask(patch))
  guardPatch(run, evidence, patch)
  const described = await summarise(run, summary, {verification: accepted.verification, patch})
  const change = {outcome: 'passed', headSha: evidence.headSha, review: accepted.review.verdict === 'skipped' ? 'skipped' : 'approved', endedAt: now(run)} as const
  const passed = recorded(run, attempts, change, described, {...accepted, evidence})
  const draft = await draftPull(run, described, accepted, passed, evidence)
  await push(run)
  await putAttempts(world, run.task.issue.number, passed, comment)
  const opened = await openPull(run, draft).catch((error: unknown) => {
    const failed = failureOf(error, world.signal.aborted)
    if (failed === undefined) throw error
    return failed
  })
  // the work stays recorded as passed: the next run opens its pull request, and nothing is paid for twice
  if (typeof opened !== 'number') return {...opened, pr: null, headSha: evidence.headSha, evidence, attempts: passed}
  return {failure: null, message: summary, pr: opened, headSha: evidence.headSha, evidence, attempts: recorded(run, attempts, {...change, pr: opened}, described, {...accepted, evidence})}
}

/** Writes down how it ended: result file, attempts comment, labels; in that order, so that a crash in between is repaired by the next run. */
async function settle(run: Run, ended: Ended, comment: number): Promise<void> {
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
}

const now = (run: Run): string => run.world.clock.now().toISOString()

function resultOf(run: Run, ended: Ended): RunResult {
  const {failure, pr, evidence} = ended
  return {
    version: 1, issue: run.task.issue.number, attempt: run.attempt.attempt, runId: run.world.runId, outcome: failure === null ? 'passed' : 'failed', failure,
    message: run.world.mask(ended.message), branch: branchOf(run.task.issue.number), pr, evidence, usage: run.tally.usage, costUsd: run.tally.costUsd,
    startedAt: run.attempt.startedAt, endedAt: now(run), complexity: run.complexity,
  }
}
