import {type Person} from './git-objects.js'
import {addEvent, closeIssue, touch} from './issues-model.js'
import {type PullIssue} from './present/pull.js'
import {fullName, type IssueState, type RepoState} from './state.js'
import {ensureUser, locked, type PullEvent, type PushEvent, stamp, type World} from './world.js'

export const isPull = (issue: IssueState): issue is PullIssue => issue.pull !== null
export const openPulls = (repo: RepoState): PullIssue[] =>
  Object.values(repo.issues).filter(isPull).filter((i) => i.state === 'open' && !i.deleted)

/** Who a commit made through the API is by. */
export function personOf(world: World, login: string): Person {
  const user = ensureUser(world, login)
  return {name: user.login, email: `${user.id}+${user.login}@users.noreply.github.com`, date: stamp(world)}
}

/** Tells listeners, in order and awaited: a check attached by one is there before the push is answered. */
export async function emitPush(world: World, event: PushEvent): Promise<void> {
  for (const handler of world.listeners.push) await handler(event)
}
export async function emitPull(world: World, repo: RepoState, issue: PullIssue, action: PullEvent['action']): Promise<void> {
  const event = {repo: fullName(repo), number: issue.number, action, headSha: issue.pull.headSha, merged: issue.pull.merged}
  for (const handler of world.listeners.pull_request) await handler(event)
}

/** One ref has moved: remembers it, moves the heads of open pull requests, tells the listeners. Call it outside the repository's lock. */
export async function refMoved(
  world: World, repo: RepoState, ref: string, before: string | null, after: string | null, pusher: string
): Promise<void> {
  if (after === null) delete repo.refs[ref]
  else repo.refs[ref] = after
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1]
  const moved = after === null ? [] : openPulls(repo).filter((i) => i.pull.headRef === branch && i.pull.headSha !== after)
  for (const issue of moved) {
    issue.pull.headSha = after!
    await exposePull(world, repo, issue)
    touch(world, issue)
  }
  if (!ref.startsWith('refs/pull/')) await emitPush(world, {repo: fullName(repo), ref, before, after, pusher})
  for (const issue of moved) await emitPull(world, repo, issue, 'synchronize')
}

/** After a git push: compares all refs with what was known. */
export async function refsPushed(world: World, repo: RepoState, pusher: string): Promise<void> {
  const changes = await locked(world, fullName(repo), async () => {
    const before = repo.refs
    const after = await world.git.refs(fullName(repo))
    repo.refs = {...after}
    repo.pushedAt = stamp(world)
    return [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter((ref) => before[ref] !== after[ref])
      .map((ref) => ({ref, before: before[ref] ?? null, after: after[ref] ?? null}))
  })
  for (const {ref, before, after} of changes) await refMoved(world, repo, ref, before, after, pusher)
}

/** Pull requests can be fetched as refs/pull/N/head. */
export async function exposePull(world: World, repo: RepoState, issue: PullIssue): Promise<void> {
  const ref = `refs/pull/${issue.number}/head`
  await world.git.run(fullName(repo), ['update-ref', ref, issue.pull.headSha])
  repo.refs[ref] = issue.pull.headSha
}

/** Head and base of an open pull request follow their branches; a closed one keeps its last state. */
export async function refreshPull(world: World, repo: RepoState, issue: PullIssue): Promise<void> {
  if (issue.state !== 'open') return
  const name = fullName(repo)
  const head = await world.git.readRef(name, `refs/heads/${issue.pull.headRef}`)
  const base = await world.git.readRef(name, `refs/heads/${issue.pull.baseRef}`)
  issue.pull.headSha = head ?? issue.pull.headSha
  issue.pull.baseSha = base ?? issue.pull.baseSha
}

const CLOSING = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:([\w.-]+\/[\w.-]+))?#(\d+)\b/gi

/** The issues of this repository that a text closes with one of GitHub's keywords. */
export function closingNumbers(repo: RepoState, text: string): number[] {
  const found = [...text.matchAll(CLOSING)].filter(([, other]) => !other || other.toLowerCase() === fullName(repo).toLowerCase())
  return [...new Set(found.map(([, , number]) => Number(number)))]
}

/** What follows a merge: the pull request closes, and into the default branch also the issues it names. */
export function recordMerge(world: World, repo: RepoState, issue: PullIssue, sha: string, by: string, message: string): void {
  Object.assign(issue.pull, {merged: true, mergedAt: stamp(world), mergedBy: by, mergeSha: sha})
  repo.pushedAt = stamp(world)
  addEvent(world, repo, issue.number, by, 'merged', {commitId: sha})
  closeIssue(world, repo, issue, by, null)
  if (issue.pull.baseRef !== repo.defaultBranch) return
  for (const number of closingNumbers(repo, `${issue.body ?? ''}\n${message}`)) {
    const target = repo.issues[number]
    if (target && target !== issue && !target.pull && !target.deleted && target.state === 'open') {
      closeIssue(world, repo, target, by, 'completed')
    }
  }
}
