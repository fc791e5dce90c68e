import {followBase, isUnused, type AppliedDecision} from '../core/decide/applied.js'
import {isCompleted} from '../core/family/child-state.js'
import {pickWave} from '../core/family/pick-wave.js'
import type {ChildProgress} from '../core/family/progress.js'
import {stoppedMeanwhile} from '../core/run/admission.js'
import {backOff} from '../core/run/back-off.js'
import {branchOf} from '../core/run/branch.js'
import {countsAsAttempt} from '../core/run/failure.js'
import {PilotError} from '../errors.js'
import {decideEpic, touchesOf} from './decide.js'
import {executeIssue, failedItem, item, type ExecuteItem} from './execute.js'
import {plannedAs, readEpic, readProgress, type EpicView} from './family.js'
import {readTaskAfter} from './attempt/task.js'
import {landItem, settleItem, wouldLand} from './land-item.js'
import {decisionOf, isToldAs, putProgress, workOfAll, type KnownWork} from './progress.js'
import {retryIssue} from './retry.js'
import {openSlots, type Slots} from './slots.js'
import {noChildren, splitFailed} from './split.js'
import {standing} from './standing.js'
import type {World} from './world.js'

/** So often, over three minutes, lists that do not show yet what this run merged are looked at again; then its own word counts. */
const TRAILING_LOOKS = 9

export type EpicOptions = {land: boolean; parallel: number; waitMs: number}

/**
 * Runs the children of an epic that are ready, in dependency order, `parallel` at a time. A child whose blockers are not merged waits:
 * with `land` each result is merged and the next ones become ready; without it the run ends and says what it waits for. After a wave with
 * failures a decision is made, and what it allows is tried again within this run. `payer`: the epic that the calls are booked on, the topmost one:
 * its budget holds for the epics below it as well. `shared`: of an epic within one.
 */
export async function executeEpic(world: World, number: number, options: EpicOptions, payer: number, shared: Above = {slots: openSlots(options.parallel), above: []}): Promise<ExecuteItem[]> {
  const items = new Map<number, ExecuteItem>()
  try {
    await runWaves(world, number, options, {payer, slots: shared.slots, above: [...shared.above, number]}, items)
  } catch (error) {
    if (!isExpected(error)) for (const one of items.values()) if (one.attempt !== null) world.report.warn(`#${one.issue}: ${one.reason}`)
    if (!isExpected(error) || items.size === 0) throw error
    // what was done before, pull requests and costs, is told all the same
    items.set(number, failedItem(number, error))
  }
  return [...items.values()]
}

const isExpected = (error: unknown): error is PilotError => error instanceof PilotError && error.code !== 'INTERNAL'

/** In whose turn its work begins, so that no more than `parallel` run together; and the epics that it is within, itself the last. */
type Above = {slots: Slots; above: readonly number[]}
type Shared = Above & {payer: number}

/** Fills `items` by issue: every child, and the epic where something about it failed. */
async function runWaves(world: World, number: number, options: EpicOptions, shared: Shared, items: Map<number, ExecuteItem>): Promise<void> {
  const tried = new Set<string>()
  const known: KnownWork = new Map()
  /** what a dry run would have merged by now */
  const later = new Set<number>()
  const merged = new Set<number>()
  for (let looks = 0; ;) {
    const view = await readEpic(world, number)
    if (view.children.length === 0) throw noChildren(number)
    const rows = asIfMerged((await readProgress(world, view)).rows, later)
    for (const row of rows) if (!tried.has(`${row.number}`)) items.set(row.number, standing(row))
    if (rows.some((row) => merged.has(row.number) && !isCompleted(row.state))) {
      // lists trail behind a merge: it would be landed again, and what waits for it would find it open
      if (world.signal.aborted || looks === TRAILING_LOOKS) for (const one of merged) later.add(one)
      else await world.clock.sleep(backOff(looks++), world.signal).catch((error: unknown) => { if (!world.signal.aborted) throw error })
      continue
    }
    looks = 0
    const stopped = stoppedMeanwhile(view.epic)
    // of an epic that is merged as a whole only the settling may be left
    if (stopped !== null && !rows.every((row) => isCompleted(row.state))) throw stopped
    const isOpen = !world.dryRun && view.epic.state === 'open'
    // what closes the epic with its last merge tells the cost as it is told here
    const isTold = options.land && isOpen && !isToldAs(view.memory, rows)
    if (isTold) await putProgress(world, view, rows, known, {})
    const unlanded = rows.filter((row) => !merged.has(row.number) && !later.has(row.number))
    const landed = options.land ? await landFollowed(world, view, unlanded, known, options, items) : []
    for (const landedOne of landed) {
      tried.add(`${landedOne}`)
      ;(world.dryRun ? later : merged).add(landedOne)
    }
    if (landed.length > 0) continue
    const starts = world.signal.aborted ? [] : await nextStarts(world, view, rows.filter((row) => !shared.above.includes(row.number)), tried, known, options.parallel)
    if (starts.length === 0) {
      // a complete epic was reported when it was closed
      if (options.land && world.dryRun && rows.length > 0 && rows.every((row) => isCompleted(row.state))) world.report.action(`left open: when all of it is merged, #${number} is completed and closed`)
      if (isOpen && !isTold && (tried.size > 0 || !isToldAs(view.memory, rows)) && !rows.every((row) => isCompleted(row.state))) await putProgress(world, view, rows, known, {})
      if (options.land && !world.signal.aborted) await closeLate(world, view, rows, items)
      return
    }
    for (const start of starts) tried.add(`${start.row.number}`).add(start.key)
    await putProgress(world, view, rows, known, {starting: starts[0]!.row.number})
    for (const {row} of starts) known.delete(row.number)
    const ended = await Promise.allSettled(starts.map((start) => run(world, view, start, options, shared, later)))
    const done = ended.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
    for (const one of done) {
      items.set(one.issue, one)
    }
    // only now: what runs beside it comes to its end, and is told
    for (const one of ended) if (one.status === 'rejected') throw one.reason
    if (options.land && world.dryRun) for (const one of done) if (one.status === 'done') later.add(one.issue)
    if (done.some(failedAtWork) && !done.some((one) => one.failure === 'interrupted')) await decideNext(world, number, shared.payer)
  }
}

/** Closes an epic whose sub-issues are all merged and that a fault after the last merge left open. */
async function closeLate(world: World, {epic}: EpicView, rows: readonly ChildProgress[], items: Map<number, ExecuteItem>): Promise<void> {
  if (world.dryRun || epic.state === 'closed' || rows.length === 0 || !rows.every((row) => isCompleted(row.state))) return
  const settled = await settleItem(world, epic.number)
  if (settled !== null) items.set(epic.number, settled)
}

/** The children as they are once these are merged, which a dry run only speaks of. */
const asIfMerged = (rows: readonly ChildProgress[], later: ReadonlySet<number>): ChildProgress[] => rows.map((row) => {
  if (later.has(row.number)) return {...row, state: 'merged'}
  if (!row.blockedBy.some((n) => later.has(n))) return row
  const blockedBy = row.blockedBy.filter((n) => !later.has(n))
  return {...row, blockedBy, state: row.state === 'blocked' && blockedBy.length === 0 ? 'ready' : row.state}
})

const failedAtWork = ({failure}: ExecuteItem): boolean => failure !== null && countsAsAttempt(failure)

/** How a child is started; `key` tells one retry that a decision asks for from the next. */
type Start = {row: ChildProgress; how: 'execute' | 'epic' | 'retry' | 'decompose'; key: string}

/** What can start now: ready children, and those that the decision in force gives another try. */
async function nextStarts(world: World, view: EpicView, rows: readonly ChildProgress[], tried: ReadonlySet<string>, known: KnownWork, parallel: number): Promise<Start[]> {
  const decision = decisionOf(view.memory)
  const retries = (decision?.retries ?? []).filter((retry) => rows.some((row) => row.number === retry.issue && mayRetry(row)))
  await workOfAll(world, retries.map(({issue}) => issue), known)
  const unused = retries.filter((retry) => isUnused(retry, known.get(retry.issue)!.attempts))
  const startable = rows.flatMap((row) => startOf(view, row, unused) ?? []).filter(({key}) => !tried.has(key))
  const again = startable.filter(({how}) => how === 'retry' || how === 'decompose').map(({row}) => row.number)
  const [first = [], ...rest] = decision?.waves ?? []
  const tasks = startable.map(({row}) => ({order: row.number, dependsOn: [], touches: touchesOf(view, row)}))
  // what failed may have missed what the first wave makes
  const picked = pickWave(tasks, [first, again, ...rest], parallel)
  return picked.map((number) => startable.find(({row}) => row.number === number)!)
}

const mayRetry = ({state}: ChildProgress): boolean => state === 'retry-ready' || state === 'failed'

function startOf(view: EpicView, row: ChildProgress, retries: AppliedDecision['retries']): Start | undefined {
  if (row.state === 'ready') return view.nested.has(row.number) ? {row, how: 'epic', key: `${row.number} and below`} : {row, how: 'execute', key: `${row.number}`}
  const again = retries.find((retry) => retry.issue === row.number)
  if (again === undefined) return undefined
  return {row, how: again.action === 'decompose' ? 'decompose' : 'retry', key: `${row.number}@${again.attempt}`}
}

async function run(world: World, view: EpicView, {row, how}: Start, options: EpicOptions, shared: Shared, later: ReadonlySet<number>): Promise<ExecuteItem[]> {
  const {payer, slots} = shared
  switch (how) {
    case 'execute': {
      const outline = outlineOf(view, row, payer)
      if (!options.land || !world.dryRun) return [await slots(() => executeIssue(world, row.number, outline))]
      const ran = await executeIssue(world, row.number, {...outline, first: await readTaskAfter(world, row.number, later)})
      return [ran.status === 'done' ? wouldLand(world, ran) : ran]
    }
    case 'retry': return [await slots(() => retryIssue(world, row.number, {execute: true, named: false, guidance: '', payer}))]
    case 'epic': return runNested(world, row, options, shared)
    case 'decompose': return [await split(world, row)]
  }
}

/** A child that is an epic of its own: its children run here, and it is closed by the same rule as any epic. */
async function runNested(world: World, row: ChildProgress, options: EpicOptions, {payer, ...shared}: Shared): Promise<ExecuteItem[]> {
  try {
    const items = await executeEpic(world, row.number, options, payer, shared)
    if (items.some(({issue}) => issue === row.number)) return items
    const open = items.filter(({status}) => status !== 'noop' && status !== 'done')
    const isOpened = !options.land && items.some(({status}) => status === 'done')
    const own = open.length === 0 ? item(row.number, {status: 'done', reason: isOpened ? 'the pull requests of its sub-issues are open' : 'its sub-issues are done'})
      : failedItem(row.number, new PilotError('WAITING', `#${row.number} waits for ${open.map(({issue}) => `#${issue}`).join(', ')}`, [`pilot status ${row.number}`]))
    return [own, ...items]
  } catch (error) {
    if (!isExpected(error)) throw error
    return [failedItem(row.number, error)]
  }
}

/** A decision found it too much for one change: it is split by its own structure and has failed no longer. */
async function split(world: World, row: ChildProgress): Promise<ExecuteItem> {
  try {
    return await splitFailed(world, row.number, 'too much for one change')
  } catch (error) {
    if (!isExpected(error)) throw error
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
    if (!isExpected(error)) throw error
    world.report.warn(`#${epic}: no decision after the wave: ${error.message}`)
  }
}

const outlineOf = (view: EpicView, row: ChildProgress, payer: number) => {
  const complexity = plannedAs(view, row.number)?.complexity
  return {booking: {command: 'execute', epic: payer}, ...(complexity && {complexity})}
}

/** Lands, and where the base is what the decision in force was made on, takes that along: advice expires with the work of others, not with this epic's own. */
async function landFollowed(
  world: World, view: EpicView, rows: readonly ChildProgress[], known: KnownWork, options: EpicOptions, items: Map<number, ExecuteItem>,
): Promise<number[]> {
  const decision = decisionOf(view.memory)
  const waiting = decision !== null && !world.dryRun && rows.some((row) => mayRetry(row) && decision.retries.some(({issue}) => issue === row.number))
  const before = waiting ? (await world.repository.defaultBranch()).sha : null
  const landed = await landOpen(world, rows, options, items)
  if (before === null || decision === null || landed.length === 0) return landed
  const followed = followBase(decision, before, (await world.repository.defaultBranch()).sha)
  if (JSON.stringify(followed) !== JSON.stringify(decision)) await putProgress(world, view, rows, known, {decision: followed})
  return landed
}

/** Merges what is open and verified, and settles what is merged and was left unsettled; answers which. What cannot be merged now stays open and is reported as its item. */
async function landOpen(world: World, rows: readonly ChildProgress[], options: EpicOptions, items: Map<number, ExecuteItem>): Promise<number[]> {
  const landed: number[] = []
  for (const row of rows.filter((r) => r.state === 'open-pr')) {
    const before = items.get(row.number)
    if (before?.error && before.error.code !== 'WAITING') continue
    const result = await landItem(world, row.number, options.waitMs, {...before, pr: row.pr})
    items.set(row.number, result.item)
    if (result.landed) landed.push(row.number)
  }
  for (const row of rows.filter((r) => r.state === 'merged')) {
    const before = {...items.get(row.number), pr: row.pr}
    // the branch is still there: landing it again deletes that as well
    const isLeft = await world.workshop.branchSha(branchOf(row.number)) !== null
    const settled = isLeft ? (await landItem(world, row.number, options.waitMs, before)).item : await settleItem(world, row.number, before)
    if (settled !== null) items.set(row.number, settled)
    if ((settled?.error ?? null) === null) landed.push(row.number)
  }
  return landed
}
