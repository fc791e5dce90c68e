import {classify} from '../core/classify/classify.js'
import type {Complexity} from '../core/config/words.js'
import {childMark} from '../core/issue/child-body.js'
import type {Issue} from '../core/issue/issue.js'
import {ifThere, readMemory, readPlan} from './snapshot.js'
import type {World} from './world.js'

/** A planned child is as complex as its plan says, in every attempt and for every command; anything else as the rules say. */
export async function complexityOf(world: World, issue: Issue, memoryOf = (n: number) => readMemory(world, n)): Promise<Complexity> {
  const mark = childMark(issue.body)
  const memory = mark === undefined ? null : await ifThere(memoryOf(mark.parent))
  if (mark !== undefined && memory === null) world.report.warn(`the parent #${mark.parent} of #${issue.number} is not in this repository any more: what was planned there is not known`)
  const plan = mark === undefined || memory === null ? null : await readPlan(world, mark.parent, memory, new Set([mark.plan]))
  return plan?.subtasks.find((subtask) => subtask.key === mark?.key)?.complexity ?? classify(issue, world.config.settings.decompose).complexity
}
