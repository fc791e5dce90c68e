import {pathsIn} from '../classify/packages.js'
import {signalsOf} from '../classify/signals.js'
import type {SplitPoint} from '../classify/split-points.js'
import {checkPlan, type CheckContext, type CheckedPlan} from './check.js'
import type {PlanDraft, SubtaskDraft} from './draft.js'

const PHASE = /^\W*(?:phase|stage|part|milestone|task|step|sprint|subtask|sub-task)\s*#?[0-9]{1,2}\s*[.:)—–-]*\s*(?=\S)/i
const NUMBER = /^\W*[0-9]{1,2}[.)]\s*(?=\S)/
/** The number that a `Phase 2: …` heading gives itself goes; the order says it already. */
const titleOf = (point: SplitPoint): string => point.title.replace(PHASE, '').replace(NUMBER, '')

function subtaskOf(point: SplitPoint, index: number, inOrder: boolean): SubtaskDraft {
  const description = [point.title, point.detail.join('\n')].filter((part) => part !== '').join('\n\n')
  return {
    order: index + 1, title: titleOf(point), description, acceptance: [], dependsOn: inOrder && index > 0 ? [index] : [],
    touches: pathsIn(description).map((path) => (path.endsWith('/') ? `${path}**` : path)), complexity: 'medium',
  }
}

/**
 * The plan that an issue's own work structure makes, without a model; null when it has fewer than two open points. Ticked items are done
 * and stay
 * out. Phases wait for each other, list items do not. Acceptance criteria of the issue are left to the epic.
 */
export function draftFromIssue(issue: {title: string; body: string; labels: readonly string[]}): PlanDraft | null {
  const {split} = signalsOf(issue)
  const open = split.points.filter((point) => !point.done)
  if (open.length < 2) return null
  const subtasks = open.map((point, i) => subtaskOf(point, i, PHASE.test(point.title)))
  return {decision: 'split', reason: `${open.length} split points of the issue (${split.source})`, effort: '', subtasks}
}

/**
 * The one deterministic split, for whoever asks: a failed planner, `decompose --from-issue`, and a retry that decomposes. null: the issue has
 * no split points of its own.
 */
export function planFromIssue(issue: {title: string; body: string; labels: readonly string[]}, context: Omit<CheckContext, 'source'>): CheckedPlan | null {
  const draft = draftFromIssue(issue)
  return draft === null ? null : checkPlan(draft, {...context, source: 'issue'})
}
