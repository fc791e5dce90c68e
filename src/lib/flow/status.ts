import {addCost} from '../core/cost/usage.js'
import {checksState, type ChecksState} from '../core/issue/checks.js'
import {hasLabel} from '../core/issue/labels.js'
import type {Child} from '../core/family/children.js'
import type {Issue} from '../core/issue/issue.js'
import {counted} from '../core/run/attempt.js'
import type {ChildProgress} from '../core/family/progress.js'
import {isEpic, progressOf, readEpic, readProgress} from './family.js'
import {attemptsOf, readMemory} from './snapshot.js'
import type {World} from './world.js'

export type StatusRow = {
  number: number; title: string; state: ChildProgress['state']; attempt: number | null; pr: number | null; checks: ChecksState | null
  costUsd: number | null; blockedBy: number[]; next: string
}
export type StatusEpic = {number: number; title: string; state: 'open' | 'closed'; planned: number | null}
export type StatusResult = {epic: StatusEpic | null; children: StatusRow[]}

/** One issue's family, or a single issue as its own only row. */
export async function statusOf(world: World, number: number): Promise<StatusResult> {
  const view = await readEpic(world, number)
  if (!isEpic(view)) return {epic: null, children: await rowsOf(world, await singles(world, [view.epic]))}
  const {rows} = await readProgress(world, view)
  const epic = {number, title: view.epic.title, state: view.epic.state, planned: view.plan === null ? null : view.plan.subtasks.length}
  return {epic, children: await rowsOf(world, rows)}
}

/** All open work: every open issue that carries `pilot`, children included. */
export async function statusOfAll(world: World): Promise<StatusResult> {
  const open: Issue[] = []
  for await (const issue of world.issues.list({state: 'open', labels: ['pilot']})) if (!issue.isPull && hasLabel(issue.labels, 'pilot')) open.push(issue)
  return {epic: null, children: await rowsOf(world, await singles(world, open))}
}

async function singles(world: World, issues: readonly Issue[]): Promise<ChildProgress[]> {
  const children = issues.map((issue): Child => ({issue, key: null, plan: null, order: null, native: false}))
  return (await progressOf(world, 0, children)).rows
}

const rowsOf = (world: World, rows: readonly ChildProgress[]): Promise<StatusRow[]> => Promise.all(rows.map(async (row) => {
  const attempts = attemptsOf(await readMemory(world, row.number))
  const pull = row.pr !== null && row.state === 'open-pr' ? await world.pulls.get(row.pr) : null
  const checks = pull === null ? null : checksState(await world.checks.of(pull.headSha), [])
  const {number, title, state, pr, blockedBy, next} = row
  return {
    number, title, state, attempt: counted(attempts).at(-1)?.attempt ?? attempts.attempts.at(-1)?.attempt ?? null, pr, checks,
    costUsd: attempts.attempts.map((a) => a.costUsd).reduce(addCost, null), blockedBy, next,
  }
}))
