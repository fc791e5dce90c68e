import {type Call, type Links} from '../http.js'
import {associationOf, findLabel} from '../issues-model.js'
import {type CommentState, type IssueState, type LabelState, type RepoState} from '../state.js'
import {issueById, type World} from '../world.js'
import {repoPage, repoUrl} from './repo.js'
import {nodeId, presentMaybe, presentUser} from './user.js'

export const presentLabel = (links: Links, repo: RepoState, label: LabelState): Record<string, unknown> => ({
  id: label.id, node_id: nodeId('LA', label.id), url: `${repoUrl(links, repo)}/labels/${encodeURIComponent(label.name)}`,
  name: label.name, description: label.description, color: label.color, default: false,
})

export const labelsOf = (links: Links, repo: RepoState, names: readonly string[]): Record<string, unknown>[] =>
  names.flatMap((name) => findLabel(repo, name) ?? []).map((label) => presentLabel(links, repo, label))

const REACTIONS = {total_count: 0, '+1': 0, '-1': 0, laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0}
const reactions = (url: string): Record<string, unknown> => ({url: `${url}/reactions`, ...REACTIONS})

function summaries(world: World, issue: IssueState): Record<string, unknown> {
  const children = issue.children.map((id) => issueById(world, id)?.issue).filter((i) => i !== undefined)
  const blockers = issue.blockedBy.map((id) => issueById(world, id)?.issue).filter((i) => i !== undefined)
  const blocking = Object.values(world.state.repos).flatMap((r) => Object.values(r.issues)).filter((i) => i.blockedBy.includes(issue.id))
  const done = children.filter((c) => c.state === 'closed').length
  const open = (list: IssueState[]): number => list.filter((i) => i.state === 'open').length
  return {
    sub_issues_summary: {
      total: children.length, completed: done, percent_completed: children.length === 0 ? 0 : Math.floor((done * 100) / children.length)
    },
    issue_dependencies_summary: {
      blocked_by: open(blockers), total_blocked_by: blockers.length,
      blocking: issue.state === 'open' ? blocking.length : 0, total_blocking: blocking.length,
    },
  }
}

/** An issue, or a pull request as the issues endpoints show it. API versions from 2026-03-10 have no single `assignee`. */
export function presentIssue(call: Call, repo: RepoState, issue: IssueState): Record<string, unknown> {
  const {world, links} = call
  const url = `${repoUrl(links, repo)}/issues/${issue.number}`
  const page = `${repoPage(links, repo)}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`
  const pull = `${repoUrl(links, repo)}/pulls/${issue.number}`
  const parent = issue.parent === null ? null : issueById(world, issue.parent)
  return {
    id: issue.id, node_id: nodeId(issue.pull ? 'PR' : 'I', issue.id), url, repository_url: repoUrl(links, repo),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`, events_url: `${url}/events`, timeline_url: `${url}/timeline`, html_url: page, number: issue.number,
    title: issue.title, body: issue.body, user: presentUser(world, links, issue.author), state: issue.state,
    state_reason: issue.stateReason,
    labels: labelsOf(links, repo, issue.labels),
    ...(call.apiVersion < '2026' && {assignee: presentMaybe(world, links, issue.assignees[0] ?? null)}),
    assignees: issue.assignees.map((a) => presentUser(world, links, a)), milestone: null, locked: issue.locked,
    active_lock_reason: issue.lockReason,
    comments: repo.comments.filter((c) => c.issue === issue.number).length, created_at: issue.createdAt, updated_at: issue.updatedAt,
    closed_at: issue.closedAt, closed_by: presentMaybe(world, links, issue.closedBy),
    author_association: associationOf(world, repo, issue.author, issue.association), performed_via_github_app: null,
    reactions: reactions(url),
    ...summaries(world, issue), ...(parent && {parent_issue_url: `${repoUrl(links, parent.repo)}/issues/${parent.issue.number}`}),
    ...(issue.pull && {
      draft: issue.pull.draft,
      pull_request: {url: pull, html_url: page, diff_url: `${page}.diff`, patch_url: `${page}.patch`, merged_at: issue.pull.mergedAt},
    }),
  }
}

export function presentComment(world: World, links: Links, repo: RepoState, comment: CommentState): Record<string, unknown> {
  const url = `${repoUrl(links, repo)}/issues/comments/${comment.id}`
  const kind = repo.issues[comment.issue]?.pull ? 'pull' : 'issues'
  return {
    id: comment.id, node_id: nodeId('IC', comment.id), url,
    html_url: `${repoPage(links, repo)}/${kind}/${comment.issue}#issuecomment-${comment.id}`,
    issue_url: `${repoUrl(links, repo)}/issues/${comment.issue}`, user: presentUser(world, links, comment.author), body: comment.body,
    created_at: comment.createdAt, updated_at: comment.updatedAt,
    author_association: associationOf(world, repo, comment.author, comment.association),
    performed_via_github_app: null, reactions: reactions(url),
  }
}
