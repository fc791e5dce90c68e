import {vetoOf} from '../classify/classify.js'
import {signalsOf} from '../classify/signals.js'
import {hasLabel} from '../issue/labels.js'
import type {Issue} from '../issue/issue.js'
import {PilotError} from '../../errors.js'

/**
 * Is there anything left to do at all? Asked before a plan is looked for.
 * @throws PilotError ALREADY_DONE, ISSUE_CLOSED
 */
export function assertOpen({number, state, labels}: Pick<Issue, 'number' | 'state' | 'labels'>): void {
  if (hasLabel(labels, 'pilot-done')) throw new PilotError('ALREADY_DONE', `#${number} carries pilot-done`, [`pilot status ${number}`])
  if (state === 'closed') throw new PilotError('ISSUE_CLOSED', `#${number} is closed`, [`gh issue reopen ${number}`])
}

/**
 * May this issue be planned, and its plan be carried out? Asked before money is spent on a plan, and again before children are made.
 * @throws PilotError ALREADY_DONE, ISSUE_CLOSED, NO_DECOMPOSE with the label or tag that says so
 */
export function assertPlannable(issue: Issue): void {
  const {number, title, body, labels} = issue
  assertOpen(issue)
  const veto = vetoOf(labels, signalsOf({title, body, labels}).tags)
  if (veto !== null) throw new PilotError('NO_DECOMPOSE', `#${number} carries ${veto.evidence}`, [`pilot execute ${number}`])
}
