import {type Call, type Links, type RepoCall} from '../http.js'
import {associationOf} from '../issues-model.js'
import {type EventState, type IssueState, type RepoState} from '../state.js'
import {issueById, type World} from '../world.js'
import {presentIssue} from './issue.js'
import {presentMinimalRepo, repoPage, repoUrl} from './repo.js'
import {nodeId, presentUser} from './user.js'

/** Which property of a relation event names the other issue. */
const OTHER: Record<string, string> = {
  sub_issue_added: 'sub_issue', sub_issue_removed: 'sub_issue', parent_issue_added: 'parent_issue', parent_issue_removed: 'parent_issue',
  blocked_by_added: 'blocked_by', blocked_by_removed: 'blocked_by', blocking_added: 'blocking', blocking_removed: 'blocking',
}

function reference(world: World, links: Links, id: number): Record<string, unknown> | null {
  const found = issueById(world, id)
  if (!found) return null
  const {repo, issue} = found
  return {
    number: issue.number, title: issue.title, state: issue.state, state_reason: issue.stateReason,
    repository: presentMinimalRepo(world, links, repo), issue_type: null,
  }
}

export function presentEvent(world: World, links: Links, repo: RepoState, event: EventState): Record<string, unknown> {
  const {data} = event
  const other = OTHER[event.event]
  return {
    id: event.id, node_id: nodeId('E', event.id), url: `${repoUrl(links, repo)}/issues/events/${event.id}`,
    actor: presentUser(world, links, event.actor), event: event.event, commit_id: data.commitId ?? null,
    commit_url: data.commitId ? `${repoUrl(links, repo)}/commits/${data.commitId}` : null, created_at: event.createdAt,
    performed_via_github_app: null,
    ...(data.label && {label: data.label}), ...(data.rename && {rename: data.rename}),
    ...(data.assignee && {assignee: presentUser(world, links, data.assignee), assigner: presentUser(world, links, event.actor)}),
    ...(data.stateReason !== undefined && {state_reason: data.stateReason}),
    ...(data.lockReason !== undefined && {lock_reason: data.lockReason}),
    ...(
      data.reviewer && {
        review_requester: presentUser(world, links, event.actor), requested_reviewer: presentUser(world, links, data.reviewer)
      }
    ),
    ...(other && data.other !== undefined && {[other]: reference(world, links, data.other)}),
  }
}

/** Events of the issue endpoints; mentions and comments belong to the timeline alone. */
export const listed = (event: EventState): boolean => event.event !== 'cross-referenced'

/** Repository-wide events carry their issue. */
export const presentRepoEvent = (call: RepoCall, event: EventState): Record<string, unknown> => ({
  ...presentEvent(call.world, call.links, call.repo, event), issue: presentIssue(call, call.repo, call.repo.issues[event.issue]!),
})

function crossReferenced(call: Call, repo: RepoState, event: EventState): Record<string, unknown> {
  const source = repo.issues[event.data.source ?? 0]
  return {
    event: event.event, actor: presentUser(call.world, call.links, event.actor), created_at: event.createdAt, updated_at: event.createdAt,
    source: {type: 'issue', ...(source && {issue: presentIssue(call, repo, source)})},
  }
}

/** Everything that happened to an issue in order: events, comments, reviews and mentions. */
export function timeline(
  call: RepoCall, issue: IssueState, comment: (c: RepoState['comments'][number]) => Record<string, unknown>
): Record<string, unknown>[] {
  const {world, links, repo} = call
  const rows: {id: number; row: Record<string, unknown>}[] = [
    ...repo.events.filter((e) => e.issue === issue.number).map((e) => ({
      id: e.id, row: e.event === 'cross-referenced' ? crossReferenced(call, repo, e) : presentEvent(world, links, repo, e),
    })),
    ...repo.comments.filter((c) => c.issue === issue.number).map((c) => ({
      id: c.id, row: {...comment(c), event: 'commented', actor: presentUser(world, links, c.author)},
    })),
    ...(issue.pull?.reviews ?? []).map((r) => ({
      id: r.id, row: {
        event: 'reviewed', id: r.id, node_id: nodeId('PRR', r.id), user: presentUser(world, links, r.author), body: r.body,
        commit_id: r.commitId,
        submitted_at: r.submittedAt, state: r.state.toLowerCase(), author_association: associationOf(world, repo, r.author, null),
        html_url: `${repoPage(links, repo)}/pull/${issue.number}#pullrequestreview-${r.id}`,
        pull_request_url: `${repoUrl(links, repo)}/pulls/${issue.number}`,
        _links: {
          html: {href: `${repoPage(links, repo)}/pull/${issue.number}`},
          pull_request: {href: `${repoUrl(links, repo)}/pulls/${issue.number}`}
        },
      },
    })),
  ]
  return rows.sort((a, b) => a.id - b.id).map((r) => r.row)
}
