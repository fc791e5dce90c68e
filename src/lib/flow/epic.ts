import {printProgressComment, type Progress} from '../core/issue/progress-comment.js'
import {dependsOn} from '../core/issue/child-body.js'
import {counted, type Attempts} from '../core/run/attempt.js'
import {addCost} from '../core/cost/usage.js'
import {isCompleted, type ChildState} from '../core/family/child-state.js'
import type {ChildProgress} from '../core/family/progress.js'
import {PilotError, type Code} from '../errors.js'
import {apply} from './apply.js'
import {executeIssue, failedItem, item, type ExecuteItem} from './execute.js'
import {readEpic, readProgress, type EpicView} from './family.js'
import {land} from './land.js'
import {attemptsOf, readMemory} from './snapshot.js'
import type {World} from './world.js'

export type EpicOptions = {land: boolean; parallel: number; waitMs: number}

/**
 * Runs the children of an epic that are ready, in dependency order, `parallel` at a time. A child whose blockers are not merged waits:
 * with `land` each result is merged and the next ones become ready; without it the run ends and says what it waits for.
 */
export async function executeEpic(world: World, number: number, options: EpicOptions): Promise<ExecuteItem[]> {
  const items = new Map<number, ExecuteItem>()
  const tried = new Set<number>()
  const attempts: KnownAttempts = new Map()
  for (;;) {
    const view = await readEpic(world, number)
    if (view.children.length === 0) throw new PilotError('NO_CHILDREN', `#${number} is planned but has no sub-issues yet`, [`pilot decompose ${number}`])
    const {rows} = await readProgress(world, view)
    for (const row of rows) if (!tried.has(row.number)) items.set(row.number, standing(row))
    const landed = options.land && !world.dryRun ? await landOpen(world, rows, options, items) : []
    for (const number of landed) tried.add(number)
    if (landed.length > 0) continue
    const ready = rows.filter((row) => row.state === 'ready' && !tried.has(row.number)).slice(0, options.parallel)
    if (ready.length === 0 || world.signal.aborted) {
      // a complete epic was reported when it was closed
      if (!world.dryRun && tried.size > 0 && !rows.every((row) => isCompleted(row.state))) await putProgress(world, view, rows, null, attempts)
      return rows.map((row) => items.get(row.number)!)
    }
    for (const row of ready) tried.add(row.number)
    for (const row of ready) attempts.delete(row.number)
    if (!world.dryRun) await putProgress(world, view, rows, ready[0]!.number, attempts)
    const done = await Promise.all(ready.map((row) => executeIssue(world, row.number, outlineOf(view, row))))
    for (const item of done) items.set(item.issue, item)
  }
}

const outlineOf = (view: EpicView, row: ChildProgress) => {
  const complexity = view.plan?.subtasks.find((subtask) => subtask.order === row.order)?.complexity
  return {booking: {command: 'execute', epic: view.epic.number}, ...(complexity && {complexity})}
}

/** A child that this run did not start, as an item: done before, or what it waits for. */
function standing(row: ChildProgress): ExecuteItem {
  if (isCompleted(row.state)) return item(row.number, {status: 'noop', reason: 'merged', pr: row.pr})
  const [code, reason] = WAITS_FOR[row.state as Exclude<ChildState, 'done' | 'merged'>](row)
  return failedItem(row.number, new PilotError(code, `#${row.number} ${reason}`, [row.next]), {pr: row.pr})
}

const WAITS_FOR: Record<Exclude<ChildState, 'done' | 'merged'>, (row: ChildProgress) => readonly [Code, string]> = {
  'open-pr': (row) => ['WAITING', `waits for pull request #${row.pr} to be merged`],
  'running': () => ['CLAIMED', 'is being worked on by another runner'],
  'blocked': (row) => ['BLOCKED', `waits for ${row.blockedBy.map((n) => `#${n}`).join(', ')} to be merged`],
  'ready': () => ['WAITING', 'is ready and was not started'],
  'failed': () => ['WORK_FAILED', 'failed before'],
  'retry-ready': () => ['WORK_FAILED', 'failed before and may be retried'],
  'exhausted': () => ['RETRIES_EXHAUSTED', 'used up its retries'],
  'needs-human': () => ['NEEDS_HUMAN', 'needs a person'],
  'closed-unmerged': () => ['ISSUE_CLOSED', 'was closed without a merge'],
}

/** Merges what is open and verified; answers which. What cannot be merged now stays open and is reported as its item. */
async function landOpen(world: World, rows: readonly ChildProgress[], options: EpicOptions, items: Map<number, ExecuteItem>): Promise<number[]> {
  const landed: number[] = []
  for (const row of rows.filter((r) => r.state === 'open-pr')) {
    const before = items.get(row.number)
    if (before?.error && before.error.code !== 'WAITING') continue
    try {
      const result = await land(world, row.number, {waitMs: options.waitMs})
      const reason = `merged by #${result.pr}${result.mergeSha === null ? '' : ` as ${result.mergeSha.slice(0, 12)}`}`
      items.set(row.number, item(row.number, {...before, status: 'done', reason, pr: result.pr, error: null}))
      landed.push(row.number)
    } catch (error) {
      if (!(error instanceof PilotError)) throw error
      items.set(row.number, failedItem(row.number, error, {...before, pr: row.pr}))
    }
  }
  return landed
}

/** Attempts of the children that were read before and cannot have changed since. */
type KnownAttempts = Map<number, Attempts>

/** The progress comment, one, updated in place. */
async function putProgress(world: World, view: EpicView, rows: readonly ChildProgress[], starting: number | null, known: KnownAttempts): Promise<void> {
  const before = view.memory.progress
  for (const row of rows) if (!known.has(row.number)) known.set(row.number, attemptsOf(await readMemory(world, row.number)))
  const costs = [...known.values()]
  const after = new Map(view.children.map((child) => [child.issue.number, dependsOn(child.issue.body)]))
  const progress: Progress = {
    version: 1, epic: view.epic.number, starting, decision: before?.value.decision ?? null, learnings: before?.value.learnings ?? [],
    children: rows.map(({number, title, order, state, pr}) => ({number, title, order, state, pr, after: after.get(number) ?? []})),
    costUsd: costs.flatMap((attempts) => attempts.attempts.map((a) => a.costUsd)).reduce(addCost, null),
    unpricedAttempts: costs.flatMap((attempts) => counted(attempts)).filter((a) => a.costUsd === null).length,
  }
  const body = printProgressComment(progress)
  const what = 'progress'
  await apply(world, [before === null
    ? {kind: 'create-comment', issue: view.epic.number, what, body}
    : {kind: 'update-comment', issue: view.epic.number, comment: before.comment, what, body}])
}
