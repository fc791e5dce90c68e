import type {AppliedDecision} from '../core/decide/applied.js'
import {isCompleted, type ChildState} from '../core/family/child-state.js'
import {pickWave} from '../core/family/pick-wave.js'
import type {ChildProgress} from '../core/family/progress.js'
import {countsAsAttempt} from '../core/run/failure.js'
import {PilotError, type Code} from '../errors.js'
import {decideEpic, touchesOf} from './decide.js'
import {executeIssue, failedItem, item, type ExecuteItem} from './execute.js'
import {plannedAs, readEpic, readProgress, type EpicView} from './family.js'
import {land} from './land.js'
import {decisionOf, putProgress, type KnownAttempts} from './progress.js'
import {retryIssue} from './retry.js'
import {splitFailed} from './split.js'
import type {World} from './world.js'

export type EpicOptions = {land: boolean; parallel: number; waitMs: number}

/**
 * Runs the children of an epic that are ready, in dependency order, `parallel` at a time. A child whose blockers are not merged waits:
 * with `land` each result is merged and the next ones become ready; without it the run ends and says what it waits for. After a wave with
 * failures a decision is made, and what it allows is tried again within this run. `payer`: the epic that the calls are booked on, which is the one that
 * the command was given: its budget holds for the epics below it as well.
 */
export async function executeEpic(world: World, number: number, options: EpicOptions, payer: number = number): Promise<ExecuteItem[]> {
  const items = new Map<number, ExecuteItem>()
  const tried = new Set<string>()
  const attempts: KnownAttempts = new Map()
  for (;;) {
    const view = await readEpic(world, number)
    if (view.children.length === 0) throw new PilotError('NO_CHILDREN', `#${number} is planned but has no sub-issues yet`, [`pilot decompose ${number}`])
    const {rows} = await readProgress(world, view)
    for (const row of rows) if (!tried.has(`${row.number}`)) items.set(row.number, standing(row))
    const landed = options.land && !world.dryRun ? await landOpen(world, rows, options, items) : []
    for (const landedOne of landed) tried.add(`${landedOne}`)
    if (landed.length > 0) continue
    const starts = world.signal.aborted ? [] : nextStarts(view, rows, tried, options.parallel)
    if (starts.length === 0) {
      // a complete epic was reported when it was closed
      if (!world.dryRun && tried.size > 0 && !rows.every((row) => isCompleted(row.state))) await putProgress(world, view, rows, attempts, {})
      return [...items.values()]
    }
    for (const start of starts) {
      tried.add(`${start.row.number}`).add(start.key)
      attempts.delete(start.row.number)
    }
    if (!world.dryRun) await putProgress(world, view, rows, attempts, {starting: starts[0]!.row.number})
    const done = (await Promise.all(starts.map((start) => run(world, view, start, options, payer)))).flat()
    for (const one of done) items.set(one.issue, one)
    if (done.some(failedAtWork) && !done.some((one) => one.failure === 'interrupted')) await decideNext(world, number, payer)
  }
}

const failedAtWork = ({failure}: ExecuteItem): boolean => failure !== null && countsAsAttempt(failure)

/** How a child is started; `key` tells one retry that a decision asks for from the next. */
type Start = {row: ChildProgress; how: 'execute' | 'epic' | 'retry' | 'decompose'; key: string}

/** What can start now: ready children, and those that the decision in force gives another try. */
function nextStarts(view: EpicView, rows: readonly ChildProgress[], tried: ReadonlySet<string>, parallel: number): Start[] {
  const decision = decisionOf(view.memory)
  const startable = rows.flatMap((row) => startOf(view, row, decision) ?? []).filter(({key}) => !tried.has(key))
  const again = startable.filter(({how}) => how === 'retry' || how === 'decompose').map(({row}) => row.number)
  const [first = [], ...rest] = decision?.waves ?? []
  const tasks = startable.map(({row}) => ({order: row.number, dependsOn: [], touches: touchesOf(view, row)}))
  // what failed may have missed what the first wave makes
  const picked = pickWave(tasks, [first, again, ...rest], parallel)
  return picked.map((number) => startable.find(({row}) => row.number === number)!)
}

function startOf(view: EpicView, row: ChildProgress, decision: AppliedDecision | null): Start | undefined {
  if (row.state === 'ready') return view.nested.has(row.number) ? {row, how: 'epic', key: `${row.number} and below`} : {row, how: 'execute', key: `${row.number}`}
  const again = decision?.retries.find((retry) => retry.issue === row.number)
  if (again === undefined || (row.state !== 'retry-ready' && row.state !== 'failed')) return undefined
  return {row, how: again.action === 'decompose' ? 'decompose' : 'retry', key: `${row.number}@${again.attempt}`}
}

async function run(world: World, view: EpicView, {row, how}: Start, options: EpicOptions, payer: number): Promise<ExecuteItem[]> {
  switch (how) {
    case 'execute': return [await executeIssue(world, row.number, outlineOf(view, row, payer))]
    case 'retry': return [await retryIssue(world, row.number, {execute: true, named: false, guidance: '', payer})]
    case 'epic': return runNested(world, row, options, payer)
    case 'decompose': return [await split(world, row)]
  }
}

/** A child that is an epic of its own: its children run here, and it is closed by the same rule as any epic. */
async function runNested(world: World, row: ChildProgress, options: EpicOptions, payer: number): Promise<ExecuteItem[]> {
  try {
    const items = await executeEpic(world, row.number, options, payer)
    const open = items.filter(({status}) => status !== 'noop' && status !== 'done')
    const own = open.length === 0 ? item(row.number, {status: 'done', reason: 'its sub-issues are done'})
      : failedItem(row.number, new PilotError('WAITING', `#${row.number} waits for ${open.map(({issue}) => `#${issue}`).join(', ')}`, [`pilot status ${row.number}`]))
    return [own, ...items]
  } catch (error) {
    if (!(error instanceof PilotError) || error.code === 'INTERNAL') throw error
    return [failedItem(row.number, error)]
  }
}

/** A decision found it too much for one change: it is split by its own structure and has failed no longer. */
async function split(world: World, row: ChildProgress): Promise<ExecuteItem> {
  try {
    return await splitFailed(world, row.number, 'too much for one change')
  } catch (error) {
    if (!(error instanceof PilotError) || error.code === 'INTERNAL') throw error
    return failedItem(row.number, error)
  }
}

/** A decision is help: where it cannot be had, the plan goes on as it was. */
async function decideNext(world: World, epic: number, payer: number): Promise<void> {
  if (world.signal.aborted) return
  try {
    const {by, reason} = await decideEpic(world, epic, {force: false, payer})
    world.report.progress(`#${epic}: ${by === null ? `no decision: ${reason}` : reason}`)
  } catch (error) {
    if (!(error instanceof PilotError) || error.code === 'INTERNAL') throw error
    world.report.warn(`#${epic}: no decision after the wave: ${error.message}`)
  }
}

const outlineOf = (view: EpicView, row: ChildProgress, payer: number) => {
  const complexity = plannedAs(view, row.number)?.complexity
  return {booking: {command: 'execute', epic: payer}, ...(complexity && {complexity})}
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
      if (!(error instanceof PilotError) || error.code === 'INTERNAL') throw error
      items.set(row.number, failedItem(row.number, error, {...before, pr: row.pr}))
    }
  }
  return landed
}
