import {forbidden, notFound, unauthenticated} from '../errors.js'
import {actor, noContent, ok, type Call, type RepoCall, type Reply, type Route} from '../http.js'
import {required, text} from '../input.js'
import {paged} from '../paging.js'
import {presentRepo, repoPage, repoUrl} from '../present/repo.js'
import {nodeId, presentSelf, presentUser} from '../present/user.js'
import {repoRoute} from '../router.js'
import {allows, type JobState} from '../state.js'
import {permissionOf, userOf} from '../world.js'

function self(call: Call): Reply {
  if (!call.user) throw unauthenticated()
  // Installation tokens, GITHUB_TOKEN among them, belong to no user.
  if (call.user.bot) throw forbidden('Resource not accessible by integration')
  return ok(presentSelf(call.world, call.links, call.user))
}

/** The two newer roles count as their nearest older one in `permission` and by name in `role_name`. */
function permission(call: RepoCall): Reply {
  const user = userOf(call.world, call.params['username'] ?? '')
  if (!user) throw notFound()
  const role = permissionOf(call.repo, user)
  const old = role === 'maintain' ? 'write' : role === 'triage' ? 'read' : role
  const flags = {
    admin: allows(role, 'admin'), maintain: allows(role, 'maintain'), push: allows(role, 'write'), triage: allows(role, 'triage'),
    pull: allows(role, 'read'),
  }
  return ok(
    {permission: old, role_name: role, user: {...presentUser(call.world, call.links, user.login), permissions: flags, role_name: role}}
  )
}

function assignees(call: RepoCall): Reply {
  const people = Object.values(call.world.state.users).filter((u) => allows(permissionOf(call.repo, u), 'triage'))
  return paged(call, people, (u) => presentUser(call.world, call.links, u.login))
}

function dispatch(call: RepoCall): Reply {
  const eventType = required(text(call.body, 'event_type'), 'event_type')
  call.repo.dispatches.push({eventType, payload: call.body['client_payload'] ?? null, actor: actor(call)})
  return noContent()
}

function jobs(call: RepoCall): Reply {
  const found = call.repo.jobs.filter((j) => j.runId === Number(call.params['run_id']))
  if (found.length === 0) throw notFound()
  return paged(call, found, (j) => presentJob(call, j), (page) => ({total_count: found.length, jobs: page}))
}

const presentJob = (call: RepoCall, job: JobState): Record<string, unknown> => {
  const url = `${repoUrl(call.links, call.repo)}/actions`
  return {
    id: job.id, run_id: job.runId, run_url: `${url}/runs/${job.runId}`, run_attempt: 1, node_id: nodeId('J', job.id),
    head_sha: '0'.repeat(40), head_branch: null,
    url: `${url}/jobs/${job.id}`, html_url: `${repoPage(call.links, call.repo)}/actions/runs/${job.runId}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion, created_at: call.repo.createdAt, started_at: call.repo.createdAt, name: job.name, steps: [], labels: [],
    completed_at: job.status === 'completed' ? call.repo.createdAt : null,
    check_run_url: `${repoUrl(call.links, call.repo)}/check-runs/${job.id}`,
    runner_id: null, runner_name: null, runner_group_id: null, runner_group_name: null, workflow_name: null,
  }
}

export const userRoutes: readonly Route[] = [
  {method: 'GET', template: '/', run: (call) => ok({current_user_url: `${call.links.api}/user`})},
  {method: 'GET', template: '/user', run: self},
  {method: 'GET', template: '/rate_limit', run: (call) => ok(call.world.limits.overview(call.apiVersion < '2026'))},
  repoRoute('GET ', 'read', (call) => ok(presentRepo(call.world, call.links, call.repo, call.permission))),
  repoRoute('GET /collaborators/{username}/permission', 'write', permission),
  repoRoute('GET /assignees', 'read', assignees),
  repoRoute('POST /dispatches', 'write', dispatch),
  repoRoute('GET /actions/runs/{run_id}/jobs', 'read', jobs),
]
