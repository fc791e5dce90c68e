import {execFile, spawn} from 'node:child_process'
import {existsSync} from 'node:fs'
import {cp, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {openGit} from '../../src/lib/adapters/git.js'
import {createSandbox, type FaultRule, type Listening, type Sandbox, type SandboxSnapshot} from '../../src/lib/sandbox/index.js'
import {look, REPO, type Seen} from '../support/kill.js'

// The built program, killed by the system in the middle of its work, and run again.

const program = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
const built = fileURLToPath(new URL('../../dist/commands/execute.js', import.meta.url))
const run = promisify(execFile)
const ISSUE = 1
/** How long a request that a kill waits for is held back: longer than the kill takes. */
const HELD_MS = 1500
const AGENT = `#!/bin/sh
cat > /dev/null
case "$PILOT_GATE" in
  implement)
    mkdir -p src; echo good > src/part.txt
    if test -e "$0.slow"; then rm "$0.slow"; echo unfinished > src/half.txt; touch "$0.there"; sleep 2; rm -f src/half.txt; fi
    echo "Wrote the part." ;;
  review) echo '{"verdict": "approve", "summary": "Fine.", "findings": []}' ;;
  commit) echo "feat: write the part" ;;
esac
`
const CONFIG = `version: 1
executor: {default: shell, shell: {command: AGENT}}
tiers: {free: "shell:s", cheap: "shell:s", balanced: "shell:s", frontier: "shell:s"}
verify: {commands: ["test -d src"]}
`
let dir: string
let sandbox: Sandbox
let listening: Listening
let before: SandboxSnapshot
let end: Seen
const at = (name: string): string => join(dir, name)
const git = openGit({env: {PATH: process.env['PATH']}})
const seen = (): Promise<Seen> => look(sandbox, git, at(`sandbox/${REPO}.git`))

beforeAll(async () => {
  if (!existsSync(built)) throw new Error(`there is no ${built}: run \`npm run build\` before the tests in test/kill`)
  dir = await mkdtemp(join(tmpdir(), 'sigkill-'))
  for (const folder of ['sandbox', 'home', 'xdg', 'cache', 'agent']) await mkdir(at(folder))
  await writeFile(at('agent/agent.sh'), AGENT, {mode: 0o755})
  sandbox = createSandbox({dir: at('sandbox')})
  const files = {'README.md': '# app\n', 'src/index.txt': 'good\n', '.pilot/config.yaml': CONFIG.replace('AGENT', at('agent/agent.sh'))}
  await sandbox.createRepo({owner: 'octo', name: 'app', files})
  sandbox.seedIssue(REPO, {title: 'Write a part', body: 'Please.', labels: ['pilot'], author: sandbox.login, authorAssociation: 'OWNER'})
  listening = await sandbox.listen()
  await run('git', ['clone', '--quiet', `${listening.gitUrl}/${REPO}.git`, at('fresh')], {env: {PATH: process.env['PATH'], HOME: at('home')}})
  before = await sandbox.snapshot()
  await back()
  expect(await execute()).toBe(0)
  end = await seen()
}, 60_000)
afterAll(async () => {
  await listening.close()
  await rm(dir, {recursive: true, force: true, maxRetries: 5})
})
beforeEach(back)

async function back(): Promise<void> {
  sandbox.faults.clear()
  await sandbox.restore(before)
  for (const folder of ['checkout', 'cache']) await rm(at(folder), {recursive: true, force: true, maxRetries: 5})
  await cp(at('fresh'), at('checkout'), {recursive: true})
}

const around = () => ({
  PATH: process.env['PATH'], HOME: at('home'), XDG_CACHE_HOME: at('cache'), XDG_CONFIG_HOME: at('xdg'), GITHUB_API_URL: listening.apiUrl, GITHUB_REPOSITORY: REPO,
  PILOT_GITHUB_TOKEN: sandbox.token, NO_PROXY: '127.0.0.1',
})
const start = () => spawn(process.execPath, [program, 'execute', String(ISSUE), '--json'], {cwd: at('checkout'), stdio: 'ignore', env: around()})
/** What a follower of the attempt is told, which ends by itself. */
async function followed(): Promise<{status: string; result: {final: boolean}; warnings: string[]}> {
  const {stdout} = await run(process.execPath, [program, 'logs', String(ISSUE), '--follow', '--json'], {cwd: at('checkout'), env: around()})
  return JSON.parse(stdout) as Awaited<ReturnType<typeof followed>>
}
const ended = (child: ReturnType<typeof start>): Promise<number | null> => new Promise((resolve) => { child.on('close', resolve) })
const execute = (): Promise<number | null> => ended(start())

/** Starts the program and kills it once `now` holds. */
async function killedWhen(now: () => boolean): Promise<void> {
  const child = start()
  const closed = ended(child)
  while (!now()) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode} before it could be killed`)
    await delay(5)
  }
  // what the sandbox does with the request is done by now; only its answer is held back
  await delay(200)
  child.kill('SIGKILL')
  expect(await closed).toBeNull()
  expect(child.signalCode).toBe('SIGKILL')
  await delay(HELD_MS)
}
/** A claim of a dead runner runs out after ten minutes; here it is taken away instead of waited for. */
async function claimRunsOut(): Promise<void> {
  sandbox.faults.clear()
  await run('git', ['--git-dir', at(`sandbox/${REPO}.git`), 'update-ref', '-d', `refs/pilot/claims/issue-${ISSUE}`])
}
const rescued = async (): Promise<string> => (await run('git', ['-C', at('checkout'), 'for-each-ref', '--format=%(refname)', 'refs/pilot/rescue'])).stdout

const COMMENTS = new RegExp(`/issues/${ISSUE}/comments$`)
// of the pushes the first takes the claim and the second reserves money; the third is the branch's
const MOMENTS: [string, Omit<FaultRule, 'then'>, boolean][] = [
  ['before the start is recorded', {method: 'POST', path: COMMENTS, when: 'before'}, false],
  ['when the start was recorded', {method: 'POST', path: COMMENTS, when: 'after'}, false],
  ['before the push', {method: 'POST', path: /git-receive-pack$/, nth: 3, when: 'before'}, true],
  ['when the push arrived', {method: 'POST', path: /git-receive-pack$/, nth: 3, when: 'after'}, true],
  ['when the pull request was opened', {method: 'POST', path: /\/pulls$/, when: 'after'}, false],
]

describe('pilot execute, killed by the system', () => {
  it.each(MOMENTS)('%s', async (_, rule, holdsWork) => {
    const hits = (): number => sandbox.log().filter(({method, path}) => method === rule.method && (rule.path as RegExp).test(path)).length
    const first = hits()
    sandbox.faults.add({...rule, then: {kind: 'delay', ms: HELD_MS}})
    await killedWhen(() => hits() - first >= (rule.nth ?? 1))
    await claimRunsOut()
    expect(await execute()).toBe(0)
    expect(await seen()).toEqual(end)
    if (holdsWork) expect(await rescued(), 'the commit of the dead run is kept').toMatch(/^refs\/pilot\/rescue\/GH-1\//)
  }, 40_000)

  it('while the agent works: what it had written is kept, and who follows its log does not wait for more', async () => {
    await writeFile(at('agent/agent.sh.slow'), '')
    await rm(at('agent/agent.sh.there'), {force: true})
    await killedWhen(() => existsSync(at('agent/agent.sh.there')))
    expect(await followed()).toMatchObject({status: 'done', result: {final: true}, warnings: [expect.stringContaining('the run that made it is gone')]})
    await claimRunsOut()
    expect(await execute()).toBe(0)
    expect(await seen()).toEqual(end)
    const [ref = ''] = (await rescued()).split('\n')
    const {stdout} = await run('git', ['-C', at('checkout'), 'ls-tree', '-r', '--name-only', ref])
    expect(stdout).toContain('src/part.txt')
  }, 40_000)

  it('a run that finds the claim of a dead one alive changes nothing and says so', async () => {
    sandbox.faults.add({method: 'POST', path: COMMENTS, when: 'before', then: {kind: 'delay', ms: HELD_MS}})
    const first = sandbox.log().length
    await killedWhen(() => sandbox.log().slice(first).some(({method, path}) => method === 'POST' && COMMENTS.test(path)))
    sandbox.faults.clear()
    const now = await seen()
    expect(await execute()).toBe(8)
    expect(await seen()).toEqual(now)
  }, 40_000)
})
