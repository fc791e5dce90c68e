import {fileCounts} from '../../core/run/file-counts.js'
import type {Verification} from '../../core/run/outcome.js'
import {draftPrompt} from '../../core/run/prompts.js'
import {checkedSummary} from '../../core/run/pull-summary.js'
import {PilotError} from '../../errors.js'
import {ask} from '../gate.js'
import {historyFor, taskOf, type Run} from './run.js'
import {Stop} from './stop.js'

/**
 * The summary of the pull request, in the words of the gate `draft`; the agent's own account where no model is meant to write it or none did. Asked
 * once an attempt, and only for work that is accepted. No failure of it is one of the attempt.
 */
export async function summarise(run: Run, account: string, work: {verification: Verification; patch: string}): Promise<string> {
  const {world, task} = run
  const prompt = draftPrompt(task.issue, world.nonce(), account, fileCounts(work.patch), work.verification)
  try {
    const answer = await ask(world, taskOf(run, 'draft', prompt), 'draft', historyFor(run), {dir: run.dir, name: 'draft'}, run.booking,
      (outcome) => checkedSummary(world.mask(outcome.text)))
    for (const outcome of answer.outcomes) run.tally.add(outcome)
    if (world.signal.aborted) throw new Stop('interrupted', 'interrupted before the pull request; the work so far is saved')
    return answer.kind === 'answer' ? answer.value : account
  } catch (error) {
    if (!(error instanceof PilotError) || error.code !== 'ROUTING') throw error
    world.report.warn(`${error.message}; the pull request gets the agent's own account`)
    return account
  }
}
