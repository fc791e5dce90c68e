import {cutTitle} from '../../core/issue/text.js'
import {pullBody} from '../../core/run/pull-body.js'
import {branchOf} from '../../core/run/branch.js'
import {unpricedIn, verifiedAttempt, type Attempt, type Attempts, type Verified} from '../../core/run/attempt.js'
import {recordEnd} from '../../core/run/attempt-log.js'
import {hasLabel} from '../../core/issue/labels.js'
import {settledLabels} from '../../core/run/settled-labels.js'
import {apply} from '../apply.js'
import type {World} from '../world.js'
import {openPull, pullDraftSchema, putAttempts} from './publish.js'
import {runDir} from './run.js'
import type {Task} from './task.js'

/** The open pull request of the verified commit, where a crash came before it was recorded or before the labels told it. */
const openVerified = ({attempts, pulls}: Task) =>
  attempts.attempts.at(-1)?.outcome === 'passed' ? pulls.find((pull) => pull.state === 'open' && pull.headSha === verifiedAttempt(attempts, pull.headSha)?.headSha) : undefined

/** Labels that an attempt which passed does not leave behind. */
const STALE = ['pilot-in-progress', 'pilot-failed', 'pilot-retry-ready']

/** Did a crash come between the pull request and the end of its attempt? */
export function isUnsettled(task: Task): boolean {
  const pull = openVerified(task)
  return pull !== undefined && (task.attempts.attempts.at(-1)!.pr !== pull.number || STALE.some((label) => hasLabel(task.issue.labels, label)))
}

/** The attempts with the pull request, stamped now: its checks begin with it, so `land` must not count from the attempt that a crash ended. */
const published = (world: World, {attempts}: Task, attempt: Attempt, pr: number): Attempts =>
  recordEnd(attempts, {...attempt, pr, endedAt: world.clock.now().toISOString()}, attempts.newest)

/** Writes down what a crash after the pull request left out. */
export async function settleVerified(world: World, task: Task): Promise<void> {
  const pull = openVerified(task)
  const attempt = task.attempts.attempts.at(-1)
  const verified = pull && verifiedAttempt(task.attempts, pull.headSha)
  if (pull === undefined || attempt === undefined || verified === undefined) return
  if (attempt.pr !== pull.number) {
    // it may be the one of an earlier attempt, and say so still
    await world.pulls.update(pull.number, await draftOf(world, task, verified))
    await putAttempts(world, task.issue.number, published(world, task, attempt, pull.number), task.attemptsComment)
  }
  await apply(world, settledLabels(task.issue, attempt, null))
}

/** Title and body as the attempt would have written them: its own draft on the machine that made it, elsewhere from the proof in the attempts comment. */
async function draftOf(world: World, task: Task, {attempt, headSha, review}: Verified): Promise<{title: string; body: string}> {
  const kept = await world.artifacts.read(`${runDir(task.issue.number, attempt)}/pull.json`, pullDraftSchema)
  const draft = kept?.headSha === headSha ? kept : undefined
  const {newest} = task.attempts
  const proof = newest.proof?.sha === headSha ? newest.proof : null
  const body = draft?.body ?? world.mask(pullBody({
    issue: task.issue.number, headSha, summary: newest.summary, attempts: task.attempts, changes: proof, verification: proof,
    review: {verdict: review === 'skipped' ? 'skipped' : 'approve', summary: newest.review, findings: proof?.findings ?? []},
  }))
  return {title: draft?.title ?? proof?.title ?? `GH-${task.issue.number}: ${cutTitle(task.issue.title, 70)}`, body}
}

/**
 * Opens the pull request that a crash left out: the newest attempt passed and its commit is what the branch holds. Answers undefined when
 * there is nothing to resume. No agent is spawned and no attempt is counted.
 */
export async function publishVerified(world: World, task: Task): Promise<{pr: number; headSha: string; attempt: number; costUsd: number | null; unpriced: number} | undefined> {
  const attempt = verifiedAttempt(task.attempts)
  if (attempt === undefined || attempt !== task.attempts.attempts.at(-1)) return undefined
  const branch = branchOf(task.issue.number)
  if (await world.workshop.branchSha(branch) !== attempt.headSha || task.pulls.some((pull) => pull.headSha === attempt.headSha)) return undefined
  const {headSha} = attempt
  const base = await world.repository.defaultBranch()
  const pr = await openPull({world, task, base}, await draftOf(world, task, attempt))
  await putAttempts(world, task.issue.number, published(world, task, attempt, pr), task.attemptsComment)
  await apply(world, settledLabels(task.issue, attempt, null))
  return {pr, headSha, attempt: attempt.attempt, costUsd: attempt.costUsd, unpriced: unpricedIn(attempt)}
}
