import {childMark, dependsOn, parentOf} from '../core/issue/child-body.js'
import {familyOf, type Child} from '../core/family/children.js'
import {familyProgress, type ChildFacts, type ChildProgress} from '../core/family/progress.js'
import type {Issue, Pull} from '../core/issue/issue.js'
import type {EpicPlan} from '../core/plan/plan.js'
import {branchOf} from './attempt/run.js'
import {readIssue, readMemory, readPlan, type Memory} from './snapshot.js'
import type {World} from './world.js'

/** An epic with its children as GitHub shows them now. */
export type EpicView = {epic: Issue; memory: Memory; plan: EpicPlan | null; children: Child[]; /** whether the server has native sub-issues */ hasSubIssues: boolean}

/** Native sub-issues together with what the issue list names as children. Children are never older than their epic, which bounds the list. */
export async function readEpic(world: World, number: number, known?: Issue): Promise<EpicView> {
  const epic = known ?? await readIssue(world, number)
  const [memory, native, own] = await Promise.all([readMemory(world, number), world.relations.children(number), world.own()])
  const listed: Issue[] = []
  for await (const issue of world.issues.list({state: 'all', since: epic.createdAt})) {
    if (!issue.isPull && (childMark(issue.body)?.parent === number || parentOf(issue.body) === number)) listed.push(issue)
  }
  const {children, foreign} = familyOf(epic, native, listed, own)
  for (const f of foreign) world.report.warn(`#${f.issue} by ${f.author} is not counted as a child of #${number}: ${f.detail}`)
  return {epic, memory, plan: await readPlan(world, number, memory), children, hasSubIssues: native !== null}
}

export const isEpic = (view: EpicView): boolean => view.children.length > 0 || (view.plan !== null && view.plan.decision === 'split')

/** What each child's own state follows from: its pull request, a live claim, its blockers. */
export async function childFacts(world: World, children: readonly Child[]): Promise<ChildFacts[]> {
  const claims = await world.claims.live()
  return Promise.all(children.map(async (child) => {
    const settled = child.issue.state === 'closed' && child.issue.labels.some((label) => label.toLowerCase() === 'pilot-done')
    const [pulls, blockers] = await Promise.all([world.pulls.ofBranch(branchOf(child.issue.number)), settled ? [] : world.relations.blockers(child.issue.number)])
    return {...child, claimed: claims.has(child.issue.number), pr: newest(pulls), blockers}
  }))
}
/** The merged pull request where there is one, else the newest. */
const newest = (pulls: readonly Pull[]): ChildFacts['pr'] => pulls.find((pull) => pull.merged) ?? pulls[0] ?? null

/** Every child with its state, what blocks it and the next command. */
export async function readProgress(world: World, view: EpicView): Promise<{facts: ChildFacts[]; rows: ChildProgress[]}> {
  return progressOf(world, view.epic.number, view.children)
}

/** The same for any issues; `epic` never blocks. */
export async function progressOf(world: World, epic: number, children: readonly Child[]): Promise<{facts: ChildFacts[]; rows: ChildProgress[]}> {
  const facts = await childFacts(world, children)
  const siblings = new Set(facts.map((child) => child.issue.number))
  const outside = new Map<number, Issue>()
  for (const child of facts) {
    const known = new Set((child.blockers ?? []).map((blocker) => blocker.number))
    for (const n of dependsOn(child.issue.body)) if (!siblings.has(n) && !known.has(n) && !outside.has(n)) outside.set(n, await world.issues.get(n))
  }
  return {facts, rows: familyProgress(epic, facts, outside)}
}
