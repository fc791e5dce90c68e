import type {ChildFacts} from '../core/family/progress.js'
import {driftOf, mendsOf, type DriftFacts, type Found} from '../core/family/repair.js'
import {PilotError} from '../errors.js'
import {apply} from './apply.js'
import {underClaim} from './guard.js'
import type {World} from './world.js'

/**
 * Mends what is safe to mend, or with `dryRun` says what it would. Each group is written under the claim that it belongs to, and an issue is
 * read again under its claim; whatever a live run holds is left to it.
 */
export async function repair(world: World, looked: readonly DriftFacts[]): Promise<string[]> {
  const lines: string[] = []
  for (const facts of looked) {
    // dead claims first: a claim that is taken over would leave nothing to delete
    for (const [under, group] of [...mendsOf(driftOf(facts))].sort(([a], [b]) => (a ?? 0) - (b ?? 0))) {
      const actions = group.flatMap(({mend}) => mend?.actions ?? [])
      if (under === null || world.dryRun) lines.push(...await apply(world, actions))
      else lines.push(...await claimed(world, under, facts, group))
    }
  }
  return lines
}

async function claimed(world: World, under: number, facts: DriftFacts, group: readonly Found[]): Promise<string[]> {
  try {
    return await underClaim(world, under, async (held) => {
      const child = facts.children.find(({issue}) => issue.number === under)
      const now = child === undefined ? group : await again(held, facts, child)
      return apply(held, now.flatMap(({mend}) => (mend?.under === under ? mend.actions : [])))
    })
  } catch (error) {
    if (!(error instanceof PilotError) || (error.code !== 'CLAIMED' && error.code !== 'CLAIM_LOST')) throw error
    world.report.warn(`#${under} is left alone: ${error.message}`)
    return []
  }
}

/** The drift of one child with its labels read fresh; a merge is never undone, so its pull request still stands. */
async function again(world: World, facts: DriftFacts, child: ChildFacts): Promise<Found[]> {
  const issue = await world.issues.get(child.issue.number)
  return driftOf({...facts, missing: [], links: false, dead: new Set(), children: [{...child, issue, claimed: false}]})
}
