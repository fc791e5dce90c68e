import {join} from 'node:path'
import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'
import {expect, test} from 'vitest'
import {openAgent} from '../../src/lib/adapters/agent.js'
import {claude} from '../../src/lib/core/route/agents/claude.js'
import type {SpawnPlan} from '../../src/lib/core/route/spawn-plan.js'
import {tempDir} from './git-fixture.js'

const MB = 1024 * 1024

/** All that is still held: what a collection leaves, not what it has not come to yet. */
function held(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const {heapUsed, external} = process.memoryUsage()
  return heapUsed + external
}

/** What a stream of so many megabytes of tool answers has made this process hold by the time its result comes. Bytes. */
async function heldAfter(megabytes: number): Promise<number> {
  const root = tempDir()
  const agent = openAgent({env: {PATH: process.env['PATH'] ?? '', HOME: root}, scratch: join(root, 'scratch'), descriptors: () => claude})
  const script = `
    const {once} = require('node:events')
    const put = async (text) => { if (!process.stdout.write(text)) await once(process.stdout, 'drain') }
    ;(async () => {
      const call = '{"type":"assistant","message":{"content":[{"type":"tool_use","name":"Bash","input":{"command":"npm test"}},{"type":"text","text":"on it"}]}}\\n'
      const answer = '{"type":"user","message":{"content":[{"type":"tool_result","content":"' + 'x'.repeat(65536) + '"}]}}\\n'
      for (let i = 0; i < ${megabytes} * 16; i++) await put(call + answer)
      await put('{"type":"result","subtype":"success","is_error":false,"result":"done"}\\n')
    })()`
  const plan: SpawnPlan = {
    issue: 7, gate: 'implement', attempt: 1, executor: 'claude', tier: 'balanced', model: 'm1', effort: null, endpoint: null, argv: [process.execPath, '-e', script],
    stdin: '', env: {}, cwd: root, tools: [], mcpConfigPath: null, timeoutMs: 60_000, stallMs: null, resume: null, maxTurns: null, maxBudgetUsd: null, schema: null,
    escalation: null, provenance: {},
  }
  let tools = 0
  let after = 0
  const before = held()
  const outcome = await agent.run(plan, {
    eventsFile: join(root, 'events.jsonl'), logFile: join(root, 'agent.log'),
    onEvent: (event) => {
      if (event.kind === 'tool') tools++
      if (event.kind === 'result') after = held()
    },
  })
  expect([outcome.failure, tools]).toEqual([null, megabytes * 16])
  return after - before
}

test('four times as long a stream is not held in memory any more than the shorter one', async () => {
  // the first run loads and compiles
  await heldAfter(4)
  const [short, long] = [await heldAfter(16), await heldAfter(64)]
  // 48 MB more were read; a few MB may still be on their way through the pipe
  expect(long - short).toBeLessThan(16 * MB)
}, 120_000)
