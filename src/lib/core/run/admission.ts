import type {Settings} from '../config/settings.js'
import {shownCost} from '../cost/shown.js'
import type {Issue, Pull} from '../issue/issue.js'
import {hasLabel, onceHandled} from '../issue/labels.js'
import {isShipped, wentElsewhere} from '../issue/shipped.js'
import {untrusted, type Trust} from '../issue/trust.js'
import {PilotError, type Code} from '../../errors.js'
import {unpricedOf, verifiedAttempt, type Attempts} from './attempt.js'

/** Everything that decides whether an issue may be worked on now, read fresh. */
export type TaskFacts = {
  issue: Issue
  attempts: Attempts
  /** issues that it depends on and whether the work of each is on the default branch; `gone`: deleted or transferred, so nobody can tell any more */
  blockers: readonly {number: number; merged: boolean; gone?: boolean}[]
  trust: Trust
  /** pull requests from the issue's own branch, newest first */
  pulls: readonly Pick<Pull, 'number' | 'state' | 'merged' | 'headSha' | 'baseRef' | 'defaultBranch'>[]
}

export type Admission =
  | {kind: 'go'}
  | {kind: 'noop'; reason: string; pr: number | null}
  | {kind: 'stop'; error: PilotError}

const stop = (code: Code, message: string, suggestions: string[]): Admission => ({kind: 'stop', error: new PilotError(code, message, suggestions)})

/** What a person does about a dependency that is gone. */
const onceGone = (issue: number, gone: readonly string[]): string => `take ${gone.join(', ')} out of the \`Depends on:\` lines of #${issue}: gh issue edit ${issue}`

/** Dollars spent on the issue so far, as far as they are known. */
export const spentUsd = (attempts: Attempts): number => attempts.attempts.reduce((sum, attempt) => sum + (attempt.costUsd ?? 0), 0)

/** Is there nothing left to do? Says so before anything else is asked, so neither trust nor blockers have to be known for it. */
export function alreadyDone({issue, attempts, pulls}: Pick<TaskFacts, 'issue' | 'attempts' | 'pulls'>): Extract<Admission, {kind: 'noop'}> | undefined {
  const n = issue.number
  const merged = pulls.find(isShipped)
  if (merged) return {kind: 'noop', reason: `#${n} is merged by pull request #${merged.number}`, pr: merged.number}
  if (hasLabel(issue.labels, 'pilot-done')) return {kind: 'noop', reason: `#${n} carries pilot-done`, pr: null}
  const open = pulls.find((pull) => pull.state === 'open')
  if (open && open.headSha === verifiedAttempt(attempts, open.headSha)?.headSha) {
    return {kind: 'noop', reason: `pull request #${open.number} already holds the verified commit ${open.headSha.slice(0, 12)}`, pr: open.number}
  }
  return undefined
}

const closedError = ({number: n, stateReason}: Issue): PilotError => new PilotError('ISSUE_CLOSED', `#${n} is closed (${stateReason ?? 'no reason'})`, [`gh issue reopen ${n}`])
const needsHumanError = (issue: Issue): PilotError => new PilotError(
  'NEEDS_HUMAN', `#${issue.number} carries pilot-needs-human: take it off when the cause is dealt with`, [`pilot logs ${issue.number}`, onceHandled(issue)])

/** Did the newest attempt pass, and die before it opened its pull request? To publish what is paid for costs nothing. */
export function awaitsPull({attempts, pulls}: Pick<TaskFacts, 'attempts' | 'pulls'>): boolean {
  const newest = attempts.attempts.at(-1)
  return newest?.outcome === 'passed' && newest.headSha !== null && !pulls.some((pull) => pull.headSha === newest.headSha)
}

/** What a person may have said while an agent worked for an hour: closed, or theirs now. null: neither, so the pull request may be opened. */
export function stoppedMeanwhile(issue: Issue): PilotError | null {
  if (issue.state === 'closed') return closedError(issue)
  return hasLabel(issue.labels, 'pilot-needs-human') ? needsHumanError(issue) : null
}

/** May this issue be executed now? Done already is not an error; every refusal names the next command (SPEC §11 step 1). */
export function admit({issue, attempts, blockers, trust, pulls}: TaskFacts, settings: Pick<Settings, 'budget'>): Admission {
  const n = issue.number
  const done = alreadyDone({issue, attempts, pulls})
  if (done !== undefined) return done
  if (issue.state === 'closed') return {kind: 'stop', error: closedError(issue)}
  const elsewhere = pulls[0] === undefined ? null : wentElsewhere(pulls[0])
  if (elsewhere !== null) return {kind: 'stop', error: elsewhere}
  if (hasLabel(issue.labels, 'pilot-retry-exhausted')) {
    return stop('RETRIES_EXHAUSTED', `#${n} used up its retries`, [`pilot logs ${n}`, onceHandled(issue)])
  }
  if (hasLabel(issue.labels, 'pilot-needs-human')) return {kind: 'stop', error: needsHumanError(issue)}
  if (!trust.trusted) return {kind: 'stop', error: untrusted(trust, n)}
  const spent = spentUsd(attempts)
  if (spent >= settings.budget.per_issue_usd && !awaitsPull({attempts, pulls})) {
    return stop('OVER_BUDGET', `#${n} has cost ${shownCost(spent, unpricedOf(attempts))} of its $${settings.budget.per_issue_usd.toFixed(2)}`, ['raise budget.per_issue_usd in .pilot/config.yaml'])
  }
  const gone = blockers.filter((blocker) => blocker.gone).map(({number}) => `#${number}`)
  if (gone.length > 0) {
    return stop('BLOCKED', `#${n} depends on ${gone.join(', ')}, which ${gone.length === 1 ? 'is' : 'are'} not in this repository any more`, [onceGone(n, gone)])
  }
  const waitsFor = blockers.filter((blocker) => !blocker.merged).map((blocker) => `#${blocker.number}`)
  if (waitsFor.length > 0) return stop('BLOCKED', `#${n} waits for ${waitsFor.join(', ')} to be merged`, [`pilot status ${n}`, `pilot execute ${waitsFor[0]!.slice(1)}`])
  return {kind: 'go'}
}

