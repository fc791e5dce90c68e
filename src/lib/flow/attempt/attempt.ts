import type {FailureClass} from '../../core/run/failure.js'
import type {Earlier} from '../../core/run/earlier.js'
import type {Attempts} from '../../core/run/attempt.js'
import {stoppedMeanwhile} from '../../core/run/admission.js'
import {branchOf} from '../../core/run/branch.js'
import type {Evidence} from '../../core/run/outcome.js'
import type {Claim} from '../../ports.js'
import {apply} from '../apply.js'
import type {World} from '../world.js'
import {begin, type Begun, type Order} from './begin.js'
import {summarise} from './draft.js'
import {fingerprintFor, readEarlier} from './earlier.js'
import {implement} from './implement.js'
import {inWorktree} from './own-worktree.js'
import {baseline, setup} from './prepare.js'
import {draftPull, guardPatch, openPull, push, putAttempts, recorded} from './publish.js'
import {review, type Accepted} from './review.js'
import {now, type Run} from './run.js'
import {leave, settle, type Ended} from './settle.js'
import {failureOf} from './stop.js'
import type {Task} from './task.js'
import {verify} from './verify.js'

export type Attempted = Ended & {attempt: number; costUsd: number | null; unpriced: number}

/**
 * One attempt under a held claim: worktree, start recorded, baseline, implement, verify, review, push, pull request. However it goes,
 * the end is recorded, the labels tell it, and work that reached no branch is kept under a rescue ref.
 */
export async function attemptIssue(plain: World, claim: Claim, task: Task, order: Order): Promise<Attempted> {
  const {number} = task.issue
  // opening takes the worktree from whoever has it, so the claim has to be held still
  const [base, replaces] = await Promise.all([plain.repository.defaultBranch(), plain.workshop.branchSha(branchOf(number)), claim.assertHeld()])
  const worktree = await plain.workshop.open(number, {sha: base.sha})
  const world = inWorktree(plain, worktree)
  try {
    const begun = await begin(world, claim, task, order, {base, worktree, replaces})
    await apply(world, order.onStarted)
    const ended = await conclude(begun, await readEarlier(begun.run, order))
    await settle(begun.run, ended, begun.comment)
    return {...ended, attempt: begun.run.attempt.attempt, costUsd: begun.run.tally.costUsd, unpriced: begun.run.tally.unpriced}
  } finally {
    await leave(world, number, worktree)
  }
}

/** Runs the stages; a stage that stops is an end like any other. Unknown errors and a lost claim pass through: nothing more is written. */
async function conclude(begun: Begun, earlier: Earlier | null): Promise<Ended> {
  try {
    return await produce(begun, earlier)
  } catch (error) {
    const stopped = failureOf(error, begun.run.world.signal.aborted)
    if (stopped === undefined) throw error
    return failed(begun, stopped)
  }
}

/** The good path. What is recorded as passed, pushed and opened is one and the same commit. */
async function produce(begun: Begun, earlier: Earlier | null): Promise<Ended> {
  const {run} = begun
  const {world, worktree, verify: commands, base, dir} = run
  step(run, 'setup')
  await setup(world, worktree, commands, dir)
  step(run, 'baseline')
  await baseline(world, worktree, commands, base, dir)
  const account = await implement(run, earlier)
  const verified = await verify(run)
  // no money for a review of what may not be pushed anyway
  await guardChange(run, verified.sha)
  const accepted = await review(run, verified)
  const {evidence, patch} = await worktree.evidence(base.sha, accepted.verification.sha)
  await world.artifacts.writeText(`${dir}/diff.patch`, world.mask(patch))
  await guardPatch(run, evidence, patch)
  const described = await summarise(run, account, {verification: accepted.verification, patch})
  return publish(begun, {account, described, accepted, evidence})
}

const step = ({world, task}: Run, name: string): void => { world.report.activity({kind: 'step', issue: task.issue.number, step: name}) }

/** Ends the attempt where that commit may not leave the machine. */
async function guardChange(run: Run, sha: string): Promise<void> {
  const {evidence, patch} = await run.worktree.evidence(run.base.sha, sha)
  await guardPatch(run, evidence, patch)
}

/** `account`: the agent's own; `described`: the summary of the pull request */
type Work = {account: string; described: string; accepted: Accepted; evidence: Evidence}

/** Pushes the commit, records it as passed, and opens its pull request; in that order, so that after a crash nothing is paid for twice. */
async function publish({run, attempts, comment}: Begun, {account, described, accepted, evidence}: Work): Promise<Ended> {
  const {headSha} = evidence
  const verdict = accepted.review.verdict === 'skipped' ? 'skipped' : 'approved'
  // stamped anew at each step of publishing: `land` counts from it how long checks had time to appear
  const recordedWith = (pr: number | null): Attempts =>
    recorded(run, attempts, {outcome: 'passed', headSha, review: verdict, endedAt: now(run), pr}, described, {...accepted, evidence})
  const draft = await draftPull(run, described, accepted, recordedWith(null), evidence)
  await push(run, headSha)
  const passed = recordedWith(null)
  await putAttempts(run.world, run.task.issue.number, passed, comment)
  try {
    const stopped = stoppedMeanwhile(await run.world.issues.get(run.task.issue.number))
    // one that is open already shows the commit that was just pushed, and must say what speaks for it
    const isOpen = run.task.pulls.some((pull) => pull.state === 'open')
    if (stopped !== null && !isOpen) return {failure: null, stopped, message: stopped.message, pr: null, headSha, evidence, attempts: passed}
    const pr = await openPull(run, draft)
    return {failure: null, ...(stopped && {stopped}), message: account, pr, headSha, evidence, attempts: recordedWith(pr)}
  } catch (error) {
    const unopened = failureOf(error, run.world.signal.aborted)
    if (unopened === undefined) throw error
    // the work stays recorded as passed: the next run opens its pull request
    return {...unopened, pr: null, headSha, evidence, attempts: passed}
  }
}

type Failed = {failure: FailureClass; message: string}

/** A rejected change is pushed for people to look at, under the same guard as an accepted one; what the guard says then counts more. */
async function failed({run, attempts}: Begun, stopped: Failed): Promise<Ended> {
  const reviewed = stopped.failure === 'review_rejected' ? run.tally.lastHead : null
  const {failure, message} = reviewed === null ? stopped : await pushRejected(run, reviewed) ?? stopped
  const rejected = failure === 'review_rejected'
  const headSha = rejected ? reviewed : null
  const [review, fingerprint] = [rejected ? 'rejected' as const : null, fingerprintFor(run, failure)]
  // kept under a branch or a rescue ref, so that the next attempt can look at what was tried
  const left = headSha ?? run.tally.lastHead
  const change = {outcome: 'failed', failure, headSha: left, review, fingerprint, endedAt: now(run)} as const
  return {failure, message, pr: null, headSha, evidence: null, attempts: recorded(run, attempts, change, message)}
}

/** Answers why it could not be pushed. */
async function pushRejected(run: Run, sha: string): Promise<Failed | undefined> {
  try {
    await guardChange(run, sha)
    await push(run, sha)
    return undefined
  } catch (error) {
    const instead = failureOf(error, run.world.signal.aborted)
    if (instead === undefined) throw error
    return instead
  }
}
