import {createServer} from 'node:http'
import {text} from 'node:stream/consumers'
import {describe, expect, it, onTestFinished, vi} from 'vitest'
import {parsePlanComment} from '../../src/lib/core/issue/plan-comment.js'
import {planSchema} from '../../src/lib/core/plan/plan.js'
import {decomposed, EPIC, planAnswer} from '../support/scene-epic.js'
import {scene, type Scene, type Step} from '../support/scene.js'

const PLACES = ['api', 'web', 'cli']
const planOf = async (s: Scene, epic = 1) => planSchema.parse(JSON.parse(await s.read(`epics/${epic}/plan.json`)))
const ledger = async (s: Scene) => (await s.read('ledger.ndjson')).trim().split('\n').map((line) => JSON.parse(line) as {gate: string; costUsd: number | null})
const MARKDOWN = '1. **feat(api): write the api part** - In `api/part.js`.\n2. **feat(web): write the web part** - In `web/part.js`.\n'

const ITEMS = {title: 'Rows', body: '## Tasks\n- [ ] Add the table in `db/rows.sql`\n- [ ] Add the route in `api/rows.js`\n', labels: ['pilot']}

/** An OpenAI-compatible server that always says the same, or fails with the same status, and what it was asked. */
async function model(says: string, status = 200): Promise<{url: string; prompts: string[]}> {
  const prompts: string[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.method === 'POST') prompts.push((JSON.parse(body) as {messages: {content: string}[]}).messages[0]!.content)
      response.writeHead(status, {'content-type': 'application/json'})
      response.end(JSON.stringify({
        id: 'c', object: 'chat.completion', model: 'm', choices: [{index: 0, message: {role: 'assistant', content: says}, finish_reason: 'stop'}],
        usage: {prompt_tokens: 900, completion_tokens: 50},
      }))
    })
  })
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  onTestFinished(() => { server.close() })
  return {url: `http://127.0.0.1:${(server.address() as {port: number}).port}/v1`, prompts}
}

describe('a planner without tools', () => {
  it('sees the map and the beginnings of files, never a secret, and may answer in Markdown', async () => {
    const {url, prompts} = await model(MARKDOWN)
    const s = await scene({
      config: {executor: {default: 'native'}, planning: undefined, endpoints: {local: {url}}, tiers: {free: 'native@local:m', cheap: 'native@local:m', balanced: 'native@local:m', frontier: 'native@local:m'}},
      files: {
        'README.md': '# App\nAdds numbers.\n', '.env': 'DATABASE_PASSWORD=hunter2-of-production\n', 'deploy/server.key': 'key material\n', 'web/logo.png': '\0PNG', 'src/leak.js': 'const parts = "ghp_abcdefghij0123456789"\n',
      },
    })
    s.addIssue({...EPIC, body: 'Change `src/sum.js`, `.env`, `deploy/server.key` and `src/leak.js`.\n\n1. **Issue item one** - a\n2. **Issue item two** - b\n'})
    const ran = await s.pilot('plan-epic', '1', '--json')
    expect(ran.exit, ran.stdout).toBe(0)
    expect(prompts).toHaveLength(1)
    expect(prompts[0]).toMatch(/You have no tools[^]*Map of the repository:[^]*src\/ \(2 files\)[^]*Beginnings of files:[^]*--- src\/sum\.js\nexport const sum[^]*--- README\.md\n# App/)
    for (const secret of ['hunter2', 'key material', 'PNG', 'ghp_abcdefghij']) expect(prompts[0]).not.toContain(secret)
    const plan = await planOf(s)
    expect(plan).toMatchObject({source: 'model', costUsd: null, usage: {inFresh: 900, out: 50}})
    expect(plan.subtasks.map(({title}) => title)).toEqual(['feat(api): write the api part', 'feat(web): write the web part'])
    expect(await ledger(s)).toMatchObject([{gate: 'plan', costUsd: null}])
  })
  it('as the fallback of one with tools, gets the files that the first was left to read for itself', async () => {
    const {url, prompts} = await model(MARKDOWN)
    const s = await scene({
      script: {plan: {'*': {exit: 1, say: 'out of order'}}},
      config: {planning: undefined, routing: {preset: 'economy'}, endpoints: {local: {url}}, tiers: {free: 'shell:scripted', cheap: 'native@local:m', balanced: 'shell:scripted', frontier: 'shell:scripted'}},
    })
    s.addIssue({...EPIC, body: 'Change `src/sum.js`.'})
    const ran = await s.pilot('plan-epic', '1', '--json')
    expect(ran.exit, ran.stdout).toBe(0)
    const calls = await s.calls()
    expect([calls.map(({gate}) => gate), prompts.length]).toEqual([['plan'], 1])
    expect(calls[0]!.prompt).toContain('with the tools you have')
    expect(calls[0]!.prompt).not.toContain('Beginnings of files')
    expect(prompts[0]).toMatch(/You have no tools[^]*Beginnings of files:[^]*--- src\/sum\.js\nexport const sum/)
    expect((await planOf(s)).subtasks.map(({title}) => title)).toEqual(['feat(api): write the api part', 'feat(web): write the web part'])
  })
  it('one with tools gets no file in its prompt', async () => {
    const s = await scene({script: {plan: {'*': planAnswer(PLACES)}}})
    s.addIssue({...EPIC, body: 'Change `src/sum.js`.'})
    await s.pilot('plan-epic', '1', '--json')
    const [call] = await s.calls()
    expect(call!.prompt).toContain('with the tools you have')
    expect(call!.prompt).not.toMatch(/Beginnings of files|export const sum/)
  })
})

describe('what is planned is kept', () => {
  it('a comment that is gone is written again, then there is nothing to do; a damaged plan stops, and --force mends it', async () => {
    const s = await scene({script: {plan: {'*': planAnswer(PLACES)}}})
    s.addIssue(EPIC)
    await s.pilot('plan-epic', '1', '--json')
    const comment = s.repo().comments.find((c) => c.issue === 1)!
    await s.sandbox.fetch(`${s.apiUrl}/repos/acme/app/issues/comments/${comment.id}`, {method: 'DELETE', headers: {authorization: `token ${s.sandbox.token}`}})
    s.forget()
    expect((await s.pilot('plan-epic', '1', '--json')).json.status).toBe('done')
    expect(s.comments(1)).toHaveLength(1)
    s.forget()
    const noop = await s.pilot('plan-epic', '1', '--json')
    expect([noop.json.status, s.writes(), (await s.calls()).length]).toEqual(['noop', [], 1])

    const again = s.repo().comments.find((c) => c.issue === 1)!
    await s.api('PATCH', `/issues/comments/${again.id}`, {body: '<!-- pilot:plan v1 -->\n\nedited away'})
    await s.git('clean', '-fdxq', '.pilot')
    expect((await s.pilot('plan-epic', '1', '--json')).json.error!.code).toBe('INVALID_ARTIFACT')
    await s.script({plan: {'*': {say: 'I cannot help with that.'}}})
    expect((await s.pilot('plan-epic', '1', '--force', '--json')).json.error!.code, 'what is damaged is not read').toBe('PLAN_FAILED')
    await s.script({plan: {'*': planAnswer(PLACES)}})
    const forced = await s.pilot('plan-epic', '1', '--force', '--json')
    expect(forced.exit, forced.stdout).toBe(0)
    expect(s.comments(1)).toHaveLength(1)
    expect(parsePlanComment(s.comments(1)[0]!)).toEqual(await planOf(s))
  })
  it('a new base with the same plan is told to the comment too, so that no machine plans it again', async () => {
    const s = await scene({script: {plan: {'*': planAnswer(PLACES)}}})
    s.addIssue(EPIC)
    await s.pilot('plan-epic', '1', '--json')
    await s.push('main', {'later.txt': 'x\n'})
    expect((await s.pilot('plan-epic', '1', '--json')).json.status).toBe('done')
    await s.git('clean', '-fdxq', '.pilot')
    expect((await s.pilot('plan-epic', '1', '--json')).json.status).toBe('noop')
    expect(await s.calls()).toHaveLength(2)
  })
})

describe('planned again', () => {
  it.each([[true], [false]])('an epic shows its planner the titles of the children that there are, native links: %s', async (subIssues) => {
    const s = await scene({script: {plan: {'*': planAnswer(PLACES)}}, features: {subIssues}})
    expect(await decomposed(s)).toEqual([2, 3, 4])
    expect((await s.calls())[0]!.prompt).not.toContain('earlier plan')
    await s.api('PATCH', '/issues/3', {state: 'closed', state_reason: 'completed'})
    await s.api('PATCH', '/issues/4', {title: 'The command line'})
    s.addIssue({title: 'feat(docs): not one of them', body: 'Parent: #1'})
    const ran = await s.pilot('plan-epic', '1', '--force', '--json')
    expect(ran.exit, ran.stdout).toBe(0)
    const {prompt} = (await s.calls()).at(-1)!
    expect(prompt).toMatch(/earlier plan[^]*\nopen: feat\(api\): write the api part\nclosed: feat\(web\): write the web part\n<\/untrusted-/)
    expect(prompt).not.toMatch(/write the cli part|The command line|not one of them/)
  })
})

describe('one repair round', () => {
  it('for an answer that cannot be read, with the reason; then the answer is saved and nothing is written on GitHub', async () => {
    const cut: Step = {say: '{"decision": "split", "subtasks": [{"order": 1, "title": "Add st'}
    const s = await scene({script: {plan: {'1': [cut, planAnswer(PLACES)], '2': cut}}})
    s.addIssue(EPIC)
    s.addIssue({...EPIC, title: 'Other'})
    expect((await s.pilot('plan-epic', '1', '--json')).json.result['plan']).toMatchObject({source: 'model', decision: 'split'})
    expect((await s.calls())[1]!.prompt).toContain('the JSON ends before the list of subtasks does')
    s.forget()
    const failed = await s.pilot('plan-epic', '2', '--json')
    expect([failed.exit, failed.json.error!.code, (await s.calls()).length]).toEqual([1, 'PLAN_FAILED', 4])
    expect(await s.read('epics/2/plan-answer.txt')).toContain('"Add st')
    expect(s.comments(2)).toEqual([])
  })
  it('for a plan that no comment can hold', async () => {
    const answer = planAnswer(PLACES).say as {subtasks: {description: string}[]}
    const long: Step = {say: {...answer, subtasks: answer.subtasks.map((s) => ({...s, description: 'word '.repeat(5000)}))}}
    const s = await scene({script: {plan: {'*': [long, planAnswer(PLACES)]}}})
    s.addIssue(EPIC)
    expect((await s.pilot('plan-epic', '1', '--json')).exit).toBe(0)
    expect((await s.calls())[1]!.prompt).toMatch(/the plan is \d+ characters long/)
  })
  it('is paid for: the plan says the sum, and nothing where a part is unknown', async () => {
    const use = (costUsd: number): NonNullable<Step['usage']> => ({model: 'scripted', inFresh: 10, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 5, costUsd})
    const cyclic = planAnswer(PLACES, (order) => [(order % 3) + 1])
    const s = await scene({script: {plan: {'1': [{...cyclic, usage: use(0.25)}, {...planAnswer(PLACES), usage: use(0.5)}], '2': [{...cyclic, usage: use(0.25)}, planAnswer(PLACES)]}}})
    s.addIssue(EPIC)
    s.addIssue({...EPIC, title: 'Other'})
    for (const epic of ['1', '2']) expect((await s.pilot('plan-epic', epic, '--json')).exit).toBe(0)
    expect(await planOf(s, 1)).toMatchObject({costUsd: 0.75, usage: {inFresh: 20, out: 10}})
    expect(await planOf(s, 2)).toMatchObject({costUsd: null, usage: null})
    expect((await ledger(s)).map(({costUsd}) => costUsd)).toEqual([0.25, 0.5, 0.25, null])
    expect(s.comments(2)[0]).toContain('planning cost unknown')
  })
})

describe('no model answered', () => {
  const native = (url: string): Record<string, unknown> =>
    ({executor: {default: 'native'}, planning: undefined, endpoints: {local: {url}}, tiers: {free: 'native@local:m', cheap: 'native@local:m', balanced: 'native@local:m', frontier: 'native@local:m'}})
  const left = async (s: Scene): Promise<[string[], string[]]> => [s.comments(1), Object.keys(await s.pilotFiles()).filter((file) => /^epics\/1\/plan(?:\.json|-answer\.txt)$/.test(file))]

  it.each<[string, () => Promise<Record<string, unknown>>, number, string, RegExp]>([
    ['a program of it is missing', () => Promise.resolve({executor: {default: 'shell', shell: {command: 'sh -c "exit 127"'}}}), 6, 'AGENT_UNAVAILABLE', /exit code 127/],
    ['the endpoint is asked too often', async () => native((await model('slow down', 429)).url), 6, 'RATE_LIMITED', /429/],
    ['the endpoint wants a key', async () => native((await model('who are you?', 401)).url), 4, 'AGENT_AUTH', /401/],
  ])('%s: the issue\'s own split points are no plan of a model, and the next run asks again', async (_, config, exit, code, message) => {
    const s = await scene({config: await config()})
    s.addIssue(ITEMS)
    const ran = await s.pilot('plan-epic', '1', '--json')
    expect([ran.exit, ran.json.error?.code], ran.stdout).toEqual([exit, code])
    expect(ran.json.error!.message).toMatch(message)
    expect(ran.json.error!.message).not.toContain('last answer')
    expect(ran.json.error!.suggestions).toEqual(expect.arrayContaining(['pilot plan-epic 1', 'pilot decompose 1 --from-issue']))
    expect(await left(s)).toEqual([[], []])
  })

  it('a planner that fails at the work is no outage: the split points are used', async () => {
    const s = await scene({script: {plan: {'*': {exit: 3, say: 'out of order'}}}})
    s.addIssue(ITEMS)
    expect((await s.pilot('plan-epic', '1', '--json')).json.result['plan']).toMatchObject({source: 'issue', decision: 'split'})
  })

  it.each<[string, Step[]]>([
    ['the first answer', [{meets: [99]}]], ['the answer to what was wrong', [{say: 'I cannot help with that.'}, {meets: [99]}]],
  ])('Ctrl-C while it waits for %s: nothing is written, and the next run asks again', async (_, steps) => {
    const s = await scene({script: {plan: {'*': [...steps, planAnswer(PLACES)]}}})
    s.addIssue(ITEMS)
    let interrupt = (): void => undefined
    const running = s.pilotWith({onStart: (send) => { interrupt = () => { send('SIGINT') } }}, 'plan-epic', '1', '--json')
    await vi.waitFor(async () => expect(await s.gates()).toHaveLength(steps.length), {timeout: 30_000})
    interrupt()
    const ran = await running
    expect([ran.exit, ran.json.error?.code], ran.stdout).toEqual([130, 'INTERRUPTED'])
    expect([await left(s), s.labels(1)]).toEqual([[[], []], ['pilot']])
    const again = await s.pilot('plan-epic', '1', '--json')
    expect([again.json.status, again.json.result['plan']]).toEqual(['done', expect.objectContaining({source: 'model'})])
  }, 60_000)

  it('one of the chain did and could not be read: the split points are used, and where there are none the outage is what is told', async () => {
    const {url} = await model('I cannot help with that.')
    const s = await scene({
      script: {plan: {'1': {exit: 3, say: 'out of order'}, '2': {exit: 127, say: 'out of order'}}},
      config: {planning: undefined, routing: {preset: 'economy'}, endpoints: {local: {url}}, tiers: {free: 'native@local:m', cheap: 'shell:scripted', balanced: 'shell:scripted', frontier: 'shell:scripted'}},
    })
    s.addIssue(ITEMS)
    s.addIssue(EPIC)
    expect((await s.pilot('plan-epic', '1', '--json')).json.result['plan']).toMatchObject({source: 'issue', decision: 'split'})
    const ran = await s.pilot('plan-epic', '2', '--json')
    expect([ran.exit, ran.json.error?.code, s.comments(2)], ran.stdout).toEqual([6, 'AGENT_UNAVAILABLE', []])
  })

  it('with anything: an empty answer is none to look at', async () => {
    const s = await scene({script: {plan: {'*': {say: ''}}}})
    s.addIssue(EPIC)
    const ran = await s.pilot('plan-epic', '1', '--json')
    expect([ran.exit, ran.json.error?.code, ran.json.error?.message]).toEqual([1, 'PLAN_FAILED', expect.stringMatching(/^(?!.*last answer).*the answer is empty/)])
    expect(await left(s)).toEqual([[], []])
  })
})

it('a failed planner and --from-issue split an issue in the same way', async () => {
  const body = '## Phase 1: Store\n\nTable in `db/rows.sql`.\n\n## Phase 2: Route\n\nServes them from `api/rows.js`.\n\n## Phase 3: Page\n\nShows them in `web/rows.js`.\n'
  const s = await scene({script: {plan: {'*': {say: 'I cannot help with that.'}}}})
  s.addIssue({title: 'Rows', body, labels: ['pilot']})
  expect((await s.pilot('plan-epic', '1', '--json')).json.result['plan']).toMatchObject({source: 'issue', decision: 'split'})
  const planned = (await planOf(s)).subtasks
  const ran = await s.pilot('decompose', '1', '--from-issue', '--json')
  expect(ran.exit, ran.stdout).toBe(0)
  expect(planned.map(({title, dependsOn}) => [title, dependsOn])).toEqual([['Rows: Store', []], ['Rows: Route', [1]], ['Rows: Page', [2]]])
  expect(planned.map((subtask, i) => s.issue(i + 2).body!.includes(`"key":"${subtask.key}"`))).toEqual([true, true, true])
  expect(parsePlanComment(s.comments(1)[0]!)?.subtasks).toEqual(planned)
})
