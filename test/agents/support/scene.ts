import {execFileSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach} from 'vitest'
import {openAgent} from '../../../src/lib/adapters/agent.js'
import {familyOf} from '../../../src/lib/adapters/process-family.js'
import {resolveConfig} from '../../../src/lib/core/config/layers.js'
import type {Gate} from '../../../src/lib/core/config/words.js'
import {findDescriptor} from '../../../src/lib/core/route/agents/index.js'
import {FIRST} from '../../../src/lib/core/route/escalation.js'
import {planSpawn, type SpawnTask} from '../../../src/lib/core/route/plan-spawn.js'
import type {SpawnPlan} from '../../../src/lib/core/route/spawn-plan.js'
import type {AgentEvent, AgentOutcome} from '../../../src/lib/core/run/outcome.js'
import {modelServer, type ModelServer, type Seen, type Turn} from './model-server.js'
import type {Program} from './programs.js'

/** A process as the kernel knows it. */
export type Process = {argv: string[]; env: Record<string, string>}
export type Scene = {
  /** the repository that the agent works in */
  repo: string
  root: string
  server: ModelServer
  plan: (gate: Gate, more?: Partial<SpawnTask>) => SpawnPlan
  run: (plan: SpawnPlan, signal?: AbortSignal) => Promise<AgentOutcome>
  events: AgentEvent[]
  /** the agent's processes when its first request came in */
  processes: Process[]
  log: () => string
}
export type Setting = {
  program: Program
  /** request number and request to answer; an array is played from its start */
  script: readonly Turn[] | ((n: number, seen: Seen) => Turn | undefined)
  files?: Record<string, string>
  home?: Record<string, string>
  /** merged over the executor's and the whole configuration */
  executor?: object
  settings?: object
  /** what this machine's user has in the environment beside the usual */
  env?: Record<string, string>
}

const MODELS = {claude: ['claude-haiku-4-5', 'claude-sonnet-4-6', 'claude-opus-4-7'], codex: ['gpt-5.5', 'gpt-5.5', 'gpt-5.5'], opencode: ['x/m', 'x/m', 'x/m'], gemini: ['gemini-2.5-pro', 'gemini-2.5-pro', 'gemini-2.5-pro']}
const PROMPT = 'You work for pilot, a tool that turns GitHub issues into pull requests.\n\nDo what the test says.'

const undo: (() => Promise<void> | void)[] = []
afterEach(async () => { for (const step of undo.splice(0).reverse()) await step() })
export const afterwards = (step: () => Promise<void> | void): void => { undo.push(step) }

export function place(root: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), {recursive: true})
    writeFileSync(join(root, path), text, {mode: 0o755})
  }
}

/** A machine with a user, a repository and a model server, and pilot's own planner and spawner between them. */
export async function scene(o: Setting): Promise<Scene> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pilot-scene-')))
  afterwards(() => rmSync(root, {recursive: true, force: true, maxRetries: 5}))
  const [repo, home, runDir] = [join(root, 'repo'), join(root, 'home'), join(root, 'run')]
  for (const dir of [repo, home, runDir]) mkdirSync(dir)
  execFileSync('git', ['init', '-q', repo])
  place(repo, {'README.md': 'a project\n', ...o.files})
  place(home, o.home ?? {})
  const processes: Process[] = []
  const server = await modelServer((n, seen) => {
    if (n === 0) processes.push(...familyOf(process.pid).map(({pid}) => look(pid)))
    return typeof o.script === 'function' ? o.script(n, seen) : o.script[n]
  })
  afterwards(() => server.close())
  const [cheap, balanced, frontier] = MODELS[o.program.name].map((model) => `${o.program.name}:${model}`)
  const {name, command} = o.program
  const config = resolveConfig([{from: 'local', file: '.pilot/config.yaml', lineOf: () => 3, data: {
    version: 1, tiers: {cheap, balanced, frontier}, routing: {gates: {classify: 'cheap'}}, ...o.settings,
    executor: {default: name, [name]: {command, ...extraArgs(name, server.url), ...o.executor}},
  }}])
  const events: AgentEvent[] = []
  const agent = openAgent({env: {...userEnv(home, server.url), ...o.env}, scratch: join(root, 'scratch'), descriptors: findDescriptor, graceMs: 1500, settleMs: 8000})
  const log = join(runDir, 'agent.log')
  return {
    repo, root, server, events, processes, log: () => existsSync(log) ? readFileSync(log, 'utf8') : '',
    plan(gate, more = {}) {
      const task: SpawnTask = {issue: 7, labels: [], complexity: 'simple', prompt: PROMPT, cwd: repo, runDir, root, schema: null, remainingUsd: 2, budgetKey: 'budget.per_issue_usd', flags: {}, resume: null, ...more}
      const plan = planSpawn(task, gate, {...FIRST, fallbacks: 0}, config)
      if (plan === null) throw new Error(`no plan for ${gate}`)
      return plan
    },
    async run(plan, signal) {
      if (plan.schema !== null) writeFileSync(plan.schema.file, plan.schema.text)
      return agent.run(plan, {
        onEvent: (event) => events.push(event), eventsFile: join(runDir, 'events.jsonl'), logFile: log, runDir,
        ...(plan.schema === null ? {} : {schemaFile: plan.schema.file}), ...(signal === undefined ? {} : {signal}),
      })
    },
  }
}

/** How each program is told of an endpoint of one's own: claude by the environment, codex by its configuration. */
const extraArgs = (name: Program['name'], url: string): {extra_args?: string[]} => name !== 'codex' ? {} : {extra_args: [
  '-c', 'model_provider="x"', '-c', `model_providers.x={name="x",base_url="${url}/v1",env_key="OPENAI_API_KEY",wire_api="responses",request_max_retries=1,stream_max_retries=1}`,
]}

const DEAD = 'http://127.0.0.1:9'
/** What a person's shell may hold: the keys that agents need, and much that is none of their business. */
const userEnv = (home: string, url: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8', HTTP_PROXY: DEAD, HTTPS_PROXY: DEAD, NO_PROXY: '127.0.0.1,localhost',
  ANTHROPIC_API_KEY: 'sk-user', ANTHROPIC_BASE_URL: url, OPENAI_API_KEY: 'sk-user', GEMINI_API_KEY: 'sk-user', GOOGLE_GEMINI_BASE_URL: url,
  OPENCODE_CONFIG_CONTENT: JSON.stringify({provider: {x: {npm: '@ai-sdk/openai-compatible', options: {baseURL: `${url}/v1`, apiKey: 'sk-user'}, models: {m: {name: 'm'}}}}}),
  ANTHROPIC_MODEL: 'claude-of-the-user', CLAUDECODE: '1', GITHUB_TOKEN: 'gh-user', GH_TOKEN: 'gh-user', AWS_SECRET_ACCESS_KEY: 'aws-user', NPM_TOKEN: 'npm-user', SSH_AUTH_SOCK: '/nowhere', NODE_OPTIONS: '--trace-deprecation',
})

/** The fields of a /proc file; none when the process is gone. */
function fields(pid: number, file: 'cmdline' | 'environ'): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').slice(0, -1)
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}
const argvOf = (pid: number): string[] => fields(pid, 'cmdline')
const look = (pid: number): Process => ({
  argv: argvOf(pid), env: Object.fromEntries(fields(pid, 'environ').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])),
})

/** Is a process running anywhere whose command line holds this text? */
export const isRunning = (text: string): boolean =>
  readdirSync('/proc').some((name) => /^\d+$/.test(name) && argvOf(Number(name)).join(' ').includes(text))

/** Kills a process of the agent's family by a part of its command line, as the kernel would. */
export function killAgent(part: string): void {
  for (const {pid} of familyOf(process.pid)) if (argvOf(pid).join(' ').includes(part)) process.kill(pid, 'SIGKILL')
}
