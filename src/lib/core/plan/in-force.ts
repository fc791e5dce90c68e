import type {EpicPlan} from './plan.js'

/** A plan as two places may hold it, and the plans that the epic's sub-issues were made from. */
export type StoredPlans = {file: EpicPlan | null; comment: EpicPlan | null; /** plan hashes */ made: ReadonlySet<string>}
/** `older`: the plan that stands back, where the two places differ. */
export type PlanInForce = {plan: EpicPlan; from: 'file' | 'comment'; older: EpicPlan | null}

/**
 * The plan of an epic: the file on this machine, else the comment (SPEC §9). Where they differ, the one that was made of a younger state of
 * the epic counts, since another machine may have planned anew and this file does not know it. The time is that of the epic itself, by
 * GitHub's clock, so no two clocks have to agree; writing a plan comment moves it. At the same time the file counts, unless sub-issues of
 * the comment's plan are there.
 */
export function planInForce({file, comment, made}: StoredPlans): PlanInForce | null {
  if (file === null || comment === null) {
    const plan = file ?? comment
    return plan && {plan, from: file === null ? 'comment' : 'file', older: null}
  }
  if (file.planHash === comment.planHash) return {plan: file, from: 'file', older: null}
  const [planned, told] = [Date.parse(file.epic.updatedAt), Date.parse(comment.epic.updatedAt)]
  const stale = planned === told ? made.has(comment.planHash) : planned < told
  return stale ? {plan: comment, from: 'comment', older: file} : {plan: file, from: 'file', older: comment}
}
