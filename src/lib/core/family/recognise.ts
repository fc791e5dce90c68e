import {childMark, parentOf} from '../issue/child-body.js'
import type {Issue} from '../issue/issue.js'
import type {Own} from '../issue/trust.js'
import type {EpicPlan, Subtask} from '../plan/plan.js'
import type {Child} from './children.js'

/** Shorter descriptions ("Do it.") stand in issues that have nothing to do with each other. */
const TELLING_DESCRIPTION = 20

const sameTitle = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase()

/** What is left of a child whose marker a person edited or removed, the surest trace first. */
const TRACES: readonly ((issue: Issue, subtask: Subtask, plan: EpicPlan) => boolean)[] = [
  ({number}, {key}, {children}) => children?.[key] === number,
  ({body}, {key}) => body.includes(key),
  ({title}, subtask) => sameTitle(title, subtask.title),
  ({body}, {description}) => description.length >= TELLING_DESCRIPTION && body.replace(/\r\n/g, '\n').includes(description),
]

/**
 * Planned children that lost their marker, known again by their number in the plan, or what is left of them: the key, the planned title or description.
 * Only issues by an account of pilot that are linked to the epic or name it, and carry no other marker; each is one subtask at most, and
 * a subtask that has its child takes no second one.
 */
export function recognise(epic: number, children: readonly Child[], plan: EpicPlan | null, isOwn: Own): Child[] {
  const known = new Map<number, Child>()
  const taken = new Set(children.map(({key}) => key))
  const lost = children.filter(({issue, key, native}) =>
    key === null && isOwn(issue.author) && (native || parentOf(issue.body) === epic) && childMark(issue.body) === undefined)
  for (const trace of TRACES) {
    for (const subtask of plan?.subtasks ?? []) {
      if (taken.has(subtask.key)) continue
      const child = lost.find(({issue}) => !known.has(issue.number) && trace(issue, subtask, plan!))
      if (child === undefined) continue
      known.set(child.issue.number, {...child, key: subtask.key, plan: plan!.planHash, order: subtask.order})
      taken.add(subtask.key)
    }
  }
  return children.map((child) => known.get(child.issue.number) ?? child)
}
