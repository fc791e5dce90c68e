import {addCost} from '../core/cost/usage.js'
import {checksState, type ChecksState} from '../core/issue/checks.js'
import {hasLabel} from '../core/issue/labels.js'
import {familyOf, type Child} from '../core/family/children.js'
import {recognise} from '../core/family/recognise.js'
import type {Issue} from '../core/issue/issue.js'
import {counted, unpricedOf, type Attempts} from '../core/run/attempt.js'
import {retargeting} from '../core/run/landing.js'
import type {ChildProgress} from '../core/family/progress.js'
import {driftOf, type Drift, type DriftFacts} from '../core/family/repair.js'
import {childFacts, familyWithin, glanceAtEpic, isEpic, missingOf, progressOf, type ChildLooked, type EpicView, type Known} from './family.js'
import {attemptsOf, memoryOnce, NO_MEMORY, readPlan} from './snapshot.js'
import {isUnmade} from './unmade.js'
import type {World} from './world.js'

export type StatusRow = {
  number: number; title: string; state: ChildProgress['state']; attempt: number | null; pr: number | null; checks: ChecksState | null
  costUsd: number | null; /** calls of unknown cost, which `costUsd` lacks; absent: none */ unpricedCalls?: number | undefined; blockedBy: number[]; next: string
}
export type StatusEpic = {number: number; title: string; state: 'open' | 'closed'; planned: number | null}
/** The sub-issues of an epic within the epic come directly after it. `actions`: what a repair mended, or would mend in a dry run; only of one. */
export type StatusResult = {epic: StatusEpic | null; children: StatusRow[]; drift: Drift[]; actions?: string[] | undefined}
/** `depth`: how many epics stand between a row and the top, for the view. `unmade`: it is planned, and `decompose` goes on. `looked`: what a repair starts from. */
export type StatusLook = {result: StatusResult; depth: ReadonlyMap<number, number>; unmade: boolean; looked: DriftFacts[]}

/** One issue's family, or a single issue as its own only row. */
export async function statusOf(world: World, number: number): Promise<StatusLook> {
  const [view, standing] = await Promise.all([glanceAtEpic(world, number), world.claims.standing()])
  const known = {...knownOf(world, standing.live), merges: view.merges}
  if (!isEpic(view)) return singles(world, [view.epic], known, new Set([...standing.dead].filter((n) => n === number)))
  const {epic: {title, state}, plan} = view
  const epic = {number, title, state, planned: plan === null ? null : plan.subtasks.length}
  const families = await familiesOf(world, view)
  const facts = await childFacts(world, families.flatMap(({children}) => children), known)
  const rows = new Map<number, StatusRow>()
  const looked: DriftFacts[] = []
  const dead = (n: number): boolean => standing.dead.has(n)
  const memoryOf = memoryOnce(world)
  for (const {parent, children} of families) {
    const own = facts.filter((fact) => children.some(({issue}) => issue.number === fact.issue.number))
    const read = await rowsOf(world, (await progressOf(world, parent.number, own)).rows, own, memoryOf)
    for (const row of read.rows) rows.set(row.number, row)
    const isTop = parent === view.epic
    looked.push({
      epic: parent, missing: isTop ? missingOf(view) : await missingWithin(world, {parent, children}, memoryOf), links: isTop && view.native !== null, children: own, attempts: read.attempts,
      dead: new Set([...(isTop ? [number] : []), ...own.map(({issue}) => issue.number)].filter(dead)),
    })
  }
  const tree = inOrder(number, families)
  const children = tree.flatMap(([n]) => rows.get(n) ?? [])
  return {result: {epic, children, drift: driftIn(looked)}, depth: new Map(tree), unmade: isUnmade(view.epic, plan), looked}
}

/** All open work: every open issue that carries `pilot`, children included. */
export async function statusOfAll(world: World): Promise<StatusLook> {
  const open: Issue[] = []
  for await (const issue of world.issues.list({state: 'open', labels: ['pilot']})) if (!issue.isPull && hasLabel(issue.labels, 'pilot')) open.push(issue)
  const standing = await world.claims.standing()
  // a dead claim of a closed issue is in nobody's row, and is to be given back all the same
  return singles(world, open, knownOf(world, standing.live), standing.dead)
}

async function singles(world: World, issues: readonly Issue[], known: Known, dead: ReadonlySet<number>): Promise<StatusLook> {
  const children = issues.map((issue): Child => ({issue, key: null, plan: null, order: null, native: false}))
  const {facts, rows} = await progressOf(world, null, await childFacts(world, children, known))
  const read = await rowsOf(world, rows, facts, memoryOnce(world))
  const looked = [{epic: null, missing: [], links: false, children: facts, attempts: read.attempts, dead}]
  return {result: {epic: null, children: read.rows, drift: driftIn(looked)}, depth: new Map(), unmade: false, looked}
}

const driftIn = (looked: readonly DriftFacts[]): Drift[] => looked.flatMap((facts) => driftOf(facts).map(({issue, kind, detail, repair}) => ({issue, kind, detail, repair})))

/** Nothing is written by what is shown here, so an issue that says it has no blockers is believed. */
const knownOf = (world: World, claimed: ReadonlySet<number>): Known =>
  ({claimed, merges: new Map(), blockers: async (issue) => (issue.counts.blockers === 0 ? [] : world.relations.blockers(issue.number))})

type Family = {parent: Issue; children: Child[]}
/** The epic's own family and those of the epics within it, each once. */
async function familiesOf(world: World, view: EpicView): Promise<Family[]> {
  const families: Family[] = [{parent: view.epic, children: view.children}]
  const seen = new Set([view.epic.number, ...view.children.map(({issue}) => issue.number)])
  for (const {children} of families) {
    for (const {issue} of children) {
      const within = (await familyWithin(world, view, issue)).filter((child) => !seen.has(child.issue.number))
      for (const child of within) seen.add(child.issue.number)
      if (within.length > 0) families.push({parent: issue, children: within})
    }
  }
  return families
}

const inOrder = (parent: number, families: readonly Family[], depth = 0): [number, number][] =>
  (families.find((family) => family.parent.number === parent)?.children ?? []).flatMap(({issue}) => [[issue.number, depth], ...inOrder(issue.number, families, depth + 1)])

type MemoryOf = ReturnType<typeof memoryOnce>

/** The same of an epic within the epic. Its native links are asked for only where something seems to be missing. */
async function missingWithin(world: World, {parent, children}: Family, memoryOf: MemoryOf): Promise<{order: number; title: string}[]> {
  const memory = parent.counts.comments === 0 ? NO_MEMORY : await memoryOf(parent.number)
  const plan = await readPlan(world, parent.number, memory, new Set(children.flatMap((child) => child.plan ?? [])))
  if (missingOf({plan, children, moved: []}).length === 0) return []
  const own = await world.own()
  const family = familyOf(parent, await world.relations.children(parent.number), children.map(({issue}) => issue), own)
  return missingOf({plan, children: recognise(parent.number, family.children, plan, own), moved: family.moved})
}

async function rowsOf(world: World, rows: readonly ChildProgress[], facts: readonly ChildLooked[], memoryOf: MemoryOf): Promise<{rows: StatusRow[]; attempts: Map<number, Attempts>}> {
  const known = new Map<number, Attempts>()
  const instead = retargetings(facts)
  const read = await Promise.all(rows.map(async (row): Promise<StatusRow> => {
    const fact = facts.find(({issue}) => issue.number === row.number)
    const memory = fact?.issue.counts.comments === 0 ? NO_MEMORY : await memoryOf(row.number)
    const attempts = attemptsOf(memory)
    known.set(row.number, attempts)
    const checks = row.state === 'open-pr' && fact !== undefined && fact.pull !== null ? checksState(await world.checks.of(fact.pull.headSha), []) : null
    const {number, title, state, pr, blockedBy} = row
    const next = fact !== undefined && state === 'ready' && isUnmade(fact.issue, memory.plan?.value ?? null) ? `pilot decompose ${number}` : instead.get(row.next) ?? row.next
    const unpriced = unpricedOf(attempts)
    return {
      number, title, state, attempt: counted(attempts).at(-1)?.attempt ?? attempts.attempts.at(-1)?.attempt ?? null, pr, checks,
      costUsd: attempts.attempts.map((a) => a.costUsd).reduce(addCost, null), ...(unpriced === 0 ? {} : {unpricedCalls: unpriced}), blockedBy, next,
    }
  }))
  return {rows: read, attempts: known}
}

/** What to type instead of the `pilot land` of a pull request that `land` refuses, because it was pointed at another branch. Rows that wait for it name it, too. */
function retargetings(facts: readonly ChildLooked[]): Map<string, string> {
  const astray = facts.flatMap(({pull}): [string, string][] => {
    const retarget = pull?.state === 'open' ? retargeting(pull) : null
    return pull === null || retarget === null ? [] : [[`pilot land ${pull.number}`, retarget]]
  })
  return new Map(astray)
}
