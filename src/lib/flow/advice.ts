import {adviceFor, NO_ADVICE, type Advice} from '../core/decide/applied.js'
import type {Task} from './attempt/task.js'
import {decisionOf} from './progress.js'
import {readMemory} from './snapshot.js'
import type {World} from './world.js'

/** What the last decision on the epic says to the next attempt of one of its children, as long as it holds. */
export async function readAdvice(world: World, {issue, parent, attempts}: Pick<Task, 'issue' | 'parent' | 'attempts'>, memoryOf = (n: number) => readMemory(world, n)): Promise<Advice> {
  return parent === null ? NO_ADVICE : adviceFor(decisionOf(await memoryOf(parent)), issue.number, attempts)
}
