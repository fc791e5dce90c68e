import type {Issue} from '../core/issue/issue.js'
import {hasLabel} from '../core/issue/labels.js'
import type {EpicPlan} from '../core/plan/plan.js'

/** Was it planned to be split, and nothing made of it yet? `execute` refuses it, `decompose` is what goes on. */
export const isUnmade = ({counts, labels}: Issue, plan: EpicPlan | null): boolean =>
  plan?.decision === 'split' && plan.children === undefined && (counts.children ?? 0) === 0 && !hasLabel(labels, 'no-decompose')
