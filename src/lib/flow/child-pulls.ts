import type {ChildFacts} from '../core/family/progress.js'
import {isCompletedReason} from '../core/issue/done.js'
import type {Issue, Pull} from '../core/issue/issue.js'
import {isShipped, wentElsewhere} from '../core/issue/shipped.js'
import {branchOf, issueOfBranch} from '../core/run/branch.js'
import type {World} from './world.js'

/** Merged pull requests by the issues that they say they close, of authors who are trusted to say so. The list they are from does not say into which branch. */
export type Merges = ReadonlyMap<number, readonly number[]>
export type ChildPull = {pr: NonNullable<ChildFacts['pr']>; pull: Pull}

/** Up to so many issues are asked about one by one; for more, one list of all pull requests is cheaper. */
const FEW = 3
const PAGE = 100

/**
 * The pull request of each issue, where it has one: for an issue closed as completed one that says it closes it, whatever its branch; else that
 * of pilot's own branch; in either case the one that is merged into the default branch before any other. The closing words of a merged pull request
 * are evidence only together with the closed issue: they can be written at any time, but only GitHub and people with rights close issues.
 */
export async function pullsOf(world: World, issues: readonly Issue[], merges: Merges): Promise<Map<number, ChildPull>> {
  const closers = new Map(issues.filter((issue) => issue.state === 'closed' && isCompletedReason(issue)).map(({number}) => [number, merges.get(number) ?? []]))
  const wanted = issues.map(({number}): Wanted => ({issue: number, closers: closers.get(number) ?? []}))
  const found = new Map<number, ChildPull>()
  for (const [issue, pulls] of await readPulls(world, wanted)) {
    const pull = pulls.find(isShipped) ?? pulls.find((one) => issueOfBranch(one.headRef) === issue) ?? pulls[0]
    if (pull === undefined) continue
    const elsewhere = wentElsewhere(pull)
    found.set(issue, {pr: {number: pull.number, state: pull.state, merged: isShipped(pull), ...(elsewhere !== null && {elsewhere: elsewhere.message})}, pull})
  }
  return found
}

type Wanted = {issue: number; closers: readonly number[]}

/** Newest first. The list is read until every issue has its merged one or it is older than all of them; it never costs more pages than there are issues. */
async function readPulls(world: World, wanted: readonly Wanted[]): Promise<Map<number, Pull[]>> {
  const found = new Map<number, Pull[]>(wanted.map(({issue}) => [issue, []]))
  const open = new Set(found.keys())
  let whole = false
  if (wanted.length > FEW) {
    const oldest = Math.min(...open)
    const closing = new Map<number, number[]>()
    for (const {issue, closers} of wanted) for (const n of closers) closing.set(n, [...closing.get(n) ?? [], issue])
    let seen = 0
    for await (const pull of world.pulls.newestFirst()) {
      whole = pull.number < oldest || open.size === 0
      if (whole || ++seen >= PAGE * wanted.length) break
      const own = issueOfBranch(pull.headRef)
      for (const issue of new Set([...own === null ? [] : [own], ...closing.get(pull.number) ?? []])) {
        if (!open.has(issue)) continue
        found.get(issue)!.push(pull)
        if (isShipped(pull)) open.delete(issue)
      }
    }
    whole ||= seen < PAGE * wanted.length
  }
  await Promise.all(wanted.filter(({issue}) => open.has(issue)).map(async ({issue, closers}) => {
    const listed = found.get(issue)!
    // of a fork, or older than the issue: not in the list
    const unseen = closers.filter((n) => !listed.some(({number}) => number === n))
    const closing = await Promise.all(unseen.map((n) => world.pulls.get(n)))
    const asked = whole || closing.some(isShipped) ? [] : await world.pulls.ofBranch(branchOf(issue))
    found.set(issue, [...listed, ...closing, ...asked])
  }))
  return found
}
