// A local GitHub with one repository, a user's checkout of it and an agent, in one temp directory: what the benchmarks run pilot against.
import {execFile, spawn} from 'node:child_process'
import {mkdir, mkdtemp, readFile, realpath, rm, writeFile} from 'node:fs/promises'
import {Server} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {performance} from 'node:perf_hooks'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {createSandbox} from '../../dist/lib/sandbox/index.js'

export const REPO = 'acme/app'
export const BIN = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
const PROBE = new URL('probe.mjs', import.meta.url).href
const run = promisify(execFile)
/** Milliseconds since the epoch, finer than Date and the same in every process of the machine. */
export const now = () => performance.timeOrigin + performance.now()

/** Every request that a server of this process answers, with the time that it was inside: {method, path, from, to}. */
function watchRequests() {
  const seen = []
  const emit = Server.prototype.emit
  Server.prototype.emit = function (type, request, response) {
    if (type === 'request') {
      const entry = {method: request.method, path: request.url, from: now(), to: 0}
      seen.push(entry)
      response.once('close', () => { entry.to = now() })
    }
    return emit.apply(this, arguments)
  }
  return {seen, unwatch: () => { Server.prototype.emit = emit }}
}

/**
 * `agent` is the text of a program; `executor` is the key under which the configuration names it; `files` are in the first commit. The caller closes the place.
 */
export async function openPlace({agent, executor = 'shell', config = {}, files = {}}) {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'pilot-bench-')))
  const below = (name) => join(dir, name)
  for (const name of ['github', 'cache', 'config', 'home']) await mkdir(below(name))
  await writeFile(below('agent'), agent, {mode: 0o755})
  const watch = watchRequests()
  const sandbox = createSandbox({dir: below('github')})
  const model = executor === 'shell' ? 'shell:scripted' : 'claude:claude-sonnet-4-6'
  const written = {
    version: 1, executor: {default: executor, [executor]: {command: below('agent')}}, planning: {model: executor === 'shell' ? 'scripted' : 'claude-opus-4-7'},
    tiers: {free: model, cheap: model, balanced: model, frontier: model}, verify: {setup: [], commands: ['true']}, ...config,
  }
  await sandbox.createRepo({owner: 'acme', name: 'app', files: {'README.md': '# app\n', ...files, '.pilot/config.yaml': JSON.stringify(written, null, 2)}})
  const listening = await sandbox.listen()
  const env = {
    PATH: process.env.PATH, HOME: below('home'), XDG_CACHE_HOME: below('cache'), XDG_CONFIG_HOME: below('config'), TMPDIR: tmpdir(), LANG: 'C.UTF-8',
    GITHUB_API_URL: listening.apiUrl, PILOT_GITHUB_TOKEN: sandbox.token, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1',
  }
  const checkout = below('checkout')
  await run('git', ['clone', '-q', `${listening.gitUrl}/${REPO}.git`, checkout], {env: {...env, GIT_CONFIG_NOSYSTEM: '1'}})
  return {
    dir, checkout, env, sandbox, requests: watch.seen,
    addIssue: (seed) => sandbox.seedIssue(REPO, {labels: ['pilot'], body: 'Please.', ...seed}),
    pilot: (...argv) => runPilot(argv, {dir, env, checkout}),
    async close() {
      watch.unwatch()
      await listening.close()
      await rm(dir, {recursive: true, force: true, maxRetries: 3})
    },
  }
}

/**
 * Runs the program with a probe inside. Answers wall clock (ms), the highest resident size by its own account and as sampled from outside
 * (bytes), and its child processes as {file, args, from, to}.
 */
async function runPilot(argv, {dir, env, checkout}) {
  const report = join(dir, 'probe.json')
  const from = now()
  const child = spawn(process.execPath, ['--import', PROBE, BIN, ...argv], {cwd: checkout, env: {...env, BENCH_REPORT: report}, stdio: ['ignore', 'pipe', 'pipe']})
  let [stdout, stderr, sampled] = ['', '', 0]
  child.stdout.setEncoding('utf8').on('data', (text) => { stdout += text })
  child.stderr.setEncoding('utf8').on('data', (text) => { stderr += text })
  const sampler = setInterval(() => { residentBytes(child.pid).then((bytes) => { sampled = Math.max(sampled, bytes) }) }, 100)
  const exit = await new Promise((resolve, reject) => { child.once('error', reject).once('close', resolve) })
  clearInterval(sampler)
  const to = now()
  const {maxRssBytes, children, ready, cpuMs} = JSON.parse(await readFile(report, 'utf8'))
  return {exit, stdout, stderr, from, to, wallMs: to - from, peakBytes: Math.max(sampled, maxRssBytes), sampledBytes: sampled, children, ready, cpuMs}
}

/** Resident memory of a process; 0 where the system does not say or it is gone. */
async function residentBytes(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
}

/** The result of a command that must have succeeded. */
export function resultOf(ran) {
  const {ok, result, error} = JSON.parse(ran.stdout)
  if (!ok || ran.exit !== 0) throw new Error(`pilot ended with ${ran.exit}: ${error?.message ?? ''}\n${ran.stderr}`)
  return result
}
