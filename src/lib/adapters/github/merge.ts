import {z} from 'zod'
import {PilotError} from '../../errors.js'
import type {Client} from './client.js'
import {type About, refused} from './errors.js'
import type {Refusal} from './failure.js'

const PULL = '/repos/{owner}/{repo}/pulls/{pull_number}'

type Merge = {sha: string; method: 'squash' | 'merge' | 'rebase'}
type Now = {merged: boolean; closed: boolean; headSha: string; mergeable: boolean | null; mergeSha: string | null}

const pullNow = z.looseObject({
  state: z.string(), merged: z.boolean(), mergeable: z.boolean().nullish(), merge_commit_sha: z.string().nullish(),
  head: z.looseObject({sha: z.string()}),
}).transform((p): Now => ({
  merged: p.merged, closed: p.state === 'closed', headSha: p.head.sha, mergeable: p.mergeable ?? null, mergeSha: p.merge_commit_sha ?? null,
}))
const mergedAnswer = z.looseObject({sha: z.string()})

/** The base got a new commit while GitHub was merging: nothing is wrong with the pull request, try again. */
const BASE_MODIFIED = /base branch was modified/i
const AGAIN_MS = [1000, 3000] as const

const headMoved = (pull: number, verified: string, head: string, cause: Refusal): PilotError => new PilotError('HEAD_MOVED',
  `The head of pull request #${pull} is ${head}, not ${verified}.`,
  [`gh pr view ${pull} --json commits`, 'verify the new head before it is merged'], {cause})

/** What a 405 means. Requirements that time or a person settles are told apart from a conflict by GitHub's words. */
function notMergeable(refusal: Refusal, pull: number, now: Now, about: About): PilotError {
  const words = refusal.words
  const say = (what: string): string => `Pull request #${pull} ${what}: ${words}`
  if (now.closed) return new PilotError('GITHUB_REJECTED', say('is closed without a merge'), [`gh pr reopen ${pull}`], {cause: refusal})
  if (/status check|check run|required check/i.test(words)) {
    return /fail/i.test(words)
      ? new PilotError('CHECKS_RED', say('has a failed required check'), [`gh pr checks ${pull}`], {cause: refusal})
      : new PilotError('CHECKS_PENDING', say('waits for a required check'), [`gh pr checks ${pull} --watch`], {cause: refusal})
  }
  if (/review is required|approving|changes requested|rule violation|protected branch/i.test(words)) {
    return new PilotError('NEEDS_HUMAN', say('needs a person'), [`gh pr view ${pull} --web`], {cause: refusal})
  }
  if (/merges are not allowed|draft/i.test(words)) return refused(refusal, about)
  return new PilotError('MERGE_CONFLICT', say(now.mergeable === false ? 'conflicts with its base' : 'cannot be merged'),
    [`pilot land ${pull}`, `gh pr view ${pull} --web`], {cause: refusal})
}

/**
 * Merges exactly `sha`. The sha makes the request safe to repeat: after silence it is sent again, and a refusal is judged by the pull
 * request as it is then, so a merge that went through unheard reads as the success it was.
 */
export async function mergePull(client: Client, pull: number, merge: Merge): Promise<{sha: string}> {
  const params = {pull_number: pull}
  const about: About = {kind: 'pull', number: pull}
  for (let again = 0; ; again += 1) {
    const answer = await client.writeOr({
      route: `PUT ${PULL}/merge`, params: {...params, sha: merge.sha, merge_method: merge.method},
      about, schema: mergedAnswer, repeat: 'again',
    }, [405, 409, 422])
    if (answer.ok) return {sha: answer.data.sha}
    const now = await client.read({route: `GET ${PULL}`, params, about, schema: pullNow})
    if (now.headSha !== merge.sha) throw headMoved(pull, merge.sha, now.headSha, answer.refusal)
    if (now.merged && now.mergeSha !== null) return {sha: now.mergeSha}
    if (answer.refusal.status === 409) throw headMoved(pull, merge.sha, 'another one by now', answer.refusal)
    const wait = AGAIN_MS[again]
    if (wait !== undefined && BASE_MODIFIED.test(answer.refusal.message)) await client.sleep(wait)
    else throw answer.refusal.status === 422 ? refused(answer.refusal, about) : notMergeable(answer.refusal, pull, now, about)
  }
}
