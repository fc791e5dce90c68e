import {testFlags} from '../../core/run/patch.js'
import {lastLines} from '../../core/run/tail.js'
import type {Verification} from '../../core/run/outcome.js'
import {fix} from './implement.js'
import type {Run} from './run.js'
import {Stop} from './stop.js'

/** Runs the verify commands on a commit, one after the other, up to the first that fails. The commands decide, not the agent. */
export async function verifyOnce(run: Pick<Run, 'world' | 'worktree' | 'verify' | 'dir'>, sha: string, log: string): Promise<Verification> {
  const {world, worktree, verify} = run
  const commands: Verification['commands'] = []
  for (const command of verify.commands) {
    const outcome = await world.commands.run(command, {
      cwd: worktree.path, timeoutMs: world.config.settings.verify.timeout, log: world.artifacts.resolve(`${run.dir}/${log}`), signal: world.signal,
    })
    if (world.signal.aborted) throw new Stop('interrupted', 'interrupted while verifying; the work so far is saved')
    commands.push({command, exitCode: outcome.exitCode, timedOut: outcome.timedOut, durationMs: Math.round(outcome.durationMs), tail: lastLines(world.mask(outcome.tail), 2000)})
    if (outcome.exitCode !== 0) return {version: 1, sha, passed: false, commands, flags: []}
  }
  return {version: 1, sha, passed: true, commands, flags: []}
}

/** Output of the command that failed, for the next round and for people. */
export const failureText = (verification: Verification): string => {
  const failed = verification.commands.at(-1)
  return failed === undefined ? '' : `$ ${failed.command}\n${failed.timedOut ? '(timed out)\n' : ''}${failed.tail}`
}

/** Verifies HEAD; while it fails and rounds are left, the failure goes back to the agent. What passes is a commit, named by its SHA. */
export async function verify(run: Run): Promise<Verification> {
  const {world, worktree, task, base} = run
  for (let round = 0; ; round++) {
    const sha = await worktree.head()
    const verification = await verifyOnce(run, sha, 'verify.log')
    const {patch} = await worktree.evidence(base.sha)
    const flagged = {...verification, flags: testFlags(patch)}
    await world.artifacts.write(`${run.dir}/verify.json`, flagged)
    world.report.progress(`GH-${task.issue.number}: verify ${verification.passed ? 'passed' : 'failed'} on ${sha.slice(0, 12)}`)
    if (verification.passed) return flagged
    run.tally.verifyTail = failureText(verification)
    if (round >= world.config.settings.verify.fix_rounds) throw new Stop('verify_failed', `verification failed: ${run.tally.verifyTail.split('\n', 1)[0]}`)
    if (!(await fix(run, 'A verify command failed on your change.', run.tally.verifyTail, `fix-${round + 1}`))) {
      throw new Stop('verify_failed', 'verification failed and the agent changed nothing in the fix round')
    }
  }
}
