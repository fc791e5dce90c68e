import {appliedSchema, type AppliedDecision} from '../core/decide/applied.js'
import {printProgressComment, type Progress} from '../core/issue/progress-comment.js'
import {dependsOn} from '../core/issue/child-body.js'
import type {ChildProgress} from '../core/family/progress.js'
import {spentOn, type Work} from '../core/family/spent.js'
import {apply} from './apply.js'
import type {EpicView} from './family.js'
import {attemptsOf, readMemory, type Memory} from './snapshot.js'
import type {World} from './world.js'

/** What was done for the children, as it was read before; who changes it takes it out. */
export type KnownWork = Map<number, Work>

/** What was done for each child; what is not known yet is read, and known from then on. */
export async function workOfAll(world: World, children: readonly number[], known: KnownWork): Promise<KnownWork> {
  for (const number of children) {
    if (known.has(number)) continue
    const memory = await readMemory(world, number)
    known.set(number, {attempts: attemptsOf(memory), below: memory.progress?.value ?? null})
  }
  return known
}

/** The decision in force; null where there is none, or one of another version. */
export const decisionOf = (memory: Memory): AppliedDecision | null => appliedSchema.safeParse(memory.progress?.value.decision).data ?? null

/** Does the progress comment tell the children as they are? Where there is none, nothing was started that it would tell of. */
export function isToldAs({progress}: Memory, rows: readonly ChildProgress[]): boolean {
  const shown = (children: readonly Pick<ChildProgress, 'number' | 'state' | 'pr'>[]): string => JSON.stringify(children.map(({number, state, pr}) => [number, state, pr]))
  return progress === null || (progress.value.starting === null && shown(progress.value.children) === shown(rows))
}

/** What changes in the progress comment besides the state of the children. */
export type ProgressChange = {starting?: number | null; decision?: AppliedDecision; learnings?: string[]}

/** The progress comment of an epic, one, updated in place. */
export async function putProgress(world: World, view: EpicView, rows: readonly ChildProgress[], known: KnownWork, change: ProgressChange): Promise<string[]> {
  const before = view.memory.progress
  const works = [...(await workOfAll(world, rows.map((row) => row.number), known)).values()]
  const after = new Map(view.children.map((child) => [child.issue.number, dependsOn(child.issue.body)]))
  const progress: Progress = {
    version: 1, epic: view.epic.number, starting: change.starting ?? null,
    decision: change.decision ?? before?.value.decision ?? null, learnings: change.learnings ?? before?.value.learnings ?? [],
    children: rows.map(({number, title, order, state, pr}) => ({number, title, order, state, pr, after: after.get(number) ?? []})),
    ...spentOn(works),
  }
  const body = printProgressComment(progress)
  const what = change.decision === undefined ? 'progress' : 'progress and decision'
  return apply(world, [before === null
    ? {kind: 'create-comment', issue: view.epic.number, what, body}
    : {kind: 'update-comment', issue: view.epic.number, comment: before.comment, what, body}])
}
