import {createHash, randomUUID} from 'node:crypto'
import {cp, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {openAgent} from '../../src/lib/adapters/agent.js'
import {openArtifacts} from '../../src/lib/adapters/artifacts.js'
import {openCache} from '../../src/lib/adapters/cache.js'
import {LEASE_MS, openClaims} from '../../src/lib/adapters/claims.js'
import {openCommands} from '../../src/lib/adapters/commands.js'
import {openPrices} from '../../src/lib/adapters/prices.js'
import {openSpendRecord} from '../../src/lib/adapters/spend-record.js'
import {openDefaultBranch} from '../../src/lib/adapters/default-branch.js'
import {openClone} from '../../src/lib/adapters/git-clone.js'
import {openGit, type Git} from '../../src/lib/adapters/git.js'
import {openGitHub} from '../../src/lib/adapters/github/index.js'
import {openWorkshop} from '../../src/lib/adapters/workshop.js'
import {resolveConfig} from '../../src/lib/core/config/layers.js'
import {findDescriptor} from '../../src/lib/core/route/agents/index.js'
import {openPurse} from '../../src/lib/flow/purse.js'
import type {World} from '../../src/lib/flow/world.js'
import type {Artifacts, Clock} from '../../src/lib/ports.js'
import {createSandbox, type Listening, type Sandbox, type SandboxSnapshot} from '../../src/lib/sandbox/index.js'
import {gate, type Death, type Gate} from './kill-gate.js'

// A GitHub, a machine and a clock that tests stop and go back to. Everything in it is real (http, git, the agent's process), only the clock is not.

export const REPO = 'octo/app'
const OWNER = 'octo'
/** A claim of a runner that died ends by itself: its lease and a little. */
const LEASE_OVER_MS = 11 * 60_000

/**
 * The agent: a few lines of sh that answer each gate. Words in an issue's text steer it: SLIP, a change that does not verify in attempt 1;
 * ALWAYS, in every one; DIES, the agent is killed at it; FIXABLE, one that the agent mends when it hears of it; ROUGH, one that verifies and that
 * the reviewer sends back once.
 */
const AGENT = `#!/bin/sh
prompt=$(cat)
case "$PILOT_GATE" in
  plan) cat "$(dirname "$0")/plan.json" ;;
  implement)
    case "$prompt" in *DIES*) kill -9 $$ ;; esac
    mkdir -p src
    word=good
    case "$PILOT_ATTEMPT$prompt" in 1*SLIP*) word=bad ;; *ALWAYS*) word=bad ;; esac
    case "$prompt" in
      *'verify command failed'*|*'reviewer asks for changes'*) word=mended ;;
      *FIXABLE*) word=bad ;;
      *ROUGH*) word=rough ;;
    esac
    echo "$word part $PILOT_ISSUE" > "src/part-$PILOT_ISSUE.txt"
    echo "Wrote part $PILOT_ISSUE." ;;
  review)
    case "$prompt" in
      *'+rough'*) echo '{"verdict": "request_changes", "summary": "Too rough.", "findings": [{"severity": "major", "file": "src", "line": null, "message": "smooth it"}]}' ;;
      *) echo '{"verdict": "approve", "summary": "It does what was asked.", "findings": []}' ;;
    esac ;;
  commit) echo "feat: write part $PILOT_ISSUE" ;;
  decide) echo '{"strategies": {"2": {"action": "retry_different", "guidance": "write it well", "reason": "a slip"}}, "routedContext": [{"issue": 3, "context": "the api may slip"}], "skip": [{"issue": 4, "reason": "not wanted"}], "learnings": ["it slips"]}' ;;
  *) exit 1 ;;
esac
`
const SHELL = 'shell:scripted'

export type Stage = {
  sandbox: Sandbox
  /** folders of the one machine: `.pilot/` lies in `root`, clone and worktrees in `cache` */
  root: string
  cache: string
  tick: (ms: number) => void
  world: (gate?: Gate) => World
  /** a runner on another machine, which has none of the files */
  elsewhere: () => Promise<World>
  /** where git finds the repository */
  remote: {url: string; token: string}
  warnings: string[]
  save: () => Promise<Saved>
  /** back to how it was; `forget`: as another machine, which has none of the files */
  back: (to: Saved, forget?: boolean) => Promise<void>
  /** the leases of all dead runners end */
  later: () => void
  seen: () => Promise<Seen>
  gitDir: string
  url: string
  close: () => Promise<void>
}
export type Saved = {snapshot: SandboxSnapshot; files: string; at: number}

export async function openStage(config: object = {}): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'kill-'))
  const at = (name: string): string => join(dir, name)
  const [root, cache, agent] = [at('machine/root'), at('machine/cache'), at('agent/agent.sh')]
  for (const folder of [root, cache, at('sandbox'), at('agent')]) await mkdir(folder, {recursive: true})
  await writeFile(agent, AGENT, {mode: 0o755})
  let time = Date.parse('2026-03-01T12:00:00Z')
  const now = (): Date => new Date(time)
  const clock: Clock = {now, sleep: (ms) => { time += ms; return Promise.resolve() }}
  const sandbox = createSandbox({dir: at('sandbox'), now})
  await sandbox.createRepo({owner: OWNER, name: 'app', files: {'README.md': '# app\n', 'src/index.txt': 'good\n'}})
  const listening: Listening = await sandbox.listen()
  const settings = resolveConfig([{
    from: 'local', file: '.pilot/config.yaml', lineOf: () => undefined,
    data: {
      executor: {default: 'shell', shell: {command: agent}}, planning: {model: 'scripted'}, tiers: {free: SHELL, cheap: SHELL, balanced: SHELL, frontier: SHELL},
      verify: {commands: ['! grep -rq bad src'], fix_rounds: 0}, ...config,
    },
  }])
  const warnings: string[] = []
  let runs = 0
  let saves = 0
  let machines = 0
  const remote = {url: `${listening.gitUrl}/${REPO}.git`, token: sandbox.token}

  const worldIn = (root: string, cache: string, through: Gate): World => {
    const env = {PATH: process.env['PATH'], HOME: at('agent')}
    const plain = openGit({env})
    const git: Git = (args, options) => through.pass(gitStep(args, options.remote !== undefined), () => plain(args, options))
    const send: typeof fetch = (input, init) =>
      through.pass({kind: 'api', name: `${init?.method ?? 'GET'} ${new URL(input instanceof Request ? input.url : input).pathname}`, writes: !['GET', 'HEAD', undefined].includes(init?.method)}, () => fetch(input, init))
    const runId = `run-${++runs}`
    const warn = (text: string): void => { warnings.push(text) }
    const github = openGitHub({repo: REPO, token: sandbox.token, apiUrl: listening.apiUrl, version: '0', clock, warn, fetch: send})
    const clone = openClone({git, remote, cacheDir: cache, checkout: null})
    const scratch = join(cache, 'scratch')
    const mask = (text: string): string => text
    const ports = {agent: openAgent({env, scratch, descriptors: findDescriptor}), commands: openCommands({env, scratch})}
    const report = {progress: () => undefined, action: () => undefined, activity: () => undefined, warn}
    const artifacts = gatedArtifacts(openArtifacts({root, id: randomUUID}), through)
    const record = openSpendRecord({clone, clock, nonce: randomUUID, random: () => 0, every: () => () => undefined})
    const prices = () => Promise.resolve(openPrices())
    return {
      ...github, repository: openDefaultBranch({git, remote, clone}), repo: REPO, runId, runner: {machine: 'here', pid: runs, start: ''}, dryRun: false, root, config: settings, flags: {}, clock, mask, signal: new AbortController().signal,
      report,
      claims: openClaims({clone, runId, host: 'here', pid: runs, clock, nonce: randomUUID, every: () => () => undefined, warn}),
      artifacts, cache: openCache(cache), prices, purse: openPurse({record, config: settings, artifacts, prices, clock, report, repo: REPO, runId, leaseMs: LEASE_MS}),
      workshop: openWorkshop({git, remote, cacheDir: cache, checkout: null, runId, clone, warn}),
      commands: {...ports.commands, run: (command, options) => through.pass({kind: 'command', name: command, writes: false}, () => ports.commands.run(command, options))},
      agent: {unready: (plan) => ports.agent.unready(plan), run: (plan, watch) => through.pass({kind: 'agent', name: plan.gate, writes: true}, () => ports.agent.run(plan, watch))},
      own: () => Promise.resolve((login) => login === sandbox.login),
      hash: (text) => createHash('sha256').update(text).digest('hex'), nonce: randomUUID,
    }
  }
  return {
    sandbox, root, cache, remote, warnings, world: (through = gate()) => worldIn(root, cache, through),
    async elsewhere() {
      const [otherRoot, otherCache] = [at(`machine-${++machines}/root`), at(`machine-${machines}/cache`)]
      for (const folder of [otherRoot, otherCache]) await mkdir(folder, {recursive: true})
      return worldIn(otherRoot, otherCache, gate())
    },
    gitDir: at(`sandbox/${REPO}.git`), url: listening.apiUrl,
    tick: (ms) => { time += ms },
    later: () => { time += LEASE_OVER_MS },
    async save() {
      const files = at(`saved-${++saves}`)
      await cp(at('machine'), files, {recursive: true})
      return {snapshot: await sandbox.snapshot(), files, at: time}
    },
    async back(to, forget = false) {
      sandbox.faults.clear()
      // the clock goes back as well: a whole sweep would use up the requests of one hour
      sandbox.limits.off()
      await sandbox.restore(to.snapshot)
      time = to.at
      await rm(at('machine'), {recursive: true, force: true, maxRetries: 5})
      if (!forget) await cp(to.files, at('machine'), {recursive: true})
      for (const folder of [root, cache]) await mkdir(folder, {recursive: true})
    },
    seen: () => look(sandbox, openGit({env: {PATH: process.env['PATH']}}), at(`sandbox/${REPO}.git`)),
    async close() {
      await listening.close()
      await rm(dir, {recursive: true, force: true, maxRetries: 5})
    },
  }
}

/** The planner's answer. */
export const writePlan = (stage: Stage, answer: unknown): Promise<void> => writeFile(join(stage.root, '../../agent/plan.json'), JSON.stringify(answer))

const LOCAL_WRITES = ['commit', 'update-ref', 'worktree', 'add', 'rm', 'reset', 'commit-tree', 'merge']
const COMMANDS = [...LOCAL_WRITES, 'push', 'fetch', 'ls-remote']
function gitStep(args: readonly string[], network: boolean) {
  const name = args.find((arg) => COMMANDS.includes(arg)) ?? args.find((arg) => /^[a-z][a-z-]+$/.test(arg)) ?? 'git'
  if (!network) return {kind: 'git' as const, name, writes: LOCAL_WRITES.includes(name)}
  return {kind: 'remote' as const, name: `${name} ${args.find((arg) => arg.includes(':refs/')) ?? ''}`, writes: name === 'push'}
}

const gatedArtifacts = (inner: Artifacts, through: Gate): Artifacts => {
  const file = (name: string) => ({kind: 'file' as const, name, writes: true})
  return {
    ...inner,
    write: (path, value) => through.pass(file(path), () => inner.write(path, value)),
    writeText: (path, text) => through.pass(file(path), () => inner.writeText(path, text)),
    append: (path, value) => through.pass(file(path), () => inner.append(path, value)),
  }
}

/** Runs `work` until it ends or the gate stops it; a runner that died never comes back. */
export async function until(through: Gate, work: () => Promise<unknown>): Promise<'ended' | 'failed' | 'died'> {
  return Promise.race([work().then(() => 'ended' as const, () => 'failed' as const), through.died.then(() => 'died' as const)])
}
export const dying = (death: Death): Gate => gate(death)

export type Seen = {issues: {title: string; body: string; pull: object | null}[]; branches: Record<string, string>}

/** JSON in a comment with its keys in order: a plan that was read back from its file lists them in another one. */
const sortedJson = (text: string): string => text.replace(/(?<=```json\n)[^`]*(?=\n```)/, (json) => JSON.stringify(sorted(JSON.parse(json))))
const sorted = (value: unknown): unknown => Array.isArray(value) ? value.map(sorted)
  : typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).toSorted().map(([key, each]) => [key, sorted(each)])) : value

/**
 * What a person finds on GitHub afterwards, without what no two runs share: ids, times, run ids, commits, starts in vain and what they cost. Claims are left
 * out: one that has run out reads as none.
 */
export async function look(sandbox: Sandbox, git: Git, gitDir: string): Promise<Seen> {
  const repo = sandbox.state().repos[REPO]!
  const {refs} = await sandbox.snapshot()
  const heads = Object.entries(refs[REPO] ?? {}).filter(([ref]) => ref.startsWith('refs/heads/'))
  const branches: Record<string, string> = {}
  for (const [ref, sha] of heads) {
    // the tree and how many commits led to it: the same work, once
    const shown = await git(['--git-dir', gitDir, 'rev-parse', `${sha}^{tree}`], {cwd: gitDir})
    const count = await git(['--git-dir', gitDir, 'log', '--format=%s', sha], {cwd: gitDir})
    branches[ref] = `${shown.stdout.trim()} ${count.stdout.trim().split('\n').join(' | ')}`
  }
  const shas = new Set(JSON.stringify([repo, refs]).match(/\b[0-9a-f]{40}\b/g) ?? [])
  const short = new Set([...shas].map((sha) => sha.slice(0, 12)))
  const plain = (text: string): string => text
    .replace(/\b[0-9a-f]{40}\b/g, '<sha>').replace(/\b[0-9a-f]{12}\b/g, (hex) => (short.has(hex) ? '<sha>' : hex))
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>').replace(/\b(?:run-\d+|\d{14}-[0-9a-f]{8})\b/g, '<run>').replace(/"vainStarts": \d+/g, '"vainStarts": 0').replace(/"carried": \[[^\]]*\],\s*/g, '').replace(/\d+\.\d s \|/g, '<s> |').replace(/"durationMs": \d+/g, '"durationMs": 0')
  const issues = Object.values(repo.issues).map((issue) => ({
    number: issue.number, title: issue.title, body: plain(issue.body ?? ''), state: issue.state, reason: issue.stateReason, labels: issue.labels.toSorted(),
    parent: numberOf(issue.parent), children: issue.children.map(numberOf), blockedBy: issue.blockedBy.map(numberOf),
    pull: issue.pull && {head: issue.pull.headRef, base: issue.pull.baseRef, merged: issue.pull.merged},
    comments: repo.comments.filter((comment) => comment.issue === issue.number).map((comment) => sortedJson(plain(comment.body))),
  }))
  return {issues, branches}

  function numberOf(id: number | null): number | null {
    return Object.values(repo.issues).find((issue) => issue.id === id || issue.number === id)?.number ?? id
  }
}
