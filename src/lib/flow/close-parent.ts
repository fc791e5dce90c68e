import {settleLabels} from '../core/retry/settle.js'
import {settleParent, type ParentStep, type SettledChild} from '../core/family/close-parent.js'
import {parentOf} from '../core/issue/child-body.js'
import type {Comment, Issue, Pull} from '../core/issue/issue.js'
import type {Action} from '../core/action.js'
import {PilotError, type Code} from '../errors.js'
import {apply} from './apply.js'
import {branchOf, issueOfBranch} from './attempt/run.js'
import {readEpic} from './family.js'
import {underClaim} from './guard.js'
import type {World} from './world.js'

export type ParentResult = {parent: number; outcome: ParentStep['outcome']; code: Code | null; reasons: string[]; actions: string[]}
export type CloseOptions = {waived: readonly number[]}

/** After a merge: settles the issue that was merged (labels, closed), then the parent it belongs to, and the parent's parent. null: it has none. */
export async function closeParentOf(world: World, number: number, mergedPr: number | null, options: CloseOptions = {waived: []}): Promise<ParentResult | null> {
  const issue = await world.issues.get(number)
  const settled = await settleChild(world, issue, mergedPr)
  const parent = (await world.relations.parent(number))?.number ?? parentOf(issue.body) ?? null
  if (parent === null) return settled.length > 0 ? {parent: number, outcome: 'noop', code: null, reasons: [`#${number} has no parent`], actions: settled} : null
  const result = await closeParent(world, parent, options)
  return {...result, actions: [...settled, ...result.actions]}
}

/** A child is settled only on evidence: a merged pull request. */
async function settleChild(world: World, issue: Issue, mergedPr: number | null): Promise<string[]> {
  const merged = mergedPr ?? (await world.pulls.ofBranch(branchOf(issue.number))).find((pull) => pull.merged)?.number ?? null
  if (merged === null) return []
  const actions: Action[] = [...settleLabels(issue.number, issue.labels), ...(issue.state === 'open' ? [{kind: 'close-issue', issue: issue.number, reason: 'completed'} as const] : [])]
  return apply(world, actions)
}

/** Closes an epic when every planned child exists and is merged (or waived); rolls up to its own parent. Says exactly what is missing otherwise. */
export async function closeParent(world: World, number: number, options: CloseOptions, depth = 0): Promise<ParentResult> {
  const look = async (w: World): Promise<ParentStep> => settleParent(await settleInput(w, number, options))
  let step = await look(world)
  let actions: string[] = []
  if (step.actions.length > 0 && world.dryRun) actions = await apply(world, step.actions)
  else if (step.actions.length > 0) {
    // the claim is taken only when there is something to write, and what was true before it is looked at again under it
    actions = await underClaim(world, number, async (held) => {
      step = await look(held)
      return apply(held, step.actions)
    })
  }
  for (const warning of step.warnings) world.report.warn(warning)
  const result: ParentResult = {parent: number, outcome: step.outcome, code: step.code ?? null, reasons: step.reasons, actions}
  if (step.rollUp === null || (step.outcome !== 'close' && step.outcome !== 'noop') || depth >= MAX_DEPTH) return result
  const above = await closeParent(world, step.rollUp, options, depth + 1)
  return {...result, reasons: [...result.reasons, ...above.reasons.map((reason) => `#${above.parent}: ${reason}`)], actions: [...actions, ...above.actions]}
}
/** GitHub's own limit of nested sub-issues. */
const MAX_DEPTH = 8

async function settleInput(world: World, number: number, {waived}: CloseOptions) {
  const view = await readEpic(world, number)
  const comment = (id: number | null | undefined): Comment | undefined => view.memory.comments.find((c) => c.id === id)
  const children = await Promise.all(view.children.map(async (child): Promise<SettledChild> => ({
    issue: child.issue, key: child.key, order: child.order, ...(await evidenceOf(world, child.issue)),
  })))
  return {
    epic: view.epic, plan: view.plan?.decision === 'split' ? view.plan : null, children, waived, progressComment: comment(view.memory.progress?.comment),
    summaryComment: comment(view.memory.summary), nativeParent: (await world.relations.parent(number))?.number ?? null,
  }
}

/** A merged pull request of the child's branch; else, for an epic among the children, the summary that its own closing left. */
async function evidenceOf(world: World, issue: Issue): Promise<Pick<SettledChild, 'mergedPr' | 'rolledUp'>> {
  const merged = (await world.pulls.ofBranch(branchOf(issue.number))).find((pull: Pull) => pull.merged)
  if (merged !== undefined) return {mergedPr: merged.number}
  if (issue.state !== 'closed') return {mergedPr: null}
  const own = await world.own()
  const summary = (await world.comments.list(issue.number)).some((c) => own(c.author) && c.body.startsWith('<!-- pilot:summary v1 -->'))
  return {mergedPr: null, rolledUp: summary}
}

export type MergeOf = {pr: number} | {issue: number}

/** From a merged pull request, one of the sub-issues, or the epic itself. */
export async function settleAfterMerge(world: World, of: MergeOf, options: CloseOptions): Promise<ParentResult> {
  if ('pr' in of) {
    const pull = await world.pulls.get(of.pr)
    const issue = issueOfBranch(pull.headRef)
    if (issue === null) throw new PilotError('NOT_VERIFIED', `pull request #${of.pr} comes from ${pull.headRef}, which is not a branch of pilot's`, [`pilot close-parent EPIC`])
    if (!pull.merged) throw new PilotError('WAITING', `pull request #${of.pr} is not merged`, [`pilot land ${of.pr}`])
    return (await closeParentOf(world, issue, of.pr, options)) ?? {parent: issue, outcome: 'noop', code: null, reasons: [`#${issue} is settled and has no parent`], actions: []}
  }
  const view = await readEpic(world, of.issue)
  if (view.children.length > 0 || view.plan !== null) return closeParent(world, of.issue, options)
  return (await closeParentOf(world, of.issue, null, options)) ?? closeParent(world, of.issue, options)
}

/** What a `ParentResult` means for the command: closed, nothing to do, or an error that names what is missing. */
export function parentError(result: ParentResult): PilotError | null {
  if (result.outcome === 'close' || result.outcome === 'noop') return null
  return new PilotError(result.code ?? 'CHILDREN_OPEN', `#${result.parent} stays open: ${result.reasons.join('; ')}`, [`pilot status ${result.parent}`])
}
