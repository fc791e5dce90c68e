import {expect, test} from 'vitest'
import {checkPlan} from '../../../src/lib/core/plan/check.js'
import {planInForce} from '../../../src/lib/core/plan/in-force.js'
import type {EpicPlan} from '../../../src/lib/core/plan/plan.js'
import {context, subtask} from './support.js'

function planned(of: number, minute: number): EpicPlan {
  const base = context()
  const checked = checkPlan({decision: 'split', reason: '', effort: '', subtasks: [subtask(of), subtask(of + 1)]},
    context({epic: {...base.epic, updatedAt: `2026-01-01T00:0${minute}:00Z`}}))
  if (!checked.ok) throw new Error(checked.problems.join('; '))
  return checked.plan
}
const [early, late, sameTime] = [planned(1, 1), planned(3, 2), planned(3, 1)]
const edited: EpicPlan = {...early, reason: 'edited by hand'}

test.each<[string, EpicPlan | null, EpicPlan | null, EpicPlan[], ReturnType<typeof planInForce>]>([
  ['none', null, null, [], null],
  ['a file only', early, null, [], {plan: early, from: 'file', older: null}],
  ['a comment only', null, early, [], {plan: early, from: 'comment', older: null}],
  ['one plan in both, with the file edited', edited, early, [early], {plan: edited, from: 'file', older: null}],
  ['planned anew elsewhere', early, late, [], {plan: late, from: 'comment', older: early}],
  ['planned anew elsewhere, with sub-issues of both', early, late, [early, late], {plan: late, from: 'comment', older: early}],
  ['planned anew here, and killed before the comment', late, early, [early], {plan: late, from: 'file', older: early}],
  ['two of one second', early, sameTime, [early], {plan: early, from: 'file', older: sameTime}],
  ['two of one second, with sub-issues of the comment\'s', early, sameTime, [sameTime], {plan: sameTime, from: 'comment', older: early}],
])('%s', (_, file, comment, made, plan) => expect(planInForce({file, comment, made: new Set(made.map(({planHash}) => planHash))})).toEqual(plan))
