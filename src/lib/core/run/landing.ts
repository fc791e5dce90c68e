import {checksState} from '../issue/checks.js'
import type {Check, Pull} from '../issue/issue.js'
import {ACTIONS_LOGIN} from '../issue/trust.js'
import {wentElsewhere} from '../issue/shipped.js'
import {PilotError} from '../../errors.js'
import {verifiedAttempt, type Attempts} from './attempt.js'
import {issueOfBranch} from './branch.js'

export type LandFacts = {
  pull: Pull
  attempts: Attempts
  checks: readonly Check[]
  /** checks of the base commit: which ones this repository has, if any */
  baseChecks: readonly Check[]
  required: readonly string[]
  /** ms since the verified commit was recorded as pushed */
  sincePushMs: number
}
export type Landing = {kind: 'merge'; sha: string} | {kind: 'noop'; reason: string} | {kind: 'wait'; reason: string} | {kind: 'stop'; error: PilotError}

/** GitHub registers checks some seconds after a push; before that no check, or none of a name that the base has, says nothing (SPEC §14). */
const CHECKS_GRACE_MS = 60_000

const NO_CHECKS = 'pull requests made with the GITHUB_TOKEN of Actions start no checks; give pilot a token of its own in PILOT_GITHUB_TOKEN, then close this one and open it again'

const stop = (error: PilotError): Landing => ({kind: 'stop', error})

/** May this pull request be merged now? Exactly the commit that was verified and reviewed, with green checks, or not at all. */
export function decideLanding({pull, attempts, checks, baseChecks, required, sincePushMs}: LandFacts): Landing {
  const n = pull.number
  const elsewhere = wentElsewhere(pull)
  if (elsewhere !== null) return stop(elsewhere)
  if (pull.merged) return {kind: 'noop', reason: `pull request #${n} is merged`}
  if (pull.state === 'closed') return stop(new PilotError('ISSUE_CLOSED', `pull request #${n} is closed without a merge`, [`gh pr reopen ${n}`]))
  const retarget = retargeting(pull)
  if (retarget !== null) {
    return stop(new PilotError('NOT_VERIFIED', `pull request #${n} goes into ${pull.baseRef}; it was verified for ${pull.defaultBranch ?? 'the default branch'}`, [retarget]))
  }
  const verified = verifiedAttempt(attempts, pull.headSha)
  if (verified === undefined) {
    return stop(new PilotError('NOT_VERIFIED', `pull request #${n}: no verified and reviewed commit is recorded`, [`gh pr view ${n}`, `gh pr merge ${n}`]))
  }
  if (pull.headSha !== verified.headSha) {
    return stop(new PilotError('HEAD_MOVED', `pull request #${n}: verified was ${verified.headSha}, its head is ${pull.headSha}. What was added may be merged by hand; \`pilot execute\` begins anew without it`, [`git diff ${verified.headSha} ${pull.headSha}`, `gh pr merge ${n}`, `pilot execute ${issueOf(pull)}`]))
  }
  if (pull.mergeable === false) {
    return stop(new PilotError('MERGE_CONFLICT', `pull request #${n}: ${verified.headSha} conflicts with ${pull.baseRef} at ${pull.baseSha}`, beginAnew(pull)))
  }
  const state = checksState(checks, required)
  const red = [...new Set(checks.filter((check) => check.state === 'failure').map((check) => check.name))]
  if (state === 'failure') return stop(new PilotError('CHECKS_RED', `pull request #${n}: ${red.join(', ') || 'a check'} failed on ${pull.headSha.slice(0, 12)}`, [`gh pr checks ${n}`, ...beginAnew(pull)]))
  if (state === 'pending' && checks.length > 0) return {kind: 'wait', reason: `checks of #${n} are still running`}
  if (state === 'pending' || (state === 'none' && (baseChecks.length > 0 || sincePushMs < CHECKS_GRACE_MS))) {
    const never = pull.author === ACTIONS_LOGIN && sincePushMs >= CHECKS_GRACE_MS ? `, and may never: ${NO_CHECKS}` : ''
    return {kind: 'wait', reason: `no check has reported on ${pull.headSha.slice(0, 12)} yet${never}`}
  }
  const missing = baseChecks.map(({name}) => name).filter((name) => !checks.some((check) => check.name === name))
  if (missing.length > 0 && sincePushMs < CHECKS_GRACE_MS) return {kind: 'wait', reason: `${missing.join(', ')} of ${pull.baseRef} may still begin on ${pull.headSha.slice(0, 12)}`}
  if (pull.mergeable === null) return {kind: 'wait', reason: `GitHub is still working out whether #${n} can be merged`}
  return {kind: 'merge', sha: verified.headSha}
}

/** What to type for a pull request that goes into another branch than the default one, which is what it was verified for; null where it does not. */
export const retargeting = ({number, baseRef, defaultBranch}: Pull): string | null =>
  (baseRef === defaultBranch ? null : `gh pr edit ${number} --base ${defaultBranch ?? 'BRANCH'}`)

const issueOf = (pull: Pull): number | string => issueOfBranch(pull.headRef) ?? 'ISSUE'

/**
 * What to type when a verified commit cannot be merged any more. Closed first: as long as a pull request with that commit is open, nothing is left to do
 * for `execute`, and `retry` finds no failure (SPEC §11 step 2). Once it is closed the work begins anew on the base as it is now.
 */
export const beginAnew = (pull: Pull): string[] => [`gh pr close ${pull.number}`, `pilot execute ${issueOf(pull)}`]
