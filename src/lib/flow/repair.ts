import type {Action} from '../core/action.js'
import type {ChildFacts} from '../core/family/progress.js'
import {driftOf, mendsOf, type DriftFacts, type Found} from '../core/family/repair.js'
import {PilotError} from '../errors.js'
import {apply} from './apply.js'
import {underClaim, wouldUnderClaim} from './guard.js'
import type {World} from './world.js'

/**
 * Mends what is safe to mend, or with `dryRun` says what it would. Each group is written under the claim that it belongs to, where the
 * issues that it is about are read again; whatever a live run holds is left to it.
 */
export async function repair(world: World, looked: readonly DriftFacts[]): Promise<string[]> {
  const lines: string[] = []
  for (const facts of looked) {
    // dead claims first: a claim that is taken over would leave nothing to delete
    for (const [under, group] of [...mendsOf(driftOf(facts))].sort(([a], [b]) => (a ?? 0) - (b ?? 0))) {
      const actions = group.flatMap(({mend}) => mend?.actions ?? [])
      if (under === null) lines.push(...await apply(world, actions))
      else if (world.dryRun) lines.push(...await wouldUnderClaim(world, under, () => apply(world, actions)))
      else lines.push(...await claimed(world, under, facts, group))
    }
  }
  return lines
}

async function claimed(world: World, under: number, facts: DriftFacts, group: readonly Found[]): Promise<string[]> {
  try {
    return await underClaim(world, under, async (held) => apply(held, await stillDue(held, under, facts, group)))
  } catch (error) {
    if (!(error instanceof PilotError) || (error.code !== 'CLAIMED' && error.code !== 'CLAIM_LOST')) throw error
    world.report.warn(`#${under} is left alone: ${error.message}`)
    return []
  }
}

/**
 * What of a claim's mends is still due, with the issues that they are about read again. A merge is never undone and a link never taken away
 * by pilot, so pull requests and links still stand as they were seen.
 */
async function stillDue(world: World, under: number, facts: DriftFacts, group: readonly Found[]): Promise<Action[]> {
  const about = new Set([under, ...group.map(({issue}) => issue)])
  const children = await Promise.all(facts.children.map(async (child): Promise<ChildFacts> => {
    const {number} = child.issue
    // whoever held its claim has given it back: it is held here now
    return about.has(number) ? {...child, issue: await world.issues.get(number), claimed: child.claimed && number !== under} : child
  }))
  return driftOf({...facts, missing: [], dead: new Set(), children}).flatMap(({mend}) => (mend?.under === under ? mend.actions : []))
}
