import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, describe, expect, it} from 'vitest'
import {openAgent} from '../../src/lib/adapters/agent.js'
import {findDescriptor} from '../../src/lib/core/route/agents/index.js'
import type {SpawnPlan} from '../../src/lib/core/route/spawn-plan.js'
import {tempDir} from './git-fixture.js'

type Asked = {url: string; authorization: string | undefined; body: {model: string; messages: {content: string}[]; response_format?: {type: string; json_schema?: {schema: unknown}}}}
type Answer = {status?: number; body?: unknown; headers?: Record<string, string>; raw?: string; cut?: boolean} | 'hang'

const servers: (() => Promise<void>)[] = []
afterEach(async () => { for (const close of servers.splice(0)) await close() })

async function endpoint(answer: (asked: Asked, n: number) => Answer): Promise<{url: string; asked: Asked[]}> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      asked.push({url: request.url ?? '', authorization: request.headers.authorization, body: JSON.parse(Buffer.concat(chunks).toString()) as Asked['body']})
      const said = answer(asked.at(-1)!, asked.length - 1)
      if (said === 'hang') return
      const text = said.raw ?? JSON.stringify(said.body)
      response.writeHead(said.status ?? 200, {'content-type': 'application/json', ...(said.cut ? {'content-length': '9999'} : {}), ...said.headers})
      if (said.cut) response.write(text, () => response.destroy())
      else response.end(text)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  servers.push(() => new Promise((closed) => {
    server.closeAllConnections()
    server.close(() => closed())
  }))
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked}
}

const completion = (content: string | null, more: object = {}, choice: object = {}) => ({body: {
  id: 'c', object: 'chat.completion', model: 'm', choices: [{index: 0, message: {role: 'assistant', content}, finish_reason: 'stop', ...choice}],
  usage: {prompt_tokens: 150, completion_tokens: 10, prompt_tokens_details: {cached_tokens: 30}}, ...more,
}})
const SCHEMA = {type: 'object', properties: {ok: {type: 'boolean'}}}

const SECRET = 'planted-by-the-endpoint-owner'

function setUp(url: string, env: Record<string, string> = {}) {
  const root = tempDir()
  const mask = (text: string): string => text.replaceAll(SECRET, '***')
  const agent = openAgent({env: {PATH: '', OPENAI_API_KEY: 'sk-of-the-user', ...env}, scratch: join(root, 'scratch'), descriptors: findDescriptor, mask})
  const files = {eventsFile: join(root, 'events.jsonl'), logFile: join(root, 'agent.log')}
  const plan = (more: Partial<SpawnPlan>): SpawnPlan => ({
    issue: 7, gate: 'classify', attempt: 1, executor: 'native', tier: 'free', model: 'm', effort: null, endpoint: {name: 'own', url, apiKeyEnv: null}, argv: [], stdin: 'the prompt',
    env: {}, schema: {file: '/none', text: JSON.stringify(SCHEMA)}, cwd: root, tools: [], mcpConfigPath: null, timeoutMs: 5000, stallMs: null, resume: null, maxTurns: 3, maxBudgetUsd: null,
    escalation: null, provenance: {}, ...more,
  })
  return {files, run: (more: Partial<SpawnPlan> = {}, signal?: AbortSignal) => agent.run(plan(more), {...files, ...(signal === undefined ? {} : {signal})})}
}

describe('native', () => {
  it('asks once, by schema, and tells what it cost in tokens', async () => {
    const {url, asked} = await endpoint(() => completion('{"ok": true}'))
    const {run, files} = setUp(url)
    expect(await run()).toMatchObject({
      failure: null, structured: {ok: true}, text: '{"ok": true}', models: ['m'], usage: {inFresh: 120, cacheRead: 30, cacheWrite5m: 0, cacheWrite1h: 0, out: 10}, costUsd: null, killedBy: null,
    })
    expect(asked).toMatchObject([{url: '/v1/chat/completions', authorization: 'Bearer none', body: {model: 'm', messages: [{role: 'user', content: 'the prompt'}], response_format: {type: 'json_schema', json_schema: {schema: SCHEMA}}}}])
    expect(readFileSync(files.eventsFile, 'utf8')).toContain('"chat.completion"')
    expect(readFileSync(files.logFile, 'utf8')).toContain('result: ok')
  })

  it('takes free text as it is, and the key from the named variable alone', async () => {
    const {url, asked} = await endpoint(() => completion('feat: x'))
    expect(await setUp(url, {OWN_KEY: 'k'}).run({schema: null, endpoint: {name: 'own', url, apiKeyEnv: 'OWN_KEY'}})).toMatchObject({failure: null, text: 'feat: x', structured: undefined})
    expect(asked[0]?.authorization).toBe('Bearer k')
    expect(asked[0]?.body.response_format).toBeUndefined()
    expect(await setUp(url).run({endpoint: {name: 'own', url, apiKeyEnv: 'OWN_KEY'}})).toMatchObject({failure: 'auth', message: 'endpoint own: OWN_KEY is not set'})
    expect(asked).toHaveLength(1)
  })

  it('asks a server that refuses a schema in simpler forms, with the schema in words, and remembers which', async () => {
    const {url, asked} = await endpoint(({body}) => body.response_format === undefined ? completion('```json\n{"ok": false}\n```') : {status: 400, body: {error: {message: 'response_format is not supported'}}})
    const {run} = setUp(url)
    expect(await run()).toMatchObject({failure: null, structured: {ok: false}})
    expect(asked.map(({body}) => body.response_format?.type)).toEqual(['json_schema', 'json_object', undefined])
    expect(asked[2]?.body.messages[0]?.content).toContain(`must fit this JSON schema:\n${JSON.stringify(SCHEMA)}`)
    await run()
    expect(asked).toHaveLength(4)
  })

  it.each<[string, Answer, object]>([
    ['empty', completion(''), {failure: 'agent_error', message: 'the answer is empty'}],
    ['null', completion(null), {failure: 'agent_error', message: 'the answer is empty'}],
    ['an empty use', completion('{}', {usage: {}}), {failure: null, usage: null, costUsd: null}],
    ['a use of other names', completion('{}', {usage: {input: 5, output: 5}}), {failure: null, usage: null, costUsd: null}],
    ['a use of zeros, as it is', completion('{}', {usage: {prompt_tokens: 0, completion_tokens: 0}}), {failure: null, usage: {inFresh: 0, out: 0}}],
    ['no choices', {body: {id: 'c'}}, {failure: 'agent_error', message: 'the answer is empty', usage: null, models: ['m']}],
    ['thoughts alone', completion('<think>hm</think>'), {failure: 'agent_error', message: 'the answer is empty'}],
    ['thoughts first', completion('<think>{"ok": 1}</think>\n{"ok": true}'), {failure: null, structured: {ok: true}}],
    ['prose', completion('I think so'), {failure: 'agent_error', message: 'the answer is not the JSON that was asked for', text: 'I think so'}],
    ['a dated spelling of the model', completion('{}', {model: 'm-2026-01-01'}), {failure: null, models: ['m']}],
    ['another model', completion('{}', {model: 'other'}), {failure: null, models: ['other']}],
    ['cut off', completion('{"ok": tr', {}, {finish_reason: 'length'}), {failure: 'agent_error', message: 'the answer was cut off at its length limit'}],
    ['filtered', completion('', {}, {finish_reason: 'content_filter'}), {failure: 'refused_by_model'}],
    ['a refusal', completion(null, {}, {message: {role: 'assistant', content: null, refusal: 'no'}}), {failure: 'refused_by_model', message: 'no'}],
    ['a web page', {raw: '<html>', headers: {'content-type': 'text/html'}}, {failure: 'agent_error'}],
    ['broken JSON', {raw: '{"id":'}, {failure: 'network'}],
    ['half an answer', {raw: '{"id":', cut: true}, {failure: 'network'}],
    ['401', {status: 401, body: {error: {message: 'bad key'}}}, {failure: 'auth'}],
    ['404', {status: 404, body: {error: {message: 'model "m" not found'}}}, {failure: 'invalid_config'}],
    ['429', {status: 429, body: {error: {message: 'slow down'}}, headers: {'retry-after': '30'}}, {failure: 'rate_limited'}],
    ['503', {status: 503, body: {error: {message: 'loading model'}}}, {failure: 'overloaded'}],
    ['400 whatever the form', {status: 400, body: {error: {message: 'context too long'}}}, {failure: 'agent_error'}],
    ['nothing', 'hang', {failure: 'timeout', killedBy: 'timeout'}],
  ])('%s', async (_, answer, outcome) => {
    const {url, asked} = await endpoint(() => answer)
    expect(await setUp(url).run({timeoutMs: answer === 'hang' ? 300 : 5000})).toMatchObject(outcome)
    expect(asked.length).toBeLessThanOrEqual(3)
  })

  it.each<[string, (padding: string) => Answer, number]>([
    ['an error', (text) => ({status: 400, body: {error: {message: text}}}), 1000],
    ['a refusal', (text) => completion(null, {}, {message: {role: 'assistant', content: null, refusal: text}}), 1000],
    ['an answer', (text) => completion(`"${text}"`), 1024 * 1024],
  ])('%s that is cut in the middle of a secret holds no half of it', async (_, answer, limit) => {
    const said = [0, 10, 20].map((shift) => answer(`${'x'.repeat(limit - 20 * SECRET.length - shift)}${` ${SECRET}`.repeat(40)}`))
    const {url} = await endpoint((_asked, n) => said[n]!)
    for (let i = 0; i < said.length; i++) {
      const {run, files} = setUp(url)
      const outcome = await run({schema: null})
      const sinks = [JSON.stringify(outcome), readFileSync(files.logFile, 'utf8'), readFileSync(files.eventsFile, 'utf8')]
      expect(sinks.map((text) => text.includes('pla'))).toEqual([false, false, false])
      expect(sinks[0]).toContain('***')
    }
  })

  it('says where nobody answers, and stops when it is told to', async () => {
    const {url} = await endpoint(() => 'hang')
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 100)
    expect(await setUp(url).run({}, stop.signal)).toMatchObject({failure: 'interrupted', killedBy: 'interrupt'})
    for (const close of servers.splice(0)) await close()
    expect(await setUp(url).run()).toMatchObject({failure: 'network', message: `endpoint own (${url}) does not answer: ECONNREFUSED`})
    expect(await setUp(url).run({endpoint: null})).toMatchObject({failure: 'invalid_config'})
  })
})
