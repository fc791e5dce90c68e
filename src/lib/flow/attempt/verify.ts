import {binaryFiles} from '../../core/run/binary.js'
import {testFlags} from '../../core/run/test-flags.js'
import {lastLines} from '../../core/run/tail.js'
import {excerptOf, fingerprintOf} from '../../core/run/excerpt.js'
import type {Verification} from '../../core/run/outcome.js'
import {isLintCommand} from '../../core/run/lint-command.js'
import {failuresIn, roundsLeft, type Failed} from '../../core/run/progress-of-failures.js'
import {fix, type Fix} from './implement.js'
import type {Cleared} from '../../ports.js'
import type {Run} from './run.js'
import {Stop} from './stop.js'

/** `base`: what the change is compared with, for its flags */
export type Verifying = Pick<Run, 'world' | 'worktree' | 'verify' | 'dir' | 'base'>

/** What a person should look at twice in a change that passes. */
const flagsOf = (patch: string): string[] => [...testFlags(patch), ...binaryFiles(patch).map((file) => `binary file, which no reviewer could read: ${file}`)]

/** One pass of the verify commands; `output` is what the last of them said, longer than its tail. `step`: how many ran; 0 where the set-up failed already. */
type Pass = {verification: Verification; output: string; step: number}

/**
 * Runs the verify commands on a commit, one after the other, up to the first that fails. The commands decide, not the agent. Each of them sees
 * exactly the commit: what one changes in tracked files (a formatter) is put back and flagged, or something else would be verified than pushed.
 */
async function pass({world, worktree, verify, dir, base}: Verifying, sha: string, log: string): Promise<Pass> {
  const commands: Verification['commands'] = []
  const flags = sha === base.sha ? [] : flagsOf((await worktree.evidence(base.sha, sha)).patch)
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
    if (outcome.exitCode !== 0) break
  }
  return {verification: {version: 1, sha, passed: commands.every(({exitCode}) => exitCode === 0), commands, flags}, output, step: commands.length}
}

/** Files beside the commit are now as the user's own commands left them on the base. */
export async function note(world: Verifying['world'], worktree: Verifying['worktree'], by: 'setup' | 'baseline'): Promise<void> {
  await worktree.noteUntracked(by)
  await world.commands.home(worktree.path).note(by)
}

async function clear({world, worktree, verify: {setup}}: Verifying): Promise<Cleared> {
  const canSetUp = setup.length > 0
  const [files, home] = [await worktree.clearUntracked(canSetUp), await world.commands.home(worktree.path).clear(canSetUp)]
  const inHome = (paths: readonly string[]): string[] => paths.map((path) => `~/${path}`)
  return {removed: [...files.removed, ...inHome(home.removed)], kept: [...files.kept, ...inHome(home.kept)], isBare: files.isBare || home.isBare}
}

/**
 * A pass on what would be pushed. Files that are in no commit, and in HOME, take no part where the agent or an earlier pass made or changed them:
 * they are removed; where set-up had made one, all of them are, and the set-up runs again.
 */
async function passOfPushed(run: Run, sha: string): Promise<Pass> {
  const {world, worktree, verify: {setup}} = run
  const {removed, kept, isBare} = await clear(run)
  const few = (paths: readonly string[]): string => `${paths.slice(0, 5).map((path) => world.mask(path)).join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}`
  if (removed.length > 0) {
    world.report.progress(`GH-${run.task.issue.number}: ${few(removed)} is in no commit and was made or changed since the set-up; it takes no part in verification${isBare ? ', and verify.setup runs again' : ''}`)
  }
  if (isBare) {
    const again = await pass({...run, verify: {setup: [], commands: setup}}, sha, 'setup.log')
    if (!again.verification.passed) return {...again, step: 0}
    await note(world, worktree, 'setup')
  }
  const done = await pass(run, sha, 'verify.log')
  if (kept.length > 0) done.verification.flags.push(`verified with what the agent installed, which is not in the change: ${few(kept)}`)
  return done
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
    const {verification, output, step} = await passOfPushed(run, sha)
    await world.artifacts.write(`${run.dir}/verify.json`, verification)
    if (verification.passed) {
      world.report.progress(`GH-${task.issue.number}: verify passed on ${sha.slice(0, 12)}`)
      return verification
    }
    tally.verifyTail = failureText(verification)
    tally.failure = fingerprintOf(output)
    await world.artifacts.writeText(`${run.dir}/failure.log`, output)
    const failures = failuresIn(output)
    history.push({step, failures})
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
