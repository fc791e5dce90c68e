import {childMark, dependsOn, parentOf} from '../../core/issue/child-body.js'
import {hasLabel} from '../../core/issue/labels.js'
import {trustOf, type Trust} from '../../core/issue/trust.js'
import type {Issue, Pull} from '../../core/issue/issue.js'
import {admit, type Admission, type TaskFacts} from '../../core/run/admission.js'
import {PilotError} from '../../errors.js'
import {attemptsOf, readIssue, readMemory} from '../snapshot.js'
import type {World} from '../world.js'
import {branchOf} from './run.js'

/** One issue as `execute`, `retry` and `land` see it, read fresh. */
export type Task = TaskFacts & {pulls: Pull[]; parent: number | null; attemptsComment: number | null; admission: Admission}

/** The one read before an issue is worked on; done twice, because what was true before the claim may be false under it. */
export async function readTask(world: World, number: number): Promise<Task> {
  const issue = await readIssue(world, number)
  const [memory, pulls, blockers, trust] = await Promise.all([
    readMemory(world, number), world.pulls.ofBranch(branchOf(number)), blockersOf(world, issue), trustIn(world, issue),
  ])
  const facts = {issue, attempts: attemptsOf(memory), blockers, trust, pulls}
  return {...facts, parent: parentOf(issue.body) ?? null, attemptsComment: memory.attempts?.comment ?? null, admission: admit(facts, world.config.settings)}
}

/** Native edges and `Depends on:` lines together. Work counts as merged when its issue is done: closed as completed, or marked so by pilot. */
export async function blockersOf(world: World, issue: Issue): Promise<{number: number; merged: boolean}[]> {
  const native = (await world.relations.blockers(issue.number)) ?? []
  const known = new Map(native.map((blocker) => [blocker.number, blocker]))
  for (const number of dependsOn(issue.body)) if (!known.has(number)) known.set(number, await world.issues.get(number))
  return [...known.values()].map((blocker) => ({number: blocker.number, merged: isDone(blocker)}))
}

export const isDone = (issue: Issue): boolean => hasLabel(issue.labels, 'pilot-done') || (issue.state === 'closed' && issue.stateReason === 'completed')

/** The author's standing and the labeller's; a child made by pilot stands and falls with its parent. */
async function trustIn(world: World, issue: Issue, depth = 0): Promise<Trust> {
  const own = await world.own()
  const mark = childMark(issue.body)
  const parentTrust = mark !== undefined && own(issue.author) && depth < MAX_DEPTH ? await parentTrustOf(world, mark.parent, depth) : undefined
  if (parentTrust !== undefined) return parentTrust
  const login = hasLabel(issue.labels, 'pilot') ? await world.people.labelledBy(issue.number, 'pilot') : null
  const labeller = !hasLabel(issue.labels, 'pilot') ? OPERATOR : login === null ? null : {login, permission: own(login) ? 'write' : await world.people.permission(login)}
  return trustOf(issue, labeller, world.config.settings.trust, own)
}
/** Without the label it is the person at the command line who chose the issue, and they may run what they like. */
const OPERATOR = {login: 'operator', permission: 'write'}
/** GitHub allows 8 levels of sub-issues; a longer chain of `Parent:` lines is somebody's joke. */
const MAX_DEPTH = 8

async function parentTrustOf(world: World, parent: number, depth: number): Promise<Trust | undefined> {
  try {
    return await trustIn(world, await world.issues.get(parent), depth + 1)
  } catch (error) {
    if (error instanceof PilotError && error.code === 'ISSUE_NOT_FOUND') return undefined
    throw error
  }
}
