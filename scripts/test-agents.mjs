// Installs the pinned coding-agent programs into the temp folder (kept for the next run) and drives them through pilot's own spawner against a
// scripted model server on loopback. A program that cannot be installed is named with the reason, and its tests show as skipped.
//   node scripts/test-agents.mjs [vitest arguments, e.g. -t hostile]
import {spawnSync} from 'node:child_process'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {provide} from './lib/provide-agent.mjs'

const PROGRAMS = [
  {name: 'claude', version: '2.1.329', npm: '@anthropic-ai/claude-code'},
  // what npm picks for Node 20
  {name: 'claude', version: '2.1.197', npm: '@anthropic-ai/claude-code'},
  {name: 'codex', version: '0.169.0', npm: '@openai/codex'},
  {name: 'opencode', version: '1.18.33', npm: 'opencode-ai'},
  {name: 'gemini', version: '0.61.0', npm: '@google/gemini-cli'},
]
const root = fileURLToPath(new URL('..', import.meta.url))
const programs = PROGRAMS.map((program) => provide(program, console.log))
const run = spawnSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'test/agents/vitest.config.ts', ...process.argv.slice(2)], {
  cwd: root, stdio: 'inherit', env: {...process.env, PILOT_TEST_AGENTS: JSON.stringify(programs)},
})
const skipped = programs.filter(({command}) => command === null)
if (skipped.length > 0) console.log(`not run: ${skipped.map(({name, version, reason}) => `${name} ${version} (${reason})`).join('; ')}`)
process.exitCode = skipped.length === programs.length ? 1 : run.status ?? 1
