import {forbidden, invalid, notFound} from '../errors.js'
import {actor, created, ok, type RepoCall, type RepoHandler, type Reply, type Route} from '../http.js'
import {integer, required} from '../input.js'
import {addEvent, issueIn, touch} from '../issues-model.js'
import {paged} from '../paging.js'
import {presentIssue} from '../present/issue.js'
import {repoRoute} from '../router.js'
import {allows, type IssueState, type Permission, type RepoState} from '../state.js'
import {issueById, reposOf} from '../world.js'

type Located = {repo: RepoState; issue: IssueState}
const refuse = (message: string): Error => invalid({resource: 'IssueDependency', code: 'custom', field: 'issue_id', message})
/** A server without the endpoint says 404 before it asks for rights. */
const when = (run: RepoHandler, needs: Permission = 'read'): RepoHandler => (call) => {
  if (!call.repo.features.dependencies) throw notFound()
  if (!allows(call.permission, needs)) throw forbidden()
  return run(call)
}

const blocks = (call: RepoCall, from: IssueState, target: number): boolean =>
  from.blockedBy.some((id) => id === target || (() => {
    const next = issueById(call.world, id)
    return next !== null && blocks(call, next.issue, target)
  })())

function add(call: RepoCall): Reply {
  const issue = issueIn(call)
  const blocker = issueById(call.world, required(integer(call.body, 'issue_id'), 'issue_id'))
  if (!blocker) throw notFound()
  if (blocker.issue === issue) throw refuse('An issue cannot be blocked by itself')
  if (issue.blockedBy.includes(blocker.issue.id)) throw refuse('Target issue has already been taken')
  if (blocks(call, blocker.issue, issue.id)) throw refuse('Dependency would create a circular relationship')
  issue.blockedBy.push(blocker.issue.id)
  addEvent(call.world, call.repo, issue.number, actor(call), 'blocked_by_added', {other: blocker.issue.id})
  addEvent(call.world, blocker.repo, blocker.issue.number, actor(call), 'blocking_added', {other: issue.id})
  touch(call.world, issue)
  return created(presentIssue(call, blocker.repo, blocker.issue))
}

function remove(call: RepoCall): Reply {
  const issue = issueIn(call)
  const id = Number(call.params['issue_id'])
  const blocker = issueById(call.world, id)
  if (!blocker || !issue.blockedBy.includes(id)) throw notFound()
  issue.blockedBy = issue.blockedBy.filter((b) => b !== id)
  addEvent(call.world, call.repo, issue.number, actor(call), 'blocked_by_removed', {other: id})
  addEvent(call.world, blocker.repo, blocker.issue.number, actor(call), 'blocking_removed', {other: issue.id})
  touch(call.world, issue)
  return ok(presentIssue(call, blocker.repo, blocker.issue))
}

/** Closed blockers stay in the lists: who reads them decides what still blocks. */
function listOf(call: RepoCall, pick: (issue: IssueState) => (Located | null)[]): Reply {
  return paged(call, pick(issueIn(call)).filter((l) => l !== null), (l) => presentIssue(call, l.repo, l.issue))
}

const blocking = (call: RepoCall, issue: IssueState): Located[] => reposOf(call.world).flatMap((repo) =>
  Object.values(repo.issues).filter((i) => !i.deleted && i.blockedBy.includes(issue.id)).map((i) => ({repo, issue: i})))

export const dependencyRoutes: readonly Route[] = [
  repoRoute(
    'GET /issues/{issue_number}/dependencies/blocked_by', 'read',
    when((call) => listOf(call, (i) => i.blockedBy.map((id) => issueById(call.world, id))))
  ),
  repoRoute('POST /issues/{issue_number}/dependencies/blocked_by', 'read', when(add, 'triage')),
  repoRoute('DELETE /issues/{issue_number}/dependencies/blocked_by/{issue_id}', 'read', when(remove, 'triage')),
  repoRoute('GET /issues/{issue_number}/dependencies/blocking', 'read', when((call) => listOf(call, (i) => blocking(call, i)))),
]
