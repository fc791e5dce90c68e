import {classify} from '../core/classify/classify.js'
import {hasLabel} from '../core/issue/labels.js'
import {PilotError} from '../errors.js'
import {executeEpic, type EpicOptions} from './epic.js'
import {executeIssue, failedItem, item, type ExecuteItem} from './execute.js'
import {familyAt, isEpic} from './family.js'
import {payerFor} from './payer.js'
import {landItem, settleItem, wouldLand} from './land-item.js'
import {glance, preview} from './attempt/task.js'
import type {World} from './world.js'

/** Runs whatever the numbers name: an epic through its sub-issues, anything else as one issue. One after the other; one's failure stops no other. */
export async function executeAny(world: World, numbers: readonly number[], options: EpicOptions): Promise<ExecuteItem[]> {
  const items: ExecuteItem[] = []
  for (const number of numbers) {
    if (world.signal.aborted) items.push(failedItem(number, new PilotError('INTERRUPTED', `#${number} was not begun: interrupted before`, [`pilot execute ${number}`])))
    else items.push(...await one(world, number, options))
  }
  return items
}

/** What an epic does with each of its sub-issues: the pull request that was opened now, or before, is merged. */
async function landAlone(world: World, ran: ExecuteItem, waitMs: number): Promise<ExecuteItem> {
  if (world.dryRun && ran.status === 'done') return wouldLand(world, ran)
  const isOpen = (ran.status === 'done' || ran.status === 'noop') && ran.pr !== null && !world.signal.aborted
  return isOpen ? (await landItem(world, ran.issue, waitMs, ran)).item : ran
}

/** The family is read only where there may be one: an issue that was planned or split, or that reads like an epic. */
async function one(world: World, number: number, options: EpicOptions): Promise<ExecuteItem[]> {
  try {
    const seen = await glance(world, number)
    const alone = async () => {
      const ran = await executeIssue(world, number, {booking: {command: 'execute', epic: null}, first: await preview(world, seen)})
      return [options.land ? await landAlone(world, ran, options.waitMs) : ran]
    }
    // done and still open: a fault after the last merge may have left an epic so
    const leftOpen = options.land && seen.issue.state === 'open'
    if (hasLabel(seen.issue.labels, 'no-decompose') || (seen.done !== undefined && !leftOpen)) return await alone()
    const view = await familyAt(world, seen)
    if (seen.done !== undefined) return isEpic(view) ? [await settleItem(world, number) ?? item(number, {status: 'noop', reason: 'nothing was left to do'})] : await alone()
    if (isEpic(view)) return await executeEpic(world, number, options, await payerFor(world, view.epic) ?? number)
    const {decompose} = classify(seen.issue, world.config.settings.decompose)
    if (decompose.eligible) world.report.warn(`#${number} reads like an epic; it is executed as one issue. To split it: pilot plan-epic ${number}`)
    return await alone()
  } catch (error) {
    if (!(error instanceof PilotError) || error.code === 'INTERNAL') throw error
    return [failedItem(number, error)]
  }
}
