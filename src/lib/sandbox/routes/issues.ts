import {forbidden, invalid, missing} from '../errors.js'
import {actor, created, ok, type RepoCall, type Reply, type Route} from '../http.js'
import {checkBody, checkTitle, names, oneOf, text} from '../input.js'
import {addEvent, addLabels, closeIssue, createIssue, issueIn, reopenIssue, setAssignees, setLabels, touch} from '../issues-model.js'
import {paged} from '../paging.js'
import {presentIssue} from '../present/issue.js'
import {repoRoute} from '../router.js'
import {allows, type IssueState} from '../state.js'

const REASONS = ['completed', 'not_planned', 'duplicate', 'reopened'] as const

/** Titles may arrive as numbers; GitHub prints them as strings. */
const title = (call: RepoCall): string | undefined =>
  typeof call.body['title'] === 'number' ? String(call.body['title']) : text(call.body, 'title')

/** `none`, `*` for anybody, or a login in lower case. */
function assignedTo({assignees}: IssueState, who: string): boolean {
  if (who === 'none') return assignees.length === 0
  return who === '*' ? assignees.length > 0 : assignees.some((a) => a.toLowerCase() === who)
}

function list(call: RepoCall): Reply {
  const {query} = call
  const state = oneOf('Issue', 'state', query.get('state') ?? 'open', ['open', 'closed', 'all'])
  const labels = (query.get('labels') ?? '').split(',').map((l) => l.trim().toLowerCase()).filter(Boolean)
  const assignee = query.get('assignee')?.toLowerCase()
  const creator = query.get('creator')?.toLowerCase()
  const since = query.get('since')
  const now = call.world.now().getTime()
  const keep = (i: IssueState): boolean =>
    Date.parse(i.createdAt) + call.world.listLagMs <= now && !i.deleted && !i.transferredTo && (state === 'all' || i.state === state)
    && labels.every((l) => i.labels.some((has) => has.toLowerCase() === l))
    && (!creator || i.author.toLowerCase() === creator) && (!since || Date.parse(i.updatedAt) >= Date.parse(since))
    && (!assignee || assignedTo(i, assignee))
  const sort = oneOf('Issue', 'sort', query.get('sort') ?? 'created', ['created', 'updated', 'comments'])
  const key = (i: IssueState): number | string => {
    switch (sort) {
      case 'updated': return i.updatedAt
      case 'comments': return call.repo.comments.filter((c) => c.issue === i.number).length
      default: return i.createdAt
    }
  }
  const sign = query.get('direction') === 'asc' ? 1 : -1
  const found = Object.values(call.repo.issues).filter(keep)
    .sort((a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.number - b.number))
  return paged(call, found, (i) => presentIssue(call, call.repo, i))
}

function create(call: RepoCall): Reply {
  const {world, repo} = call
  const name = title(call)
  if (name === undefined) throw missing('Issue', 'title')
  const body = text(call.body, 'body')
  checkTitle('Issue', name)
  checkBody('Issue', body)
  const labels = names(call.body['labels'], 'labels') ?? []
  const assignees = names(call.body['assignees'], 'assignees') ?? []
  const issue = createIssue(world, repo, {title: name, body: body ?? null, author: actor(call)})
  // Without triage these are dropped without a word, as on GitHub.
  if (allows(call.permission, 'triage')) {
    if (labels.length > 0) addLabels(world, repo, issue, labels, actor(call))
    if (assignees.length > 0) setAssignees(world, repo, issue, assignees, actor(call))
  }
  return created(presentIssue(call, repo, issue))
}

function update(call: RepoCall): Reply {
  const {world, repo, body} = call
  const issue = issueIn(call)
  const by = actor(call)
  const triage = allows(call.permission, 'triage')
  if (!triage && issue.author !== by) throw forbidden('Must have admin rights to Repository.')
  const name = title(call)
  const words = text(body, 'body')
  const state = oneOf('Issue', 'state', text(body, 'state'), ['open', 'closed'])
  const reason = oneOf('Issue', 'state_reason', text(body, 'state_reason'), REASONS)
  const labels = names(body['labels'], 'labels')
  const assignees = names(body['assignees'], 'assignees')
  checkTitle('Issue', name)
  checkBody('Issue', words)
  if (issue.pull?.merged && state === 'open') {
    throw invalid({resource: 'Issue', code: 'custom', field: 'state', message: 'state cannot be changed. The pull request is merged.'})
  }

  if (name !== undefined && name !== issue.title) {
    addEvent(world, repo, issue.number, by, 'renamed', {rename: {from: issue.title, to: name}})
    issue.title = name
  }
  if (words !== undefined || body['body'] === null) issue.body = words ?? null
  if (labels && triage) setLabels(world, repo, issue, labels, by)
  if (assignees && triage) setAssignees(world, repo, issue, assignees, by)
  if (state === 'closed') closeIssue(world, repo, issue, by, issue.pull ? null : reason ?? 'completed')
  if (state === 'open') reopenIssue(world, repo, issue, by)
  touch(world, issue)
  return ok(presentIssue(call, repo, issue))
}

function assign(call: RepoCall, change: (current: string[], given: string[]) => string[], answer: (body: unknown) => Reply): Reply {
  const issue = issueIn(call)
  setAssignees(call.world, call.repo, issue, change(issue.assignees, names(call.body['assignees'], 'assignees') ?? []), actor(call))
  return answer(presentIssue(call, call.repo, issue))
}

export const issueRoutes: readonly Route[] = [
  repoRoute('GET /issues', 'read', list),
  repoRoute('POST /issues', 'read', create),
  repoRoute('GET /issues/{issue_number}', 'read', (call) => ok(presentIssue(call, call.repo, issueIn(call)))),
  repoRoute('PATCH /issues/{issue_number}', 'read', update),
  repoRoute(
    'POST /issues/{issue_number}/assignees', 'triage', (call) => assign(call, (now, more) => [...new Set([...now, ...more])], created)
  ),
  repoRoute(
    'DELETE /issues/{issue_number}/assignees', 'triage', (call) => assign(call, (now, less) => now.filter((a) => !less.includes(a)), ok)
  ),
]
