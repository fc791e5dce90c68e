import {childMark, dependsOn, parentOf} from '../core/issue/child-body.js'
import {familyOf, type Child, type Moved} from '../core/family/children.js'
import {familyProgress, type ChildFacts, type ChildProgress} from '../core/family/progress.js'
import {recognise} from '../core/family/recognise.js'
import type {Issue, Pull} from '../core/issue/issue.js'
import type {EpicPlan} from '../core/plan/plan.js'
import {PilotError} from '../errors.js'
import {branchOf} from './attempt/run.js'
import {readIssue, readMemory, readPlan, type Memory} from './snapshot.js'
import type {World} from './world.js'

/** An epic with its children as GitHub shows them now. */
export type EpicView = {
  epic: Issue; memory: Memory; plan: EpicPlan | null; children: Child[]
  /** planned children that a person transferred to another repository */
  moved: Moved[]
  /** native sub-issues, of whatever repository; null where the server has none */
  native: readonly Issue[] | null
  /** what the issue list names as children, and the highest number of any issue in it */
  listed: readonly Issue[]
  newest: number
  /** issues that have sub-issues of their own, made by pilot: epics within the epic */
  nested: ReadonlySet<number>
}

/** Native sub-issues together with what the issue list names as children. Children are never older than their epic, which bounds the list. */
export async function readEpic(world: World, number: number, known?: {issue: Issue; memory: Memory}): Promise<EpicView> {
  const epic = known?.issue ?? await readIssue(world, number)
  const [memory, native, own] = await Promise.all([known?.memory ?? readMemory(world, number), world.relations.children(number), world.own()])
  const listed: Issue[] = []
  const nested = new Set<number>()
  let newest = number
  for await (const issue of world.issues.list({state: 'all', since: epic.createdAt})) {
    newest = Math.max(newest, issue.number)
    if (namesParent(issue, number)) listed.push(issue)
    const parent = childMark(issue.body)?.parent
    if (parent !== undefined && parent !== number && own(issue.author)) nested.add(parent)
  }
  return grouped(world, {epic, memory, plan: await readPlan(world, number, memory), native, listed, newest, nested})
}

/** The same with the issues that are younger than anything in the list, which may trail by minutes. Numbers are given out in order. */
export async function withUnlisted(world: World, view: EpicView): Promise<EpicView> {
  const listed = [...view.listed]
  let {newest} = view
  for await (const issue of world.issues.newerThan(newest)) {
    newest = issue.number
    if (namesParent(issue, view.epic.number)) listed.push(issue)
  }
  return newest === view.newest ? view : grouped(world, {...view, listed, newest})
}

const namesParent = (issue: Issue, epic: number): boolean => !issue.isPull && (childMark(issue.body)?.parent === epic || parentOf(issue.body) === epic)

async function grouped(world: World, read: Omit<EpicView, 'children' | 'moved'>): Promise<EpicView> {
  const {epic, plan, native, listed} = read
  const own = await world.own()
  const {children, foreign, moved} = familyOf(epic, native, listed, own)
  for (const f of foreign) world.report.warn(`#${f.issue} by ${f.author} is not counted as a child of #${epic.number}: ${f.detail}`)
  return {...read, children: recognise(epic.number, children, plan, own), moved}
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
    for (const n of dependsOn(child.issue.body)) if (!siblings.has(n) && !known.has(n) && !outside.has(n)) {
      const issue = await there(world, n)
      if (issue !== null) outside.set(n, issue)
    }
  }
  return {facts, rows: familyProgress(epic, facts, outside)}
}

/** null: deleted or transferred since it was named. */
async function there(world: World, number: number): Promise<Issue | null> {
  try {
    return await world.issues.get(number)
  } catch (error) {
    if (error instanceof PilotError && error.code === 'ISSUE_NOT_FOUND') return null
    throw error
  }
}
