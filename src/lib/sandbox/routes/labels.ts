import {ApiError, invalid, missing, notFound} from '../errors.js'
import {actor, created, noContent, ok, type RepoCall, type Reply, type Route} from '../http.js'
import {names, text} from '../input.js'
import {addLabels, findLabel, issueIn, removeLabel, setLabels} from '../issues-model.js'
import {paged} from '../paging.js'
import {labelsOf, presentLabel} from '../present/issue.js'
import {repoRoute} from '../router.js'
import {type IssueState, type LabelState} from '../state.js'
import {newId} from '../world.js'

const labelIn = (call: RepoCall): LabelState => {
  const label = findLabel(call.repo, call.params['name'] ?? '')
  if (!label) throw notFound()
  return label
}

const onIssue = (call: RepoCall, issue: IssueState): Reply => ok(labelsOf(call.links, call.repo, issue.labels))

/** Names from `{labels: [...]}`; GitHub takes a bare array too, which the server hands over as `items`. */
const given = (call: RepoCall): string[] => names(call.body['labels'] ?? call.body['items'], 'labels') ?? []

function checkColor(color: string | undefined): void {
  if (color !== undefined && !/^[0-9a-f]{6}$/i.test(color)) {
    throw invalid({resource: 'Label', code: 'invalid', field: 'color', value: color})
  }
}

function create(call: RepoCall): Reply {
  const name = text(call.body, 'name')
  const color = text(call.body, 'color')
  if (!name) throw missing('Label', 'name')
  checkColor(color)
  if (findLabel(call.repo, name)) throw invalid({resource: 'Label', code: 'already_exists', field: 'name'})
  const label = {id: newId(call.world), name, color: color ?? 'ededed', description: text(call.body, 'description') ?? null}
  call.repo.labels.push(label)
  return created(presentLabel(call.links, call.repo, label))
}

function update(call: RepoCall): Reply {
  const label = labelIn(call)
  const name = text(call.body, 'new_name')
  const color = text(call.body, 'color')
  checkColor(color)
  const other = name === undefined ? undefined : findLabel(call.repo, name)
  if (other && other !== label) throw invalid({resource: 'Label', code: 'already_exists', field: 'name'})
  if (name) {
    for (const issue of Object.values(call.repo.issues)) issue.labels = issue.labels.map((l) => (l === label.name ? name : l))
    label.name = name
  }
  label.color = color ?? label.color
  label.description = text(call.body, 'description') ?? label.description
  return ok(presentLabel(call.links, call.repo, label))
}

function remove(call: RepoCall): Reply {
  const label = labelIn(call)
  call.repo.labels = call.repo.labels.filter((l) => l !== label)
  for (const issue of Object.values(call.repo.issues)) issue.labels = issue.labels.filter((l) => l !== label.name)
  return noContent()
}

function removeFromIssue(call: RepoCall): Reply {
  const issue = issueIn(call)
  if (!removeLabel(call.world, call.repo, issue, call.params['name'] ?? '', actor(call))) throw new ApiError(404, 'Label does not exist')
  return onIssue(call, issue)
}

function add(call: RepoCall): Reply {
  const issue = issueIn(call)
  const labels = given(call)
  if (labels.some((l) => l.trim() === '')) throw invalid({resource: 'Label', code: 'missing_field', field: 'name'})
  addLabels(call.world, call.repo, issue, labels, actor(call))
  return onIssue(call, issue)
}

function replace(call: RepoCall, labels: string[], answer: (issue: IssueState) => Reply): Reply {
  const issue = issueIn(call)
  setLabels(call.world, call.repo, issue, labels, actor(call))
  return answer(issue)
}

export const labelRoutes: readonly Route[] = [
  repoRoute('GET /labels', 'read', (call) => paged(call, call.repo.labels, (l) => presentLabel(call.links, call.repo, l))),
  repoRoute('POST /labels', 'triage', create),
  repoRoute('GET /labels/{name}', 'read', (call) => ok(presentLabel(call.links, call.repo, labelIn(call)))),
  repoRoute('PATCH /labels/{name}', 'triage', update),
  repoRoute('DELETE /labels/{name}', 'triage', remove),
  repoRoute(
    'GET /issues/{issue_number}/labels', 'read', (call) => paged(call, labelsOf(call.links, call.repo, issueIn(call).labels), (l) => l)
  ),
  repoRoute('POST /issues/{issue_number}/labels', 'triage', add),
  repoRoute('PUT /issues/{issue_number}/labels', 'triage', (call) => replace(call, given(call), (issue) => onIssue(call, issue))),
  repoRoute('DELETE /issues/{issue_number}/labels', 'triage', (call) => replace(call, [], noContent)),
  repoRoute('DELETE /issues/{issue_number}/labels/{name}', 'triage', removeFromIssue),
]
