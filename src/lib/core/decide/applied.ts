import {z} from 'zod'
import {isCounted, type Attempts} from '../run/attempt.js'
import {MAX_LEARNINGS, STRATEGY_ACTIONS, type Decision} from './decision.js'
import {failuresOf, type Facts} from './facts.js'

const number = z.int().min(1)
/** Bound to the newest counted attempt of the issue and to the base that was decided on; 0 and null where it has not been tried: it waits for the base to move. */
const bound = {issue: number, attempt: z.int().min(0), baseSha: z.string().nullable()}

export const appliedSchema = z.strictObject({
  version: z.literal(1),
  /** the failures that it settles, as `ISSUE@ATTEMPT`; empty where no model could be asked, so that the next run asks */
  about: z.array(z.string()),
  by: z.enum(['pilot', 'fallback']),
  at: z.string(),
  retries: z.array(z.strictObject({...bound, action: z.enum(STRATEGY_ACTIONS), guidance: z.string(), reason: z.string()})),
  context: z.array(z.strictObject({...bound, context: z.string()})),
  skipped: z.array(z.strictObject({issue: number, reason: z.string()})),
  waves: z.array(z.array(number)),
  /**
   * labels that it still has to put on, each for the attempt that was decided about (0: not tried yet); absent: all is made, once, and what
   * people change of it stands. Earlier versions have none and count as made
   */
  pending: z.array(z.strictObject({issue: number, attempt: z.int().min(0), label: z.enum(['pilot-retry-ready', 'pilot-needs-human'])})).optional(),
})
/** The last decision in force, as the progress comment keeps it: everything that later attempts see of it. */
export type AppliedDecision = z.infer<typeof appliedSchema>

/**
 * What a decision comes to, whole, before anything is written. What the one before it (`standing`) says of issues that this one leaves out
 * stays in force: guidance expires with the attempt that it is bound to, not because something else failed.
 */
export function appliedOf(
  decision: Decision, facts: Facts, by: AppliedDecision['by'], at: string, standing: AppliedDecision | null,
): AppliedDecision {
  const strategies = facts.failed.flatMap(({number: issue, attempt}) => {
    const strategy = decision.strategies[issue]
    return strategy === undefined ? [] : [{issue, attempt, baseSha: facts.base.sha, ...strategy}]
  })
  const retries = strategies.filter(({action}) => action !== 'skip')
  const context = decision.routedContext.map(({issue, context: text}) => ({issue, attempt: 0, baseSha: null, context: text}))
  const given = strategies.filter(({action}) => action === 'skip')
  const skipped = [...given.map(({issue, reason}) => ({issue, reason: reason || 'cannot succeed as it is'})), ...decision.skip]
  const named = new Set([...retries, ...context, ...skipped].map(({issue}) => issue))
  const stillFailed = (old: {issue: number; attempt: number}): boolean =>
    !named.has(old.issue) && facts.failed.some(({number: issue, attempt}) => issue === old.issue && attempt === old.attempt)
  const stillToCome = (old: {issue: number}): boolean => !named.has(old.issue) && facts.remaining.some(({number: issue}) => issue === old.issue)
  // a retry has to be ready for the ladder, a skip is handed to a person; what the one before still had to put on is kept, what it did put on is not
  const pending: AppliedDecision['pending'] = [
    ...retries.filter(({action}) => action !== 'decompose').map(({issue, attempt}) => ({issue, attempt, label: 'pilot-retry-ready' as const})),
    ...given.map(({issue, attempt}) => ({issue, attempt, label: 'pilot-needs-human' as const})),
    ...decision.skip.map(({issue}) => ({issue, attempt: 0, label: 'pilot-needs-human' as const})),
    ...(standing?.pending ?? []).filter(({issue}) => !named.has(issue)),
  ]
  return {
    version: 1, about: failuresOf(facts), by, at, skipped, waves: decision.waves, ...(pending.length > 0 && {pending}),
    retries: [...retries, ...(standing?.retries ?? []).filter(stillFailed)],
    context: [...context, ...(standing?.context ?? []).filter(stillToCome)],
  }
}

/** Is every failure decided about already? */
export const covers = (applied: AppliedDecision | null, facts: Facts): applied is AppliedDecision =>
  applied !== null && failuresOf(facts).every((failure) => applied.about.includes(failure))

/** The learnings of an epic with those of a new decision; the newest are kept. */
export const withLearnings = (known: readonly string[], decision: Decision): string[] =>
  [...known, ...decision.learnings.filter((text) => !known.includes(text))].slice(-MAX_LEARNINGS)

/** What the next attempt of an issue is told. */
export type Advice = {guidance: string; rise: boolean}
export const NO_ADVICE: Advice = {guidance: '', rise: false}

type Bound = {issue: number; attempt: number; baseSha: string | null}
/** Is the attempt that it was given after still the newest? One that was tried since is used up. */
export const isUnused = ({attempt}: Bound, attempts: Attempts): boolean => attempt === (attempts.attempts.findLast(isCounted)?.attempt ?? 0)

/** The same decision on the base that landing its own epic's work has made of the one it was bound to. */
export const followBase = (applied: AppliedDecision, from: string, to: string): AppliedDecision =>
  ({...applied, retries: applied.retries.map((retry) => (retry.baseSha === from ? {...retry, baseSha: to} : retry))})

/**
 * The advice that still holds for an issue: only while the attempt that it was given after is the newest one and the base is the one that was
 * decided on (`base`: as it is now). One more counted attempt, or work of others on the base, and it has expired.
 */
export function adviceFor(applied: AppliedDecision | null, issue: number, attempts: Attempts, base: string): Advice {
  if (applied === null) return NO_ADVICE
  const holds = (to: Bound): boolean => to.issue === issue && isUnused(to, attempts) && (to.baseSha === null || to.baseSha === base)
  const strategy = applied.retries.find(holds)
  const context = applied.context.find(holds)
  return {guidance: [strategy?.guidance ?? '', context?.context ?? ''].filter((text) => text !== '').join('\n\n'), rise: strategy?.action === 'escalate'}
}
