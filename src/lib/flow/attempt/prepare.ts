import {z} from 'zod'
import {verifyCommands, type VerifyCommands} from '../../core/run/verify-commands.js'
import {lastLines} from '../../core/run/tail.js'
import type {Worktree} from '../../ports.js'
import type {World} from '../world.js'
import type {Run} from './run.js'
import {Stop} from './stop.js'
import {failureText, note, verifyOnce} from './verify.js'

/** What verifies a change in this worktree: configured, else detected from the base commit's build files. */
export async function commandsFor(world: World, worktree: Worktree): Promise<VerifyCommands> {
  const names = ['package.json', 'package-lock.json', 'go.mod', 'Cargo.toml', 'pyproject.toml'] as const
  const [packageJson, packageLock, goMod, cargoToml, pyproject] = await Promise.all(names.map((name) => worktree.read(name)))
  const files = {packageJson: packageJson ?? null, packageLock: packageLock ?? null, goMod: goMod ?? null, cargoToml: cargoToml ?? null, pyproject: pyproject ?? null}
  return verifyCommands(world.config.settings.verify, files)
}

/** Sets the worktree up for the agent and the verify commands. What it leaves is no part of the change. */
export async function setup(world: World, worktree: Worktree, verify: VerifyCommands, dir: string): Promise<void> {
  const sha = await worktree.head()
  await world.commands.home(worktree.path).begin()
  for (const command of verify.setup) {
    const outcome = await world.commands.run(command, {
      cwd: worktree.path, timeoutMs: world.config.settings.verify.timeout, log: world.artifacts.resolve(`${dir}/setup.log`), signal: world.signal,
    })
    if (world.signal.aborted) throw new Stop('interrupted', 'interrupted during setup')
    if (outcome.exitCode !== 0) throw new Stop('baseline_broken', `verify.setup failed: ${command}\n${lastLines(world.mask(outcome.tail), 500)}`)
  }
  const changed = verify.setup.length === 0 ? [] : await worktree.restore(sha)
  await note(world, worktree, 'setup')
  if (changed.length > 0) world.report.warn(`verify.setup changed tracked files, which were put back: ${changed.slice(0, 5).join(', ')}`)
}

const baselineSchema = z.strictObject({passed: z.boolean(), output: z.string()})

/**
 * The verify commands on the base commit, which the worktree is at, before any money is spent: a red base would make every attempt look like a failure.
 * Cached by tree and commands: another commit with the same files passes as well.
 */
export async function baseline(world: World, worktree: Worktree, verify: VerifyCommands, base: Run['base'], dir: string): Promise<void> {
  if (!world.config.settings.verify.baseline || verify.commands.length === 0) return
  const key = `baseline/${world.hash(JSON.stringify([await worktree.tree(), verify])).slice(0, 24)}`
  const known = await world.cache.get(key, baselineSchema)
  const result = known?.passed === true ? known : await run()
  if (!result.passed) throw new Stop('baseline_broken', `the verify commands fail on the base commit ${base.sha.slice(0, 12)}, before any change:\n${result.output}`)

  async function run() {
    const verification = await verifyOnce({world, worktree, verify, dir, base}, base.sha, 'baseline.log')
    await note(world, worktree, 'baseline')
    const fresh = {passed: verification.passed, output: verification.passed ? '' : lastLines(failureText(verification), 1500)}
    // only a green base is worth remembering: a red one may be the machine's fault and must be looked at again
    if (fresh.passed) await world.cache.set(key, fresh)
    return fresh
  }
}
