import {adviceFor, NO_ADVICE, type Advice} from '../core/decide/applied.js'
import type {Task} from './attempt/task.js'
import {decisionOf} from './progress.js'
import {ifThere, readMemory} from './snapshot.js'
import type {World} from './world.js'

/** What the last decision on the epic says to the next attempt of one of its children, as long as it holds. */
export async function readAdvice(world: World, {issue, parent, attempts}: Pick<Task, 'issue' | 'parent' | 'attempts'>, memoryOf = (n: number) => readMemory(world, n)): Promise<Advice> {
  const memory = parent === null ? null : await ifThere(memoryOf(parent))
  const decision = memory === null ? null : decisionOf(memory)
  // the base is asked for only where something is said about this issue
  if (decision === null || ![...decision.retries, ...decision.context].some((about) => about.issue === issue.number)) return NO_ADVICE
  return adviceFor(decision, issue.number, attempts, (await world.repository.defaultBranch()).sha)
}
