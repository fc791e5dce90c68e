/** A whole place for a command: a GitHub on loopback, a user's checkout, an agent that plays a script; all of it in one temp directory. */
import {execFile} from 'node:child_process'
import {createHash} from 'node:crypto'
import {mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {onTestFinished} from 'vitest'
import {createSandbox, type IssueSeed, type IssueState, type RepoState, type Sandbox} from '../../src/lib/sandbox/index.js'
import {parseAttemptsComment} from '../../src/lib/core/issue/attempts-comment.js'
import type {Attempt} from '../../src/lib/core/run/attempt.js'
import {writeAgent, type Call, type Script} from './scene-agent.js'
import {openFront} from './scene-github.js'
import {runPilot, type PilotRun, type RunOptions} from './scene-run.js'

export {APPROVE, REJECT, type Call, type Script, type Step} from './scene-agent.js'
export const REPO = 'acme/app'
export const CHECK = 'ci'
/** What verifies the work unless a scene says otherwise: `node --test` takes half a second, and most scenes are about something else. */
export const VERIFY = "grep -q 'a + b' src/sum.js"
const run = promisify(execFile)

const FILES: Record<string, string> = {
  'package.json': `${JSON.stringify({name: 'app', version: '1.0.0', private: true, type: 'module'}, null, 2)}\n`,
  'src/sum.js': 'export const sum = (a, b) => a + b\n',
  'test/sum.test.js': [
    'import assert from "node:assert"', 'import {test} from "node:test"', 'import {sum} from "../src/sum.js"',
    'test("sum", () => assert.equal(sum(1, 2), 3))', '',
  ].join('\n'),
}

export type SceneOptions = {
  script?: Script
  /** what CI says of every push to pilot/*; `none`: nothing */
  checks?: 'success' | 'failure' | 'pending' | 'none'
  /** merged over the configuration, key by key at the top level */
  config?: Record<string, unknown>
  files?: Record<string, string>
  features?: {subIssues?: boolean; dependencies?: boolean}
}

export type Scene = {
  sandbox: Sandbox; dir: string; checkout: string; apiUrl: string; env: Record<string, string>
  pilot: (...argv: string[]) => Promise<PilotRun>
  pilotWith: (options: RunOptions, ...argv: string[]) => Promise<PilotRun>
  script: (script: Script) => Promise<void>
  /** every call of the agent so far */
  calls: () => Promise<Call[]>
  /** "begin implement 2", "end implement 2": the beginnings and ends of all calls, in the order they happened */
  journal: () => Promise<string[]>
  /** `gate` of every call, in order */
  gates: () => Promise<string[]>
  configure: (change: Record<string, unknown>) => Promise<void>
  addIssue: (seed: Partial<IssueSeed> & {title: string}) => number
  repo: () => RepoState
  issue: (n: number) => IssueState
  labels: (n: number) => string[]
  comments: (n: number) => string[]
  attempts: (n: number) => Attempt[]
  pulls: () => (IssueState & {pull: NonNullable<IssueState['pull']>})[]
  /** all refs but the day's record of spending, which every command that calls a model leaves; that one is in `spending` */
  refs: () => Promise<Record<string, string>>
  spending: () => Promise<Record<string, string>>
  /** mutating requests since the last call of `forget`, pushes included: "POST /repos/…" */
  writes: () => string[]
  forget: () => void
  git: (...args: string[]) => Promise<string>
  /** a commit on the base branch or another, as somebody else would push it */
  push: (branch: string, files: Record<string, string | null>) => Promise<string>
  /** a request as the default user makes it, outside of pilot; throws unless it succeeds */
  api: (method: string, path: string, body: unknown) => Promise<Record<string, unknown>>
  setCheck: (sha: string, conclusion: 'success' | 'failure' | 'pending') => Promise<void>
  /** a claim as another runner holds it */
  claim: (n: number, expiresInMs?: number) => Promise<void>
  /** everything of the user's checkout that pilot must leave alone */
  checkoutState: () => Promise<string>
  /** hash by path of every file below .pilot */
  pilotFiles: () => Promise<Record<string, string>>
  read: (path: string) => Promise<string>
  close: () => Promise<void>
}

/** A scene that ends with its test. */
export async function scene(options: SceneOptions = {}): Promise<Scene> {
  const opened = await openScene(options)
  onTestFinished(opened.close)
  return opened
}

/** A scene that its opener closes, for several tests that only read. */
export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'scene-')))
  const below = (name: string): string => join(dir, name)
  for (const name of ['github', 'agent', 'cache', 'config', 'home', 'bin']) await mkdir(below(name))
  const sandbox = createSandbox({dir: below('github')})
  const agent = await writeAgent(below('agent'))
  if (options.script) await agent.script(options.script)
  const config = (change: Record<string, unknown>): string => `${JSON.stringify({
    version: 1, executor: {default: 'shell', shell: {command: agent.command}}, planning: {model: 'scripted'},
    tiers: {free: 'shell:scripted', cheap: 'shell:scripted', balanced: 'shell:scripted', frontier: 'shell:scripted'},
    verify: {setup: [], commands: [VERIFY]}, land: {wait: '5s'}, ...options.config, ...change,
  }, null, 2)}\n`
  await sandbox.createRepo({
    owner: 'acme', name: 'app', files: {...FILES, '.pilot/config.yaml': config({}), ...options.files},
    ...(options.features && {features: options.features}),
  })
  const front = await openFront(sandbox)
  const checks = options.checks ?? 'success'
  const api: Scene['api'] = async (method, path, body) => {
    const answer = await sandbox.fetch(`${front.url}/repos/${REPO}${path}`, {
      method, headers: {'authorization': `token ${sandbox.token}`, 'content-type': 'application/json'}, body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return await answer.json() as Record<string, unknown>
  }
  const setCheck: Scene['setCheck'] = async (sha, conclusion) => {
    await api(
      'POST', '/check-runs',
      {name: CHECK, head_sha: sha, ...(conclusion === 'pending' ? {status: 'in_progress'} : {status: 'completed', conclusion})},
    )
  }
  sandbox.on('push', async ({ref, after}) => {
    if (checks !== 'none' && after !== null && ref.startsWith('refs/heads/pilot/')) await setCheck(after, checks)
  })
  const checkout = below('checkout')
  const env = {
    PATH: `${below('bin')}:${process.env['PATH'] ?? ''}`, HOME: below('home'), XDG_CACHE_HOME: below('cache'),
    XDG_CONFIG_HOME: below('config'), TMPDIR: tmpdir(),
    GITHUB_API_URL: front.url, PILOT_GITHUB_TOKEN: sandbox.token, NO_PROXY: '127.0.0.1,localhost', LANG: 'C.UTF-8',
  }
  const gitEnv = {...env, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0'}
  const git = async (...args: string[]): Promise<string> => (await run('git', ['-C', checkout, ...args], {env: gitEnv})).stdout
  // from its folder, as it would come over HTTP and in a fifth of the time
  await run('git', ['clone', '-q', '--no-hardlinks', below(`github/${REPO}.git`), checkout], {env: gitEnv})
  const gitConfig = join(checkout, '.git/config')
  await writeFile(gitConfig, (await readFile(gitConfig, 'utf8')).replace(/url = .*/, `url = ${front.url}/${REPO}.git`))

  const repo = (): RepoState => sandbox.state().repos[REPO]!
  const issue = (n: number): IssueState => {
    const found = repo().issues[n]
    if (found === undefined) throw new Error(`no issue ${n}`)
    return found
  }
  const refsThat = async (wanted: (ref: string) => boolean): Promise<Record<string, string>> =>
    Object.fromEntries(Object.entries((await sandbox.snapshot()).refs[REPO] ?? {}).filter(([ref]) => wanted(ref)))
  const comments = (n: number): string[] => repo().comments.filter((c) => c.issue === n).map((c) => c.body)
  const pilotWith: Scene['pilotWith'] = async (more, ...argv) => {
    const ran = await runPilot({...more, env: {...env, ...more.env}, cwd: more.cwd ?? checkout}, argv)
    if (front.violations.length > 0) throw new Error(front.violations.join('\n'))
    return ran
  }
  return {
    sandbox, dir, checkout, apiUrl: front.url, env, script: agent.script, calls: agent.calls, journal: agent.journal, repo, issue, comments, git, api, setCheck,
    pilotWith,
    pilot: (...argv) => pilotWith({}, ...argv),
    gates: async () => (await agent.calls()).map(({gate}) => gate),
    configure: (change) => writeFile(join(checkout, '.pilot/config.yaml'), config(change)),
    addIssue: (seed) => sandbox.seedIssue(REPO, {labels: ['pilot'], ...seed}),
    labels: (n) => issue(n).labels.toSorted(),
    attempts: (n) => comments(n).flatMap((body) => parseAttemptsComment(body)?.attempts ?? []),
    pulls: () => Object.values(repo().issues).filter((i): i is IssueState & {pull: NonNullable<IssueState['pull']>} => i.pull !== null),
    refs: () => refsThat((ref) => !ref.startsWith('refs/pilot/spend/')), spending: () => refsThat((ref) => ref.startsWith('refs/pilot/spend/')),
    writes: () => sandbox.log().filter(
      ({method, path}) => !['GET', 'HEAD'].includes(method) && !path.endsWith('/git-upload-pack') && !path.endsWith('/check-runs'),
    )
      .map(({method, path}) => `${method} ${path}`),
    forget: () => sandbox.clearLog(),
    push: (branch, files) => sandbox.commit(REPO, {branch, files, message: 'somebody else'}),
    async claim(n, expiresInMs = 600_000) {
      const message = JSON.stringify({
        runId: 'other', host: 'elsewhere', pid: 1, startedAt: new Date().toISOString(),
        expiresAt: new Date(Date.now() + expiresInMs).toISOString(),
      })
      const tree = (await git('rev-parse', 'HEAD^{tree}')).trim()
      const author = ['-c', 'user.name=other', '-c', 'user.email=other@example.test']
      const sha = (await git(...author, 'commit-tree', tree, '-m', message)).trim()
      await git('push', '-q', `http://x:${sandbox.token}@${new URL(front.url).host}/${REPO}.git`, `${sha}:refs/pilot/claims/issue-${n}`)
    },
    async checkoutState() {
      const parts = await Promise.all([
        git('status', '--porcelain=v1', '-z', '--branch'), git('for-each-ref', 'refs/heads', 'refs/remotes', 'refs/tags'),
        git('stash', 'list'), git('worktree', 'list'),
      ])
      const raw = await Promise.all(['.git/HEAD', '.git/index', '.git/config'].map((path) => readFile(join(checkout, path), 'base64')))
      return JSON.stringify([...parts, ...raw, await hashes(checkout, (path) => !path.startsWith('.git/') && !path.startsWith('.pilot/'))])
    },
    pilotFiles: () => hashes(join(checkout, '.pilot'), () => true),
    read: (path) => readFile(join(checkout, '.pilot', path), 'utf8'),
    async close() {
      await front.close()
      await rm(dir, {recursive: true, force: true, maxRetries: 3})
      if (front.violations.length > 0) throw new Error(front.violations.join('\n'))
    },
  }
}

async function hashes(root: string, wanted: (path: string) => boolean): Promise<Record<string, string>> {
  const entries = await readdir(root, {recursive: true, withFileTypes: true})
  const files = entries.filter((entry) => entry.isFile()).map(
    (entry) => join(entry.parentPath, entry.name).slice(root.length + 1),
  ).filter(wanted).toSorted()
  return Object.fromEntries(
    await Promise.all(
      files.map(async (path) => [path, createHash('sha1').update(await readFile(join(root, path))).digest('hex')] as const),
    ),
  )
}

/** A directory that holds these programs of the machine and no others, to be a PATH. */
export async function binDir(dir: string, names: readonly string[]): Promise<string> {
  const made = await mkdtemp(join(dir, 'only-'))
  for (const name of names) await symlink((await run('sh', ['-c', `command -v ${name}`])).stdout.trim(), join(made, name))
  return made
}
