import {type RepoCall, type Reply, type Route} from '../http.js'
import {issueIn} from '../issues-model.js'
import {paged} from '../paging.js'
import {listed, presentEvent, presentRepoEvent, timeline} from '../present/event.js'
import {presentComment} from '../present/issue.js'
import {repoRoute} from '../router.js'

function ofIssue(call: RepoCall): Reply {
  const issue = issueIn(call)
  const events = call.repo.events.filter((e) => e.issue === issue.number && listed(e))
  return paged(call, events, (e) => presentEvent(call.world, call.links, call.repo, e))
}

/** Newest first, unlike the events of one issue. */
function ofRepo(call: RepoCall): Reply {
  const events = call.repo.events.filter((e) => listed(e) && !call.repo.issues[e.issue]!.deleted)
  return paged(call, events.reverse(), (e) => presentRepoEvent(call, e))
}

export const eventRoutes: readonly Route[] = [
  repoRoute('GET /issues/{issue_number}/events', 'read', ofIssue),
  repoRoute('GET /issues/events', 'read', ofRepo),
  repoRoute('GET /issues/{issue_number}/timeline', 'read', (call) =>
    paged(call, timeline(call, issueIn(call), (c) => presentComment(call.world, call.links, call.repo, c)), (row) => row)),
]
