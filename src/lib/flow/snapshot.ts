import {parseAttemptsComment} from '../core/issue/attempts-comment.js'
import {parsePlanComment} from '../core/issue/plan-comment.js'
import {parseProgressComment, type Progress} from '../core/issue/progress-comment.js'
import {markerOf, ownMarker, type CommentKind} from '../core/issue/marker.js'
import type {Comment, Issue} from '../core/issue/issue.js'
import {planInForce} from '../core/plan/in-force.js'
import {withNumbers} from '../core/plan/key.js'
import {planSchema, type EpicPlan} from '../core/plan/plan.js'
import {NO_ATTEMPTS, type Attempts} from '../core/run/attempt.js'
import {PilotError} from '../errors.js'
import type {World} from './world.js'

/** An issue by its number; a pull request's number is a person's slip and says so. */
export async function readIssue(world: World, number: number): Promise<Issue> {
  const issue = await world.issues.get(number)
  if (issue.isPull) throw new PilotError('NOT_AN_ISSUE', `#${number} is a pull request, not an issue`, [`pilot land ${number}`, 'pilot next'])
  return issue
}

/** What was asked about an issue that another one names; null: that was deleted or transferred since. */
export async function ifThere<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof PilotError && error.code === 'ISSUE_NOT_FOUND') return null
    throw error
  }
}

/** Something kept in a state comment of pilot's own, with the comment that holds it. */
export type Kept<T> = {value: T; comment: number}

/** State that pilot's own accounts wrote into comments; the same marker by anyone else is ignored with a warning. */
export type Memory = {comments: readonly Comment[]; attempts: Kept<Attempts> | null; plan: Kept<EpicPlan> | null; progress: Kept<Progress> | null; summary: number | null}

/** The memory of an issue without a comment, or of one that is gone. */
export const NO_MEMORY: Memory = {comments: [], attempts: null, plan: null, progress: null, summary: null}

/** Reads the memory of an issue once, for those who ask in one run; only what may be seconds old is asked here. */
export function memoryOnce(world: World): (issue: number) => Promise<Memory> {
  const read = new Map<number, Promise<Memory>>()
  return (issue) => {
    const known = read.get(issue) ?? readMemory(world, issue)
    read.set(issue, known)
    return known
  }
}

export async function readMemory(world: World, issue: number): Promise<Memory> {
  const [comments, own] = await Promise.all([world.comments.list(issue), world.own()])
  const read = <T>(kind: CommentKind, parse: (body: string) => T | undefined): Kept<T> | null => {
    const {comment, ignored} = ownMarker(comments, own, kind)
    for (const stranger of ignored) world.report.warn(`#${issue}: a ${kind} comment by ${stranger.author} is ignored, it is not one of pilot's own accounts`)
    if (comment === undefined) return null
    const value = parse(comment.body)
    if (value === undefined) throw unreadable(issue, kind, comment)
    return {value, comment: comment.id}
  }
  const summary = ownMarker(comments, own, 'summary').comment
  return {comments, attempts: read('attempts', parseAttemptsComment), plan: read('plan', parsePlanComment), progress: read('progress', parseProgressComment), summary: summary?.id ?? null}
}

/** A state comment that somebody edited is not read as "nothing there": that would start over and pay twice. */
const unreadable = (issue: number, kind: CommentKind, comment: Comment): PilotError => {
  const version = markerOf(comment.body)?.version
  return new PilotError(version === 1 ? 'INVALID_ARTIFACT' : 'ARTIFACT_VERSION', `#${issue}: the ${kind} comment ${comment.id} cannot be read${version === 1 ? '' : ` (version ${version})`}`,
    kind === 'plan' ? [`pilot plan-epic ${issue} --force`] : [`restore an earlier version of the comment from its edit history on #${issue}`])
}

export const attemptsOf = (memory: Memory): Attempts => memory.attempts?.value ?? NO_ATTEMPTS

/** The plan of an epic, from the file on this machine or the comment; a warning says which where they differ. `made`: plan hashes of its sub-issues, where they are known. */
export async function readPlan(world: World, epic: number, memory: Memory, made: ReadonlySet<string>): Promise<EpicPlan | null> {
  const path = `epics/${epic}/plan.json`
  const file = await world.artifacts.read(path, planSchema) ?? null
  const comment = memory.plan?.value ?? null
  const found = planInForce({file, comment, made})
  if (found?.older) world.report.warn(`#${epic}: .pilot/${path} (${file!.planHash}) differs from the plan comment (${comment!.planHash}); the ${found.from} is used, as the newer plan`)
  return found && withNumbers(found.plan, file?.children, comment?.children)
}
