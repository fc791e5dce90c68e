import {execFile, spawn} from 'node:child_process'
import {randomUUID} from 'node:crypto'
import {existsSync} from 'node:fs'
import {readFile, readdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {describe, expect, it, onTestFinished} from 'vitest'
import {openClaims} from '../../src/lib/adapters/claims.js'
import {openClone} from '../../src/lib/adapters/git-clone.js'
import {openGit} from '../../src/lib/adapters/git.js'
import {executeIssue, type ExecuteItem} from '../../src/lib/flow/execute.js'
import type {World} from '../../src/lib/flow/world.js'
import type {PilotError} from '../../src/lib/errors.js'
import {openStage, REPO, type Stage} from '../support/kill.js'

const CLAIM = 'refs/pilot/claims/issue-1'
const CONTENDERS = 50
const run = promisify(execFile)

/** A stage with one issue, and its agent's calls counted wherever they come from. */
async function staged(): Promise<{stage: Stage; spawned: string[]; world: (change?: (world: World) => Partial<World>) => World}> {
  const stage = await openStage()
  onTestFinished(stage.close)
  stage.sandbox.seedIssue(REPO, {title: 'Write a part', body: 'Please.', labels: ['pilot'], author: stage.sandbox.login, authorAssociation: 'OWNER'})
  const spawned: string[] = []
  const world = (change: (world: World) => Partial<World> = () => ({})): World => {
    const plain = stage.world()
    const counted: World = {...plain, agent: {...plain.agent, run: (plan, watch) => { spawned.push(plan.gate); return plain.agent.run(plan, watch) }}}
    return {...counted, ...change(counted)}
  }
  return {stage, spawned, world}
}
const execute = (world: World): Promise<ExecuteItem> => executeIssue(world, 1, {booking: {command: 'execute', epic: null}})
/** Without the record of what was spent: money that a run has spent counts for everybody, whatever became of its claim. */
const refs = async (stage: Stage): Promise<Record<string, string>> =>
  Object.fromEntries(Object.entries((await stage.sandbox.snapshot()).refs[REPO] ?? {}).filter(([ref]) => !ref.startsWith('refs/pilot/spend/')))
const pulls = (stage: Stage): unknown[] => Object.values(stage.sandbox.state().repos[REPO]!.issues).filter((issue) => issue.pull !== null)
/** All that people see; the time of the last push is not it. */
const told = (stage: Stage): string => {
  const {issues, comments} = stage.sandbox.state().repos[REPO]!
  return JSON.stringify({issues, comments})
}
function signal(): {given: Promise<void>; give: () => void} {
  let give = (): void => undefined
  const given = new Promise<void>((resolve) => { give = resolve })
  return {given, give: () => { give() }}
}
/** What was changed through the API since the log was cleared, in order; what was pushed is told by the refs. */
const writes = (stage: Stage): string[] =>
  stage.sandbox.log().filter(({method, path}) => method !== 'GET' && !/\/git-(?:upload|receive)-pack$/.test(path)).map(({method, path}) => `${method} ${path}`)

describe('a claim that many want', () => {
  it(`${CONTENDERS} clients push for one ref at once: one has it, and every other one is told who`, async () => {
    const {stage} = await staged()
    const git = openGit({env: {PATH: process.env['PATH'], HOME: stage.root}})
    // as many clones as a machine runs side by side; what is raced for is the ref on the remote
    const clones = Array.from({length: 5}, (_, i) => openClone({git, remote: stage.remote, cacheDir: `${stage.cache}/${i}`, checkout: null}))
    await Promise.all(clones.map((clone) => clone.remote.list([CLAIM])))
    stage.sandbox.clearLog()
    const clock = {now: () => new Date(), sleep: () => Promise.resolve()}
    const results = await Promise.allSettled(Array.from({length: CONTENDERS}, (_, i) => openClaims({
      clone: clones[i % clones.length]!, runId: `contender-${i}`, host: 'here', pid: i, clock, nonce: randomUUID, every: () => () => undefined,
    }).take(1)))
    const winners = results.flatMap((result, i) => (result.status === 'fulfilled' ? [i] : []))
    expect(winners).toHaveLength(1)
    const codes = results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as PilotError).code] : []))
    expect(codes).toEqual(Array.from({length: CONTENDERS - 1}, () => 'CLAIMED'))
    expect(Object.keys(await refs(stage)).filter((ref) => ref.startsWith('refs/pilot/'))).toEqual([CLAIM])
    const {stdout} = await run('git', ['--git-dir', stage.gitDir, 'log', '-1', '--format=%B', CLAIM])
    expect(JSON.parse(stdout)).toMatchObject({runId: `contender-${winners[0]}`})
  }, 120_000)

  it('whole runs that start at once spawn one agent, and leave one attempt, one commit and one pull request', async () => {
    const {stage, spawned, world} = await staged()
    const items = await Promise.all(Array.from({length: 8}, () => execute(world())))
    const statuses = items.map((item) => item.status).sort()
    // late ones may find the work done
    expect(statuses.filter((status) => status === 'done')).toHaveLength(1)
    for (const item of items) if (item.status !== 'done' && item.status !== 'noop') expect(item.error?.code).toBe('CLAIMED')
    expect(spawned.filter((gate) => gate === 'implement')).toHaveLength(1)
    expect(pulls(stage)).toHaveLength(1)
    const left = await refs(stage)
    expect(Object.keys(left).filter((ref) => ref.startsWith('refs/pilot/claims/'))).toEqual([])
    const {stdout} = await run('git', ['--git-dir', stage.gitDir, 'rev-list', '--count', 'main..pilot/GH-1'])
    expect(Number(stdout)).toBe(1)
  }, 120_000)
})

describe('a holder that lost its claim', () => {
  /** A run whose agent falls asleep: `asleep` resolves when it does, and `wake` lets it go on. */
  function sleeper(world: (change?: (world: World) => Partial<World>) => World, gate: string) {
    const [nap, fell] = [signal(), signal()]
    const sleeping = world((plain) => ({agent: {...plain.agent, run: async (plan, watch) => {
      const outcome = await plain.agent.run(plan, watch)
      if (plan.gate === gate) {
        fell.give()
        await nap.given
      }
      return outcome
    }}}))
    return {done: execute(sleeping), asleep: fell.given, wake: nap.give}
  }

  it.each(['implement', 'review'])('asleep in %s past its lease: another machine takes over and ends the work, and the woken one writes nothing at all', async (gate) => {
    const {stage, world} = await staged()
    const first = sleeper(world, gate)
    await first.asleep
    const held = (await refs(stage))[CLAIM]
    expect(held).toBeDefined()

    // not a minute too early
    expect((await execute(world())).error?.code).toBe('CLAIMED')
    expect((await refs(stage))[CLAIM]).toBe(held)
    stage.later()

    const other = await stage.elsewhere()
    const taken = await execute(other)
    expect(taken).toMatchObject({status: 'done', attempt: 1})
    const [after, issues] = [await refs(stage), told(stage)]
    stage.sandbox.clearLog()

    first.wake()
    expect((await first.done).error?.code).toBe('CLAIM_LOST')
    expect(writes(stage)).toEqual([])
    expect(await refs(stage)).toEqual(after)
    expect(told(stage)).toBe(issues)
    expect(pulls(stage)).toHaveLength(1)
  }, 60_000)

  it('asleep while another one is at work: neither its label nor its comment nor its branch is touched', async () => {
    const {stage, world} = await staged()
    const first = sleeper(world, 'implement')
    await first.asleep
    stage.later()
    const other = await stage.elsewhere()
    const second = sleeper((change = () => ({})) => ({...other, ...change(other)}), 'implement')
    await second.asleep
    const claim = (await refs(stage))[CLAIM]
    stage.sandbox.clearLog()
    first.wake()
    expect((await first.done).error?.code).toBe('CLAIM_LOST')
    expect(writes(stage)).toEqual([])
    // the release of the one that lost it leaves the claim of the other
    expect((await refs(stage))[CLAIM]).toBe(claim)
    second.wake()
    expect(await second.done).toMatchObject({status: 'done', attempt: 1})
    expect(pulls(stage)).toHaveLength(1)
  }, 60_000)

  /** Every file of the machine's `.pilot/` but logs that a running agent appends to. */
  async function files(root: string): Promise<Record<string, string>> {
    const names = (await readdir(join(root, '.pilot'), {recursive: true, withFileTypes: true})).filter((entry) => entry.isFile())
    const read = async ({parentPath, name}: {parentPath: string; name: string}): Promise<[string, string]> => [join(parentPath, name), await readFile(join(parentPath, name), 'utf8')]
    return Object.fromEntries(await Promise.all(names.map(read)))
  }

  it.each([
    ['implement', 'asleep'], ['review', 'asleep'], ['commit', 'asleep'], ['implement', 'killed'], ['review', 'killed'], ['commit', 'killed'],
  ])('whose agent in %s was %s, on the same machine: the one that took over keeps its agent, its worktree and its files', async (gate, how) => {
    const {stage, world} = await staged()
    const failing = (change: (world: World) => Partial<World> = () => ({})): World => world((plain) => {
      const {agent} = {...plain, ...change(plain)}
      if (how === 'asleep') return {agent}
      // taking over ends the processes of the old owner, so its agent did not end by itself
      return {agent: {...agent, run: async (plan, watch) => {
        const outcome = await agent.run(plan, watch)
        return plan.gate === gate ? {...outcome, failure: 'killed', message: 'SIGKILL'} : outcome
      }}}
    })
    const first = sleeper(failing, gate)
    await first.asleep
    stage.later()

    const path = join(stage.cache, 'worktrees/GH-1')
    const [nap, working] = [signal(), signal()]
    let agent: ReturnType<typeof spawn> | undefined
    const second = execute(world((plain) => ({agent: {...plain.agent, run: async (plan, watch) => {
      if (plan.gate === 'implement') {
        await writeFile(join(plan.cwd, 'half.txt'), 'half of it')
        agent = spawn('sleep', ['600'], {cwd: plan.cwd, stdio: 'ignore', detached: true})
        working.give()
        await nap.given
      }
      return plain.agent.run(plan, watch)
    }}})))
    await working.given
    onTestFinished(() => { agent?.kill('SIGKILL') })
    const [before, calls] = [await files(stage.root), await refs(stage)]
    stage.sandbox.clearLog()

    first.wake()
    expect((await first.done).error?.code).toBe('CLAIM_LOST')
    expect(writes(stage)).toEqual([])
    expect(await refs(stage)).toEqual(calls)
    const {[join(stage.root, '.pilot/ledger.ndjson')]: ledger, ...others} = await files(stage.root)
    expect(others).toEqual(Object.fromEntries(Object.entries(before).filter(([name]) => !name.endsWith('ledger.ndjson'))))
    // what its own calls cost is told all the same
    expect(ledger).toContain(`"gate":"${gate}"`)
    expect([agent?.exitCode, agent?.signalCode, existsSync(join(path, 'half.txt'))]).toEqual([null, null, true])
    const {stdout: rescued} = await run('git', ['--git-dir', join(stage.cache, 'clone.git'), 'for-each-ref', '--format=%(refname)', 'refs/pilot/rescue'])
    expect(stage.warnings.join('\n')).toContain('it is left alone')

    nap.give()
    expect(await second).toMatchObject({status: 'done', attempt: 1})
    expect(pulls(stage)).toHaveLength(1)
    const {stdout: tree} = await run('git', ['--git-dir', stage.gitDir, 'ls-tree', '-r', '--name-only', 'pilot/GH-1'])
    expect(tree).toContain('half.txt')
    // what the sleeper had done was kept when its worktree was replaced, and nothing after that
    const {stdout: later} = await run('git', ['--git-dir', join(stage.cache, 'clone.git'), 'for-each-ref', '--format=%(refname)', 'refs/pilot/rescue'])
    expect(later).toBe(rescued)
    expect(existsSync(path)).toBe(false)
  }, 60_000)

  it('that wakes on the same machine when the other one is done: nothing is written, made or removed', async () => {
    const {stage, world} = await staged()
    const first = sleeper(world, 'implement')
    await first.asleep
    stage.later()
    expect(await execute(world())).toMatchObject({status: 'done', attempt: 1})
    const [left, mine] = [await refs(stage), await files(stage.root)]
    stage.sandbox.clearLog()
    first.wake()
    expect((await first.done).error?.code).toBe('CLAIM_LOST')
    expect([writes(stage), await refs(stage)]).toEqual([[], left])
    const after = await files(stage.root)
    expect(Object.keys(after)).toEqual(Object.keys(mine))
    expect(after[join(stage.root, '.pilot/runs/GH-1/attempt-1/result.json')]).toBe(mine[join(stage.root, '.pilot/runs/GH-1/attempt-1/result.json')])
  }, 60_000)

  it('killed: its claim stays until it has run out, and is taken over then', async () => {
    const {stage, spawned, world} = await staged()
    const first = sleeper(world, 'implement')
    await first.asleep
    // never woken: a runner that was killed
    expect((await execute(world())).error?.code).toBe('CLAIMED')
    const before = spawned.length
    stage.later()
    const taken = await execute(await stage.elsewhere())
    expect([taken.status, taken.attempt, spawned.length]).toEqual(['done', 1, before])
    expect(Object.keys(await refs(stage)).filter((ref) => ref.startsWith('refs/pilot/claims/'))).toEqual([])
  }, 60_000)
})
