import type {Child} from '../family/children.js'
import type {EpicPlan} from './plan.js'
import type {Hash} from './plan-inputs.js'

/** What of a title tells it apart: its letters and digits, without case. */
export const wordsOf = (title: string): string => title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()

/**
 * Twelve digits by which a planned child is found again: the same title in the same epic gives the same key, whenever and wherever it is
 * planned. `rank`: 1 for the first subtask of that title.
 */
export const keyOf = (epic: number, title: string, rank: number, hash: Hash): string =>
  hash(JSON.stringify([epic, wordsOf(title), rank])).slice(0, 12)

type Numbers = EpicPlan['children']
/** A plan with the numbers that are known of its own children; a plan beside it may have told them. */
export function withNumbers(plan: EpicPlan, ...known: readonly Numbers[]): EpicPlan {
  const all = known.reduce<NonNullable<Numbers>>((sum, numbers) => ({...sum, ...numbers}), {})
  const own = plan.subtasks.flatMap(({key}) => (all[key] === undefined ? [] : [[key, all[key]] as const]))
  const {children: _children, ...rest} = plan
  return own.length === 0 ? rest : {...rest, children: Object.fromEntries(own)}
}

/** A child of an earlier plan that a new plan finds again by repeating its title. */
export type MadeChild = {title: string; state: 'open' | 'closed'}

/** As many sub-issues as GitHub allows an epic. */
const MADE_MAX = 100

/**
 * What an earlier plan made and a new one should find again. A child that a person renamed is left out: its key is that of its old title.
 */
export const madeChildren = (children: readonly Child[], epic: number, hash: Hash): MadeChild[] => children
  .filter(({issue, key}) => key === keyOf(epic, issue.title, 1, hash)).slice(0, MADE_MAX).map(({issue: {title, state}}) => ({title, state}))
