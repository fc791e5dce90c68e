import {forbidden, invalid, missing, notFound, unprocessable} from '../errors.js'
import {diffFiles, diffText} from '../git-diff.js'
import {aheadBehind, mergeBase} from '../git-merge.js'
import {commits} from '../git-objects.js'
import {actor, created, ok, type RepoCall, type Reply, type Route} from '../http.js'
import {checkBody, checkTitle, flag, names, oneOf, required, text} from '../input.js'
import {addEvent, closeIssue, createIssue, issueIn, reopenIssue, touch} from '../issues-model.js'
import {mergeability} from '../mergeability.js'
import {paged} from '../paging.js'
import {presentCommit, presentFile} from '../present/commit.js'
import {presentPull, presentPullSimple, type PullIssue} from '../present/pull.js'
import {emitPull, exposePull, isPull, openPulls, refreshPull} from '../refs-model.js'
import {repoRoute} from '../router.js'
import {allows, fullName} from '../state.js'
import {newId, userOf} from '../world.js'

export async function pullIn(call: RepoCall): Promise<PullIssue> {
  const issue = issueIn(call, 'pull_number')
  if (!isPull(issue)) throw notFound()
  await refreshPull(call.world, call.repo, issue)
  return issue
}

/** From where the pull request's changes count: the point at which head left base. */
const forkPoint = async (call: RepoCall, {pull}: PullIssue): Promise<string> =>
  (await mergeBase(call.world.git, fullName(call.repo), pull.baseSha, pull.headSha)) ?? pull.baseSha

async function detailed(call: RepoCall, issue: PullIssue): Promise<Record<string, unknown>> {
  const {git} = call.world
  const name = fullName(call.repo)
  const files = await diffFiles(git, name, await forkPoint(call, issue), issue.pull.headSha)
  const {ahead} = await aheadBehind(git, name, issue.pull.baseSha, issue.pull.headSha)
  return presentPull(call, issue, {...(await mergeability(call.world, call.repo, issue)), files, commits: ahead})
}

async function get(call: RepoCall): Promise<Reply> {
  const issue = await pullIn(call)
  if (/vnd\.github(\.v3)?\.diff/.test(call.accept)) {
    return {
      status: 200, text: await diffText(call.world.git, fullName(call.repo), await forkPoint(call, issue), issue.pull.headSha),
      headers: {'content-type': 'application/vnd.github.diff; charset=utf-8'},
    }
  }
  return ok(await detailed(call, issue))
}

async function list(call: RepoCall): Promise<Reply> {
  const {query, repo} = call
  const state = oneOf('PullRequest', 'state', query.get('state') ?? 'open', ['open', 'closed', 'all'])
  const head = query.get('head')
  const base = query.get('base')
  const found = Object.values(repo.issues).filter(isPull).filter((i) => !i.deleted && (state === 'all' || i.state === state)
    && (
      !head || !head.includes(':') || `${repo.owner}:${i.pull.headRef}`.toLowerCase() === head.toLowerCase()
    ) && (!base || i.pull.baseRef === base))
  for (const issue of found) await refreshPull(call.world, repo, issue)
  const key = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt'
  const up = (query.get('direction') ?? (query.get('sort') && query.get('sort') !== 'created' ? 'asc' : 'desc')) === 'asc'
  found.sort((a, b) => (up ? 1 : -1) * (a[key].localeCompare(b[key]) || a.number - b.number))
  return paged(call, found, (i) => presentPullSimple(call, i))
}

async function create(call: RepoCall): Promise<Reply> {
  const {world, repo, body} = call
  const title = text(body, 'title')
  const words = text(body, 'body')
  const head = required(text(body, 'head'), 'head')
  const base = required(text(body, 'base'), 'base')
  if (!title) throw missing('PullRequest', 'title')
  checkTitle('PullRequest', title)
  checkBody('PullRequest', words)
  const [owner, ref] = head.includes(':') ? [head.split(':')[0]!, head.split(':')[1]!] : [repo.owner, head]
  const headSha = owner.toLowerCase() === repo.owner.toLowerCase() ? await world.git.readRef(fullName(repo), `refs/heads/${ref}`) : null
  const baseSha = await world.git.readRef(fullName(repo), `refs/heads/${base}`)
  if (!headSha) throw invalid({resource: 'PullRequest', field: 'head', code: 'invalid'})
  if (!baseSha) throw invalid({resource: 'PullRequest', field: 'base', code: 'invalid'})
  const custom = (message: string): Error => invalid({resource: 'PullRequest', code: 'custom', message})
  if ((await aheadBehind(world.git, fullName(repo), baseSha, headSha)).ahead === 0) throw custom(`No commits between ${base} and ${ref}`)
  if (openPulls(repo).some((i) => i.pull.headRef === ref && i.pull.baseRef === base)) {
    throw custom(`A pull request already exists for ${repo.owner}:${ref}.`)
  }

  const issue = createIssue(world, repo, {title, body: words ?? null, author: actor(call)}) as PullIssue
  issue.pull = {
    id: newId(world), headRef: ref, headSha, baseRef: base, baseSha, draft: flag(body, 'draft') ?? false, merged: false, mergedAt: null,
    mergedBy: null,
    mergeSha: null, mergeKey: null, mergeable: null, reviews: [], requested: [],
  }
  await exposePull(world, repo, issue)
  await emitPull(world, repo, issue, 'opened')
  return created(await detailed(call, issue))
}

async function update(call: RepoCall): Promise<Reply> {
  const {world, repo, body} = call
  const issue = await pullIn(call)
  if (issue.author !== actor(call) && !allows(call.permission, 'write')) throw forbidden('Must have admin rights to Repository.')
  const title = text(body, 'title')
  const words = text(body, 'body')
  const base = text(body, 'base')
  const state = oneOf('PullRequest', 'state', text(body, 'state'), ['open', 'closed'])
  checkTitle('PullRequest', title)
  checkBody('PullRequest', words)
  if (issue.pull.merged && state === 'open') {
    throw invalid(
      {resource: 'PullRequest', code: 'custom', field: 'state', message: 'state cannot be changed. The pull request is merged.'}
    )
  }
  if (base && !(await world.git.readRef(fullName(repo), `refs/heads/${base}`))) {
    throw invalid({resource: 'PullRequest', field: 'base', code: 'invalid'})
  }
  const before = issue.state
  if (title !== undefined && title !== issue.title) {
    addEvent(world, repo, issue.number, actor(call), 'renamed', {rename: {from: issue.title, to: title}})
    issue.title = title
  }
  if (words !== undefined) issue.body = words
  if (base) issue.pull.baseRef = base
  if (state === 'closed') closeIssue(world, repo, issue, actor(call), null)
  if (state === 'open') reopenIssue(world, repo, issue, actor(call))
  touch(world, issue)
  await refreshPull(world, repo, issue)
  if (issue.state !== before) await emitPull(world, repo, issue, issue.state === 'open' ? 'reopened' : 'closed')
  return ok(await detailed(call, issue))
}

async function request(call: RepoCall): Promise<Reply> {
  const issue = await pullIn(call)
  for (const login of names(call.body['reviewers'], 'reviewers') ?? []) {
    const user = userOf(call.world, login)
    if (!user) {
      throw unprocessable(
        'Reviews may only be requested from collaborators. '
        + 'One or more of the users or teams you specified is not a collaborator of the repository.'
      )
    }
    if (user.login === issue.author) throw unprocessable('Review cannot be requested from pull request author.')
    if (issue.pull.requested.includes(user.login)) continue
    issue.pull.requested.push(user.login)
    addEvent(call.world, call.repo, issue.number, actor(call), 'review_requested', {reviewer: user.login})
  }
  return created(presentPullSimple(call, issue))
}

export const pullRoutes: readonly Route[] = [
  repoRoute('GET /pulls', 'read', list),
  repoRoute('POST /pulls', 'write', create),
  repoRoute('GET /pulls/{pull_number}', 'read', get),
  repoRoute('PATCH /pulls/{pull_number}', 'read', update),
  repoRoute('POST /pulls/{pull_number}/requested_reviewers', 'write', request),
  repoRoute('GET /pulls/{pull_number}/files', 'read', async (call) => {
    const issue = await pullIn(call)
    const files = await diffFiles(call.world.git, fullName(call.repo), await forkPoint(call, issue), issue.pull.headSha)
    return paged(call, files, (f) => presentFile(call.links, call.repo, issue.pull.headSha, f))
  }),
  repoRoute('GET /pulls/{pull_number}/commits', 'read', async (call) => {
    const {pull} = await pullIn(call)
    const found = await commits(call.world.git, fullName(call.repo), ['--reverse', `${pull.baseSha}..${pull.headSha}`])
    return paged(call, found, (c) => presentCommit(call.links, call.repo, c))
  }),
]
