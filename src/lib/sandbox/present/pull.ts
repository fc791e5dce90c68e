import {type FileDiff} from '../git-diff.js'
import {type Links, type RepoCall} from '../http.js'
import {associationOf} from '../issues-model.js'
import {fullName, type IssueState, type PullState, type RepoState, type ReviewState} from '../state.js'
import {type World} from '../world.js'
import {total} from './commit.js'
import {labelsOf} from './issue.js'
import {presentRepo, repoPage, repoUrl} from './repo.js'
import {nodeId, presentMaybe, presentUser} from './user.js'

export type PullIssue = IssueState & {pull: PullState}

/** A pull request as lists show it. API versions from 2026-03-10 have neither `merge_commit_sha` nor a single `assignee`. */
export function presentPullSimple(call: RepoCall, issue: PullIssue): Record<string, unknown> {
  const {world, links, repo} = call
  const {pull} = issue
  const url = `${repoUrl(links, repo)}/pulls/${issue.number}`
  const page = `${repoPage(links, repo)}/pull/${issue.number}`
  const issueUrl = `${repoUrl(links, repo)}/issues/${issue.number}`
  const statuses = `${repoUrl(links, repo)}/statuses/${pull.headSha}`
  const side = (ref: string, sha: string): Record<string, unknown> => ({
    label: `${repo.owner}:${ref}`, ref, sha, user: presentUser(world, links, repo.owner),
    repo: presentRepo(world, links, repo, call.permission),
  })
  const old = call.apiVersion < '2026'
  return {
    url, id: pull.id, node_id: nodeId('PR', pull.id), html_url: page, diff_url: `${page}.diff`, patch_url: `${page}.patch`,
    issue_url: issueUrl,
    commits_url: `${url}/commits`, review_comments_url: `${url}/comments`,
    review_comment_url: `${repoUrl(links, repo)}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`, statuses_url: statuses, number: issue.number, state: issue.state, locked: issue.locked,
    title: issue.title,
    user: presentUser(world, links, issue.author), body: issue.body, labels: labelsOf(links, repo, issue.labels), milestone: null,
    active_lock_reason: issue.lockReason, created_at: issue.createdAt, updated_at: issue.updatedAt, closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    ...(old && {merge_commit_sha: pull.mergeSha, assignee: presentMaybe(world, links, issue.assignees[0] ?? null)}),
    assignees: issue.assignees.map((a) => presentUser(world, links, a)),
    requested_reviewers: pull.requested.map((r) => presentUser(world, links, r)),
    requested_teams: [], head: side(pull.headRef, pull.headSha), base: side(pull.baseRef, pull.baseSha), draft: pull.draft,
    auto_merge: null,
    author_association: associationOf(world, repo, issue.author, issue.association),
    _links: {
      self: {href: url}, html: {href: page}, issue: {href: issueUrl}, comments: {href: `${issueUrl}/comments`},
      review_comments: {href: `${url}/comments`},
      review_comment: {href: `${repoUrl(links, repo)}/pulls/comments{/number}`}, commits: {href: `${url}/commits`},
      statuses: {href: statuses},
    },
  }
}

export interface PullDetail {mergeable: boolean | null; mergeableState: string; files: readonly FileDiff[]; commits: number}

export const presentPull = (call: RepoCall, issue: PullIssue, detail: PullDetail): Record<string, unknown> => ({
  ...presentPullSimple(call, issue), merged: issue.pull.merged, mergeable: detail.mergeable, rebaseable: detail.mergeable,
  mergeable_state: detail.mergeableState, merged_by: presentMaybe(call.world, call.links, issue.pull.mergedBy),
  comments: call.repo.comments.filter((c) => c.issue === issue.number).length, review_comments: 0, maintainer_can_modify: false,
  commits: detail.commits, additions: total(detail.files, 'additions'), deletions: total(detail.files, 'deletions'),
  changed_files: detail.files.length,
})

export function presentReview(
  world: World, links: Links, repo: RepoState, issue: IssueState, review: ReviewState
): Record<string, unknown> {
  const page = `${repoPage(links, repo)}/pull/${issue.number}#pullrequestreview-${review.id}`
  const pull = `${repoUrl(links, repo)}/pulls/${issue.number}`
  return {
    id: review.id, node_id: nodeId('PRR', review.id), user: presentUser(world, links, review.author), body: review.body,
    state: review.state,
    html_url: page, pull_request_url: pull, _links: {html: {href: page}, pull_request: {href: pull}}, submitted_at: review.submittedAt,
    commit_id: review.commitId, author_association: associationOf(world, repo, review.author, null),
  }
}

export const pullMinimal = (links: Links, repo: RepoState, issue: PullIssue): Record<string, unknown> => {
  const side = (ref: string, sha: string): Record<string, unknown> => (
    {ref, sha, repo: {id: repo.id, url: `${links.api}/repos/${fullName(repo)}`, name: repo.name}}
  )
  return {
    id: issue.pull.id, number: issue.number, url: `${repoUrl(links, repo)}/pulls/${issue.number}`,
    head: side(issue.pull.headRef, issue.pull.headSha), base: side(issue.pull.baseRef, issue.pull.baseSha),
  }
}
