import {PilotError} from '../errors.js'
import {parentError, settleAfterMerge} from './close-parent.js'
import {failedItem, item, type ExecuteItem} from './execute.js'
import {would} from './guard.js'
import {land} from './land.js'
import {toldApart} from './parent-fault.js'
import type {World} from './world.js'

type Landed = {landed: boolean; item: ExecuteItem}

/**
 * Merges the pull request of an issue within `execute --land`. What cannot be merged now stays open and is told as its item (`before`: how it stands so
 * far). An epic above it that cannot be settled is no part of that: it is a warning, and an item of its own where the epic is what runs.
 */
export async function landItem(world: World, issue: number, waitMs: number, before: Partial<ExecuteItem>): Promise<Landed> {
  try {
    const result = await land(world, issue, {waitMs})
    if (result.status === 'noop' && before.status === 'noop') return {landed: true, item: item(issue, {...before, status: 'noop', reason: before.reason ?? ''})}
    const reason = `${result.merged ? 'merged' : 'dry run: would be merged'} by #${result.pr}${result.mergeSha === null ? '' : ` as ${result.mergeSha.slice(0, 12)}`}`
    return {landed: true, item: item(issue, {...before, status: 'done', reason, pr: result.pr, error: null, ...(world.dryRun && {actions: result.actions})})}
  } catch (error) {
    if (!(error instanceof PilotError) || error.code === 'INTERNAL') throw error
    return {landed: false, item: failedItem(issue, error, before)}
  }
}

/**
 * What a fault after a merge left out: labels, the issue closed, its epic closed. `issue` is a merged sub-issue, or the epic whose sub-issues all are.
 * Answers null where nothing was left out. A fault above it is a warning: it is no fault of what is settled.
 */
export async function settleItem(world: World, issue: number, before: Partial<ExecuteItem> = {}): Promise<ExecuteItem | null> {
  try {
    const result = await settleAfterMerge(world, {issue}, {waived: [], waivedUrls: [], onFault: toldApart(world)})
    const error = result.parent === issue ? parentError(result) : null
    if (error !== null) return failedItem(issue, error, before)
    return result.actions.length === 0 ? null : item(issue, {...before, status: 'done', reason: 'settled after its merge', error: null, actions: result.actions})
  } catch (error) {
    if (!(error instanceof PilotError) || error.code === 'INTERNAL') throw error
    return failedItem(issue, error, before)
  }
}

/** The same of a pull request that a dry run would have opened: it can only be spoken of. */
export function wouldLand(world: World, ran: ExecuteItem): ExecuteItem {
  const line = `merge the pull request of #${ran.issue} when its checks are green, and settle the issue`
  return {...ran, actions: [...ran.actions, ...would(world, line)]}
}
