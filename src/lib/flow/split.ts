import {EXIT, PilotError} from '../errors.js'
import type {Action} from '../core/action.js'
import {RETRY_LABELS} from '../core/issue/labels.js'
import {takeOff} from '../core/retry/settle.js'
import {apply} from './apply.js'
import {decompose} from './decompose.js'
import {item, type ExecuteItem} from './execute.js'
import {missingOf, type EpicView} from './family.js'
import {underClaim, wouldUnderClaim} from './guard.js'
import {readIssue} from './snapshot.js'
import type {World} from './world.js'

/** What says that an issue failed; `pilot-retry-ready` goes last, it is what a later run finds one by that was left half way. */
const FAILED = [...RETRY_LABELS.filter((label) => label !== 'pilot-retry-ready'), 'pilot-failed', 'pilot-retry-ready']

export const noChildren = (number: number): PilotError =>
  new PilotError('NO_CHILDREN', `#${number} is planned but has no sub-issues yet`, [`pilot decompose ${number}`])

/**
 * A failed issue becomes an epic of its own, by its own work structure: the sub-issues are made, then the marks of failure come off. A run
 * that died in between is finished by the next, since both steps change nothing the second time.
 */
export async function splitFailed(world: World, number: number, why: string): Promise<ExecuteItem> {
  const {decision, children, created, actions} = await decompose(world, number, {force: false, fromIssue: true})
  // its text changed since that was decided: a failure that nothing took the place of stays one
  if (decision !== 'split') throw new PilotError('NOT_SPLIT', `#${number} is one piece of work by its own text`, [`pilot retry ${number}`])
  const settled = await settle(world, number)
  const parts = children.length === 0 ? 'sub-issues' : children.map((n) => `#${n}`).join(', ')
  return item(number, {status: 'done', reason: `${why}: split into ${parts} (${created.length} new)`, actions: [...actions, ...settled]})
}

/**
 * An issue that has sub-issues is worked on through them, never as a whole: what its plan still misses is made, and the marks of failure come off.
 * @throws PilotError NO_CHILDREN where it is planned and none was made yet
 */
export async function settleSplit(world: World, view: EpicView): Promise<ExecuteItem> {
  const number = view.epic.number
  if (view.children.length === 0) throw noChildren(number)
  const actions = [...await finished(world, view), ...await settle(world, number)]
  return item(number, {status: actions.length === 0 ? 'noop' : 'done', reason: `#${number} is split: its sub-issues are what is worked on`, actions})
}

/** What a split that died left undone. A plan that nothing was made of yet is not carried out by the way. */
async function finished(world: World, view: EpicView): Promise<string[]> {
  const hash = view.plan?.planHash
  if (hash === undefined || !view.children.some(({plan}) => plan === hash)) return []
  try {
    return (await decompose(world, view.epic.number, {force: false, fromIssue: false})).actions
  } catch (error) {
    // a text that changed since keeps nobody from taking labels off, as long as every part is there
    if (!(error instanceof PilotError) || error.exit !== EXIT.refused || missingOf(view).length > 0) throw error
    world.report.warn(error.message)
    return []
  }
}

async function settle(world: World, number: number): Promise<string[]> {
  const due = async (w: World): Promise<Action[]> => takeOff(number, (await readIssue(w, number)).labels, FAILED)
  const before = await due(world)
  if (before.length === 0) return []
  if (world.dryRun) return wouldUnderClaim(world, number, () => apply(world, before))
  return underClaim(world, number, async (held) => apply(held, await due(held)))
}
