import {cutTitle} from '../../core/issue/text.js'
import {pullBody} from '../../core/run/pull-body.js'
import {verifiedAttempt} from '../../core/run/attempt.js'
import {recordEnd} from '../../core/run/attempt-log.js'
import {settledLabels} from '../../core/run/settled-labels.js'
import {apply} from '../apply.js'
import {createOnce} from '../once.js'
import type {World} from '../world.js'
import {putAttempts} from './publish.js'
import {branchOf} from './run.js'
import type {Task} from './task.js'

/**
 * Opens the pull request that a crash left out: the newest attempt passed and its commit is what the branch holds. Answers undefined when
 * there is nothing to resume. No agent is spawned and no attempt is counted.
 */
export async function publishVerified(world: World, task: Task): Promise<{pr: number; headSha: string; attempt: number; costUsd: number | null} | undefined> {
  const attempt = verifiedAttempt(task.attempts)
  if (attempt === undefined || attempt !== task.attempts.attempts.at(-1) || attempt.headSha === null) return undefined
  const branch = branchOf(task.issue.number)
  if (await world.workshop.branchSha(branch) !== attempt.headSha || task.pulls.some((pull) => pull.headSha === attempt.headSha)) return undefined
  const {headSha} = attempt
  const {name: base} = await world.repository.defaultBranch()
  const body = pullBody({
    issue: task.issue.number, summary: task.attempts.newest.summary, attempts: task.attempts,
    evidence: {baseSha: attempt.baseSha ?? '', headSha, commits: 0, files: [], additions: 0, deletions: 0},
    verification: {version: 1, sha: headSha, passed: true, commands: [], flags: []},
    review: {version: 1, sha: headSha, verdict: attempt.review === 'skipped' ? 'skipped' : 'approve', summary: task.attempts.newest.review, findings: []},
  })
  const pull = await createOnce(
    () => world.pulls.create({title: `GH-${task.issue.number}: ${cutTitle(task.issue.title, 70)}`, body, head: branch, base}),
    async () => (await world.pulls.ofBranch(branch)).find((p) => p.state === 'open'),
  )
  await putAttempts(world, task.issue.number, recordEnd(task.attempts, {...attempt, pr: pull.number}, task.attempts.newest), task.attemptsComment)
  await apply(world, settledLabels(task.issue, attempt, null))
  return {pr: pull.number, headSha, attempt: attempt.attempt, costUsd: attempt.costUsd}
}
