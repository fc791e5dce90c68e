import {backOff} from '../core/run/back-off.js'
import {branchOf, issueOfBranch} from '../core/run/branch.js'
import {decideLanding, type Landing} from '../core/run/landing.js'
import {closes} from '../core/issue/closes.js'
import type {Issue, Pull} from '../core/issue/issue.js'
import {PilotError, type Status} from '../errors.js'
import {apply, nothingMade} from './apply.js'
import {closeParentOf, settleChild, type ParentResult} from './close-parent.js'
import {attemptsOf, readMemory} from './snapshot.js'
import {refreshBase} from './attempt/refresh.js'
import {parentIn} from './attempt/task.js'
import type {World} from './world.js'

export type LandResult = {issue: number; pr: number; headSha: string; mergeSha: string | null; merged: boolean; parent: ParentResult | null; actions: string[]}

/**
 * Merges exactly the commit that was verified and reviewed, once its checks are green; then settles the issue and its parent.
 * @throws PilotError HEAD_MOVED, MERGE_CONFLICT, NOT_VERIFIED (5), CHECKS_RED (1), CHECKS_PENDING (8) after `waitMs`
 */
export async function land(world: World, number: number, {waitMs}: {waitMs: number}): Promise<LandResult & {status: Status}> {
  const {issue, pull: first} = await pullFor(world, number)
  const until = world.clock.now().getTime() + waitMs
  for (let look = 0; ; look++) {
    const pull = look === 0 ? first : await world.pulls.get(first.number)
    const landing = await decide(world, issue, pull)
    switch (landing.kind) {
      case 'stop': throw landing.error
      case 'noop': return settle(world, issue, pull, null, await leftBranch(world, pull))
      case 'merge': {
        if (!world.dryRun && await refreshBase(world, issue, pull)) continue
        return merge(world, issue, pull, landing.sha)
      }
      case 'wait': {
        const pause = backOff(look)
        if (world.dryRun || world.clock.now().getTime() + pause > until) throw new PilotError('CHECKS_PENDING', landing.reason, [`pilot land ${pull.number} --wait 30m`])
        world.report.progress(`${landing.reason}; looking again in ${pause / 1000} s`)
        await world.clock.sleep(pause, world.signal)
      }
    }
  }
}

/** A pull request by its own number, or the newest one of an issue's branch. */
async function pullFor(world: World, number: number): Promise<{issue: Issue; pull: Pull}> {
  const given = await world.issues.get(number)
  if (given.isPull) {
    const pull = await world.pulls.get(number)
    const issue = issueOfBranch(pull.headRef)
    if (issue === null) throw new PilotError('NOT_VERIFIED', `pull request #${number} comes from ${pull.headRef}, which is not a branch of pilot's`, [`gh pr merge ${number}`])
    return {issue: await world.issues.get(issue), pull}
  }
  const pulls = await world.pulls.ofBranch(branchOf(number))
  const found = pulls.find((pull) => pull.state === 'open') ?? pulls.find((pull) => pull.merged) ?? pulls[0]
  if (found === undefined) throw new PilotError('WAITING', `#${number} has no pull request yet`, [`pilot execute ${number}`])
  return {issue: given, pull: await world.pulls.get(found.number)}
}

async function decide(world: World, issue: Issue, pull: Pull): Promise<Landing> {
  const attempts = attemptsOf(await readMemory(world, issue.number))
  if (pull.merged || pull.state === 'closed') return decideLanding({pull, attempts, checks: [], baseChecks: [], required: [], sincePushMs: 0})
  const [checks, required] = await Promise.all([world.checks.of(pull.headSha), world.checks.required(pull.baseRef)])
  const baseChecks = checks.length > 0 ? [] : await world.checks.of(pull.baseSha)
  const pushed = attempts.attempts.at(-1)?.endedAt
  const sincePushMs = pushed ? world.clock.now().getTime() - Date.parse(pushed) : Infinity
  return decideLanding({pull, attempts, checks, baseChecks, required, sincePushMs})
}

async function merge(world: World, issue: Issue, pull: Pull, sha: string): Promise<LandResult & {status: Status}> {
  const {method, delete_branch} = world.config.settings.land
  const made = nothingMade()
  const actions = await apply(world, [{kind: 'merge-pull', pull: pull.number, sha, method}], made)
  if (delete_branch) actions.push(...await apply(world, [{kind: 'delete-branch', branch: pull.headRef}]))
  if (world.dryRun) return {...resultOf(issue, pull), merged: false, actions: [...actions, ...await settleLater(world, issue, pull)], status: 'done'}
  return settle(world, issue, pull, made.mergeSha, actions)
}

/** What a merge that is only spoken of would settle. What else it changes is for the run after it to find. */
async function settleLater(world: World, issue: Issue, pull: Pull): Promise<string[]> {
  const closed = pull.baseRef === pull.defaultBranch && closes(pull.body, world.repo).includes(issue.number)
  const parent = parentIn(issue)
  const epic = parent === null ? '' : `, and whether #${parent} is complete then,`
  world.report.action(`left open: whether the base has moved on by then and has to be merged and verified first${epic} is decided by the run itself`)
  return settleChild(world, closed ? {...issue, state: 'closed'} : issue)
}

/** A run that died between merge and clean-up left the branch: it goes when it still is at the merged commit. */
async function leftBranch(world: World, pull: Pull): Promise<string[]> {
  if (!world.config.settings.land.delete_branch || await world.workshop.branchSha(pull.headRef) !== pull.headSha) return []
  return apply(world, [{kind: 'delete-branch', branch: pull.headRef}])
}

/** After the merge: the issue is settled and, when it was the last, its parent closed. A merged pull request found again is only settled. */
async function settle(world: World, issue: Issue, pull: Pull, mergeSha: string | null, actions: string[]): Promise<LandResult & {status: Status}> {
  const parent = await closeParentOf(world, issue.number, pull.number)
  const all = [...actions, ...(parent?.actions ?? [])]
  return {...resultOf(issue, pull), merged: true, mergeSha, parent, actions: all, status: all.length === 0 ? 'noop' : 'done'}
}

const resultOf = (issue: Issue, pull: Pull) => ({issue: issue.number, pr: pull.number, headSha: pull.headSha, mergeSha: null, parent: null})
