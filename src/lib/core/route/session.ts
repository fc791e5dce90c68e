import {addCost, addUsage} from '../cost/usage.js'
import type {Usage} from '../plan/plan.js'
import type {AgentOutcome} from '../run/outcome.js'
import type {Executor, Gate} from '../config/words.js'
import {descriptorOf} from './agents/index.js'
import type {SpawnPlan} from './spawn-plan.js'

/** An agent's session that a later round may go on in, and what is booked for it so far. */
export type Session = {gate: Gate; executor: Executor; model: string; id: string; usage: Usage | null; costUsd: number | null}

/** The session that a spawn leaves to go on in; null where its executor cannot, named none, or ended badly. */
export function sessionAfter(plan: SpawnPlan, {failure, sessionId, usage, costUsd}: AgentOutcome): Session | null {
  if (failure !== null || sessionId === null || !descriptorOf(plan.executor).capabilities.resume) return null
  const before = plan.resume?.session === sessionId ? plan.resume : null
  return {
    gate: plan.gate, executor: plan.executor, model: plan.model, id: sessionId,
    usage: addUsage(before?.usage ?? null, usage), costUsd: addCost(before?.costUsd ?? null, costUsd),
  }
}

/** Another gate, executor or model has prompts, tools and a cache of its own, so it begins anew. */
export const fits = (session: Session, {gate, executor, model}: {gate: Gate; executor: Executor; model: string}): boolean =>
  session.gate === gate && session.executor === executor && session.model === model

/** Did a spawn end because the session that it was to go on in is not there any more? Then no model was asked. */
export const isLost = (plan: SpawnPlan, {failure, message}: Pick<AgentOutcome, 'failure' | 'message'>): boolean =>
  plan.resume !== null && failure !== null && descriptorOf(plan.executor).lostSession?.test(message) === true
