import {PilotError} from '../errors.js'
import {RETRY_LABELS} from '../core/issue/labels.js'
import {takeOff} from '../core/retry/settle.js'
import {apply} from './apply.js'
import {decompose} from './decompose.js'
import {item, type ExecuteItem} from './execute.js'
import {underClaim} from './guard.js'
import {readIssue} from './snapshot.js'
import type {World} from './world.js'

/** What says that an issue failed; `pilot-retry-ready` goes last, it is what a later run finds one by that was left half way. */
const FAILED = [...RETRY_LABELS.filter((label) => label !== 'pilot-retry-ready'), 'pilot-failed', 'pilot-retry-ready']

/**
 * A failed issue becomes an epic of its own, by its own work structure: the sub-issues are made, then the marks of failure come off. A run
 * that died in between is finished by the next, since both steps change nothing the second time.
 */
export async function splitFailed(world: World, number: number, why: string): Promise<ExecuteItem> {
  const {decision, children, created, actions} = await decompose(world, number, {force: false, fromIssue: true})
  // its text changed since that was decided: a failure that nothing took the place of stays one
  if (decision !== 'split') throw new PilotError('NOT_SPLIT', `#${number} is one piece of work by its own text`, [`pilot retry ${number}`])
  const settle = async (w: World): Promise<string[]> => apply(w, takeOff(number, (await readIssue(w, number)).labels, FAILED))
  const settled = world.dryRun ? await settle(world) : await underClaim(world, number, settle)
  const parts = children.length === 0 ? 'sub-issues' : children.map((n) => `#${n}`).join(', ')
  return item(number, {status: 'done', reason: `${why}: split into ${parts} (${created.length} new)`, actions: [...actions, ...settled]})
}
