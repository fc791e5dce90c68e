import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {EXECUTORS, TIERS, type Executor, type Gate} from '../../../src/lib/core/config/words.js'
import {sessionAfter, type Session} from '../../../src/lib/core/route/session.js'
import type {SpawnPlan} from '../../../src/lib/core/route/spawn-plan.js'
import {config, refused, spawnPlan} from './support.js'

/** One file an executor; `vitest -u` rewrites them, and the diff is what a reviewer reads. */
const GOLDEN = join(import.meta.dirname, '../../fixtures/golden')
const SHOWN = ['classify', 'plan', 'implement', 'review', 'commit'] as const satisfies readonly Gate[]
/** Gates whose answer has a schema. */
const SCHEMA = '{"type": "object", "required": ["verdict"]}'
const ANSWERS_BY_SCHEMA: readonly Gate[] = ['classify', 'plan', 'review']

const CONFIG = (executor: Executor) => config({
  executor: {
    default: executor, claude: {mcp_config_path: 'tools/mcp.json', extra_args: ['--append-system-prompt', 'House rules']},
      codex: {extra_args: ['--add-dir', '/cache']},
    gemini: {extra_args: ['--debug']}, opencode: {command: '/opt/opencode', extra_args: ['--print-logs']},
      shell: {command: './tools/agent.sh --fast'},
  },
  endpoints: {lan: {url: 'http://10.0.0.9/v1', api_key_env: 'LAN_KEY'}},
  tiers: Object.fromEntries(TIERS.map((tier) => [tier, {
    'claude': `claude-${tier}`, 'codex': `gpt-${tier}`, 'gemini': `gemini-${tier}`, 'opencode': `vendor/${tier}`,
      'native@lan': `${tier}:30b`, 'shell': `script-${tier}`,
  }])),
})

/** The session that the round before left, where the executor leaves one. */
const sessionOf = (plan: SpawnPlan): Session | null => sessionAfter(plan, {
  failure: null, message: '', text: '', structured: undefined, usage: null, costUsd: null, models: [], turns: 1, sessionId: 'session-1', wallMs: 1, exitCode: 0, signal: null, killedBy: null,
})
const planOf = (executor: Executor, gate: Gate, again = false): SpawnPlan => {
  const session = again ? sessionOf(planOf(executor, gate)) : null
  return spawnPlan(gate, {
    config: CONFIG(executor), task: {cwd: '/trees/GH-7', root: '/home/me/repo', runDir: '/runs/GH-7/attempt-1',
      schema: ANSWERS_BY_SCHEMA.includes(gate) ? SCHEMA : null, resume: session && {session, prompt: 'SHORT'}},
  })
}

/** As a shell would need it, so that two arguments never look like one. */
const quoted = (word: string): string => /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
/** An option with its values on one line. */
const lines = (argv: readonly string[]): string[] => argv.reduce<string[]>((all, word) =>
  word.startsWith('-') || all.length === 0 ? [...all, `  ${quoted(word)}`] : [...all.slice(0, -1), `${all.at(-1)!} ${quoted(word)}`], [])

const render = ({gate, argv, env, tools, endpoint, schema, mcpConfigPath}: SpawnPlan): string => [
  `## ${gate}`,
  `tools: ${tools.join(' ') || 'none'}`,
  `endpoint: ${endpoint === null ? 'none' : `${endpoint.name} ${endpoint.url} key in ${endpoint.apiKeyEnv}`}`,
  `mcp: ${mcpConfigPath ?? 'none'}`,
  `schema: ${schema === null ? 'none' : `${schema.file} ${schema.text}`}`,
  'argv:', ...lines(argv),
  'env:', ...Object.entries(env).sort(([a], [b]) => a < b ? -1 : 1).map(([name, value]) => `  ${name}=${quoted(value)}`),
].join('\n')

/** Without tools nothing can change a file, so there is no plan to show. */
const REFUSED = (gate: Gate, where: string) =>
  `gate ${gate}: executor native is one request without tools and cannot change files (${where})`

describe('what is spawned, whole', () => {
  it('has a file for every executor and none besides', () => {
    expect(readdirSync(GOLDEN).sort()).toEqual(EXECUTORS.map((executor) => `${executor}.txt`).sort())
  })

  it.each(EXECUTORS)('%s', async (executor) => {
    const gates = SHOWN.filter((gate) => executor !== 'native' || gate !== 'implement')
    const plans = gates.map((gate) => render(planOf(executor, gate)))
    const again = executor === 'native' ? [] : [`${render(planOf(executor, 'implement', true))}`.replace('## implement', '## implement, a fix round')]
    await expect(`${[...plans, ...again].join('\n\n')}\n`).toMatchFileSnapshot(join(GOLDEN,
      `${executor}.txt`))
  })

  it.each(['implement', 'lint'] as const)('native cannot serve %s', (gate) => {
    expect(refused(() => planOf('native', gate))).toMatchObject({
      code: 'ROUTING', exit: 3, message: REFUSED(gate, gate === 'lint' ? 'local tiers.cheap' : 'local tiers.balanced'),
        suggestions: ['choose an agent with executor.default or --executor'],
    })
  })

  it.each(EXECUTORS.filter((executor) => executor !== 'native'))('%s gets the prompt on stdin, the model by name and no endpoint',
    (executor) => {
    for (const gate of SHOWN) {
      const plan = planOf(executor, gate)
      expect([plan.stdin, plan.endpoint]).toEqual(['PROMPT', null])
      expect(plan.argv.join('\n')).not.toContain('PROMPT')
      expect(executor === 'shell' ? plan.env['PILOT_MODEL'] : plan.argv[plan.argv.findIndex((arg) =>
        arg === '--model' || arg === '-m') + 1]).toBe(plan.model)
      expect(JSON.stringify([plan.argv, plan.env])).not.toMatch(/10\.0\.0\.9|LAN_KEY/)
    }
  })
})
