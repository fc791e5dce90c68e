import {forbidden, missing, notFound} from '../errors.js'
import {actor, created, noContent, ok, type RepoCall, type Reply, type Route} from '../http.js'
import {checkBody, text} from '../input.js'
import {createComment, issueIn, touch} from '../issues-model.js'
import {paged} from '../paging.js'
import {presentComment} from '../present/issue.js'
import {repoRoute} from '../router.js'
import {allows, type CommentState} from '../state.js'
import {stamp} from '../world.js'

const present = (call: RepoCall, c: CommentState): Record<string, unknown> => presentComment(call.world, call.links, call.repo, c)

function commentIn(call: RepoCall): CommentState {
  const comment = call.repo.comments.find((c) => c.id === Number(call.params['comment_id']))
  if (!comment) throw notFound()
  return comment
}

/** Own comments, or any with triage. */
function editable(call: RepoCall): CommentState {
  const comment = commentIn(call)
  if (comment.author !== actor(call) && !allows(call.permission, 'write')) throw forbidden('Must have admin rights to Repository.')
  return comment
}

function bodyOf(call: RepoCall): string {
  const body = text(call.body, 'body')
  if (body === undefined || body.trim() === '') throw missing('IssueComment', 'body')
  checkBody('IssueComment', body)
  return body
}

function create(call: RepoCall): Reply {
  const issue = issueIn(call)
  if (issue.locked && !allows(call.permission, 'write')) throw forbidden('Unable to create comment because issue is locked.')
  return created(present(call, createComment(call.world, call.repo, issue, {author: actor(call), body: bodyOf(call)})))
}

function update(call: RepoCall): Reply {
  const comment = editable(call)
  Object.assign(comment, {body: bodyOf(call), updatedAt: stamp(call.world)})
  touch(call.world, call.repo.issues[comment.issue]!)
  return ok(present(call, comment))
}

function remove(call: RepoCall): Reply {
  const comment = editable(call)
  call.repo.comments = call.repo.comments.filter((c) => c !== comment)
  return noContent()
}

function list(call: RepoCall, all: readonly CommentState[]): Reply {
  const since = call.query.get('since')
  return paged(call, all.filter((c) => !since || Date.parse(c.updatedAt) >= Date.parse(since)), (c) => present(call, c))
}

/** The repository's comments, oldest first unless `sort` and `direction` say otherwise. */
function listAll(call: RepoCall): Reply {
  const key = call.query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt'
  const down = call.query.get('sort') !== null && call.query.get('direction') !== 'asc'
  const sorted = [...call.repo.comments].sort((a, b) => a[key].localeCompare(b[key]) || a.id - b.id)
  return list(call, down ? sorted.reverse() : sorted)
}

export const commentRoutes: readonly Route[] = [
  repoRoute('GET /issues/comments', 'read', listAll),
  repoRoute('GET /issues/comments/{comment_id}', 'read', (call) => ok(present(call, commentIn(call)))),
  repoRoute('PATCH /issues/comments/{comment_id}', 'read', update),
  repoRoute('DELETE /issues/comments/{comment_id}', 'read', remove),
  repoRoute('GET /issues/{issue_number}/comments', 'read', (call) => {
    const issue = issueIn(call)
    return list(call, call.repo.comments.filter((c) => c.issue === issue.number))
  }),
  repoRoute('POST /issues/{issue_number}/comments', 'read', create),
]
