import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {parseRecord, printRecord, type SpendEntry} from '../../src/lib/core/cost/reservations.js'
import {printChildBody} from '../../src/lib/core/issue/child-body.js'
import {decomposed, planAnswer} from '../support/scene-epic.js'
import {REPO, scene, type Scene, type Step} from '../support/scene.js'

const usage = (costUsd: number) => ({model: 'scripted', inFresh: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 1, costUsd})
const work = (name: string, costUsd: number): Step => ({files: {[`src/${name}.js`]: `export const ${name} = 1\n`}, say: 'did it', usage: usage(costUsd)})
const today = (): string => new Date().toISOString().slice(0, 10)
const REF = (): string => `refs/pilot/spend/${today()}`
const LONG = 120_000

async function record(s: Scene): Promise<SpendEntry[]> {
  const remote = `http://x:${s.sandbox.token}@${new URL(s.apiUrl).host}/${REPO}.git`
  await s.git('fetch', '-q', remote, REF())
  return parseRecord(await s.git('show', '-s', '--format=%B', 'FETCH_HEAD')) ?? []
}
/** What other machines told of this day. */
async function elsewhere(s: Scene, message: string): Promise<void> {
  const tree = (await s.git('rev-parse', 'HEAD^{tree}')).trim()
  const sha = (await s.git('-c', 'user.name=x', '-c', 'user.email=x@example.test', 'commit-tree', tree, '-m', message)).trim()
  await s.git('push', '-q', '--force', `http://x:${s.sandbox.token}@${new URL(s.apiUrl).host}/${REPO}.git`, `${sha}:${REF()}`)
}
const other = (more: Partial<SpendEntry>): SpendEntry => ({
  runId: 'other', issue: 99, epic: null, command: 'execute', capUsd: 0, spentUsd: 0, calls: 1, unpriced: 0, startedAt: new Date().toISOString(), expiresAt: null, ...more,
})

const IN_TEN_MINUTES = new Date(Date.now() + 600_000).toISOString()

describe('budgets', () => {
  it('are reserved before the first call of an issue, held while it works, and settled after it', async () => {
    const s = await scene({script: {implement: {'*': work('one', 1.5)}}, config: {budget: {per_issue_usd: 4}}})
    s.addIssue({title: 'Write one'})
    expect((await s.pilot('execute', '1', '--json')).json.status).toBe('done')
    expect(await record(s)).toEqual([expect.objectContaining({issue: 1, epic: null, command: 'execute', capUsd: 1.5, spentUsd: 1.5, calls: 4, unpriced: 3, expiresAt: null})])
    const plan = JSON.parse(await s.read('runs/GH-1/attempt-1/spawn-plan.json')) as {maxBudgetUsd: number}
    expect(plan.maxBudgetUsd).toBe(4)
    const review = JSON.parse(await s.read('runs/GH-1/attempt-1/spawn-plan.review.json')) as {maxBudgetUsd: number}
    expect(review.maxBudgetUsd).toBe(2.5)
  }, LONG)

  it.each<[string, Record<string, number>, SpendEntry[], RegExp]>([
    ['the day is spent by other machines', {per_day_usd: 5}, [other({spentUsd: 5.2})], /has cost \$5\.20 of its \$5\.00: raise budget\.per_day_usd \(local .*config\.yaml:\d+\)/],
    ['the day may cost nothing', {per_day_usd: 0}, [], /of its \$0\.00: raise budget\.per_day_usd/],
    ['other machines hold the day', {per_day_usd: 5}, [other({capUsd: 5, expiresAt: IN_TEN_MINUTES})], /has cost \$0\.00 of its \$5\.00 and \$5\.00 more is held .*: try again when they have ended, or raise budget\.per_day_usd/],
    ['the epic is spent', {per_epic_usd: 3}, [other({epic: 1, spentUsd: 3})], /epic #1 has cost \$3\.00 of its \$3\.00: raise budget\.per_epic_usd/],
  ])('refuse before anything is written when %s', async (_, budget, entries, message) => {
    const s = await scene({config: {budget}})
    s.addIssue({title: 'The epic', labels: []})
    s.addIssue({title: 'Write one', body: 'Parent: GH-1\n\nPlease.'})
    if (entries.length > 0) await elsewhere(s, printRecord(entries, 'n'))
    s.forget()
    const ran = await s.pilot('execute', '2', '--json')
    expect([ran.exit, ran.json.error?.code]).toEqual([7, 'OVER_BUDGET'])
    expect(ran.json.error?.message).toMatch(message)
    expect([await s.calls(), s.writes(), s.labels(2)]).toEqual([[], [], ['pilot']])
  }, LONG)

  it('end planning with exit 7 where other machines hold the rest of the day, and nothing is planned', async () => {
    const s = await scene({config: {budget: {per_day_usd: 5}}})
    s.addIssue({title: '[epic] Write a lot', body: 'It is much work.'})
    await elsewhere(s, printRecord([other({capUsd: 5, expiresAt: new Date(Date.now() + 600_000).toISOString()})], 'n'))
    const ran = await s.pilot('plan-epic', '1', '--json')
    expect([ran.exit, ran.json.error?.code, await s.calls(), s.comments(1)]).toEqual([7, 'OVER_BUDGET', [], []])
    expect(ran.json.error?.message).toMatch(/ has cost \$0\.00 of its \$5\.00 and \$5\.00 more is held .*budget\.per_day_usd/)
  }, LONG)

  it('that others take between the claim and the first call end the start with exit 7, which is none in vain however often', async () => {
    const s = await scene({config: {budget: {per_day_usd: 5}}})
    s.addIssue({title: 'Write one'})
    let taken = false
    s.sandbox.on('push', async ({ref, after}) => {
      if (taken || ref !== 'refs/pilot/claims/issue-1' || after === null) return
      taken = true
      await elsewhere(s, printRecord([other({capUsd: 5, expiresAt: IN_TEN_MINUTES})], 'n'))
    })
    for (let start = 1; start <= 4; start++) {
      taken = false
      await elsewhere(s, printRecord([], String(start)))
      const ran = await s.pilot('execute', '1', '--json')
      expect([taken, ran.exit, ran.json.error?.code, ran.items[0]!['failure']]).toEqual([true, 7, 'OVER_BUDGET', 'budget'])
    }
    expect([await s.calls(), s.labels(1), s.attempts(1).map(({attempt, vainStarts}) => [attempt, vainStarts])]).toEqual([[], ['pilot'], [[1, 0]]])
    await elsewhere(s, printRecord([], 'free'))
    taken = true
    expect((await s.pilot('execute', '1', '--json')).json.status).toBe('done')
  }, LONG)

  it('that an agent told only at its end are named with what was really spent', async () => {
    const s = await scene({script: {implement: {'*': work('one', 7.46)}}, config: {budget: {per_issue_usd: 2}}})
    s.addIssue({title: 'Write one'})
    const ran = await s.pilot('execute', '1', '--json')
    expect([ran.exit, ran.items[0]!['failure']]).toEqual([7, 'budget'])
    expect(ran.json.error?.message).toMatch(/#1 has cost \$7\.46 of its \$2\.00: raise budget\.per_issue_usd \(local .*config\.yaml:\d+\)/)
  }, LONG)

  it('that run out while an agent streams are named with sum, thing and key', async () => {
    const tiers = {free: 'shell:scripted', cheap: 'shell:scripted', balanced: 'claude:claude-sonnet-4-6', frontier: 'claude:claude-sonnet-4-6'}
    const s = await scene()
    const command = join(s.dir, 'bin/claude')
    const usage = '{"input_tokens":200000,"output_tokens":1000,"cache_read_input_tokens":0,"cache_creation_input_tokens":0}'
    await writeFile(command, `#!/bin/sh\ncat > /dev/null\nfor i in 1 2 3 4; do echo '{"type":"assistant","message":{"id":"m'$i'","model":"claude-sonnet-4-6","content":[],"usage":${usage}}}'; done\nexec sleep 30\n`, {mode: 0o755})
    await s.configure({tiers, budget: {per_issue_usd: 2}, executor: {default: 'claude', claude: {command}, shell: {command: 'cat > /dev/null'}}})
    s.addIssue({title: 'Write one'})
    const ran = await s.pilot('execute', '1', '--json')
    expect([ran.exit, ran.items[0]!['failure']], ran.stdout).toEqual([7, 'budget'])
    expect(ran.json.error?.message).toMatch(/^claude: stopped: it spent more than its budget: #1 has cost \$2\.\d\d of its \$2\.00: raise budget\.per_issue_usd \(local .*config\.yaml:\d+\)$/)
  }, LONG)

  it('are given back by each issue that a model classified, so that the day is enough for all of them', async () => {
    const say = {complexity: 'simple', decompose: false, confidence: 0.9, reason: 'x'}
    const s = await scene({config: {budget: {per_day_usd: 1.5}}, script: {classify: {'*': {say, usage: usage(0.001)}}}})
    for (const n of [1, 2, 3]) s.addIssue({title: `Write ${n}`})
    const ran = await s.pilot('classify', '1', '2', '3', '--llm', '--json')
    expect(ran.items.map(({source, costUsd}) => [source, costUsd]), ran.stdout).toEqual(Array.from({length: 3}, () => ['llm', 0.001]))
    expect(ran.json.warnings).toEqual([])
    expect((await record(s)).map(({issue, capUsd, spentUsd, expiresAt}) => [issue, capUsd, spentUsd, expiresAt])).toEqual([1, 2, 3].map((n) => [n, 0.001, 0.001, null]))
  }, LONG)

  it.each([
    ['from the epic within', ['2']], ['issue by issue', ['3', '4', '5']],
  ])('of an epic hold for the epics below it, run %s, and spend --epic counts them in', async (_, numbers) => {
    const s = await scene({script: {implement: {'*': work('one', 1.5)}}, config: {review: {enabled: false}, budget: {per_epic_usd: 3}}})
    s.addIssue({title: 'The epic', body: 'All of it.'})
    for (const [order, parent] of [1, 2, 2, 2].entries()) {
      const mark = {parent, plan: '0'.repeat(12), key: `${order}`.repeat(12), order: Math.max(1, order)}
      const body = printChildBody({parent, description: 'Do it.', acceptance: [], dependsOn: [], mark})
      s.addIssue({title: `Part ${order}`, body, author: s.sandbox.login, authorAssociation: 'OWNER'})
    }
    const ran = await s.pilot('execute', ...numbers, '--json')
    const ended = ran.items.map(({issue, failure, error}) => [issue, failure ?? (error as {code: string} | null)?.code ?? null])
    expect([ran.exit, ended.filter(([issue]) => Number(issue) > 2)], ran.stdout).toEqual([7, [[3, null], [4, null], [5, 'OVER_BUDGET']]])
    expect((await record(s)).map(({issue, epic, spentUsd}) => [issue, epic, spentUsd])).toEqual([[3, 1, 1.5], [4, 1, 1.5]])
    expect((await s.pilot('spend', '--epic', '1', '--json')).json.result['totalUsd']).toBe(3)
  }, LONG)

  it('pass the least that is left down to the agent', async () => {
    const s = await scene({script: {implement: {'*': work('one', 0.5)}}, config: {budget: {per_day_usd: 6}}})
    await elsewhere(s, printRecord([other({spentUsd: 1}), other({runId: 'busy', capUsd: 3, spentUsd: 1, expiresAt: new Date(Date.now() + 600_000).toISOString()})], 'n'))
    s.addIssue({title: 'Write one'})
    expect((await s.pilot('execute', '1', '--json')).json.status).toBe('done')
    const plan = JSON.parse(await s.read('runs/GH-1/attempt-1/spawn-plan.json')) as {maxBudgetUsd: number; provenance: {maxBudgetUsd: {key: string; at: string}}}
    expect(plan).toMatchObject({maxBudgetUsd: 2, provenance: {maxBudgetUsd: {key: 'budget.per_day_usd'}}})
    expect((await record(s)).map(({runId, spentUsd}) => [runId.length > 6 ? 'me' : runId, spentUsd])).toEqual([['other', 1], ['busy', 1], ['me', 0.5]])
  }, LONG)

  it('fail closed when nobody knows what is left', async () => {
    const s = await scene()
    s.addIssue({title: 'Write one'})
    await elsewhere(s, 'somebody else’s words')
    s.forget()
    const ran = await s.pilot('execute', '1', '--json')
    expect([ran.exit, ran.json.error?.code, await s.calls(), s.writes()]).toEqual([3, 'INVALID_ARTIFACT', [], []])
    expect(ran.json.error?.message).toContain(REF())
  }, LONG)

  it('that one damaged day hides are still added up by spend, which names the day', async () => {
    const s = await scene({script: {implement: {'*': work('one', 0.5)}}})
    s.addIssue({title: 'Write one'})
    await s.pilot('execute', '1', '--json')
    const tree = (await s.git('rev-parse', 'HEAD^{tree}')).trim()
    const sha = (await s.git('-c', 'user.name=x', '-c', 'user.email=x@example.test', 'commit-tree', tree, '-m', 'foreign')).trim()
    await s.git('push', '-q', `http://x:${s.sandbox.token}@${new URL(s.apiUrl).host}/${REPO}.git`, `${sha}:refs/pilot/spend/2026-01-01`)
    const ran = await s.pilot('spend', '--json')
    expect([ran.exit, ran.json.result['totalUsd']], ran.stdout).toEqual([0, 0.5])
    expect(ran.json.warnings).toEqual([expect.stringMatching(/refs\/pilot\/spend\/2026-01-01 cannot be read.*git push origin :refs\/pilot\/spend\/2026-01-01/)])
  }, LONG)

  it('hold for the issue’s whole life, also where only this machine’s ledger knows of a call', async () => {
    const s = await scene({script: {implement: {'*': work('one', 1)}}, config: {budget: {per_issue_usd: 2}}})
    s.addIssue({title: 'Write one'})
    const {line} = await import('../core/cost/support.js')
    await writeFile(join(s.checkout, '.pilot/ledger.ndjson'), `${JSON.stringify(line({repo: REPO, issue: 1, runId: 'killed', costUsd: 2.5}))}\n`)
    const ran = await s.pilot('execute', '1', '--json')
    expect([ran.exit, ran.json.error?.code, await s.calls()]).toEqual([7, 'OVER_BUDGET', []])
    expect(ran.json.error?.message).toMatch(/#1 has cost \$2\.50 of its \$2\.00: raise budget\.per_issue_usd/)
  }, LONG)

  it('let children of a wave wait for each other’s money instead of failing beside it', async () => {
    const s = await scene({
      script: {plan: {1: planAnswer(['a', 'b', 'c'], () => [])}, implement: {'*': {...work('x', 0.5), sleepMs: 300}, 2: work('a', 0.5), 3: work('b', 0.5), 4: work('c', 0.5)}},
      config: {budget: {per_issue_usd: 4, per_day_usd: 5}},
    })
    const children = await decomposed(s)
    const ran = await s.pilot('execute', '1', '--parallel', '3', '--json')
    expect(ran.items.filter(({issue}) => children.includes(Number(issue))).map(({pr, failure}) => [pr !== null, failure])).toEqual([[true, null], [true, null], [true, null]])
    const entries = (await record(s)).filter(({issue}) => children.includes(issue!))
    expect(entries.map(({epic, spentUsd, expiresAt}) => [epic, spentUsd, expiresAt])).toEqual([[1, 0.5, null], [1, 0.5, null], [1, 0.5, null]])
  }, LONG)

  it('do not hold for what nobody can price: it is counted, and nothing is pushed for it', async () => {
    const s = await scene({config: {budget: {per_day_usd: 0}, tiers: {
      free: 'native@box:qwen', cheap: 'native@box:qwen', balanced: 'shell:scripted', frontier: 'shell:scripted'}, endpoints: {box: {url: 'http://127.0.0.1:9/v1'}}, routing: {preset: 'local'}}})
    s.addIssue({title: 'Write one'})
    s.forget()
    const ran = await s.pilot('classify', '1', '--llm', '--json')
    expect(ran.json.status).toBe('done')
    expect(s.writes().filter((write) => write.includes('receive-pack'))).toEqual([])
    expect((await s.read('ledger.ndjson')).split('\n').filter(Boolean)).toHaveLength(1)
  }, LONG)
})
