import {appliedSchema, type AppliedDecision} from '../core/decide/applied.js'
import {printProgressComment, type Progress} from '../core/issue/progress-comment.js'
import {dependsOn} from '../core/issue/child-body.js'
import {counted, unpricedIn, type Attempts} from '../core/run/attempt.js'
import {addCost} from '../core/cost/usage.js'
import type {ChildProgress} from '../core/family/progress.js'
import {apply} from './apply.js'
import type {EpicView} from './family.js'
import {attemptsOf, readMemory, type Memory} from './snapshot.js'
import type {World} from './world.js'

/** Attempts of the children that were read before and cannot have changed since. */
export type KnownAttempts = Map<number, Attempts>

/** The attempts of each child; those that are not known yet are read, and known from then on. */
export async function attemptsOfAll(world: World, children: readonly number[], known: KnownAttempts): Promise<KnownAttempts> {
  for (const number of children) if (!known.has(number)) known.set(number, attemptsOf(await readMemory(world, number)))
  return known
}

/** The decision in force; null where there is none, or one of another version. */
export const decisionOf = (memory: Memory): AppliedDecision | null => appliedSchema.safeParse(memory.progress?.value.decision).data ?? null

/** What changes in the progress comment besides the state of the children. */
export type ProgressChange = {starting?: number | null; decision?: AppliedDecision; learnings?: string[]}

/** The progress comment of an epic, one, updated in place. */
export async function putProgress(world: World, view: EpicView, rows: readonly ChildProgress[], known: KnownAttempts, change: ProgressChange): Promise<string[]> {
  const before = view.memory.progress
  const costs = [...(await attemptsOfAll(world, rows.map((row) => row.number), known)).values()]
  const after = new Map(view.children.map((child) => [child.issue.number, dependsOn(child.issue.body)]))
  const progress: Progress = {
    version: 1, epic: view.epic.number, starting: change.starting ?? null,
    decision: change.decision ?? before?.value.decision ?? null, learnings: change.learnings ?? before?.value.learnings ?? [],
    children: rows.map(({number, title, order, state, pr}) => ({number, title, order, state, pr, after: after.get(number) ?? []})),
    costUsd: costs.flatMap((attempts) => attempts.attempts.map((a) => a.costUsd)).reduce(addCost, null),
    unpricedAttempts: costs.flatMap((attempts) => counted(attempts)).filter((a) => unpricedIn(a) > 0).length,
  }
  const body = printProgressComment(progress)
  const what = change.decision === undefined ? 'progress' : 'progress and decision'
  return apply(world, [before === null
    ? {kind: 'create-comment', issue: view.epic.number, what, body}
    : {kind: 'update-comment', issue: view.epic.number, comment: before.comment, what, body}])
}
