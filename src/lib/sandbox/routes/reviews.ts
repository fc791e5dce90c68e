import {unprocessable} from '../errors.js'
import {actor, ok, type RepoCall, type Reply, type Route} from '../http.js'
import {checkBody, oneOf, text} from '../input.js'
import {touch} from '../issues-model.js'
import {paged} from '../paging.js'
import {presentReview} from '../present/pull.js'
import {repoRoute} from '../router.js'
import {newId, stamp} from '../world.js'
import {pullIn} from './pulls.js'

const STATE = {APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED'} as const

async function create(call: RepoCall): Promise<Reply> {
  const issue = await pullIn(call)
  const event = oneOf('PullRequestReview', 'event', text(call.body, 'event'), ['APPROVE', 'REQUEST_CHANGES', 'COMMENT'])
  const body = text(call.body, 'body') ?? ''
  checkBody('PullRequestReview', body)
  if (event && event !== 'COMMENT' && issue.author === actor(call)) {
    throw unprocessable(`Unprocessable Entity: Can not ${event === 'APPROVE' ? 'approve' : 'request changes on'} your own pull request`)
  }
  if ((event === 'COMMENT' || event === 'REQUEST_CHANGES') && body === '') {
    throw unprocessable('Unprocessable Entity: Review body is required')
  }
  const review = {
    id: newId(call.world), author: actor(call), body, state: event ? STATE[event] : 'PENDING',
    commitId: text(call.body, 'commit_id') ?? issue.pull.headSha, submittedAt: stamp(call.world),
  }
  issue.pull.reviews.push(review)
  touch(call.world, issue)
  return ok(presentReview(call.world, call.links, call.repo, issue, review))
}

export const reviewRoutes: readonly Route[] = [
  repoRoute('GET /pulls/{pull_number}/reviews', 'read', async (call) => {
    const issue = await pullIn(call)
    return paged(call, issue.pull.reviews, (r) => presentReview(call.world, call.links, call.repo, issue, r))
  }),
  repoRoute('POST /pulls/{pull_number}/reviews', 'read', create),
]
