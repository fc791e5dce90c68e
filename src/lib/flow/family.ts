import {childMark, dependsOn, parentOf} from '../core/issue/child-body.js'
import {familyOf, namesParent, type Child, type Moved} from '../core/family/children.js'
import {familyProgress, type ChildFacts, type ChildProgress} from '../core/family/progress.js'
import {recognise} from '../core/family/recognise.js'
import {closes} from '../core/issue/closes.js'
import type {Issue, Pull} from '../core/issue/issue.js'
import {hasLabel} from '../core/issue/labels.js'
import {isTrustedAuthor} from '../core/issue/trust.js'
import type {EpicPlan, Subtask} from '../core/plan/plan.js'
import {pullsOf, type Merges} from './child-pulls.js'
import {ifThere, NO_MEMORY, readIssue, readMemory, readPlan, type Memory} from './snapshot.js'
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
  /** issues that have sub-issues of their own: epics within the epic */
  nested: ReadonlySet<number>
  /** issues that name any other as their parent, for the families within the family */
  naming: readonly Issue[]
  /** merged pull requests by the issues that they say they close */
  merges: Merges
}

/** Native sub-issues together with what the issue list names as children. Children are never older than their epic, which bounds the list. `known`: what was just read. */
export async function readEpic(world: World, number: number, known?: {issue: Issue; memory: Memory; native?: readonly Issue[]}): Promise<EpicView> {
  const epic = known?.issue ?? await readIssue(world, number)
  const [memory, native, own] = await Promise.all([known?.memory ?? readMemory(world, number), known?.native ?? world.relations.children(number), world.own()])
  const listed: Issue[] = []
  const naming: Issue[] = []
  const nested = new Set<number>()
  const merges = new Map<number, number[]>()
  let newest = number
  for await (const issue of world.issues.list({state: 'all', since: epic.createdAt})) {
    newest = Math.max(newest, issue.number)
    if (namesParent(issue, number)) listed.push(issue)
    else if (!issue.isPull && parentOf(issue.body) !== undefined) naming.push(issue)
    const parent = childMark(issue.body)?.parent
    if (parent !== undefined && parent !== number && own(issue.author)) nested.add(parent)
    if (issue.merged && isTrustedAuthor(issue, world.config.settings.trust, own)) for (const n of closes(issue.body, world.repo)) merges.set(n, [...merges.get(n) ?? [], issue.number].sort((a, b) => b - a))
  }
  return grouped(world, {epic, memory, native, listed, newest, nested, naming, merges})
}

/**
 * The same view with what pilot itself writes to an epic read again. Whatever another run does to an epic begins or ends with one of its
 * comments: where none of them changed, nothing else is asked.
 */
export async function refreshed(world: World, view: EpicView): Promise<EpicView> {
  const {number} = view.epic
  const memory = await readMemory(world, number)
  if (JSON.stringify(memory.comments) === JSON.stringify(view.memory.comments)) return view
  return grouped(world, {...view, epic: await readIssue(world, number), memory})
}

/** The children of a child, from the same read; native links without a `Parent:` line do not show here. */
export async function familyWithin(world: World, view: EpicView, child: Issue): Promise<Child[]> {
  return within(child, view.naming, await world.own())
}

const within = (child: Issue, naming: readonly Issue[], own: (login: string) => boolean): Child[] => {
  const its = naming.filter((issue) => namesParent(issue, child.number))
  return its.length === 0 ? [] : familyOf(child, null, its, own).children
}

/** The same before a claim is taken: an epic that says it has no comments is not asked for them. */
export async function glanceAtEpic(world: World, number: number): Promise<EpicView> {
  const issue = await readIssue(world, number)
  return readEpic(world, number, issue.counts.comments === 0 ? {issue, memory: NO_MEMORY} : {issue, memory: await readMemory(world, number)})
}

/** The family of an issue that is most likely none: where GitHub counts no sub-issues, they are not asked for. */
export const familyAt = (world: World, {issue, memory}: {issue: Issue; memory: Memory}): Promise<EpicView> =>
  readEpic(world, issue.number, {issue, memory, ...(issue.counts.children === 0 ? {native: []} : {})})

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

async function grouped(world: World, read: Omit<EpicView, 'children' | 'moved' | 'plan'>): Promise<EpicView> {
  const {epic, memory, native, listed, naming} = read
  const own = await world.own()
  const {children, foreign, moved} = familyOf(epic, native, listed, own)
  for (const f of foreign) world.report.warn(`#${f.issue} by ${f.author} is not counted as a child of #${epic.number}: ${f.detail}`)
  const plan = await readPlan(world, epic.number, memory, new Set(children.flatMap((child) => child.plan ?? [])))
  // as when it is named alone: what has sub-issues is worked on through them, whoever made them
  const epics = children.filter(({issue}) => !hasLabel(issue.labels, 'no-decompose') && ((issue.counts.children ?? 0) > 0 || within(issue, naming, own).length > 0))
  return {...read, nested: new Set([...read.nested, ...epics.map(({issue}) => issue.number)]), plan, children: recognise(epic.number, children, plan, own), moved}
}

/** What the plan says of a child: found by its key, since a new plan may give its order to another. Undefined where the plan in force does not hold it. */
export function plannedAs(view: EpicView, child: number): Subtask | undefined {
  const key = view.children.find(({issue}) => issue.number === child)?.key ?? null
  return key === null ? undefined : view.plan?.subtasks.find((subtask) => subtask.key === key)
}

/** Planned sub-issues that are not there, transferred ones left out. */
export function missingOf({plan, children, moved}: Pick<EpicView, 'plan' | 'children' | 'moved'>): {order: number; title: string}[] {
  const there = new Set([...children.map(({key}) => key), ...moved.map(({key}) => key)])
  return plan?.decision === 'split' ? plan.subtasks.filter(({key}) => !there.has(key)).map(({order, title}) => ({order, title})) : []
}

export const isEpic = (view: EpicView): boolean => view.children.length > 0 || (view.plan !== null && view.plan.decision === 'split')

/** A child with its pull request as the list shows it. */
export type ChildLooked = ChildFacts & {pull: Pull | null}
/** What is known before the children are looked at, and how their native blockers are read. */
export type Known = {claimed: ReadonlySet<number>; merges: Merges; blockers: (issue: Issue) => Promise<readonly Issue[] | null>}

const freshly = async (world: World, merges: Merges): Promise<Known> =>
  ({claimed: await world.claims.live(), merges, blockers: (issue) => world.relations.blockers(issue.number)})

/** What each child's own state follows from: its pull request, a live claim, its blockers. */
export async function childFacts(world: World, children: readonly Child[], known: Known): Promise<ChildLooked[]> {
  const pulls = await pullsOf(world, children.map(({issue}) => issue), known.merges)
  return Promise.all(children.map(async (child): Promise<ChildLooked> => {
    const {number, state, labels} = child.issue
    const settled = state === 'closed' && labels.some((label) => label.toLowerCase() === 'pilot-done')
    const {pr = null, pull = null} = pulls.get(number) ?? {}
    return {...child, claimed: known.claimed.has(number), pr, pull, blockers: settled ? [] : await known.blockers(child.issue)}
  }))
}

/** Every child with its state, what blocks it and the next command. */
export async function readProgress(world: World, view: EpicView): Promise<{facts: ChildFacts[]; rows: ChildProgress[]}> {
  return progressOf(world, view.epic.number, await childFacts(world, view.children, await freshly(world, view.merges)))
}

/** The same of children that were looked at; `epic` never blocks, null: they are no family. */
export async function progressOf<F extends ChildFacts>(world: World, epic: number | null, facts: F[]): Promise<{facts: F[]; rows: ChildProgress[]}> {
  const siblings = new Set(facts.map((child) => child.issue.number))
  const outside = new Map<number, Issue>()
  for (const child of facts) {
    const known = new Set((child.blockers ?? []).map((blocker) => blocker.number))
    for (const n of dependsOn(child.issue.body)) if (!siblings.has(n) && !known.has(n) && !outside.has(n)) {
      const issue = await ifThere(world.issues.get(n))
      if (issue !== null) outside.set(n, issue)
    }
  }
  return {facts, rows: familyProgress(epic, facts, outside)}
}
