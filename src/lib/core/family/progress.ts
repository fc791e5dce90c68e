import {isCompletedReason, isDone} from '../issue/done.js'
import type {Issue} from '../issue/issue.js'
import {dependsOn} from '../issue/child-body.js'
import {hasLabel, onceHandled} from '../issue/labels.js'
import {isCompleted, type ChildState} from './child-state.js'
import type {Child} from './children.js'

export type ChildFacts = Child & {
  /** a live claim is held on it */
  claimed: boolean
  /** its newest pull request, or its merged one; `merged`: into the default branch; `elsewhere`: into which other branch it went, in words */
  pr: {number: number; state: 'open' | 'closed'; merged: boolean; elsewhere?: string} | null
  /** native blockers; null where the server has none */
  blockers: readonly Issue[] | null
}

export type ChildProgress = {
  number: number
  title: string
  order: number | null
  state: ChildState
  pr: number | null
  /** issues that have to be merged first and are not */
  blockedBy: number[]
  /** what a person would type next; empty when there is nothing to do */
  next: string
}

/** State without regard to blockers. Labels only mirror a claim: it is believed before them, and `pilot-in-progress` alone says nothing. */
function ownState({issue, claimed, pr}: ChildFacts): Exclude<ChildState, 'blocked'> {
  const has = (label: string): boolean => hasLabel(issue.labels, label)
  const shipped = pr?.merged === true || has('pilot-done')
  if (issue.state === 'closed') {
    return shipped && isCompletedReason(issue) ? (has('pilot-done') ? 'done' : 'merged') : 'closed-unmerged'
  }
  if (shipped) return 'merged'
  if (claimed) return 'running'
  if (has('pilot-retry-exhausted')) return 'exhausted'
  if (has('pilot-needs-human')) return 'needs-human'
  if (has('pilot-retry-ready')) return 'retry-ready'
  if (has('pilot-failed')) return 'failed'
  return pr?.state === 'open' ? 'open-pr' : 'ready'
}

/**
 * What a child waits for. A sibling has to be merged; an issue outside of the family has to be done; one that is gone still blocks. The epic itself never blocks its child: it closes after it.
 */
export function openBlockers(
  child: ChildFacts, epic: number | null, siblings: ReadonlyMap<number, ChildState>, outside: ReadonlyMap<number, Issue> = new Map(),
): number[] {
  const native = new Map((child.blockers ?? []).map((issue) => [issue.number, issue]))
  const numbers = [...new Set([...native.keys(), ...dependsOn(child.issue.body)])].filter((n) => n !== epic && n !== child.issue.number)
  return numbers.filter((n) => {
    const sibling = siblings.get(n)
    if (sibling !== undefined) return !isCompleted(sibling)
    const issue = native.get(n) ?? outside.get(n)
    return issue === undefined || !isDone(issue)
  }).sort((a, b) => a - b)
}

function command(epic: number | null, issue: Issue, state: ChildState, pr: number | null): string {
  const {number} = issue
  switch (state) {
    case 'done': return ''
    case 'merged': return pr === null ? `pilot close-parent ${number}` : `pilot close-parent --pr ${pr}`
    case 'open-pr': return `pilot land ${pr ?? number}`
    case 'running': return `pilot logs ${number} --follow`
    case 'failed': case 'retry-ready': return `pilot retry ${number}`
    case 'exhausted': case 'needs-human': return onceHandled(issue)
    case 'blocked': case 'ready': return `pilot execute ${number}`
    case 'closed-unmerged': return epic === null ? `gh issue reopen ${number}` : `pilot close-parent ${epic} --waive ${number}`
  }
}

/**
 * Every child with its state, what blocks it and the next command; a blocked one names the command for what it waits for.
 * `epic`: null where issues are looked at one by one. `outside`: other issues that `Depends on:` names; one that is not among them is gone.
 */
export function familyProgress(
  epic: number | null, children: readonly ChildFacts[], outside: ReadonlyMap<number, Issue> = new Map(),
): ChildProgress[] {
  const own = new Map(children.map((child) => [child.issue.number, ownState(child)]))
  const rows = children.map((child): ChildProgress => {
    const {number, title} = child.issue
    const ready = own.get(number)!
    const blockedBy = isCompleted(ready) || ready === 'closed-unmerged' ? [] : openBlockers(child, epic, own, outside)
    const state = ready === 'ready' && blockedBy.length > 0 ? 'blocked' : ready
    const pr = child.pr?.number ?? null
    const astray = state === 'ready' && child.pr?.elsewhere !== undefined
    return {number, title, order: child.order, state, pr, blockedBy, next: astray ? `gh pr view ${pr}` : command(epic, child.issue, state, pr)}
  })
  const byNumber = new Map(rows.map((row) => [row.number, row]))
  const known = new Map([...children.flatMap(({blockers}) => blockers ?? []).map((issue) => [issue.number, issue] as const), ...outside])
  const unblock = (row: ChildProgress, seen: readonly number[]): string => {
    const blocker = row.blockedBy[0]
    if (row.state !== 'blocked' || blocker === undefined) return row.next
    // a circle: nothing to run, and a person has to say which edge is wrong
    if (seen.includes(blocker)) return epic === null ? `gh issue edit ${seen[0]}` : `pilot status ${epic}`
    const sibling = byNumber.get(blocker)
    const state = sibling?.state === 'closed-unmerged' ? 'closed' : known.get(blocker)?.state
    // not to wait for it any more lets the epic close; what depends on it waits all the same
    if (state === 'closed') return `gh issue reopen ${blocker}`
    if (sibling !== undefined) return unblock(sibling, [...seen, blocker])
    return state === undefined ? `gh issue edit ${row.number}` : `pilot execute ${blocker}`
  }
  return rows.map((row) => ({...row, next: unblock(row, [row.number])}))
}
