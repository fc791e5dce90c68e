import {acceptanceOf} from '../../core/issue/child-body.js'
import {findingsText, readReview, skippedReview} from '../../core/run/review.js'
import {tooLarge} from '../../core/run/review-size.js'
import {reviewPrompt} from '../../core/run/prompts.js'
import type {Review, Verification} from '../../core/run/outcome.js'
import {ask} from '../gate.js'
import {fix, type Fix} from './implement.js'
import {historyFor, taskOf, type Run} from './run.js'
import {countsAsAttempt} from '../../core/run/failure.js'
import {Stop} from './stop.js'
import {verify} from './verify.js'

export type Accepted = {verification: Verification; review: Review}

/** Reviews the verified commit; rejected findings go back to the agent, and what it then leaves is verified and reviewed anew. */
export async function review(run: Run, verified: Verification): Promise<Accepted> {
  const {max_rounds, enabled} = run.world.config.settings.review
  let verification = verified
  for (let round = 0; ; round++) {
    await guardSize(run, verification.sha)
    const verdict = enabled ? await reviewOnce(run, verification.sha, round) : skippedReview(verification.sha)
    await run.world.artifacts.write(`${run.dir}/review.json`, verdict)
    if (verdict.verdict !== 'request_changes') return {verification, review: verdict}
    run.tally.reviewText = findingsText(verdict)
    run.world.report.progress(`GH-${run.task.issue.number}: review asks for changes: ${verdict.summary}`)
    const order: Fix = {gate: 'implement', name: `review-fix-${round + 1}`, what: 'The reviewer asks for changes.', output: run.tally.reviewText}
    if (round >= max_rounds || !(await fix(run, order))) {
      throw new Stop('review_rejected', `review rejected: ${verdict.summary || findingsText(verdict)}`)
    }
    verification = await verify(run)
  }
}

/** A change of which the reviewer would see a part only is not called reviewed. */
async function guardSize({world, worktree, task, base, tally}: Run, sha: string): Promise<void> {
  const why = tooLarge(task.issue.number, (await worktree.evidence(base.sha, sha)).patch, world.config.settings.review.enabled)
  if (why === null) return
  tally.reviewText = why
  throw new Stop('review_rejected', why)
}

/** One verdict, bound to the commit. An answer that cannot be read is a fault of the reviewer, not of the work. */
async function reviewOnce(run: Run, sha: string, round: number): Promise<Review> {
  const {world, worktree, task, base} = run
  const {patch} = await worktree.evidence(base.sha, sha)
  const prompt = reviewPrompt(task.issue, world.nonce(), acceptanceOf(task.issue.body), patch)
  const name = round === 0 ? 'review' : `review-${round + 1}`
  const answer = await ask(world, taskOf(run, 'review', prompt), 'review', historyFor(run), {dir: run.dir, name}, run.booking,
    (outcome) => readReview(outcome, sha))
  for (const outcome of answer.outcomes) run.tally.add(outcome)
  if (await worktree.head() !== sha || (await worktree.changed(sha)).length > 0) throw new Stop('agent_error', 'the reviewer changed files; it may only read')
  if (answer.kind === 'answer') return answer.value
  const last = answer.outcomes.at(-1)
  throw new Stop(last?.failure && !countsAsAttempt(last.failure) ? last.failure : 'overloaded', `no readable review: ${last?.message || answer.raw.slice(0, 200) || 'no model answered'}`)
}
