import type {ChildProgress} from '../family/progress.js'
import type {Issue} from '../issue/issue.js'
import {vetoOf} from '../classify/classify.js'
import {signalsOf} from '../classify/signals.js'
import {splitsItself, type SplitRules} from '../plan/from-issue.js'
import {nextRetry} from '../retry/ladder.js'
import {canRise} from '../route/escalation.js'
import {isCounted, type Attempt, type Attempts} from '../run/attempt.js'
import {lastLines} from '../run/tail.js'
import type {AppliedDecision} from './applied.js'
import {wavesInForce, type FailedChild, type Facts} from './facts.js'

export type ChildView = {row: ChildProgress; issue: Issue; /** all siblings that it depends on */ dependsOn: readonly number[]; touches: readonly string[]; attempts: Attempts; /** it has sub-issues of its own */ nested: boolean}
export type EpicFacts = {
  epic: {number: number; title: string}; base: Facts['base']; learnings: readonly string[]; children: readonly ChildView[]; maxRises: number; split: SplitRules
  /** the decision in force */
  standing: AppliedDecision | null
}

/** Caps of SPEC §13, in characters. */
const VERIFY_MAX = 2000
const REVIEW_MAX = 1500
const SUMMARY_MAX = 1000

/** What a decision is based on. A child failed when its newest counted attempt did and a retry could still be decided; one that waits for a person is neither failed nor remaining. */
export function gatherFacts({epic, base, learnings, standing, children, maxRises, split}: EpicFacts): Facts {
  const remaining = children.filter(({row}) => row.state === 'ready' || row.state === 'blocked')
    .map(({row, dependsOn, touches}) => ({number: row.number, title: row.title, state: row.state, dependsOn: [...dependsOn], touches: [...touches]}))
  return {
    version: 1, epic: {number: epic.number, title: epic.title}, base, learnings: [...learnings],
    failed: children.flatMap((child) => failedOf(child, maxRises, split) ?? []), remaining, waves: wavesInForce(remaining, standing?.waves ?? []),
  }
}

function failedOf({row, issue, attempts, nested}: ChildView, maxRises: number, split: SplitRules): FailedChild | undefined {
  const last = attempts.attempts.findLast(isCounted)
  if ((row.state !== 'failed' && row.state !== 'retry-ready') || last === undefined || last.failure === null || nested) return undefined
  const {verifyTail, review, summary} = attempts.newest
  return {
    number: row.number, title: row.title, attempt: last.attempt, baseSha: last.baseSha, failure: last.failure,
    verifyTail: lastLines(verifyTail, VERIFY_MAX), review: review.slice(0, REVIEW_MAX), summary: summary.slice(0, SUMMARY_MAX),
    history: attempts.attempts.map(({attempt, failure, models, headSha}: Attempt) => ({attempt, failure, models, headSha})),
    may: {retry: mayRetry(issue, attempts), rise: canRise(attempts, maxRises), decompose: maySplit(issue, split)},
  }
}

/** Would the ladder dispatch it, were it marked ready? */
const mayRetry = ({number, labels, state}: Issue, attempts: Attempts): boolean =>
  nextRetry({issue: number, labels: [...labels, 'pilot-retry-ready'], attempts, closed: state === 'closed'}).outcome === 'dispatch'

const maySplit = (issue: Issue, rules: SplitRules): boolean => vetoOf(issue.labels, signalsOf(issue).tags) === null && splitsItself(issue, rules)
