import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {openAgent} from '../../src/lib/adapters/agent.js'
import {findDescriptor} from '../../src/lib/core/route/agents/index.js'
import type {SpawnPlan} from '../../src/lib/core/route/spawn-plan.js'
import {tempDir} from './git-fixture.js'

const ZERO = {inFresh: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 0}
const SILENT = 'the usage file tells neither tokens nor a cost; this call is unpriced'

it.each<[object, object]>([
  [{}, {usage: null, costUsd: null, models: [], faults: [SILENT]}],
  [{model: 'm', input: 5, output: 5}, {usage: null, costUsd: null, models: ['m'], faults: [SILENT]}],
  [{costUsd: null}, {usage: null, costUsd: null, faults: [SILENT]}],
  [{costUsd: 0.05}, {usage: null, costUsd: 0.05, faults: undefined}],
  [{costUsd: 0}, {usage: null, costUsd: 0, faults: undefined}],
  [{out: 5}, {usage: {...ZERO, out: 5}, costUsd: null, faults: undefined}],
  [ZERO, {usage: ZERO, costUsd: null, faults: undefined}],
])('a shell agent that writes %j of its use', async (told, expected) => {
  const root = tempDir()
  const agent = openAgent({env: {PATH: process.env['PATH'] ?? ''}, scratch: join(root, 'scratch'), descriptors: findDescriptor})
  const plan: SpawnPlan = {
    issue: 7, gate: 'implement', attempt: 1, executor: 'shell', tier: 'free', model: 'm', effort: null, endpoint: null, argv: ['sh', '-c', `echo '${JSON.stringify(told)}' > "$PILOT_USAGE_FILE"; echo hi`],
    stdin: 'p', env: {}, schema: null, cwd: root, tools: [], mcpConfigPath: null, timeoutMs: 10_000, stallMs: null, resume: null, maxTurns: null, maxBudgetUsd: null, escalation: null, provenance: {},
  }
  const {usage, costUsd, models, faults} = await agent.run(plan, {eventsFile: join(root, 'events'), logFile: join(root, 'log')})
  expect({usage, costUsd, models, faults}).toMatchObject(expected)
  expect(readFileSync(join(root, 'log'), 'utf8').includes(SILENT)).toBe(faults !== undefined)
})
