import type {ChildFacts} from '../core/family/progress.js'
import {isCompletedReason} from '../core/family/children.js'
import type {Issue, Pull} from '../core/issue/issue.js'
import {isShipped, wentElsewhere} from '../core/issue/shipped.js'
import {branchOf, issueOfBranch} from '../core/run/branch.js'
import type {World} from './world.js'

/** Merged pull requests by the issues that they say they close, of authors who are trusted to say so. */
export type Merges = ReadonlyMap<number, number>
/** `pull` only where it was read as one: a merge that the issue list tells of is known by its number alone. */
export type ChildPull = {pr: NonNullable<ChildFacts['pr']>; pull: Pull | null}

/** Up to so many issues are asked about one by one; for more, one list of all pull requests is cheaper. */
const FEW = 3
const PAGE = 100

/**
 * The pull request of each issue, where it has one: for an issue closed as completed the merged one that says it closes it, whatever its
 * branch; else that of pilot's own branch, the one that is merged into the default branch before the newest. The closing words of a merged pull request are evidence only
 * together with the closed issue: they can be written at any time, but only GitHub and people with rights close issues.
 */
export async function pullsOf(world: World, issues: readonly Issue[], merges: Merges): Promise<Map<number, ChildPull>> {
  const found = new Map<number, ChildPull>()
  for (const issue of issues) {
    const closer = issue.state === 'closed' && isCompletedReason(issue) ? merges.get(issue.number) : undefined
    if (closer !== undefined) found.set(issue.number, {pr: {number: closer, state: 'closed', merged: true}, pull: null})
  }
  const branches = await ofBranches(world, issues.map(({number}) => number).filter((number) => !found.has(number)))
  for (const [issue, pulls] of branches) {
    const pull = pulls.find(isShipped) ?? pulls[0]
    if (pull === undefined) continue
    const elsewhere = wentElsewhere(pull)
    found.set(issue, {pr: {number: pull.number, state: pull.state, merged: isShipped(pull), ...(elsewhere !== null && {elsewhere: elsewhere.message})}, pull})
  }
  return found
}

/** Newest first. The list is read until every issue has its merged one or it is older than all of them; it never costs more pages than there are issues. */
async function ofBranches(world: World, issues: readonly number[]): Promise<Map<number, Pull[]>> {
  const found = new Map<number, Pull[]>()
  const open = new Set(issues)
  if (issues.length > FEW) {
    const oldest = Math.min(...issues)
    let seen = 0
    let whole = true
    for await (const pull of world.pulls.newestFirst()) {
      if (pull.number < oldest || open.size === 0) break
      whole = ++seen < PAGE * issues.length
      if (!whole) break
      const issue = issueOfBranch(pull.headRef)
      if (issue === null || !open.has(issue)) continue
      found.set(issue, [...found.get(issue) ?? [], pull])
      if (isShipped(pull)) open.delete(issue)
    }
    if (whole) return found
  }
  await Promise.all([...open].map(async (issue) => { found.set(issue, await world.pulls.ofBranch(branchOf(issue))) }))
  return found
}
