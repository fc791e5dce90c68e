import type {Issue} from '../core/issue/issue.js'
import {untrusted} from '../core/issue/trust.js'
import {trustIn} from './attempt/task.js'
import type {World} from './world.js'

/**
 * What an issue says becomes a plan, or sub-issues by pilot's own account, only where its author and labeller are trusted.
 * @throws PilotError UNTRUSTED_AUTHOR
 */
export async function assertTrusted(world: World, issue: Issue): Promise<void> {
  const trust = await trustIn(world, issue)
  if (!trust.trusted) throw untrusted(trust, issue.number)
}
