import {isCompleted, type ChildState} from '../core/family/child-state.js'
import type {ChildProgress} from '../core/family/progress.js'
import {PilotError, type Code} from '../errors.js'
import {failedItem, item, type ExecuteItem} from './execute.js'

/** A child that this run did not start, as an item: done before, or what it waits for. */
export function standing(row: ChildProgress): ExecuteItem {
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
