import {type Links, type RepoCall} from '../http.js'
import {type CheckRunState, type IssueState, type RepoState, type StatusState} from '../state.js'
import {type World} from '../world.js'
import {type PullIssue, pullMinimal} from './pull.js'
import {presentMinimalRepo, repoPage, repoUrl} from './repo.js'
import {nodeId, presentUser} from './user.js'

const withHead = (repo: RepoState, sha: string): PullIssue[] =>
  Object.values(repo.issues).filter((i: IssueState): i is PullIssue => i.pull !== null && i.state === 'open' && i.pull.headSha === sha)

export function presentCheckRun(call: RepoCall, run: CheckRunState): Record<string, unknown> {
  const url = `${repoUrl(call.links, call.repo)}/check-runs/${run.id}`
  return {
    id: run.id, node_id: nodeId('CR', run.id), name: run.name, head_sha: run.headSha, external_id: run.externalId, url,
    html_url: `${repoPage(call.links, call.repo)}/runs/${run.id}`, details_url: run.detailsUrl, status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt, completed_at: run.completedAt,
    output: {...run.output, annotations_count: 0, annotations_url: `${url}/annotations`},
    check_suite: {id: run.suite}, app: null,
    pull_requests: withHead(call.repo, run.headSha).map((p) => pullMinimal(call.links, call.repo, p)),
  }
}

/** One suite a commit and workflow; its id follows from both. */
export const suiteId = (sha: string, workflow: number): number => Number.parseInt(sha.slice(0, 10), 16) + workflow

export function presentStatus(world: World, links: Links, repo: RepoState, s: StatusState): Record<string, unknown> {
  return {...presentSimpleStatus(links, repo, s), creator: presentUser(world, links, s.creator)}
}

export const presentSimpleStatus = (links: Links, repo: RepoState, s: StatusState): Record<string, unknown> => ({
  url: `${repoUrl(links, repo)}/statuses/${s.sha}`, avatar_url: `${links.web}/avatars/status`, id: s.id, node_id: nodeId('SC', s.id),
  state: s.state,
  description: s.description, target_url: s.targetUrl, context: s.context, created_at: s.createdAt, updated_at: s.createdAt,
})

/** The newest status of each context; `failure` beats `pending` beats `success`, and nothing at all is `pending`. */
export function presentCombined(
  world: World, links: Links, repo: RepoState, sha: string, page: readonly StatusState[], all: readonly StatusState[]
): Record<string, unknown> {
  const states = all.map((s) => s.state)
  const failed = states.some((s) => s === 'failure' || s === 'error')
  const state = failed ? 'failure' : states.length === 0 || states.includes('pending') ? 'pending' : 'success'
  return {
    state, sha, total_count: all.length, statuses: page.map((s) => presentSimpleStatus(links, repo, s)),
    repository: presentMinimalRepo(world, links, repo), commit_url: `${repoUrl(links, repo)}/commits/${sha}`,
    url: `${repoUrl(links, repo)}/commits/${sha}/status`,
  }
}
