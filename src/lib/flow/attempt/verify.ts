import {testFlags} from '../../core/run/test-flags.js'
import {lastLines} from '../../core/run/tail.js'
import {excerptOf, fingerprintOf} from '../../core/run/excerpt.js'
import type {Verification} from '../../core/run/outcome.js'
import {isLintCommand} from '../../core/run/lint-command.js'
import {failuresIn, roundsLeft, type Failed} from '../../core/run/progress-of-failures.js'
import {fix, type Fix} from './implement.js'
import type {Run} from './run.js'
import {Stop} from './stop.js'

/** `base`: what the change is compared with, for its flags */
export type Verifying = Pick<Run, 'world' | 'worktree' | 'verify' | 'dir' | 'base'>

/** One pass of the verify commands; `output` is what the last of them said, longer than its tail. */
type Pass = {verification: Verification; output: string}

/**
 * Runs the verify commands on a commit, one after the other, up to the first that fails. The commands decide, not the agent. Each of them sees
 * exactly the commit: what one changes in tracked files (a formatter) is put back and flagged, or something else would be verified than pushed.
 */
async function pass({world, worktree, verify, dir, base}: Verifying, sha: string, log: string): Promise<Pass> {
  const commands: Verification['commands'] = []
  const flags = sha === base.sha ? [] : testFlags((await worktree.evidence(base.sha)).patch)
  let output = ''
  for (const command of verify.commands) {
    const outcome = await world.commands.run(command, {
      cwd: worktree.path, timeoutMs: world.config.settings.verify.timeout, log: world.artifacts.resolve(`${dir}/${log}`), signal: world.signal,
    })
    if (world.signal.aborted) throw new Stop('interrupted', 'interrupted while verifying; the work so far is saved')
    const changed = await worktree.restore(sha)
    // what is told of it is cut later
    const told = world.mask(command)
    if (changed.length > 0) flags.push(`\`${told}\` changed tracked files, which were put back: ${changed.slice(0, 5).join(', ')}`)
    output = world.mask(outcome.tail)
    commands.push({command: told, exitCode: outcome.exitCode, timedOut: outcome.timedOut, durationMs: Math.round(outcome.durationMs), tail: lastLines(output, 2000)})
    if (outcome.exitCode !== 0) return {verification: {version: 1, sha, passed: false, commands, flags}, output}
  }
  return {verification: {version: 1, sha, passed: true, commands, flags}, output}
}

export const verifyOnce = async (run: Verifying, sha: string, log: string): Promise<Verification> =>
  (await pass(run, sha, log)).verification

/** Output of the command that failed, for the next round and for people. */
export const failureText = (verification: Verification): string => {
  const failed = verification.commands.at(-1)
  return failed === undefined ? '' : `$ ${failed.command}\n${failed.timedOut ? '(timed out)\n' : ''}${failed.tail}`
}

/** Verifies HEAD; while it fails and rounds are left, the failure goes back to the agent. What passes is a commit, named by its SHA. */
export async function verify(run: Run): Promise<Verification> {
  const {world, worktree, task, tally} = run
  const history: Failed[] = []
  for (;;) {
    const sha = await worktree.head()
    world.report.activity({kind: 'step', issue: task.issue.number, step: 'verify'})
    const {verification, output} = await pass(run, sha, 'verify.log')
    await world.artifacts.write(`${run.dir}/verify.json`, verification)
    if (verification.passed) {
      world.report.progress(`GH-${task.issue.number}: verify passed on ${sha.slice(0, 12)}`)
      return verification
    }
    tally.verifyTail = failureText(verification)
    tally.failure = fingerprintOf(output)
    await world.artifacts.writeText(`${run.dir}/failure.log`, output)
    const failures = failuresIn(output)
    history.push({step: verification.commands.length, failures})
    const left = roundsLeft(history, world.config.settings.verify.fix_rounds)
    const count = failures === null ? '' : `, ${failures} ${failures === 1 ? 'failure' : 'failures'}`
    world.report.progress(`GH-${task.issue.number}: verify failed on ${sha.slice(0, 12)}${count}; fix rounds left: ${left}`)
    if (left === 0) throw new Stop('verify_failed', `verification failed: ${tally.verifyTail.split('\n', 1)[0]}`)
    if (!(await fix(run, fixOf(verification, output, ++tally.fixes)))) throw new Stop('verify_failed', 'verification failed and the agent changed nothing in the fix round')
  }
}

function fixOf({commands}: Verification, output: string, round: number): Fix {
  const failed = commands.at(-1)
  const command = failed?.command ?? ''
  const timedOut = failed?.timedOut === true
  const isLint = !timedOut && isLintCommand(command)
  return {
    gate: isLint ? 'lint' : 'implement', name: `fix-${round}`, output: `$ ${command}\n${timedOut ? '(timed out)\n' : ''}${excerptOf(output)}`,
    what: isLint ? 'A linter or formatter rejects your change.' : 'A verify command failed on your change.',
  }
}
