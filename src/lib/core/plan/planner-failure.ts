import {PilotError} from '../../errors.js'
import {FAILURES, codeOf, remediesFor, type FailureClass} from '../run/failure.js'
import type {AgentOutcome} from '../run/outcome.js'

/**
 * Why nobody planned: the failure that the planner's chain ended with, where it is an outage, a fault of the set-up, or where the user stopped it. null
 * where a model answered, or failed at the work itself, or where the gate has none: then the issue's own split points come next (SPEC §8). An outage or
 * Ctrl-C would otherwise leave a plan that no model made, and that no later run would replace.
 */
export function plannerFailure(outcomes: readonly Pick<AgentOutcome, 'failure'>[]): FailureClass | null {
  const last = outcomes.at(-1)?.failure ?? null
  if (last === null || last === 'interrupted') return last
  return outcomes.every(({failure}) => failure !== null) && FAILURES[last].group !== 'work' ? last : null
}

/** What a plan that was not made for this failure ends with. `next`: what to type once its cause is gone. */
export function plannerError(issue: number, {failure, message}: {failure: FailureClass; message: string}, next: readonly string[]): PilotError {
  const code = codeOf(failure)
  const text = message === '' ? failure : message
  if (code === 'WORK_FAILED') return new PilotError('PLAN_FAILED', `#${issue}: no plan: no model answered: ${text}`, next)
  return new PilotError(code, `#${issue}: no plan: ${text}`, [...remedies(failure, issue), ...next])
}

/** A planner has no attempt whose log could be shown, and is paid by its epic. */
const remedies = (failure: FailureClass, issue: number): string[] =>
  failure === 'budget' ? ['raise the budget in .pilot/config.yaml', 'pilot spend --by epic'] : remediesFor(failure, issue).filter((line) => line !== `pilot logs ${issue}`)
