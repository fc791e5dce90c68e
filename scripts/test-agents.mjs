// Installs the pinned coding-agent programs into the temp folder (kept for the next run) and drives them through pilot's own spawner against a
// scripted model server on loopback. A program that cannot be installed is named with the reason, and its tests show as skipped.
//   node scripts/test-agents.mjs [vitest arguments, e.g. -t hostile]
import {execFileSync, spawnSync} from 'node:child_process'
import {mkdirSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const PROGRAMS = [
  {name: 'claude', version: '2.1.329', npm: '@anthropic-ai/claude-code'},
  // what npm picks for Node 20
  {name: 'claude', version: '2.1.197', npm: '@anthropic-ai/claude-code'},
  {name: 'codex', version: '0.169.0', npm: '@openai/codex'},
  {name: 'opencode', version: '1.18.33', npm: 'opencode-ai'},
  {name: 'gemini', version: '0.61.0', npm: '@google/gemini-cli'},
]
const INSTALL_MS = 10 * 60_000

function versionOf(command) {
  try {
    return execFileSync(command, ['--version'], {encoding: 'utf8', timeout: 60_000, stdio: ['ignore', 'pipe', 'ignore'], env: {...process.env, GEMINI_CLI_NO_RELAUNCH: 'true'}}).trim()
  } catch {
    // not there, or there and broken: both mean that it has to be installed
    return ''
  }
}

function provide({name, version, npm}) {
  const dir = join(tmpdir(), `pilot-agents-${name}-${version}`)
  const command = join(dir, 'node_modules', '.bin', name)
  const ready = (how) => {
    console.log(`${name} ${version}: ${how} ${dir}`)
    return {name, version, command, reason: null}
  }
  if (versionOf(command).includes(version)) return ready('found in')
  mkdirSync(dir, {recursive: true})
  const install = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', dir, `${npm}@${version}`], {encoding: 'utf8', timeout: INSTALL_MS, stdio: ['ignore', 'pipe', 'pipe']})
  if (install.status === 0 && versionOf(command).includes(version)) return ready('installed into')
  const reason = install.status === 0 ? 'installed, but it does not start here' : `npm install failed: ${(install.stderr ?? '').split('\n').find((line) => /npm (?:error|ERR!)/.test(line)) ?? install.error?.message ?? 'no reason given'}`
  console.log(`${name} ${version}: SKIPPED, ${reason}`)
  return {name, version, command: null, reason}
}

const root = fileURLToPath(new URL('..', import.meta.url))
const programs = PROGRAMS.map(provide)
const run = spawnSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'test/agents/vitest.config.ts', ...process.argv.slice(2)], {
  cwd: root, stdio: 'inherit', env: {...process.env, PILOT_TEST_AGENTS: JSON.stringify(programs)},
})
const skipped = programs.filter(({command}) => command === null)
if (skipped.length > 0) console.log(`not run: ${skipped.map(({name, version, reason}) => `${name} ${version} (${reason})`).join('; ')}`)
process.exitCode = skipped.length === programs.length ? 1 : run.status ?? 1
