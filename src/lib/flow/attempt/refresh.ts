import {printAttemptsComment} from '../../core/issue/attempts-comment.js'
import type {Issue, Pull} from '../../core/issue/issue.js'
import {verifiedAttempt, type Attempt, type Attempts, type Verified} from '../../core/run/attempt.js'
import {beginAnew} from '../../core/run/landing.js'
import {samePatch} from '../../core/run/patch.js'
import {PilotError} from '../../errors.js'
import type {Worktree} from '../../ports.js'
import {underClaim} from '../guard.js'
import {attemptsOf, readMemory, type Memory} from '../snapshot.js'
import type {World} from '../world.js'
import {commandsFor, setup} from './prepare.js'
import {runDir, type Run} from './run.js'
import {leave} from './settle.js'
import {Stop} from './stop.js'
import {failureText, verifyOnce} from './verify.js'

type Reviewed = Verified & {baseSha: string}
type Landed = {issue: Issue; pull: Pull}

/**
 * When the base moved on since the commit was verified, the base is merged into the branch and the result verified again; the review
 * stands only if the patch is still the reviewed one. Answers whether the pull request has to be looked at anew: it has a new head, or one that a run died over
 * before it was recorded, whose checks have to be waited for, or is open no more.
 * @throws PilotError MERGE_CONFLICT with both SHAs, NOT_VERIFIED when the patch changed or commits taken out of the base would come back, WORK_FAILED when the merged result does not pass
 */
export async function refreshBase(world: World, issue: Issue, pull: Pull): Promise<boolean> {
  const base = await world.repository.defaultBranch()
  const memory = await readMemory(world, issue.number)
  if (await settleRecord(world, issue, pull, memory)) return true
  const attempts = attemptsOf(memory)
  const attempt = verifiedAttempt(attempts)
  if (pull.baseRef !== base.name || attempt === undefined || memory.attempts === null || attempt.baseSha === null || attempt.baseSha === base.sha) return false
  const verified: Reviewed = {...attempt, baseSha: attempt.baseSha}
  const {comment} = memory.attempts
  return underClaim(world, issue.number, async (held, claim) => {
    const worktree = await held.workshop.open(issue.number, {sha: verified.headSha})
    try {
      const headSha = await mergeBase(held, worktree, pull, verified, base)
      if (headSha === null) return false
      await verifyMerged(held, worktree, {issue, pull}, verified, {headSha, base})
      const record = (change: Partial<Attempt>) => held.comments.update(comment, printAttemptsComment(changed(attempts, verified.attempt, change)))
      await record({headSha: verified.headSha, baseSha: verified.baseSha, merged: {headSha, baseSha: base.sha}})
      await claim.assertHeld()
      // verifying takes long: to a pull request that somebody merged or closed meanwhile nothing is added
      if ((await held.pulls.get(pull.number)).state !== 'open') return true
      await worktree.push(pull.headRef, pull.headSha, headSha)
      await record({headSha, baseSha: base.sha, merged: null, endedAt: held.clock.now().toISOString()})
      held.report.progress(`GH-${issue.number}: ${base.name} merged in and verified, head is now ${headSha.slice(0, 12)}`)
      return true
    } finally {
      await leave(held, issue.number, worktree)
    }
  })
}

/**
 * A run that died left out of the record that its pull request was opened, or which of two heads was pushed: what GitHub has is what counts. Stamped
 * now: when it was pushed or opened nobody knows, and its checks get the time to appear. Answers whether something was left out.
 */
async function settleRecord(world: World, issue: Issue, pull: Pull, memory: Memory): Promise<boolean> {
  const attempts = attemptsOf(memory)
  const attempt = verifiedAttempt(attempts)
  if (attempt === undefined || memory.attempts === null) return false
  const {merged} = attempt
  const isMerged = merged?.headSha === pull.headSha
  const isOpened = attempt.pr === null && (isMerged || attempt.headSha === pull.headSha)
  if (!isMerged && !isOpened) return false
  const endedAt = world.clock.now().toISOString()
  const settled = changed(attempts, attempt.attempt, {...(isMerged && {...merged, merged: null}), ...(isOpened && {pr: pull.number}), endedAt})
  const {comment} = memory.attempts
  await underClaim(world, issue.number, (held) => held.comments.update(comment, printAttemptsComment(settled)))
  return true
}

/** The attempt that passed is not always the newest: another may have failed since. */
const changed = (attempts: Attempts, number: number, change: Partial<Attempt>): Attempts =>
  ({...attempts, attempts: attempts.attempts.map((a) => (a.attempt === number ? {...a, ...change} : a))})

/** The merged head, or null where the branch holds the base already: then somebody moved the base back, and what they took out is in the branch still. */
async function mergeBase(world: World, worktree: Worktree, pull: Pull, verified: Reviewed, base: {name: string; sha: string}): Promise<string | null> {
  const reviewed = await worktree.evidence(verified.baseSha, verified.headSha)
  const merged = await worktree.merge(base.sha)
  if (merged === 'conflict') {
    throw new PilotError('MERGE_CONFLICT', `#${pull.number}: ${verified.headSha} conflicts with ${base.name} at ${base.sha}`, beginAnew(pull))
  }
  const isCurrent = merged === 'current'
  const headSha = isCurrent ? verified.headSha : await worktree.head()
  const now = await worktree.evidence(base.sha, headSha)
  if (!samePatch(reviewed.patch, now.patch)) {
    const where = isCurrent ? `${base.name} was at ${verified.baseSha} and is at ${base.sha}` : `with ${base.name} at ${base.sha} merged in`
    throw new PilotError('NOT_VERIFIED', `#${pull.number}: ${where}, the patch is no longer the one reviewed at ${verified.headSha}`, beginAnew(pull))
  }
  // two that undo each other change no patch; all methods but one bring each of them back
  const isMore = now.evidence.commits > reviewed.evidence.commits + (isCurrent ? 0 : 1)
  if (isMore && world.config.settings.land.method !== 'squash') {
    throw new PilotError('NOT_VERIFIED', `#${pull.number}: ${verified.headSha} holds commits that ${base.name} had at ${verified.baseSha} and no longer has at ${base.sha}`, beginAnew(pull))
  }
  if (isCurrent) return null
  world.report.progress(`#${pull.number}: ${base.name} moved to ${base.sha.slice(0, 12)}, merged in`)
  return headSha
}

async function verifyMerged(world: World, worktree: Worktree, {issue, pull}: Landed, verified: Reviewed, {headSha, base}: {headSha: string; base: Run['base']}): Promise<void> {
  const dir = runDir(issue.number, verified.attempt)
  const verify = await commandsFor(world, worktree)
  try {
    await setup(world, worktree, verify, dir)
    const verification = await verifyOnce({world, worktree, verify, dir, base}, headSha, 'verify-merged.log')
    await world.artifacts.write(`${dir}/verify.json`, verification)
    if (verification.passed) return
    throw new PilotError('WORK_FAILED', `#${pull.number}: with the new base merged in, verification fails: ${failureText(verification).slice(0, 300)}`, beginAnew(pull))
  } catch (error) {
    if (error instanceof Stop) throw new PilotError(error.failure === 'interrupted' ? 'INTERRUPTED' : 'WORK_FAILED', `#${pull.number}: ${error.message}`, [`pilot land ${pull.number}`], {cause: error})
    throw error
  }
}
