import type {Issue} from '../issue/issue.js'
import {childMark, parentOf} from '../issue/child-body.js'
import {isCompletedReason} from '../issue/done.js'
import {hasLabel} from '../issue/labels.js'
import type {Own} from '../issue/trust.js'

/** A child of an epic. `key`, `plan` and `order` only where pilot made it from a plan. */
export type Child = {issue: Issue; key: string | null; plan: string | null; order: number | null; native: boolean}

/** An issue that looks like a child and is not taken for one, for a warning. */
export type Foreign = {
  issue: number
  author: string
  reason: 'copied-marker' | 'stranger' | 'duplicate' | 'other-repository'
  detail: string
}

/** Does this issue say, by marker or by a `Parent:` line, that it is a child of the epic? What of that is believed, `familyOf` decides. */
export const namesParent = ({isPull, body}: Pick<Issue, 'isPull' | 'body'>, epic: number): boolean =>
  !isPull && (childMark(body)?.parent === epic || parentOf(body) === epic)

/**
 * A planned child that a person transferred: still linked, but no issue of this repository any more. `completed`: closed as completed there,
 * which is all that can be seen of it from here.
 */
export type Moved = {key: string; url: string; title: string; completed: boolean}

export type Family = {children: Child[]; foreign: Foreign[]; moved: Moved[]}

const home = ({url}: Issue): string => url.toLowerCase().replace(/\/(?:issues|pull)\/\d+.*$/, '')
export const sameRepository = (a: Issue, b: Issue): boolean => home(a) === home(b)

/**
 * The children of an epic: native sub-issues and those that name it, from the issue list and never from search, whose index lags behind.
 * A key counts only when marker, parent and author agree; a native link names the parent as a `Parent:` line does, and stands where a person
 * edited that line. Without a marker, a native link is enough, and a `Parent:` line where its author is ours or the issue carries `pilot`,
 * which takes triage rights. Of two with one key the lower number is the child, for every run alike, unless a person closed that one as not
 * planned or a duplicate.
 */
export function familyOf(epic: Issue, native: readonly Issue[] | null, listed: readonly Issue[], isOwn: Own): Family {
  const foreign: Foreign[] = []
  const reject = (issue: Issue, reason: Foreign['reason'], detail: string): undefined =>
    void foreign.push({issue: issue.number, author: issue.author, reason, detail})
  const away = (native ?? []).filter((issue) => !sameRepository(issue, epic))
  const moved = away.flatMap((issue) => {
    const mark = isOwn(issue.author) ? childMark(issue.body) : undefined
    return mark?.parent === epic.number ? [{key: mark.key, url: issue.url, title: issue.title, completed: issue.state === 'closed' && isCompletedReason(issue)}] : []
  })
  const linked = (native ?? []).filter((issue) => !away.includes(issue) || reject(issue, 'other-repository', `sub-issue in another repository: ${issue.url}`))
  const links = new Set(linked.map((issue) => issue.number))
  const issues = [...linked, ...listed].filter((issue) => !issue.isPull && issue.number !== epic.number)
  const all = new Map(issues.map((issue) => [issue.number, issue]))

  const judge = (issue: Issue): Child | undefined => {
    const mark = childMark(issue.body)
    const named = parentOf(issue.body) === epic.number
    const isLinked = links.has(issue.number)
    if (!isLinked && !named && mark?.parent !== epic.number) return undefined
    const plain: Child = {issue, key: null, plan: null, order: null, native: isLinked}
    if (mark?.parent === epic.number) {
      if (isOwn(issue.author) && (named || isLinked)) return {...plain, key: mark.key, plan: mark.plan, order: mark.order}
      const why = named || isLinked ? `${issue.author} is not an account of pilot` : 'names another parent or none'
      reject(issue, 'copied-marker', `carries the marker of a child of #${epic.number}, but ${why}`)
      return isLinked ? plain : undefined
    }
    if (isLinked || isOwn(issue.author) || hasLabel(issue.labels, 'pilot')) return plain
    return reject(issue, 'stranger', `names #${epic.number} as its parent; link it as a sub-issue or label it pilot to make it a child`)
  }

  const found = [...all.values()].sort((a, b) => a.number - b.number).map(judge).filter((child) => child !== undefined)
  const given = (issue: Issue): boolean => issue.state === 'closed' && !isCompletedReason(issue)
  const kept = new Map<string, number>()
  for (const {issue, key} of [...found.filter((c) => !given(c.issue)), ...found]) if (key !== null && !kept.has(key)) kept.set(key, issue.number)
  const children = found.filter(({issue, key}) => {
    const first = key === null ? issue.number : kept.get(key)
    if (first !== issue.number) reject(issue, 'duplicate', `made twice: #${first} is the child${given(issue) ? '' : ', close this one'}`)
    return first === issue.number
  })
  return {children: children.sort((a, b) => (a.order ?? Infinity) - (b.order ?? Infinity) || a.issue.number - b.issue.number || 0), foreign, moved}
}
