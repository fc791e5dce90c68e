import {z} from 'zod'
import {printAttemptsComment} from '../../core/issue/attempts-comment.js'
import {branchOf} from '../../core/run/branch.js'
import {pullBody} from '../../core/run/pull-body.js'
import {lastLines} from '../../core/run/tail.js'
import {holdsSecret} from '../../core/run/added-text.js'
import {escapingLinks, protectedPaths} from '../../core/run/patch.js'
import {proofOf} from '../../core/run/proof.js'
import type {Attempt, Attempts} from '../../core/run/attempt.js'
import {recordEnd, withSpent} from '../../core/run/attempt-log.js'
import type {Evidence} from '../../core/run/outcome.js'
import type {Pull} from '../../core/issue/issue.js'
import {PilotError} from '../../errors.js'
import {createOnce} from '../once.js'
import type {Accepted} from './review.js'
import type {Run} from './run.js'
import {Stop} from './stop.js'

/** Refuses changes to files that could steer this machine or later agents. */
export function guardFiles(run: Run, files: readonly string[]): void {
  const blocked = protectedPaths(files, run.world.config.settings.protected_paths.allow)
  if (blocked.length > 0) throw new Stop('protected_paths', `the change touches protected paths: ${blocked.slice(0, 5).join(', ')}`)
}

/** The same for a whole patch, and for added secrets, links that lead out and what Git LFS is to keep; checked before anything leaves the machine. */
export async function guardPatch(run: Run, evidence: Evidence, patch: string): Promise<void> {
  guardFiles(run, evidence.files)
  const raw = await run.worktree.rawInLfs(evidence.files)
  if (raw.length > 0) throw new Stop('protected_paths', `the change has the content of files that Git LFS keeps, which pilot cannot send there; nothing was pushed: ${raw.slice(0, 5).join(', ')}`)
  const links = escapingLinks(patch)
  if (links.length > 0) throw new Stop('protected_paths', `the change has links that lead out of the repository: ${links.slice(0, 5).join(', ')}`)
  if (holdsSecret(patch, run.world.mask)) throw new Stop('protected_paths', 'the change contains a secret; nothing was pushed')
}

/** A patch shows what is left in the end and leaves binary files out; what is pushed is every commit with all of its files. */
async function guardHistory({world, worktree, base}: Run, sha: string): Promise<void> {
  const sent = await worktree.outgoing(base.sha, sha)
  if (sent === null) throw new Stop('protected_paths', 'the change is too large to be searched for secrets; nothing was pushed')
  // a link that was only renamed shows no target in the patch
  const links = escapingLinks(sent)
  if (links.length > 0) throw new Stop('protected_paths', `a commit of the change has links that lead out of the repository: ${links.slice(0, 5).join(', ')}`)
  if (holdsSecret(sent, world.mask)) throw new Stop('protected_paths', 'a commit of the change contains a secret; nothing was pushed')
}

/** Pushes exactly that commit, whatever HEAD is by now; a branch left by an earlier attempt is replaced only as it was when this attempt began. */
export async function push(run: Run, sha: string): Promise<void> {
  const {world, worktree, task, claim} = run
  const branch = branchOf(task.issue.number)
  world.report.activity({kind: 'step', issue: task.issue.number, step: 'push'})
  await guardHistory(run, sha)
  await claim.assertHeld()
  try {
    await worktree.push(branch, run.replaces, sha)
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
  const changes = {...evidence, files: evidence.files.length}
  const body = world.mask(pullBody({issue: task.issue.number, headSha: evidence.headSha, summary, changes, ...accepted, attempts}))
  const draft: PullDraft = {version: 1, headSha: evidence.headSha, title: run.tally.subject, body}
  await world.artifacts.write(`${run.dir}/pull.json`, draft)
  return draft
}

/**
 * Opens the pull request, or brings the one that is open up to date. Answers its number. One is looked for only where there was one before
 * the work; GitHub opens no second one from the same branch, so where one came up meanwhile it refuses, and that one is updated.
 */
export async function openPull({world, task, base}: Pick<Run, 'world' | 'task' | 'base'>, {title, body}: Pick<PullDraft, 'title' | 'body'>): Promise<number> {
  const head = branchOf(task.issue.number)
  const find = async () => (await world.pulls.ofBranch(head)).find((pull) => pull.state === 'open')
  const update = async (pull: Pull): Promise<number> => {
    await world.pulls.update(pull.number, {title, body})
    return pull.number
  }
  const before = task.pulls.some((pull) => pull.state === 'open') ? await find() : undefined
  if (before !== undefined) return update(before)
  const create = async (onto: string): Promise<number> => (await createOnce(() => world.pulls.create({title, body, head, base: onto}), find)).number
  try {
    return await create(base.name)
  } catch (error) {
    if (!(error instanceof PilotError) || error.code !== 'GITHUB_REJECTED') throw error
    const meanwhile = await find()
    if (meanwhile !== undefined) return update(meanwhile)
    const now = await world.repository.defaultBranch()
    if (now.name === base.name) throw error
    world.report.warn(`GH-${task.issue.number}: the default branch is ${now.name} now, no longer ${base.name}`)
    return create(now.name)
  }
}

/** What was accepted, and what git says of it. */
export type Proven = Accepted & {evidence: Evidence}

/** The attempts with this run's attempt as it stands; of one that passed, with what speaks for its commit. */
export function recorded(run: Run, attempts: Attempts, change: Partial<Attempt>, summary: string, proven: Proven | null = null): Attempts {
  const {tally, world} = run
  const now: Attempt = {...attempts.attempts.at(-1)!, models: [...tally.models], ...withSpent(run.attempt, tally), ...change}
  const newest = {
    verifyTail: lastLines(world.mask(tally.verifyTail), 2000), review: world.mask(proven?.review.summary ?? tally.reviewText).slice(0, 1500),
    summary: world.mask(summary).slice(0, 1000), ...(proven && {proof: proofOf({...proven, title: tally.subject}, world.mask)}),
  }
  return recordEnd(attempts, now, newest)
}

/** Writes the attempts comment, creating it when this is the first, or when a person deleted it meanwhile; answers its id. */
export async function putAttempts(world: Run['world'], issue: number, attempts: Attempts, comment: number | null): Promise<number> {
  const body = printAttemptsComment(attempts)
  const own = await world.own()
  const head = body.split('\n', 1)[0]!
  const find = async () => (await world.comments.list(issue)).find((c) => own(c.author) && c.body.startsWith(head))
  const update = async (id: number): Promise<number> => {
    await world.comments.update(id, body)
    return id
  }
  if (comment !== null) {
    try {
      return await update(comment)
    } catch (error) {
      if (!(error instanceof PilotError) || error.code !== 'GITHUB_REJECTED') throw error
      // an earlier step of this run may have written it anew
      const anew = await find()
      if (anew?.id === comment) throw error
      if (anew !== undefined) return update(anew.id)
    }
  }
  const created = await createOnce(() => world.comments.create(issue, body), find)
  return created.id
}
