import type {Issue} from '../core/issue/issue.js'
import {parentIn} from './attempt/task.js'
import {ifThere} from './snapshot.js'
import type {World} from './world.js'

/**
 * The epic whose budget pays for an issue: the topmost one above it, however it was started, because an epic within an epic has no budget of its own.
 * null: it belongs to none. `known`: issues above it that were read moments ago. Whoever names a circle of parents pays under one of them.
 */
export async function payerFor(world: World, issue: Issue, known: readonly Issue[] = []): Promise<number | null> {
  const seen = new Set([issue.number])
  let top = parentIn(issue)
  while (top !== null && !seen.has(top)) {
    const number: number = top
    seen.add(number)
    const above = known.find((one) => one.number === number) ?? await ifThere(world.issues.get(number))
    const next = above === null ? null : parentIn(above)
    if (next === null || seen.has(next)) return number
    top = next
  }
  return top
}
