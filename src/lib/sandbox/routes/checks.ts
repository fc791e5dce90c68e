import {invalid, notFound} from '../errors.js'
import {commit, objectType} from '../git-objects.js'
import {actor, created, ok, type Json, type RepoCall, type Reply, type Route} from '../http.js'
import {oneOf, required, text} from '../input.js'
import {pageOf, paged} from '../paging.js'
import {presentCheckRun, presentCombined, presentStatus, suiteId} from '../present/check.js'
import {presentMinimalRepo, repoUrl} from '../present/repo.js'
import {nodeId} from '../present/user.js'
import {repoRoute} from '../router.js'
import {type CheckRunState, fullName, type StatusState} from '../state.js'
import {newId, stamp} from '../world.js'
import {shaIn} from './commits.js'

const CONCLUSIONS = ['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'stale', 'timed_out'] as const
const STATES = ['error', 'failure', 'pending', 'success'] as const

/** Takes the given properties over; a conclusion completes the run. */
function apply(call: RepoCall, run: CheckRunState): CheckRunState {
  const {body} = call
  const conclusion = oneOf('CheckRun', 'conclusion', text(body, 'conclusion'), CONCLUSIONS)
  const status = conclusion ? 'completed' : oneOf(
    'CheckRun', 'status', text(body, 'status'), ['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending']
  )
  if (status === 'completed' && !conclusion && !run.conclusion) {
    throw invalid({resource: 'CheckRun', code: 'missing_field', field: 'conclusion'})
  }
  const output = body['output'] as Json | undefined
  return Object.assign(run, {
    name: text(body, 'name') ?? run.name, status: status ?? run.status,
    conclusion: conclusion ?? (status && status !== 'completed' ? null : run.conclusion),
    detailsUrl: text(body, 'details_url') ?? run.detailsUrl, externalId: text(body, 'external_id') ?? run.externalId,
    startedAt: text(body, 'started_at') ?? run.startedAt ?? stamp(call.world),
    completedAt: status === 'completed' ? text(body, 'completed_at') ?? stamp(call.world) : run.completedAt,
    output: output ? {
      title: text(output, 'title') ?? null, summary: text(output, 'summary') ?? null, text: text(output, 'text') ?? null
    } : run.output,
  })
}

async function create(call: RepoCall): Promise<Reply> {
  const name = required(text(call.body, 'name'), 'name')
  const headSha = required(text(call.body, 'head_sha'), 'head_sha')
  if ((await objectType(call.world.git, fullName(call.repo), headSha)) !== 'commit') {
    throw invalid({resource: 'CheckRun', code: 'invalid', field: 'head_sha'})
  }
  const run = apply(call, {
    id: newId(call.world), suite: suiteId(headSha, call.repo.workflow), name, headSha, status: 'queued', conclusion: null, detailsUrl: null, externalId: null, startedAt: null,
    completedAt: null,
    output: {title: null, summary: null, text: null},
  })
  call.repo.checkRuns.push(run)
  return created(presentCheckRun(call, run))
}

function update(call: RepoCall): Reply {
  const run = call.repo.checkRuns.find((r) => r.id === Number(call.params['check_run_id']))
  if (!run) throw notFound()
  return ok(presentCheckRun(call, apply(call, run)))
}

/** Newest first; of equal names in one suite the latest unless `filter=all`. */
async function list(call: RepoCall): Promise<Reply> {
  const sha = await shaIn(call, 'ref')
  const {query} = call
  const runs = call.repo.checkRuns.filter((r) => r.headSha === sha).reverse()
    .filter((r, i, all) => query.get('filter') === 'all' || all.findIndex((o) => o.name === r.name && o.suite === r.suite) === i)
    .filter(
      (r) => !query.get('check_name') || r.name === query.get('check_name')
    ).filter((r) => !query.get('status') || r.status === query.get('status'))
  return paged(call, runs, (r) => presentCheckRun(call, r), (check_runs) => ({total_count: runs.length, check_runs}))
}

async function suites(call: RepoCall): Promise<Reply> {
  const sha = await shaIn(call, 'ref')
  const runs = call.repo.checkRuns.filter((r) => r.headSha === sha)
  const c = await commit(call.world.git, fullName(call.repo), sha)
  const all = [...new Set(runs.map((r) => r.suite))].map((id) => {
    const own = runs.filter((r) => r.suite === id)
    const done = own.every((r) => r.status === 'completed')
    const url = `${repoUrl(call.links, call.repo)}/check-suites/${id}`
    return {
      id, node_id: nodeId('CS', id), head_branch: null, head_sha: sha, status: done ? 'completed' : 'in_progress',
      conclusion: !done ? null : own.some((r) => r.conclusion === 'failure') ? 'failure' : 'success', url, before: null, after: sha,
      pull_requests: [], app: null,
      created_at: c.committer.date, updated_at: c.committer.date, latest_check_runs_count: own.length, check_runs_url: `${url}/check-runs`,
      repository: presentMinimalRepo(call.world, call.links, call.repo),
      head_commit: {id: sha, tree_id: c.tree, message: c.message, timestamp: c.committer.date, author: c.author, committer: c.committer},
    }
  })
  return ok({total_count: all.length, check_suites: all})
}

async function createStatus(call: RepoCall): Promise<Reply> {
  const sha = await shaIn(call, 'sha')
  const state = oneOf('Status', 'state', required(text(call.body, 'state'), 'state'), STATES)!
  const status: StatusState = {
    id: newId(call.world), sha, state, context: text(call.body, 'context') ?? 'default',
    description: text(call.body, 'description') ?? null,
    targetUrl: text(call.body, 'target_url') ?? null, creator: actor(call), createdAt: stamp(call.world),
  }
  call.repo.statuses.push(status)
  return created(presentStatus(call.world, call.links, call.repo, status))
}

const statusesOf = (call: RepoCall, sha: string): StatusState[] => call.repo.statuses.filter((s) => s.sha === sha).reverse()

export const checkRoutes: readonly Route[] = [
  repoRoute('POST /check-runs', 'write', create),
  repoRoute('PATCH /check-runs/{check_run_id}', 'write', update),
  repoRoute('GET /commits/{ref}/check-runs', 'read', list),
  repoRoute('GET /commits/{ref}/check-suites', 'read', suites),
  repoRoute('POST /statuses/{sha}', 'write', createStatus),
  repoRoute('GET /commits/{ref}/status', 'read', async (call) => {
    const sha = await shaIn(call, 'ref')
    const latest = statusesOf(call, sha).filter((s, i, all) => all.findIndex((o) => o.context === s.context) === i)
    return ok(presentCombined(call.world, call.links, call.repo, sha, pageOf(call, latest).items, latest))
  }),
  repoRoute('GET /commits/{ref}/statuses', 'read', async (call) =>
    paged(call, statusesOf(call, await shaIn(call, 'ref')), (s) => presentStatus(call.world, call.links, call.repo, s))),
]
