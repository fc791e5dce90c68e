import type {Action} from '../action.js'
import {dependsOn, parentOf} from '../issue/child-body.js'
import {isCompletedReason} from '../issue/done.js'
import type {Issue} from '../issue/issue.js'
import {hasLabel, spelledAs} from '../issue/labels.js'
import {cutTitle} from '../issue/text.js'
import {RUNGS} from '../retry/ladder.js'
import {settleLabels, takeOff} from '../retry/settle.js'
import type {Attempts} from '../run/attempt.js'
import type {ChildFacts} from './progress.js'

/** Where labels, claims, pull requests, links and plan say different things. */
export const DRIFT_KINDS = [
  'stale-in-progress', 'dead-claim', 'missing-link', 'missing-edge', 'missing-child', 'not-settled', 'done-without-merge', 'two-rungs', 'retry-without-failure',
] as const
export type DriftKind = (typeof DRIFT_KINDS)[number]
/** `repair`: what a person would type, or do, to mend it. */
export type Drift = {issue: number; kind: DriftKind; detail: string; repair: string}
/** What mends a drift without a person's judgement, and whose claim it takes (null: a compare-and-swap of its own). */
export type Mend = {under: number | null; actions: Action[]}
export type Found = Drift & {mend: Mend | null}

export type DriftFacts = {
  /** what `repair` names: the epic, or null where issues are looked at one by one */
  epic: Issue | null
  /** planned sub-issues that are not there, transferred ones left out */
  missing: readonly {order: number; title: string}[]
  /** can this server link sub-issues, and were the links read? */
  links: boolean
  children: readonly ChildFacts[]
  /** without an entry: not read */
  attempts: ReadonlyMap<number, Attempts>
  /** issues whose claim has expired */
  dead: ReadonlySet<number>
}

/** Everything that drifted, in the order of the children. What a live run is working on is not looked at: it is that run's to tidy. */
export function driftOf(facts: DriftFacts): Found[] {
  const {epic} = facts
  const repair = `pilot status${epic === null ? '' : ` ${epic.number}`} --repair --yes`
  const found = (issue: number, kind: DriftKind, detail: string, mend: Mend | null, by = repair): Found => ({issue, kind, detail, repair: by, mend})
  const missing = epic === null ? [] : facts.missing.map(({order, title}) =>
    found(epic.number, 'missing-child', `planned sub-issue ${order} "${cutTitle(title)}" does not exist`, null, `pilot decompose ${epic.number}`))
  const dead = [...facts.dead].sort((a, b) => a - b).map((issue) =>
    found(issue, 'dead-claim', `the claim of a run that ended without giving it back`, {under: null, actions: [{kind: 'clear-claim', issue}]}))
  return [...missing, ...dead, ...facts.children.flatMap((child) => [...linksOf(facts, child, found), ...(child.claimed ? [] : labelsOf(facts, child, found))])]
}
type Find = (issue: number, kind: DriftKind, detail: string, mend: Mend | null, by?: string) => Found

/** Native links and edges that the text of a child asks for. Both are written under the epic's claim, as decompose does. */
function linksOf({epic, links, children}: DriftFacts, {issue, native, blockers, pr}: ChildFacts, found: Find): Found[] {
  if (epic === null || !links) return []
  const under = epic.number
  const unlinked = !native && parentOf(issue.body) === under
  const link = !unlinked ? [] : issue.parent !== null && issue.parent !== under
    // GitHub keeps one parent for an issue: which of the two is meant is for a person to say
    ? [found(issue.number, 'missing-link', `names #${under} as its parent and is a sub-issue of #${issue.parent}`, null, `take #${issue.number} off the sub-issues of #${issue.parent}, or correct its Parent: line`)]
    : [found(issue.number, 'missing-link', `names #${under} as its parent and is no sub-issue of it`, {under, actions: [{kind: 'link-issue', parent: under, issue: issue.number, id: issue.id}]})]
  if (blockers === null || issue.state === 'closed' || pr?.merged === true) return link
  const known = new Set(blockers.map(({number}) => number))
  const wanted = dependsOn(issue.body).flatMap((n) => children.filter((child) => child.issue.number === n && n !== issue.number && child.issue.state === 'open' && !known.has(n)))
  return [...link, ...wanted.map(({issue: by}) => found(issue.number, 'missing-edge', `depends on #${by.number} by its text only`, {
    under, actions: [{kind: 'block-issue', issue: issue.number, by: by.number, id: by.id}],
  }))]
}

function labelsOf({attempts}: DriftFacts, {issue, pr}: ChildFacts, found: Find): Found[] {
  const {number, labels, state} = issue
  const has = (label: string): boolean => hasLabel(labels, label)
  const mend = (actions: Action[]): Mend => ({under: number, actions})
  if (pr?.merged === true && (state === 'open' || isCompletedReason(issue))) {
    const merged = `#${pr.number} is merged`
    // a person who opens an issue again after its merge wants something: that is not undone
    if (state === 'open' && issue.stateReason === 'reopened') return [found(number, 'not-settled', `${merged}, and the issue was opened again`, null, `pilot close-parent --pr ${pr.number}`)]
    const actions: Action[] = [...settleLabels(number, labels), ...(state === 'open' ? [{kind: 'close-issue', issue: number, reason: 'completed'} as const] : [])]
    return actions.length === 0 ? [] : [found(number, 'not-settled', `${merged}, and the issue ${state === 'open' ? 'is open' : 'has labels from before'}`, mend(actions))]
  }
  const stale = spelledAs(labels, 'pilot-in-progress')
  const rungs = RUNGS.filter(has)
  const recorded = attempts.get(number)
  return [
    ...(stale === undefined ? [] : [found(number, 'stale-in-progress', `labelled ${stale}, and no run holds its claim`, mend(takeOff(number, labels, ['pilot-in-progress'])))]),
    // beside the end of the ladder the second rung says that the rest of the end is still to be written
    ...(rungs.length < 2 ? [] : has('pilot-retry-exhausted') && has('pilot-retry-2')
      ? [found(number, 'two-rungs', 'its retries ended, and not all of it was written', null, `pilot retry ${number}`)]
      : [found(number, 'two-rungs', `on several rungs at once (${rungs.join(', ')}): the highest counts`, mend(takeOff(number, labels, rungs.slice(0, -1))))]),
    ...(has('pilot-done') && state === 'open'
      ? [found(number, 'done-without-merge', 'labelled pilot-done, open, and no pull request of it is merged', null, `take the label pilot-done off #${number}, or close it`)] : []),
    ...(has('pilot-retry-ready') && !has('pilot-failed') && recorded?.attempts.length === 0
      ? [found(number, 'retry-without-failure', 'labelled pilot-retry-ready, and no attempt is recorded', null, `pilot execute ${number}`)] : []),
  ]
}

/** The drifts that need nobody's judgement, by the claim that their mending takes. */
export function mendsOf(found: readonly Found[]): Map<number | null, Found[]> {
  const groups = new Map<number | null, Found[]>()
  for (const one of found) if (one.mend !== null) groups.set(one.mend.under, [...groups.get(one.mend.under) ?? [], one])
  return groups
}
