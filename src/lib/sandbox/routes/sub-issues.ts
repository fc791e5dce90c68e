import {forbidden, invalid, notFound, unprocessable} from '../errors.js'
import {actor, created, ok, type RepoCall, type RepoHandler, type Reply, type Route} from '../http.js'
import {flag, integer, required} from '../input.js'
import {addEvent, issueIn, touch} from '../issues-model.js'
import {paged} from '../paging.js'
import {presentIssue} from '../present/issue.js'
import {repoRoute} from '../router.js'
import {allows, type IssueState, type Permission, type RepoState} from '../state.js'
import {issueById} from '../world.js'

/** GitHub's limits: children of one parent, closed ones included, and levels of a tree. */
const MAX_CHILDREN = 100
const MAX_LEVELS = 8
type Located = {repo: RepoState; issue: IssueState}

const refuse = (why: string): Error => unprocessable(`An error occurred while adding the sub-issue to the parent issue. ${why}`)
/** A server without the endpoint says 404 before it asks for rights. */
const when = (run: RepoHandler, needs: Permission = 'read'): RepoHandler => (call) => {
  if (!call.repo.features.subIssues) throw notFound()
  if (!allows(call.permission, needs)) throw forbidden()
  return run(call)
}

function childOf(call: RepoCall): Located {
  const child = issueById(call.world, required(integer(call.body, 'sub_issue_id'), 'sub_issue_id'))
  if (!child) throw notFound()
  return child
}

const height = (call: RepoCall, issue: IssueState): number =>
  1 + Math.max(0, ...issue.children.map((id) => issueById(call.world, id)).map((c) => (c ? height(call, c.issue) : 0)))

function ancestors(call: RepoCall, issue: IssueState): number[] {
  const up = issue.parent === null ? null : issueById(call.world, issue.parent)
  return up ? [up.issue.id, ...ancestors(call, up.issue)] : []
}

function unlink(call: RepoCall, parent: Located, child: Located): void {
  parent.issue.children = parent.issue.children.filter((id) => id !== child.issue.id)
  child.issue.parent = null
  addEvent(call.world, parent.repo, parent.issue.number, actor(call), 'sub_issue_removed', {other: child.issue.id})
  addEvent(call.world, child.repo, child.issue.number, actor(call), 'parent_issue_removed', {other: parent.issue.id})
  touch(call.world, parent.issue)
}

function add(call: RepoCall): Reply {
  const parent = {repo: call.repo, issue: issueIn(call)}
  const child = childOf(call)
  const above = [parent.issue.id, ...ancestors(call, parent.issue)]
  if (child.issue.pull || parent.issue.pull) throw refuse('Pull requests cannot be sub-issues')
  if (child.repo.owner !== parent.repo.owner) throw refuse('Sub issue must belong to the same owner')
  if (parent.issue.children.includes(child.issue.id)) {
    throw refuse('Issue may not contain duplicate sub-issues and Sub issue may only have one parent')
  }
  if (above.includes(child.issue.id)) throw refuse('Sub issue may not be an ancestor of its parent')
  if (child.issue.parent !== null && !flag(call.body, 'replace_parent')) throw refuse('Sub issue may only have one parent')
  if (parent.issue.children.length >= MAX_CHILDREN) throw refuse(`Parent cannot have more than ${MAX_CHILDREN} sub-issues`)
  if (above.length + height(call, child.issue) > MAX_LEVELS) {
    throw refuse(`Sub-issues may not be nested more than ${MAX_LEVELS} layers deep`)
  }

  const old = child.issue.parent === null ? null : issueById(call.world, child.issue.parent)
  if (old) unlink(call, old, child)
  parent.issue.children.push(child.issue.id)
  child.issue.parent = parent.issue.id
  addEvent(call.world, parent.repo, parent.issue.number, actor(call), 'sub_issue_added', {other: child.issue.id})
  addEvent(call.world, child.repo, child.issue.number, actor(call), 'parent_issue_added', {other: parent.issue.id})
  touch(call.world, parent.issue)
  return created(presentIssue(call, call.repo, parent.issue))
}

function remove(call: RepoCall): Reply {
  const parent = {repo: call.repo, issue: issueIn(call)}
  const child = childOf(call)
  if (!parent.issue.children.includes(child.issue.id)) throw notFound()
  unlink(call, parent, child)
  return ok(presentIssue(call, call.repo, parent.issue))
}

function reorder(call: RepoCall): Reply {
  const issue = issueIn(call)
  const child = childOf(call).issue.id
  const after = integer(call.body, 'after_id')
  const before = integer(call.body, 'before_id')
  const anchor = after ?? before
  if (!issue.children.includes(child)) throw notFound()
  if (anchor === undefined || (after !== undefined && before !== undefined) || !issue.children.includes(anchor) || anchor === child) {
    throw invalid({resource: 'Issue', code: 'invalid', field: 'priority'})
  }
  const rest = issue.children.filter((id) => id !== child)
  rest.splice(rest.indexOf(anchor) + (after === undefined ? 0 : 1), 0, child)
  issue.children = rest
  return ok(presentIssue(call, call.repo, issue))
}

function list(call: RepoCall): Reply {
  const children = issueIn(call).children.map((id) => issueById(call.world, id)).filter((c) => c !== null)
  return paged(call, children, (c) => presentIssue(call, c.repo, c.issue))
}

function parent(call: RepoCall): Reply {
  const {parent: id} = issueIn(call)
  const found = id === null ? null : issueById(call.world, id)
  if (!found) throw notFound()
  return ok(presentIssue(call, found.repo, found.issue))
}

export const subIssueRoutes: readonly Route[] = [
  repoRoute('GET /issues/{issue_number}/sub_issues', 'read', when(list)),
  repoRoute('POST /issues/{issue_number}/sub_issues', 'read', when(add, 'triage')),
  repoRoute('DELETE /issues/{issue_number}/sub_issue', 'read', when(remove, 'triage')),
  repoRoute('PATCH /issues/{issue_number}/sub_issues/priority', 'read', when(reorder, 'triage')),
  repoRoute('GET /issues/{issue_number}/parent', 'read', when(parent)),
]
