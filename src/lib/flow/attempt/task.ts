import {childMark, dependsOn, parentOf} from '../../core/issue/child-body.js'
import {hasLabel} from '../../core/issue/labels.js'
import {trustOf, type Trust} from '../../core/issue/trust.js'
import type {Issue, Pull} from '../../core/issue/issue.js'
import {admit, alreadyDone, type Admission, type TaskFacts} from '../../core/run/admission.js'
import {branchOf} from '../../core/run/branch.js'
import {isDone} from '../../core/issue/done.js'
import {attemptsOf, ifThere, NO_MEMORY, readIssue, readMemory, type Memory} from '../snapshot.js'
import type {World} from '../world.js'

/** One issue as `execute`, `retry` and `land` see it. `labeller`: whose permission GitHub was asked for. */
export type Task = TaskFacts & {pulls: Pull[]; parent: number | null; attemptsComment: number | null; admission: Admission; labeller: Labeller | null; /** issues above it that were read on the way, the nearest first */ ancestors: readonly Issue[]; /** a plan of sub-issues is kept on it */ planned: boolean}
type Labeller = {login: string; permission: string}

/** What an issue shows of itself. Its pull requests are looked for only where an attempt was recorded: nothing else of pilot's opens one. */
export type Glance = {issue: Issue; memory: Memory; pulls: Pull[]; /** nothing is left to do */ done: Extract<Admission, {kind: 'noop'}> | undefined}

/** The first look at an issue. One that says it has no comments is not asked for them. */
export async function glance(world: World, number: number): Promise<Glance> {
  const issue = await readIssue(world, number)
  const memory = issue.counts.comments === 0 ? NO_MEMORY : await readMemory(world, number)
  const attempts = attemptsOf(memory)
  const pulls = attempts.attempts.length === 0 ? [] : await world.pulls.ofBranch(branchOf(number))
  return {issue, memory, pulls, done: alreadyDone({issue, attempts, pulls})}
}

/**
 * The read before a claim: enough to refuse without taking one. What GitHub's own counts rule out is not asked for, and where nothing is left
 * to do nothing more is. A dry run takes no claim, so for it this is the read that decides.
 */
export async function preview(world: World, seen: Glance): Promise<Task> {
  const {issue} = seen
  if (world.dryRun) return readTask(world, issue.number)
  if (seen.done !== undefined) return taskOf(world, seen, [], {trust: NOT_ASKED, labeller: null, ancestors: []})
  const [blockers, judged] = await Promise.all([mayBeBlocked(issue) ? blockersOf(world, issue) : [], judge(world, issue, null)])
  return taskOf(world, seen, blockers, judged)
}

/**
 * The read under a claim, of everything and from GitHub: what was true before may be false now. Of the one before only the labeller's
 * permission is taken, seconds old, where it is the same labeller still.
 */
export async function readTask(world: World, number: number, before?: Task): Promise<Task> {
  const issue = await readIssue(world, number)
  const [memory, pulls, blockers, judged] = await Promise.all([
    readMemory(world, number), world.pulls.ofBranch(branchOf(number)), blockersOf(world, issue), judge(world, issue, before?.labeller ?? null),
  ])
  return taskOf(world, {issue, memory, pulls}, blockers, judged)
}

function taskOf(world: World, {issue, memory, pulls}: Pick<Glance, 'issue' | 'memory' | 'pulls'>, blockers: TaskFacts['blockers'], {trust, labeller, ancestors}: Judged): Task {
  const facts = {issue, attempts: attemptsOf(memory), blockers, trust, pulls}
  return {...facts, labeller, ancestors, parent: parentIn(issue), attemptsComment: memory.attempts?.comment ?? null, planned: memory.plan?.value.decision === 'split', admission: admit(facts, world.config.settings)}
}

/** The issue as it will be once these are merged, for a dry run, which merges nothing. */
export async function readTaskAfter(world: World, number: number, merged: ReadonlySet<number>): Promise<Task> {
  const task = await readTask(world, number)
  const blockers = task.blockers.map((blocker) => ({...blocker, merged: blocker.merged || merged.has(blocker.number)}))
  return {...task, blockers, admission: admit({...task, blockers}, world.config.settings)}
}

/** The epic that an issue names as its own, else the one that GitHub links it to. */
export const parentIn = (issue: Issue): number | null => parentOf(issue.body) ?? issue.parent

/** Nobody asked, so nobody is trusted. */
const NOT_ASKED: Trust = {trusted: false, who: 'author', login: null, reason: 'nothing is left to do'}

/** False where GitHub counts no open blocker and as many edges as the text has lines. */
function mayBeBlocked({body, counts}: Issue): boolean {
  return counts.openBlockers !== 0 || dependsOn(body).length > (counts.blockers ?? 0)
}

/** Native edges and `Depends on:` lines together. Work counts as merged when its issue is done. */
export async function blockersOf(world: World, issue: Issue): Promise<TaskFacts['blockers']> {
  const native = (await world.relations.blockers(issue.number)) ?? []
  const known = new Map<number, Issue | null>(native.map((blocker) => [blocker.number, blocker]))
  for (const number of dependsOn(issue.body)) if (!known.has(number)) known.set(number, await ifThere(world.issues.get(number)))
  return [...known].map(([number, blocker]) => ({number, merged: blocker !== null && isDone(blocker), gone: blocker === null}))
}

type Judged = {trust: Trust; labeller: Labeller | null; ancestors: readonly Issue[]}

/** May the text of this issue be acted on? */
export const trustIn = async (world: World, issue: Issue): Promise<Trust> => (await judge(world, issue, null)).trust

/** The author's standing and the labeller's; a child made by pilot stands and falls with its parent. */
async function judge(world: World, issue: Issue, known: Labeller | null, depth = 0): Promise<Judged> {
  const own = await world.own()
  const mark = childMark(issue.body)
  const parentTrust = mark !== undefined && own(issue.author) && depth < MAX_DEPTH ? await parentTrustOf(world, mark.parent, known, depth) : undefined
  if (parentTrust !== undefined) return parentTrust
  const by = (labeller: Labeller | null): Trust => trustOf(issue, labeller, world.config.settings.trust, own)
  if (!hasLabel(issue.labels, 'pilot')) return {trust: by(OPERATOR), labeller: null, ancestors: []}
  const login = await world.people.labelledBy(issue.number, 'pilot')
  if (login === null) return {trust: by(null), labeller: null, ancestors: []}
  if (own(login)) return {trust: by({login, permission: 'write'}), labeller: null, ancestors: []}
  const labeller = known?.login === login ? known : {login, permission: await world.people.permission(login)}
  return {trust: by(labeller), labeller, ancestors: []}
}
/** Without the label it is the person at the command line who chose the issue, and they may run what they like. */
const OPERATOR = {login: 'operator', permission: 'write'}
/** GitHub allows 8 levels of sub-issues; a longer chain of `Parent:` lines is somebody's joke. */
const MAX_DEPTH = 8

async function parentTrustOf(world: World, parent: number, known: Labeller | null, depth: number): Promise<Judged> {
  const issue = await ifThere(world.issues.get(parent))
  if (issue !== null) {
    const judged = await judge(world, issue, known, depth + 1)
    return {...judged, ancestors: [issue, ...judged.ancestors]}
  }
  return {trust: {trusted: false, who: 'author', login: null, reason: `its text was taken from #${parent}, which does not exist any more, so nobody answers for it`}, labeller: null, ancestors: []}
}
