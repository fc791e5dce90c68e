import {TIERS, type Gate, type Tier} from '../config/words.js'
import type {Attempts} from '../run/attempt.js'
import type {FailureClass} from '../run/failure.js'

/** Failures of a gate that a better model might have passed. Infrastructure and configuration never climb (SPEC §10). */
const GATE_FAILURES: readonly FailureClass[] = ['verify_failed', 'review_rejected']

/** What earlier attempts say about the next spawn; `urge`: what besides their number asks for a stronger model. */
export type History = {attempt: number; gateFailures: number; reviewFailures: number; urge?: string | null}

export const historyOf = (attempts: Attempts, attempt: number): History => {
  const failures = attempts.attempts.flatMap((a) => (a.failure !== null && a.attempt < attempt ? [a.failure] : []))
  return {attempt, gateFailures: failures.filter((f) => GATE_FAILURES.includes(f)).length, reviewFailures: failures.filter((f) => f === 'review_rejected').length}
}
export const FIRST: History = {attempt: 1, gateFailures: 0, reviewFailures: 0}

export type Rise = {to: Tier; reason: string}

const up = (tier: Tier): Tier => TIERS[Math.min(TIERS.indexOf(tier) + 1, TIERS.length - 1)]!

/**
 * The tier that a gate rises to, or undefined where it stays. A person's ARCH or SECURITY label always gives frontier; rises after
 * failures are capped by `maxRises` (the jump at two failures counts as one rise on top of the first).
 */
export function escalate(gate: Gate, from: Tier, tag: 'ARCH' | 'SECURITY' | null, history: History, maxRises: number): Rise | undefined {
  const rise = gate === 'implement' ? implementRise(from, tag, history, maxRises) : gate === 'review' ? reviewRise(from, history, maxRises) : undefined
  return rise && TIERS.indexOf(rise.to) > TIERS.indexOf(from) ? rise : undefined
}

/** Rises that failures and advice come to under the cap; two are the jump to frontier. */
const risesOf = (failures: number, maxRises: number): number => Math.min(failures, maxRises, 2)

function implementRise(from: Tier, tag: 'ARCH' | 'SECURITY' | null, {gateFailures, urge = null}: History, maxRises: number): Rise | undefined {
  if (tag !== null) return {to: 'frontier', reason: `label ${tag}`}
  const rises = risesOf(gateFailures + (urge === null ? 0 : 1), maxRises)
  const why = [gateFailures === 0 ? '' : gateFailures === 1 ? 'one failed gate' : `${gateFailures} failed gates`, urge ?? ''].filter((part) => part !== '').join(' and ')
  if (rises === 2) return {to: 'frontier', reason: why}
  if (rises === 1) return {to: up(from), reason: gateFailures > 1 ? `${why}, rises capped at ${maxRises}` : why}
  return undefined
}

/** Would advice to escalate raise the next attempt higher than its failures do by themselves? */
export function canRise(attempts: Attempts, maxRises: number): boolean {
  const {gateFailures} = historyOf(attempts, Infinity)
  return risesOf(gateFailures + 1, maxRises) > risesOf(gateFailures, maxRises)
}

const reviewRise = (from: Tier, {reviewFailures}: History, maxRises: number): Rise | undefined =>
  reviewFailures >= 2 && maxRises > 0 ? {to: up(from), reason: 'second review failure'} : undefined
