import {verifiedAttempt} from '../core/run/attempt.js'
import {backOff} from '../core/run/back-off.js'
import {branchOf, isOwnHead, issueOfPull} from '../core/run/branch.js'
import {decideLanding, type Landing} from '../core/run/landing.js'
import {closes} from '../core/issue/closes.js'
import type {Issue, Pull} from '../core/issue/issue.js'
import {hasLabel, onceHandled} from '../core/issue/labels.js'
import {PilotError, type Status} from '../errors.js'
import {apply, nothingMade} from './apply.js'
import {closeParentOf, settleChild, type ParentResult} from './close-parent.js'
import {toldApart} from './parent-fault.js'
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
  // looks since something changed: a base that was merged in begins the pauses anew
  let looks = 0
  for (let isFirst = true; ; isFirst = false) {
    const pull = isFirst ? first : await world.pulls.get(first.number)
    const landing = await decide(world, issue, pull)
    switch (landing.kind) {
      case 'stop': throw landing.error
      case 'noop': return settle(world, issue, pull, null, [])
      case 'merge': {
        // read again after a wait, in which somebody may have thought better of it
        assertWanted(isFirst ? issue : await world.issues.get(issue.number))
        if (!world.dryRun && await refreshBase(world, issue, pull)) {
          looks = 0
          continue
        }
        return merge(world, issue, pull, landing.sha)
      }
      case 'wait': {
        const pause = backOff(looks++)
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
    return {issue: await world.issues.get(issueOf(world, pull)), pull}
  }
  const pulls = await world.pulls.ofBranch(branchOf(number))
  const found = pulls.find((pull) => pull.state === 'open') ?? pulls.find((pull) => pull.merged) ?? pulls[0]
  if (found === undefined) throw new PilotError('WAITING', `#${number} has no pull request yet`, [`pilot execute ${number}`])
  return {issue: given, pull: await world.pulls.get(found.number)}
}

function issueOf(world: World, pull: Pull): number {
  const issue = issueOfPull(pull, world.repo)
  if (issue !== null) return issue
  const {number, merged, headRef, headRepo} = pull
  const from = isOwnHead(pull, world.repo) ? headRef : `${headRef} of ${headRepo ?? 'a repository that is gone'}`
  throw new PilotError('NOT_VERIFIED', `pull request #${number} comes from ${from}, which is not a branch of pilot's`, [merged ? `pilot close-parent --pr ${number}` : `gh pr merge ${number}`])
}

/** Somebody keeps it to themselves, or closed it and wants no change for it; that it was completed otherwise is for them to say of the pull request. */
function assertWanted(issue: Issue): void {
  const {number, state, stateReason} = issue
  if (hasLabel(issue.labels, 'pilot-needs-human')) throw new PilotError('NEEDS_HUMAN', `#${number} carries pilot-needs-human, and its pull request is not merged`, [onceHandled(issue, 'land')])
  if (state !== 'closed' || (stateReason !== 'not_planned' && stateReason !== 'duplicate')) return
  throw new PilotError('ISSUE_CLOSED', `#${number} was closed as ${stateReason.replace('_', ' ')}, and its pull request is not merged`, [`gh issue reopen ${number}`])
}

async function decide(world: World, issue: Issue, pull: Pull): Promise<Landing> {
  const attempts = attemptsOf(await readMemory(world, issue.number))
  if (pull.merged || pull.state === 'closed') return decideLanding({pull, attempts, checks: [], baseChecks: [], required: [], sincePushMs: 0})
  const [checks, baseChecks, required] = await Promise.all([world.checks.of(pull.headSha), world.checks.of(pull.baseSha), world.checks.required(pull.baseRef)])
  const pushed = verifiedAttempt(attempts, pull.headSha)?.endedAt
  const sincePushMs = pushed ? world.clock.now().getTime() - Date.parse(pushed) : Infinity
  return decideLanding({pull, attempts, checks, baseChecks, required, sincePushMs})
}

async function merge(world: World, issue: Issue, pull: Pull, sha: string): Promise<LandResult & {status: Status}> {
  const {method} = world.config.settings.land
  const made = nothingMade()
  const actions = await apply(world, [{kind: 'merge-pull', pull: pull.number, sha, method}], made)
  if (world.dryRun) {
    actions.push(...await deleteBranch(world, pull), ...await settleLater(world, issue, pull))
    return {...resultOf(issue, pull), merged: false, actions, status: 'done'}
  }
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

/**
 * Only while the branch is still at the merged commit: what somebody pushed since stays. A run that died before this is made good by the next one.
 * A refusal is a warning, because nothing depends on it.
 */
async function deleteBranch(world: World, pull: Pull): Promise<string[]> {
  if (!world.config.settings.land.delete_branch || await world.workshop.branchSha(pull.headRef) !== pull.headSha) return []
  return apply(world, [{kind: 'delete-branch', branch: pull.headRef}])
}

/**
 * After the merge: the issue is settled and, when it was the last, its parent closed. A merged pull request found again is only settled. What keeps the
 * parent from being settled is a warning, and in `parent`: the merge stands, and the next run settles what is left.
 */
async function settle(world: World, issue: Issue, pull: Pull, mergeSha: string | null, actions: string[]): Promise<LandResult & {status: Status}> {
  // first: once issue and epic are settled, nobody comes back for a branch
  const deleted = await ofMerged(issue, pull, deleteBranch(world, pull))
  const parent = await ofMerged(issue, pull, closeParentOf(world, issue.number, pull.number, {waived: [], waivedUrls: [], onFault: toldApart(world)}))
  const all = [...actions, ...deleted, ...(parent?.actions ?? [])]
  return {...resultOf(issue, pull), merged: true, mergeSha, parent, actions: all, status: all.length === 0 ? 'noop' : 'done'}
}

/** Whatever fails now, that it is merged is told. */
const ofMerged = <T>(issue: Issue, pull: Pull, step: Promise<T>): Promise<T> => step.catch((error: unknown) => {
  if (!(error instanceof PilotError) || error.code === 'INTERNAL') throw error
  const message = `pull request #${pull.number} is merged, and #${issue.number} is not settled yet: ${error.message}`
  throw new PilotError(error.code, message, [`pilot land ${issue.number}`, ...error.suggestions], {cause: error})
})

const resultOf = (issue: Issue, pull: Pull) => ({issue: issue.number, pr: pull.number, headSha: pull.headSha, mergeSha: null, parent: null})
