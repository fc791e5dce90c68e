import {appendFile, mkdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import type {LedgerLine} from '../../src/lib/core/cost/ledger.js'
import {printRecord} from '../../src/lib/core/cost/reservations.js'
import {entry, line} from '../core/cost/support.js'
import {EPIC, planAnswer} from '../support/scene-epic.js'
import {APPROVE, REPO, scene, type Scene, type Step} from '../support/scene.js'

const usage = (costUsd: number) => ({model: 'scripted', inFresh: 1000, cacheRead: 3000, cacheWrite5m: 0, cacheWrite1h: 0, out: 100, costUsd})
const priced = (step: Step, costUsd: number): Step => ({...step, usage: usage(costUsd)})
const WORK: Step = {files: {'src/work.js': 'export const work = 1\n'}, say: 'did it'}
const ledger = async (s: Scene): Promise<LedgerLine[]> => (await s.read('ledger.ndjson').catch(() => '')).split('\n').filter(Boolean).map((row) => JSON.parse(row) as LedgerLine)
const LONG = 120_000

describe('the ledger', () => {
  it.each<[string, Parameters<typeof scene>[0], (s: Scene) => Promise<unknown>, string[]]>([
    ['classify --llm', {script: {classify: {'*': {say: {complexity: 'medium', decompose: false, confidence: 1, reason: 'x'}}}}}, async (s) => {
      s.addIssue({title: 'Do it'})
      await s.pilot('classify', '1', '--llm', '--json')
    }, ['classify']],
    ['classify whose first model fails', {script: {classify: {'*': [{exit: 1, say: 'no'}, {say: {complexity: 'medium', decompose: false, confidence: 1, reason: 'x'}}]}}}, async (s) => {
      s.addIssue({title: 'Do it'})
      await s.pilot('classify', '1', '--llm', '--json')
    }, ['classify', 'classify']],
    ['plan-epic with a repair round', {script: {plan: {1: [{say: {decision: 'split', reason: 'x', effort: 'x', subtasks: [{order: 1, title: '', description: '', acceptance: [], dependsOn: [9], touches: [], complexity: 'simple'}]}}, planAnswer(['a', 'b'])]}}}, async (s) => {
      s.addIssue(EPIC)
      await s.pilot('plan-epic', '1', '--json')
    }, ['plan', 'plan']],
    ['execute', {script: {implement: {'*': priced(WORK, 0.5)}}}, async (s) => {
      s.addIssue({title: 'Write the work'})
      await s.pilot('execute', '1', '--json')
    }, ['implement', 'commit', 'review', 'draft']],
    ['execute whose linter complains', {
      script: {implement: {'*': {files: {'src/work.js': 'bad\n'}, say: 'x'}}, lint: {'*': {files: {'src/work.js': '// good\n'}, say: 'y'}}},
      config: {verify: {setup: [], commands: ['npm run lint']}}, files: {'package.json': '{"name": "app", "type": "module", "scripts": {"lint": "! grep -rq bad src"}}\n'},
    }, async (s) => {
      s.addIssue({title: 'Write the work'})
      await s.pilot('execute', '1', '--json')
    }, ['implement', 'commit', 'lint', 'commit', 'review', 'draft']],
    ['execute whose agent fails', {script: {implement: {'*': {exit: 1, say: 'broken'}}}}, async (s) => {
      s.addIssue({title: 'Write the work'})
      await s.pilot('execute', '1', '--json')
    }, ['implement']],
  ])('has a line for every model call of %s', async (_, options, run, gates) => {
    const s = await scene(options)
    await run(s)
    const calls = await s.gates()
    expect(calls).toEqual(gates)
    expect((await ledger(s)).map(({gate}) => gate)).toEqual(calls)
  }, LONG)
})

const spend = async (s: Scene, ...more: string[]) => (await s.pilot('spend', ...more, '--json')).json.result as {
  totalUsd: number | null; unpricedCalls: number; calls: number; mergedPrs: number; usdPerMergedPr: number | null; rows: {key: string; calls: number; tokens: number | null; usd: number | null}[]
  mergedFrom: string; cacheShare: number | null; skippedLines: {line: number}[]; perMergedPr: {complexity: string; tier: string; usd: number | null}[]; repriced: unknown; economics: {advice: string}[]
}

describe('spend', () => {
  it('adds up what was spent, here and elsewhere, once; merged pull requests come from GitHub', async () => {
    const s = await scene({script: {implement: {'*': priced(WORK, 0.5)}, review: {'*': priced(APPROVE, 0.25)}}})
    s.addIssue({title: 'Write the work'})
    expect((await s.pilot('execute', '1', '--json')).items[0]).toMatchObject({status: 'done', costUsd: 0.75})
    expect(await spend(s)).toMatchObject({totalUsd: 0.75, calls: 4, unpricedCalls: 2, mergedPrs: 0, usdPerMergedPr: null, mergedFrom: 'github', cacheShare: 0.75,
      rows: [{key: '#1', calls: 4, tokens: 8200, usd: 0.75}], skippedLines: [], repriced: null})
    await s.pilot('land', '1', '--json')
    const here = await spend(s, '--by', 'gate')
    expect(here).toMatchObject({mergedPrs: 1, usdPerMergedPr: 0.75, perMergedPr: [{complexity: 'simple', tier: 'balanced', prs: 1, unpriced: 0, unpricedCalls: 2, usd: 0.75}]})
    const terminal = (await s.pilotWith({tty: true}, 'spend', '--no-color', '--quiet')).stdout
    for (const said of ['1 merged pull request, $0.75+ each', '  simple at balanced: 1, $0.75+ each']) expect(terminal.split('\n')).toContain(said)
    expect(here.rows.map(({key, calls, usd}) => [key, calls, usd])).toEqual([['implement', 1, 0.5], ['review', 1, 0.25], ['commit', 1, null], ['draft', 1, null]])

    // what a merge was asked for is known on this machine from now on
    s.forget()
    await spend(s)
    expect(s.sandbox.log().filter(({path}) => /\/pulls\/\d+$/.test(path))).toEqual([])

    // without a ledger the record and the attempts comment still know
    await rm(join(s.checkout, '.pilot'), {recursive: true})
    await s.git('checkout', '--', '.pilot')
    expect(await spend(s)).toMatchObject({totalUsd: 0.75, calls: 4, unpricedCalls: 2, mergedPrs: 1, usdPerMergedPr: 0.75, rows: [{key: '#1', usd: 0.75}]})
    expect(await spend(s, '--local')).toMatchObject({totalUsd: 0, calls: 0, rows: []})
  }, LONG)

  it('is not stopped by an issue that is gone, a comment that was edited or a line of no issue: each is named, and what else is known counts', async () => {
    const s = await scene()
    for (const title of ['Edited', 'Fine']) s.addIssue({title})
    const row = (more: Partial<LedgerLine>) => JSON.stringify(line({repo: REPO, ts: new Date().toISOString(), ...more}))
    await s.api('POST', '/issues/1/comments', {body: '<!-- pilot:attempts v1 -->\n\nedited by hand'})
    await writeFile(join(s.checkout, '.pilot/ledger.ndjson'), [row({runId: 'a', issue: 1, costUsd: 1}), row({runId: 'b', issue: 2, costUsd: 0.5, ts: new Date(Date.now() - 86_400_000).toISOString()}), row({runId: 'b', issue: 2, costUsd: 1.5}), row({runId: 'c', issue: 999, costUsd: 4}), row({runId: 'd', issue: -5, costUsd: 8}), ''].join('\n'))
    const ran = await s.pilot('spend', '--json')
    expect([ran.exit, ran.json.result]).toMatchObject([0, {totalUsd: 7, calls: 4, rows: [{key: '#999', usd: 4}, {key: '#2', usd: 2}, {key: '#1', usd: 1}], skippedLines: [{line: 5}]}])
    const warnings = ran.json.warnings.join('\n')
    for (const named of [/attempts comment of #1 does not count.*cannot be read/, /attempts comment of #999 does not count.*has no issue #999/, /ledger\.ndjson:5 counts in no sum: no ledger line: issue/]) expect(warnings).toMatch(named)
    expect(warnings).not.toMatch(/#2\b/)
    // what concerns more than one issue ends it still
    s.sandbox.faults.add({path: /issues\/2\/comments/, times: Infinity, when: 'before', then: {kind: 'status', status: 401}})
    expect((await s.pilot('spend', '--json')).exit).not.toBe(0)
  }, LONG)

  it('needs no network for what this machine knows, and keeps bad lines out and names them', async () => {
    const s = await scene()
    const now = new Date().toISOString()
    const mine = {repo: REPO, ts: now}
    const rows = [
      line({...mine, issue: 1, epic: 9, costUsd: 1, gate: 'implement'}), line({...mine, issue: 2, epic: 9, costUsd: 2, gate: 'review', tierUsed: 'frontier'}),
      line({...mine, issue: 3, costUsd: null, costSource: 'unpriced', modelsActual: ['claude-opus-4-7'], inFresh: 1_000_000, cacheRead: 0, cacheWrite5m: 0, out: 0}),
      line({...mine, issue: 4, costUsd: 8, ts: '2020-01-01T00:00:00.000Z'}),
    ]
    await writeFile(join(s.checkout, '.pilot/ledger.ndjson'), `${rows.map((row) => JSON.stringify(row)).join('\n')}\nrubbish\n`)
    await appendFile(join(s.checkout, '.pilot/ledger.ndjson'), JSON.stringify(line({...mine, costUsd: 100})).slice(0, 60))
    s.forget()
    const ran = await s.pilot('spend', '--local', '--json')
    expect(ran.json.result).toMatchObject({totalUsd: 11, calls: 4, unpricedCalls: 1, mergedFrom: 'local', skippedLines: [{line: 5, reason: 'no JSON'}, {line: 6, reason: 'cut off while it was written'}]})
    expect(ran.json.warnings.join('\n')).toMatch(/ledger\.ndjson:5 counts in no sum: no JSON/)
    expect(s.sandbox.log()).toEqual([])
    expect(await spend(s, '--local', '--since', '7d')).toMatchObject({totalUsd: 3, calls: 3})
    expect(await spend(s, '--local', '--epic', '9', '--by', 'tier')).toMatchObject({totalUsd: 3, rows: [{key: 'frontier', usd: 2}, {key: 'balanced', usd: 1}]})
    expect(await spend(s, '--local', '--reprice')).toMatchObject({totalUsd: 16, unpricedCalls: 0, repriced: {calls: 1, beforeUsd: null, beforeUnpriced: 1, afterUsd: 5, kept: 0}})
    expect((await s.pilotWith({tty: true}, 'spend', '--local', '--reprice', '--no-color', '--quiet')).stdout).toContain("at today's prices: 1 call $5.00 instead of unknown; 0 as they were")
    expect((await s.pilot('spend', '--local', '--since', 'never')).exit).toBe(2)
    expect(await s.read('ledger.ndjson')).toContain('"costUsd":null')

    const terminal = (await s.pilotWith({tty: true}, 'spend', '--local', '--by', 'gate', '--no-color', '--quiet')).stdout
    expect(terminal).toMatch(/implement .*\$9\.00/)
    expect(terminal).toMatch(/total \$11\.00 for 4 calls, 1 of them of unknown cost/)
    const page = join(s.dir, 'summary.md')
    await s.configure({tiers: {free: 'shell:x', cheap: 'shell:x', balanced: 'shell:x', frontier: 'claude:claude-opus-4-7'}})
    await s.pilotWith({env: {GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: page}}, 'spend', '--local')
    expect(await readFile(page, 'utf8')).toMatch(/```mermaid\npie showData\n {2}title cost by issue, in dollars\n {2}"4" : 8\.00[^]*xychart-beta\n {2}title "the same calls, in dollars"[^]*\| #4 \| 1 \| 10500 \| \$8\.00 \|/)
  }, LONG)

  it('has what a run of another machine spent over midnight on each of its days, as its reservations say', async () => {
    const s = await scene()
    s.addIssue({title: 'Write the work'})
    const [first, second] = [2, 1].map((ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)) as [string, string]
    const bare = join(s.dir, `github/${REPO}.git`)
    for (const [date, usd] of [[first, 1], [second, 5]] as const) {
      const sha = await s.git(`--git-dir=${bare}`, '-c', 'user.name=t', '-c', 'user.email=t@t', 'commit-tree', '4b825dc642cb6eb9a060e54bf8d69288fbee4904', '-m', printRecord([entry({runId: 'there', issue: 1, spentUsd: usd, expiresAt: null})], date))
      await s.git(`--git-dir=${bare}`, 'update-ref', `refs/pilot/spend/${date}`, sha.trim())
    }
    expect((await spend(s, '--by', 'day')).rows).toMatchObject([{key: first, usd: 1, calls: 1}, {key: second, usd: 5, calls: 1}])
    expect(await spend(s, '--since', second, '--by', 'day')).toMatchObject({totalUsd: 5, rows: [{key: second, usd: 5}]})
  }, LONG)

  it.each<[string, (path: string) => Promise<unknown>]>([['a folder', (path) => mkdir(path)], ['a link', (path) => symlink('/dev/null', path)]])('says what to do about %s in the place of the ledger', async (_, put) => {
    const s = await scene()
    await put(join(s.checkout, '.pilot/ledger.ndjson'))
    const ran = await s.pilot('spend', '--local', '--json')
    expect([ran.exit, ran.json.error?.code, ran.json.error?.suggestions.join('\n')]).toEqual([3, 'INVALID_ARTIFACT', expect.stringMatching(/ledger\.ndjson/)])
  }, LONG)
})
