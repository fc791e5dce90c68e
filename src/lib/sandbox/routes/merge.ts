import {ApiError, conflict, unprocessable} from '../errors.js'
import {mergeTree, rebase} from '../git-merge.js'
import {writeCommit} from '../git-objects.js'
import {actor, ok, type RepoCall, type Reply, type Route} from '../http.js'
import {oneOf, text} from '../input.js'
import {missingChecks, upToDate} from '../mergeability.js'
import {type PullIssue} from '../present/pull.js'
import {repoUrl} from '../present/repo.js'
import {emitPull, personOf, recordMerge, refMoved} from '../refs-model.js'
import {repoRoute} from '../router.js'
import {fullName} from '../state.js'
import {locked} from '../world.js'
import {pullIn} from './pulls.js'

const METHODS = ['merge', 'squash', 'rebase'] as const
type Method = (typeof METHODS)[number]
const refuse = (message: string): ApiError => new ApiError(405, message)

/** Why GitHub would not merge this pull request now. */
function guard(call: RepoCall, issue: PullIssue): void {
  if (issue.state === 'closed') throw refuse('Pull Request is not mergeable')
  const expected = text(call.body, 'sha')
  if (expected !== undefined && expected !== issue.pull.headSha) throw conflict('Head branch was modified. Review and try the merge again.')
  if (issue.pull.draft) throw refuse('Pull Request is still a draft')
  const [first, ...more] = missingChecks(call.repo, issue)
  if (first !== undefined) {
    throw refuse(
      more.length === 0
        ? `Required status check "${first}" is expected.`
        : `${more.length + 1} of ${call.repo.requiredChecks[issue.pull.baseRef]!.length} required status checks are expected.`
    )
  }
}

function messageOf(call: RepoCall, issue: PullIssue, method: Method): string {
  const merge = method === 'merge'
  const title = text(call.body, 'commit_title') ?? (
    merge ? `Merge pull request #${issue.number} from ${call.repo.owner}/${issue.pull.headRef}` : `${issue.title} (#${issue.number})`
  )
  const body = text(call.body, 'commit_message') ?? (merge ? issue.title : '')
  return body === '' ? title : `${title}\n\n${body}`
}

/** The commit the base branch moves to; 405 when git finds a conflict. */
async function mergeCommit(call: RepoCall, issue: PullIssue, method: Method, message: string): Promise<string> {
  const {git} = call.world
  const name = fullName(call.repo)
  const {baseSha, headSha} = issue.pull
  const me = personOf(call.world, actor(call))
  const tree = await mergeTree(git, name, baseSha, headSha)
  if (!tree) throw refuse('Pull Request is not mergeable')
  switch (method) {
    case 'merge': return writeCommit(git, name, {tree, parents: [baseSha, headSha], author: me, committer: me, message})
    case 'squash': return writeCommit(
      git, name, {tree, parents: [baseSha], author: personOf(call.world, issue.author), committer: me, message}
    )
    case 'rebase': {
      const tip = await rebase(git, name, baseSha, headSha, me)
      if (!tip) throw refuse('This branch can\'t be rebased')
      return tip
    }
  }
}

async function merge(call: RepoCall): Promise<Reply> {
  const method = oneOf('PullRequest', 'merge_method', text(call.body, 'merge_method') ?? 'merge', METHODS) ?? 'merge'
  const done = await locked(call.world, fullName(call.repo), async () => {
    const issue = await pullIn(call)
    guard(call, issue)
    const message = messageOf(call, issue, method)
    const sha = await mergeCommit(call, issue, method, message)
    const ref = `refs/heads/${issue.pull.baseRef}`
    const before = issue.pull.baseSha
    if (!(await call.world.git.casRef(fullName(call.repo), ref, before, sha))) {
      throw refuse('Base branch was modified. Review and try the merge again.')
    }
    recordMerge(call.world, call.repo, issue, sha, actor(call), message)
    return {issue, ref, before, sha}
  })
  await refMoved(call.world, call.repo, done.ref, done.before, done.sha, actor(call))
  await emitPull(call.world, call.repo, done.issue, 'closed')
  return ok({sha: done.sha, merged: true, message: 'Pull Request successfully merged'})
}

async function updateBranch(call: RepoCall): Promise<Reply> {
  const done = await locked(call.world, fullName(call.repo), async () => {
    const issue = await pullIn(call)
    const {headRef, headSha, baseRef, baseSha} = issue.pull
    const expected = text(call.body, 'expected_head_sha')
    if (expected !== undefined && expected !== headSha) throw unprocessable(`expected head sha didn't match current head ref.`)
    if (issue.state === 'closed') throw unprocessable('Pull request is closed.')
    if (await upToDate(call.world, call.repo, issue)) throw unprocessable('There are no new commits on the base branch.')
    const tree = await mergeTree(call.world.git, fullName(call.repo), headSha, baseSha)
    if (!tree) throw unprocessable('merge conflict between base and head')
    const me = personOf(call.world, actor(call))
    const sha = await writeCommit(call.world.git, fullName(call.repo), {
      tree, parents: [headSha, baseSha], author: me, committer: me, message: `Merge branch '${baseRef}' into ${headRef}`,
    })
    if (!(await call.world.git.casRef(fullName(call.repo), `refs/heads/${headRef}`, headSha, sha))) {
      throw unprocessable('Head branch was modified.')
    }
    return {ref: `refs/heads/${headRef}`, before: headSha, sha, number: issue.number}
  })
  await refMoved(call.world, call.repo, done.ref, done.before, done.sha, actor(call))
  return {status: 202, body: {message: 'Updating pull request branch.', url: `${repoUrl(call.links, call.repo)}/pulls/${done.number}`}}
}

export const mergeRoutes: readonly Route[] = [
  repoRoute('PUT /pulls/{pull_number}/merge', 'write', merge),
  repoRoute('PUT /pulls/{pull_number}/update-branch', 'write', updateBranch),
]
