import {isAncestor, mergeTree} from './git-merge.js'
import {type PullIssue} from './present/pull.js'
import {fullName, type RepoState} from './state.js'
import {type World} from './world.js'

const GREEN = ['success', 'neutral', 'skipped']
type CheckResult = {name: string; result: string}

/** The newest result of every check run and status context on a commit; runs of one name in different suites stand side by side. */
export function checkResults(repo: RepoState, sha: string): CheckResult[] {
  const latest = new Map<string, CheckResult>()
  for (const {headSha, suite, name, status, conclusion} of repo.checkRuns) {
    if (headSha === sha) latest.set(`${suite} ${name}`, {name, result: status === 'completed' ? conclusion ?? 'neutral' : 'pending'})
  }
  for (const {sha: of, context, state} of repo.statuses) if (of === sha) latest.set(context, {name: context, result: state})
  return [...latest.values()]
}

/** Required contexts of the base branch that the head has not passed. */
export function missingChecks(repo: RepoState, issue: PullIssue): string[] {
  const results = checkResults(repo, issue.pull.headSha)
  return (repo.requiredChecks[issue.pull.baseRef] ?? []).filter((name) => {
    const own = results.filter((c) => c.name === name)
    return own.length === 0 || !own.every((c) => GREEN.includes(c.result))
  })
}

/** Whether head merges into base cleanly, from git. */
export const mergesCleanly = async (world: World, repo: RepoState, issue: PullIssue): Promise<boolean> =>
  (await mergeTree(world.git, fullName(repo), issue.pull.baseSha, issue.pull.headSha)) !== null

/**
 * The answer GitHub would give: null for a pair of head and base nobody asked about before, computed on the next read.
 * Closed pull requests answer null.
 */
export async function mergeability(world: World, repo: RepoState, issue: PullIssue): Promise<{
  mergeable: boolean | null; mergeableState: string
}> {
  const {pull} = issue
  if (issue.state === 'closed') return {mergeable: null, mergeableState: 'unknown'}
  const key = `${pull.headSha}..${pull.baseSha}`
  if (pull.mergeKey !== key) {
    Object.assign(pull, {mergeKey: key, mergeable: null})
    return {mergeable: null, mergeableState: 'unknown'}
  }
  pull.mergeable ??= await mergesCleanly(world, repo, issue)
  return {mergeable: pull.mergeable, mergeableState: stateOf(repo, issue)}
}

function stateOf(repo: RepoState, issue: PullIssue): string {
  if (!issue.pull.mergeable) return 'dirty'
  if (issue.pull.draft) return 'draft'
  if (missingChecks(repo, issue).length > 0) return 'blocked'
  const results = checkResults(repo, issue.pull.headSha)
  return results.every((c) => GREEN.includes(c.result)) ? 'clean' : 'unstable'
}

export const upToDate = (world: World, repo: RepoState, issue: PullIssue): Promise<boolean> =>
  isAncestor(world.git, fullName(repo), issue.pull.baseSha, issue.pull.headSha)
