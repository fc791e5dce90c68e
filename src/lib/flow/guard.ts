import type {Claim} from '../ports.js'
import type {World} from './world.js'

/**
 * The same world for the holder of a claim: every write to GitHub first checks that the claim is still held, so a runner that slept
 * past its lease stops (CLAIM_LOST) instead of writing beside the one that took over. Nor does it buy anything beside it: to the budgets, what it had
 * reserved is free again.
 */
export function guarded(world: World, claim: Claim): World {
  const held = <A extends unknown[], R>(write: (...args: A) => Promise<R>) => async (...args: A): Promise<R> => {
    await claim.assertHeld()
    return write(...args)
  }
  const {issues, comments, relations, pulls, purse} = world
  const draw: typeof purse.draw = async (plan, booking) => {
    await claim.assertMayPay()
    return purse.draw(plan, booking)
  }
  return {
    ...world, purse: {...purse, draw},
    issues: {
      get: (n) => issues.get(n), list: (filter) => issues.list(filter), newerThan: (n) => issues.newerThan(n), create: held((draft) => issues.create(draft)),
      close: held((n, reason) => issues.close(n, reason)), addLabels: held((n, labels) => issues.addLabels(n, labels)), removeLabel: held((n, label) => issues.removeLabel(n, label)),
    },
    comments: {list: (n) => comments.list(n), create: held((n, body) => comments.create(n, body)), update: held((id, body) => comments.update(id, body))},
    relations: {
      children: (n) => relations.children(n), parent: (n) => relations.parent(n), link: held((parent, child) => relations.link(parent, child)),
      blockers: (n) => relations.blockers(n), block: held((n, blocker) => relations.block(n, blocker)),
    },
    pulls: {
      get: (n) => pulls.get(n), ofBranch: (branch) => pulls.ofBranch(branch), openBranches: () => pulls.openBranches(), newestFirst: () => pulls.newestFirst(), create: held((draft) => pulls.create(draft)),
      update: held((n, change) => pulls.update(n, change)), merge: held((n, merge) => pulls.merge(n, merge)), deleteBranch: held((branch) => pulls.deleteBranch(branch)),
    },
  }
}

/** What a dry run says of what it would do besides actions. Answers it. */
export function would(world: World, ...lines: string[]): string[] {
  for (const line of lines) world.report.action(`would ${line}`)
  return lines
}

/** What a dry run says of work under a claim, and answers: the writes that `say` tells of, and the claim before and after them, which is one as well. */
export async function wouldUnderClaim(world: World, issue: number, say: () => Promise<string[]> | string[]): Promise<string[]> {
  const ref = `refs/pilot/claims/issue-${issue}`
  return [...would(world, `claim ${ref}`), ...await say(), ...would(world, `release ${ref}`)]
}

/** Takes the claim on an issue, works under it, and gives it back whatever happens, with the money that was not spent. CLAIMED when another runner holds it. */
export async function underClaim<T>(world: World, issue: number, work: (world: World, claim: Claim) => Promise<T>): Promise<T> {
  const claim = await world.claims.take(issue)
  try {
    world.report.progress(`GH-${issue}: claimed`)
    return await work(guarded(world, claim), claim)
  } finally {
    // neither rests on the other, and either only warns where it fails
    await Promise.all([claim.release(), world.purse.settle(issue)])
  }
}
