import {settleLabels} from '../core/retry/settle.js'
import {sameRepository} from '../core/family/children.js'
import {settleParent, type ParentStep, type SettledChild} from '../core/family/close-parent.js'
import {notWaitedFor} from '../core/family/summary.js'
import {parentOf} from '../core/issue/child-body.js'
import type {Comment, Issue} from '../core/issue/issue.js'
import type {Action} from '../core/action.js'
import {PilotError, type Code} from '../errors.js'
import {apply} from './apply.js'
import {pullsOf, type Merges} from './child-pulls.js'
import {glanceAtEpic, refreshed, type EpicView} from './family.js'
import {underClaim, wouldUnderClaim} from './guard.js'
import {closedByPull} from './merged-pull.js'
import {ifThere} from './snapshot.js'
import type {World} from './world.js'

export type ParentResult = {parent: number; outcome: ParentStep['outcome']; code: Code | null; reasons: string[]; actions: string[]}
/** What a person does not want to wait for: sub-issues by number, transferred ones by URL. */
export type CloseOptions = {waived: readonly number[]; waivedUrls: readonly string[]; onFault?: OnFault}
/** What to make of a fault at the epic above what was settled; where nobody says, it is thrown on. */
export type OnFault = (parent: number, error: unknown) => ParentResult
const NONE_WAIVED: CloseOptions = {waived: [], waivedUrls: []}

/**
 * After a merge: settles the issue that was merged (labels, closed), then the parent it belongs to, and the parent's parent.
 * `mergedPr` null: it was not, so only the parent is looked at. Answers null where it has none.
 */
export async function closeParentOf(world: World, number: number, mergedPr: number | null, options: CloseOptions = NONE_WAIVED): Promise<ParentResult | null> {
  const issue = await world.issues.get(number)
  // a pull request that closes an epic does not make its open sub-issues done
  if (mergedPr !== null && (issue.counts.openChildren ?? 0) > 0) {
    const epic = await glanceAtEpic(world, number)
    warnOfOpen(world, epic, mergedPr)
    return closeSeen(world, epic, options, new Map(), 0)
  }
  const settled = mergedPr === null ? [] : await settleChild(world, issue)
  const parent = await nativeParent(world, issue) ?? parentOf(issue.body) ?? null
  if (parent === null) return settled.length > 0 ? {parent: number, outcome: 'noop', code: null, reasons: [`#${number} is settled and has no parent`], actions: settled} : null
  const result = await tolerant(parent, options, async () => {
    const above = await ifThere(glanceAtEpic(world, parent))
    if (above === null) return {parent: number, outcome: 'noop', code: null, reasons: [`the parent #${parent} of #${number} ${GONE}`], actions: []}
    const seen = world.dryRun && mergedPr !== null ? asSettled(above, number) : above
    return closeSeen(world, seen, options, mergedPr === null ? new Map() : new Map([[number, [mergedPr]]]), 0)
  })
  return {...result, actions: [...settled, ...result.actions]}
}

async function tolerant<T extends ParentResult | null>(parent: number, {onFault}: CloseOptions, step: () => Promise<T>): Promise<T | ParentResult> {
  if (onFault === undefined) return step()
  return step().catch((error: unknown) => onFault(parent, error))
}

/** The epic as it is once that child is settled, which a dry run only speaks of. */
const asSettled = (view: EpicView, number: number): EpicView => ({
  ...view, children: view.children.map((child) => (child.issue.number === number ? {...child, issue: {...child.issue, state: 'closed', stateReason: 'completed'}} : child)),
})

function warnOfOpen(world: World, {epic, children}: EpicView, pr: number): void {
  const open = children.filter(({issue}) => issue.state === 'open').map(({issue}) => `#${issue.number}`)
  if (open.length === 0 || epic.state === 'open') return
  world.report.warn(`#${epic.number} was closed by pull request #${pr} although ${open.join(', ')} ${open.length === 1 ? 'is' : 'are'} open: gh issue reopen ${epic.number}`)
}

const GONE = 'is not in this repository any more'

/** A parent in another repository is nothing that pilot may close. */
async function nativeParent(world: World, issue: Issue): Promise<number | null> {
  const parent = await world.relations.parent(issue.number)
  return parent !== null && sameRepository(parent, issue) ? parent.number : null
}

/** To be called only on evidence: a merged pull request. */
export async function settleChild(world: World, issue: Issue): Promise<string[]> {
  const actions: Action[] = [...settleLabels(issue.number, issue.labels), ...(issue.state === 'open' ? [{kind: 'close-issue', issue: issue.number, reason: 'completed'} as const] : [])]
  return apply(world, actions)
}

/** Closes an epic when every planned child exists and is merged (or waived); rolls up to its own parent. Says exactly what is missing otherwise. */
async function closeSeen(world: World, seen: EpicView, options: CloseOptions, merges: Merges, depth: number): Promise<ParentResult> {
  const number = seen.epic.number
  const view = {...seen, merges: new Map([...seen.merges, ...merges])}
  const around = await aroundOf(world, view, options)
  const decided = (now: EpicView): ParentStep => settleParent({...stateOf(now), ...around, ...options, moved: view.moved})
  let step = decided(view)
  let actions: string[] = []
  if (step.actions.length > 0 && world.dryRun) actions = await wouldUnderClaim(world, number, () => apply(world, step.actions))
  else if (step.actions.length > 0) {
    // the claim is taken only when there is something to write, and what pilot itself writes is looked at again under it
    actions = await underClaim(world, number, async (held) => {
      step = decided(await refreshed(held, view))
      return apply(held, step.actions)
    })
  }
  if (depth === 0) for (const warning of step.warnings) world.report.warn(warning)
  const result: ParentResult = {parent: number, outcome: step.outcome, code: step.code ?? null, reasons: step.reasons, actions}
  if (step.rollUp === null || (step.outcome !== 'close' && step.outcome !== 'noop') || depth >= MAX_DEPTH) return result
  const above = await tolerant(step.rollUp, options, async () => {
    const parent = await ifThere(glanceAtEpic(world, step.rollUp!))
    return parent === null ? null : closeSeen(world, parent, options, new Map(), depth + 1)
  })
  if (above === null) return {...result, reasons: [...result.reasons, `its parent #${step.rollUp} ${GONE}`]}
  return {...result, reasons: [...result.reasons, ...above.reasons.map((reason) => `#${above.parent}: ${reason}`)], actions: [...actions, ...above.actions]}
}
/** GitHub's own limit of nested sub-issues. */
const MAX_DEPTH = 8

/** What no other run of pilot changes while this one decides: the children's merges and the parent above. A closed epic needs neither. */
async function aroundOf(world: World, view: EpicView, {waived}: CloseOptions): Promise<{children: SettledChild[]; nativeParent: number | null}> {
  const pulls = view.epic.state === 'closed' ? new Map<number, never>() : await pullsOf(world, view.children.map(({issue}) => issue), view.merges)
  const children = await Promise.all(view.children.map(async ({issue, key, order}): Promise<SettledChild> => {
    const pr = pulls.get(issue.number)?.pr
    if (pr?.merged === true) return {issue, key, order, mergedPr: pr.number}
    return {issue, key, order, mergedPr: null, elsewhere: pr?.elsewhere, rolledUp: view.epic.state === 'open' && await wasRolledUp(world, issue, waived)}
  }))
  return {children, nativeParent: await nativeParent(world, view.epic)}
}

function stateOf({epic, plan, memory}: EpicView) {
  const comment = (id: number | null | undefined): Comment | undefined => memory.comments.find((c) => c.id === id)
  return {epic, plan: plan?.decision === 'split' ? plan : null, progressComment: comment(memory.progress?.comment), summaryComment: comment(memory.summary)}
}

/**
 * An epic among the children has no pull request: the summary that its own closing left is its evidence, unless it was opened again since and
 * something in it is open now that nobody said not to wait for.
 */
async function wasRolledUp(world: World, issue: Issue, waived: readonly number[]): Promise<boolean> {
  if (issue.state !== 'closed' || issue.counts.comments === 0) return false
  const own = await world.own()
  const summary = (await world.comments.list(issue.number)).find((c) => own(c.author) && c.body.startsWith('<!-- pilot:summary v1 -->'))
  if (summary === undefined) return false
  const left = new Set([...waived, ...notWaitedFor(summary.body)])
  const {children} = await glanceAtEpic(world, issue.number)
  return children.every((child) => child.issue.state === 'closed' || left.has(child.issue.number))
}

export type MergeOf = {pr: number} | {issue: number}

/** From a merged pull request, one of the sub-issues, or the epic itself. */
export async function settleAfterMerge(world: World, of: MergeOf, options: CloseOptions): Promise<ParentResult> {
  if ('pr' in of) {
    let result: ParentResult | null = null
    for (const issue of await closedByPull(world, of.pr)) {
      const one = (await closeParentOf(world, issue, of.pr, options)) ?? {parent: issue, outcome: 'noop', code: null, reasons: [`#${issue} is settled and has no parent`], actions: []}
      result = result === null ? one : together(result, one)
    }
    if (result === null) throw new PilotError('INTERNAL', `pull request #${of.pr} closes nothing`)
    return result
  }
  const view = await glanceAtEpic(world, of.issue)
  if (view.children.length > 0 || view.plan !== null) return closeSeen(world, view, options, new Map(), 0)
  const pr = (await pullsOf(world, [view.epic], view.merges)).get(of.issue)?.pr
  if (pr?.elsewhere !== undefined) throw new PilotError('WAITING', `#${of.issue} waits: ${pr.elsewhere}`, [`gh pr view ${pr.number}`])
  return (await closeParentOf(world, of.issue, pr?.merged === true ? pr.number : null, options)) ?? closeSeen(world, view, options, new Map(), 0)
}

/** One pull request can close several sub-issues: what is still open counts before what is done. */
function together(a: ParentResult, b: ParentResult): ParentResult {
  const main = b.code !== null || (a.code === null && b.outcome === 'close') ? b : a
  return {...main, reasons: [...new Set([...a.reasons, ...b.reasons])], actions: [...a.actions, ...b.actions]}
}

/** What a `ParentResult` means for the command: closed, nothing to do, or an error that names what is missing. */
export function parentError(result: ParentResult): PilotError | null {
  if (result.outcome === 'close' || result.outcome === 'noop') return null
  return new PilotError(result.code ?? 'CHILDREN_OPEN', `#${result.parent} stays open: ${result.reasons.join('; ')}`, [`pilot status ${result.parent}`])
}
