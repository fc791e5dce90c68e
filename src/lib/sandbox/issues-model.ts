import {gone, ApiError, notFound} from './errors.js'
import {type RepoCall} from './http.js'
import {type CommentState, type EventData, fullName, type IssueState, type LabelState, type RepoState} from './state.js'
import {ensureUser, newId, permissionOf, stamp, userOf, type World} from './world.js'

/** The issue or pull request of a path: 404 when unknown, 410 when deleted, 301 when transferred. */
export function issueIn(call: RepoCall, param = 'issue_number'): IssueState {
  const issue = call.repo.issues[Number(call.params[param])]
  if (!issue) throw notFound()
  if (issue.deleted) throw gone()
  if (issue.transferredTo) {
    throw new ApiError(301, 'Moved Permanently', {url: movedUrl(call, issue), headers: {location: movedUrl(call, issue)}})
  }
  return issue
}

function movedUrl(call: RepoCall, issue: IssueState): string {
  const [name = '', number = ''] = issue.transferredTo!.split('#')
  const from = `/repos/${call.params['owner']}/${call.params['repo']}/issues/${issue.number}`
  const at = call.url.pathname.indexOf(from)
  return `${call.links.api}/repos/${name}/issues/${number}${call.url.pathname.slice(at + from.length)}${call.url.search}`
}

export function addEvent(world: World, repo: RepoState, issue: number, actor: string, event: string, data: EventData = {}): void {
  repo.events.push({id: newId(world), issue, event, actor, createdAt: stamp(world), data})
}

/** Marks an issue as changed and hands the search index its new version. */
export function touch(world: World, issue: IssueState): void {
  issue.updatedAt = stamp(world)
  const at = world.now().getTime()
  const visible = issue.docs.findLastIndex((doc) => doc.at + world.searchLagMs <= at)
  issue.docs = [...issue.docs.slice(Math.max(0, visible)), {
    at, title: issue.title, body: issue.body ?? '', state: issue.state, labels: [...issue.labels],
  }]
}

export const findLabel = (repo: RepoState, name: string): LabelState | undefined =>
  repo.labels.find((l) => l.name.toLowerCase() === name.toLowerCase())

export function ensureLabel(world: World, repo: RepoState, name: string): LabelState {
  const found = findLabel(repo, name)
  if (found) return found
  const label = {id: newId(world), name, color: 'ededed', description: null}
  repo.labels.push(label)
  return label
}

/** Adds labels as a union, creating unknown ones; an event for each that is new on the issue. */
export function addLabels(world: World, repo: RepoState, issue: IssueState, names: readonly string[], by: string): void {
  for (const name of names) {
    const label = ensureLabel(world, repo, name)
    if (issue.labels.includes(label.name)) continue
    issue.labels.push(label.name)
    addEvent(world, repo, issue.number, by, 'labeled', {label: {name: label.name, color: label.color}})
  }
  touch(world, issue)
}

/** Takes a label off; false when it was not there. */
export function removeLabel(world: World, repo: RepoState, issue: IssueState, name: string, by: string): boolean {
  const at = issue.labels.findIndex((l) => l.toLowerCase() === name.toLowerCase())
  if (at < 0) return false
  const [taken = name] = issue.labels.splice(at, 1)
  addEvent(world, repo, issue.number, by, 'unlabeled', {label: {name: taken, color: findLabel(repo, taken)?.color ?? 'ededed'}})
  touch(world, issue)
  return true
}

export function setLabels(world: World, repo: RepoState, issue: IssueState, names: readonly string[], by: string): void {
  const wanted = new Set(names.map((n) => n.toLowerCase()))
  for (const name of issue.labels.filter((l) => !wanted.has(l.toLowerCase()))) removeLabel(world, repo, issue, name, by)
  addLabels(world, repo, issue, names, by)
}

export function setAssignees(world: World, repo: RepoState, issue: IssueState, logins: readonly string[], by: string): void {
  for (const login of issue.assignees.filter((a) => !logins.includes(a))) {
    issue.assignees = issue.assignees.filter((a) => a !== login)
    addEvent(world, repo, issue.number, by, 'unassigned', {assignee: login})
  }
  for (const login of logins) {
    const user = userOf(world, login)
    // GitHub ignores people who cannot be assigned instead of refusing them.
    if (!user || permissionOf(repo, user) === 'none' || issue.assignees.includes(user.login)) continue
    issue.assignees.push(user.login)
    addEvent(world, repo, issue.number, by, 'assigned', {assignee: user.login})
  }
  touch(world, issue)
}

export function closeIssue(world: World, repo: RepoState, issue: IssueState, by: string, reason: string | null, commitId?: string): void {
  issue.stateReason = reason
  if (issue.state === 'open') {
    Object.assign(issue, {state: 'closed', closedAt: stamp(world), closedBy: by})
    addEvent(world, repo, issue.number, by, 'closed', {stateReason: reason, ...(commitId && {commitId})})
  }
  touch(world, issue)
}

export function reopenIssue(world: World, repo: RepoState, issue: IssueState, by: string): void {
  if (issue.state === 'closed') {
    Object.assign(issue, {state: 'open', stateReason: issue.pull ? null : 'reopened', closedAt: null, closedBy: null})
    addEvent(world, repo, issue.number, by, 'reopened')
  }
  touch(world, issue)
}

export function createIssue(
  world: World, repo: RepoState, seed: {title: string; body?: string | null; author: string; association?: string | null}
): IssueState {
  const at = stamp(world)
  const issue: IssueState = {
    id: newId(world), number: repo.nextNumber++, title: seed.title, body: seed.body ?? null, author: ensureUser(world, seed.author).login,
    association: seed.association ?? null, state: 'open', stateReason: null, labels: [], assignees: [], createdAt: at, updatedAt: at,
    closedAt: null, closedBy: null, locked: false, lockReason: null, deleted: false, transferredTo: null, parent: null, children: [],
    blockedBy: [],
    pull: null, docs: [],
  }
  repo.issues[issue.number] = issue
  touch(world, issue)
  crossReference(world, repo, issue, issue.body ?? '')
  return issue
}

export function createComment(
  world: World, repo: RepoState, issue: IssueState, seed: {author: string; body: string; association?: string | null}
): CommentState {
  const at = stamp(world)
  const comment = {
    id: newId(world), issue: issue.number, author: ensureUser(world, seed.author).login, body: seed.body,
    createdAt: at, updatedAt: at, association: seed.association ?? null,
  }
  repo.comments.push(comment)
  touch(world, issue)
  crossReference(world, repo, issue, seed.body, comment.author)
  return comment
}

/** A mention of `#n` puts a cross-reference into the other issue's timeline, once a source. */
function crossReference(world: World, repo: RepoState, from: IssueState, text: string, by = from.author): void {
  for (const [, digits] of text.matchAll(/(?<![\w&/])#(\d+)\b/g)) {
    const target = repo.issues[Number(digits)]
    if (!target || target === from) continue
    if (repo.events.some((e) => e.issue === target.number && e.event === 'cross-referenced' && e.data.source === from.number)) continue
    addEvent(world, repo, target.number, by, 'cross-referenced', {source: from.number})
  }
}

/** How the author stands to the repository: what was seeded, else owner, collaborator or nobody. */
export function associationOf(world: World, repo: RepoState, login: string, seeded: string | null): string {
  if (seeded) return seeded
  if (login.toLowerCase() === repo.owner.toLowerCase()) return 'OWNER'
  if (userOf(world, login)?.permission[fullName(repo).toLowerCase()]) return 'COLLABORATOR'
  const merged = Object.values(repo.issues).some((i) => i.author === login && i.pull?.merged)
  return merged ? 'CONTRIBUTOR' : 'NONE'
}

