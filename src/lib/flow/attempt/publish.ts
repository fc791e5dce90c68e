import {z} from 'zod'
import {printAttemptsComment} from '../../core/issue/attempts-comment.js'
import {pullBody} from '../../core/run/pull-body.js'
import {lastLines} from '../../core/run/tail.js'
import {protectedPaths} from '../../core/run/patch.js'
import type {Attempt, Attempts} from '../../core/run/attempt.js'
import {recordEnd} from '../../core/run/attempt-log.js'
import type {Evidence} from '../../core/run/outcome.js'
import {PilotError} from '../../errors.js'
import {createOnce} from '../once.js'
import type {Accepted} from './review.js'
import {branchOf, type Run} from './run.js'
import {Stop} from './stop.js'

/** Refuses patches that could steer this machine or later agents, or that carry a secret; checked before anything leaves the machine. */
export function guardPatch(run: Run, evidence: Evidence, patch: string): void {
  const blocked = protectedPaths(evidence.files, run.world.config.settings.protected_paths.allow)
  if (blocked.length > 0) throw new Stop('protected_paths', `the change touches protected paths: ${blocked.slice(0, 5).join(', ')}`)
  if (run.world.mask(patch) !== patch) throw new Stop('protected_paths', 'the change contains a secret; nothing was pushed')
}

/** Pushes exactly the accepted commit; a branch left by an earlier attempt is replaced only as it was seen. */
export async function push(run: Run): Promise<void> {
  const {world, worktree, task, claim} = run
  const branch = branchOf(task.issue.number)
  const expected = await world.workshop.branchSha(branch)
  await claim.assertHeld()
  try {
    await worktree.push(branch, expected)
  } catch (error) {
    if (error instanceof PilotError && error.code === 'GIT_FAILED') throw new Stop('push_rejected', error.message, {cause: error})
    throw error
  }
  world.report.progress(`GH-${task.issue.number}: pushed ${branch}`)
}

export const pullDraftSchema = z.strictObject({version: z.literal(1), headSha: z.string(), title: z.string(), body: z.string()})
/** `pull.json`: the pull request as it is to be opened, written before the push so that a crash in between loses no evidence. */
export type PullDraft = z.infer<typeof pullDraftSchema>

export async function draftPull(run: Run, summary: string, accepted: Accepted, attempts: Attempts, evidence: Evidence): Promise<PullDraft> {
  const {world, task} = run
  const body = world.mask(pullBody({issue: task.issue.number, headSha: evidence.headSha, summary, evidence, ...accepted, attempts}))
  const draft: PullDraft = {version: 1, headSha: evidence.headSha, title: run.tally.subject, body}
  await world.artifacts.write(`${run.dir}/pull.json`, draft)
  return draft
}

/** Opens the pull request, or brings the one that is open up to date. Answers its number. */
export async function openPull(run: Run, {title, body}: PullDraft): Promise<number> {
  const {world, task, base} = run
  const head = branchOf(task.issue.number)
  const open = (await world.pulls.ofBranch(head)).find((pull) => pull.state === 'open')
  if (open !== undefined) {
    await world.pulls.update(open.number, {title, body})
    return open.number
  }
  const pull = await createOnce(
    () => world.pulls.create({title, body, head, base: base.name}),
    async () => (await world.pulls.ofBranch(head)).find((p) => p.state === 'open'),
  )
  return pull.number
}

/** The attempts with this run's attempt as it stands. */
export function recorded(run: Run, attempts: Attempts, change: Partial<Attempt>, summary: string): Attempts {
  const {tally, world} = run
  const now: Attempt = {...attempts.attempts.at(-1)!, models: [...tally.models], usage: tally.usage, costUsd: tally.costUsd, ...change}
  const newest = {verifyTail: lastLines(world.mask(tally.verifyTail), 2000), review: world.mask(tally.reviewText).slice(0, 1500), summary: world.mask(summary).slice(0, 1000)}
  return recordEnd(attempts, now, newest)
}

/** Writes the attempts comment, creating it when this is the first; answers its id. */
export async function putAttempts(world: Run['world'], issue: number, attempts: Attempts, comment: number | null): Promise<number> {
  const body = printAttemptsComment(attempts)
  if (comment !== null) {
    await world.comments.update(comment, body)
    return comment
  }
  const own = await world.own()
  const head = body.split('\n', 1)[0]!
  const created = await createOnce(
    () => world.comments.create(issue, body),
    async () => (await world.comments.list(issue)).find((c) => own(c.author) && c.body.startsWith(head)),
  )
  return created.id
}
