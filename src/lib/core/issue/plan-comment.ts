import {planSchema, type EpicPlan} from '../plan/plan.js'
import {mermaid} from './graph.js'
import {parseComment, printComment, tooLong} from './marker.js'
import {inline} from './text.js'

const usd = (cost: number | null): string => (cost === null ? 'unknown' : `$${cost.toFixed(2)}`)

function table(plan: EpicPlan): string {
  const rows = plan.subtasks.map((s) => `| ${s.order} | ${inline(s.title)} | ${s.complexity} | ${s.dependsOn.join(', ') || '–'} |`)
  return plan.subtasks.length === 0 ? '' : ['| # | sub-task | complexity | after |', '|---|---|---|---|', ...rows].join('\n')
}

/** Table and graph are for people and go first where the body is too long; a plan whose JSON alone does not fit is refused whole. */
export function printPlanComment(plan: EpicPlan): string {
  const what = plan.decision === 'split' ? `${plan.subtasks.length} sub-issues` : 'one change, no sub-issues'
  const intro = `**Plan ${plan.planHash}** for #${plan.epic.number}: ${what}, planning cost ${usd(plan.costUsd)}.`
  const reason = inline(plan.reason, 1000)
  const graph = mermaid(plan.subtasks.map((s) => ({id: s.order, title: `${s.order}. ${s.title}`, after: s.dependsOn})))
  const body = printComment('plan', [reason === '' ? intro : `${intro}\n\n${reason}`, table(plan), graph], plan)
  if (body === undefined) {
    throw tooLong(`the plan of #${plan.epic.number}`, `shorten the epic and plan again: pilot plan-epic ${plan.epic.number} --force`)
  }
  return body
}

export const parsePlanComment = (body: string): EpicPlan | undefined => parseComment('plan', body, planSchema)
