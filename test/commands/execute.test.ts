import {describe, expect, it} from 'vitest'
import {ledgerLineSchema} from '../../src/lib/core/cost/ledger.js'
import {resultSchema, reviewSchema, verifySchema} from '../../src/lib/core/run/outcome.js'
import {REJECT, scene, type Scene, type SceneOptions} from '../support/scene.js'

const USAGE = {model: 'scripted-1', inFresh: 10, cacheRead: 20, cacheWrite5m: 0, cacheWrite1h: 0, out: 5, costUsd: 0.25}
const BAD = {'src/sum.js': 'export const sum = (a, b) => a - b\n'}
const GOOD = {'src/sum.js': 'export const sum = (b, a) => a + b\n'}
const claims = async (s: Scene): Promise<string[]> => Object.keys(await s.refs()).filter((ref) => ref.startsWith('refs/pilot/claims/'))

describe('execute, one issue', () => {
  it('plans without a write, runs to a pull request, and has nothing left to do the second time', async () => {
    const s = await scene({
      script: {implement: {'*': {files: {'src/work.js': 'export const work = 1\n'}, say: 'Wrote the work.', usage: USAGE}}},
      config: {verify: {setup: [], commands: ['node --test']}},
    })
    s.addIssue({title: 'Write the work', body: 'Please.'})
    const [checkout, files] = [await s.checkoutState(), await s.pilotFiles()]

    const dry = await s.pilot('execute', '1', '--dry-run', '--json')
    expect(dry).toMatchObject({exit: 0})
    expect(dry.items[0]).toMatchObject({status: 'done', pr: null, attempt: 1})
    expect((dry.items[0]!['actions'] as string[]).join('\n')).toMatch(
      /claim refs\/pilot\/claims\/issue-1[^]*\+pilot-in-progress[^]*spawn GH-1 attempt 1 implement: executor=shell[^]*spawn GH-1 attempt 1 review[^]*push pilot\/GH-1[^]*pull request[^]*-pilot-in-progress/,
    )
    expect((dry.items[0]!['plans'] as {gate: string}[]).map(({gate}) => gate)).toEqual(['implement', 'commit', 'review', 'draft'])
    expect(dry.items[0]!['reason']).toMatch(/depend on the work/)
    expect([s.writes(), await s.calls(), await s.pilotFiles()]).toEqual([[], [], files])

    const ran = await s.pilot('execute', 'GH-1', '--json')
    const [pull] = s.pulls()
    const head = (await s.refs())['refs/heads/pilot/GH-1']
    expect(ran).toMatchObject({exit: 0, stderr: ''})
    expect(ran.items).toMatchObject([{
      issue: 1, status: 'done', attempt: 1, branch: 'pilot/GH-1', pr: pull!.number, headSha: head, failure: null, costUsd: 0.25,
      error: null,
    }])
    expect(pull!.title).toMatch(/^feat\(src\): do the work( \(GH-1\))?$/)
    expect(pull!.body).toMatch(/^Closes #1$/m)
    expect(pull!.body).toMatch(/^\| `node --test` \| ✅ passed \|/m)
    expect(pull!.body).toContain(head)
    expect(pull!.body).toContain('$0.25')
    expect(s.attempts(1)).toMatchObject([{
      attempt: 1, outcome: 'passed', failure: null, review: 'approved', headSha: head, pr: pull!.number, costUsd: 0.25,
      models: ['scripted-1'],
    }])
    expect(s.labels(1)).toEqual(['pilot'])
    expect(await claims(s)).toEqual([])
    expect(await s.checkoutState()).toBe(checkout)

    const at = (name: string): Promise<string> => s.read(`runs/GH-1/attempt-1/${name}`)
    for (const name of [
      'spawn-plan.json', 'prompt.md', 'events.jsonl', 'agent.log', 'diff.patch', 'verify.json', 'verify.log', 'review.json', 'result.json',
    ]) {
      expect(await at(name), name).toBeTypeOf('string')
    }
    expect(resultSchema.parse(JSON.parse(await at('result.json')))).toMatchObject({
      outcome: 'passed', pr: pull!.number, evidence: {headSha: head, files: ['src/work.js']},
    })
    expect(verifySchema.parse(JSON.parse(await at('verify.json')))).toMatchObject({sha: head, passed: true})
    expect(reviewSchema.parse(JSON.parse(await at('review.json')))).toMatchObject({sha: head, verdict: 'approve'})
    expect(await at('diff.patch')).toContain('+export const work = 1')
    expect(await s.read('.gitignore')).toBe('*\n!config.yaml\n')
    const ledger = (await s.read('ledger.ndjson')).trim().split('\n').map((line) => ledgerLineSchema.parse(JSON.parse(line)))
    expect(ledger.map((l) => [l.command, l.gate, l.issue, l.attempt, l.costUsd, l.costSource])).toEqual([
      ['execute', 'implement', 1, 1, 0.25, 'agent'], ['execute', 'commit', 1, 1, null, 'unpriced'],
      ['execute', 'review', 1, 1, null, 'unpriced'], ['execute', 'draft', 1, 1, null, 'unpriced'],
    ])

    s.forget()
    const before = await s.pilotFiles()
    const again = await s.pilot('execute', '1', '--json')
    expect(again.json.status).toBe('noop')
    expect([s.writes(), await s.pilotFiles()]).toEqual([[], before])
    const piped = await s.pilot('execute', '1')
    expect(piped.rows).toEqual([['1', 'noop', '', `#${pull!.number}`, '', expect.stringContaining('already holds the verified commit')]])
  })

  type Row = {
    name: string; options: SceneOptions; exit: number; failure: string | null; gates: string[]; labels: string[]; branch: boolean;
    pulls: number; counted: number
  }
  const FAILED = ['pilot', 'pilot-failed', 'pilot-retry-ready']
  const rows: Row[] = [
    {
      name: 'no change: one nudge, then it failed', options: {script: {implement: {'*': {say: 'nothing to do'}}}}, exit: 1,
      failure: 'no_changes',
      gates: ['implement', 'implement'], labels: FAILED, branch: false, pulls: 0, counted: 1,
    },
    {
      name: 'a change after the nudge', options: {script: {implement: {'*': [{say: 'hm'}, {files: GOOD, say: 'done'}]}}}, exit: 0,
      failure: null,
      gates: ['implement', 'implement', 'commit', 'review', 'draft'], labels: ['pilot'], branch: true, pulls: 1, counted: 1,
    },
    {
      name: 'verify fails, a fix round mends it', options: {script: {implement: {'*': [{files: BAD}, {files: GOOD}]}}}, exit: 0,
      failure: null,
      gates: ['implement', 'commit', 'implement', 'commit', 'review', 'draft'], labels: ['pilot'], branch: true, pulls: 1, counted: 1,
    },
    {
      name: 'verify fails for good', exit: 1, failure: 'verify_failed', gates: ['implement', 'commit', 'implement', 'commit'],
      labels: FAILED, branch: false, pulls: 0, counted: 1,
      options: {
        config: {verify: {setup: [], commands: ['node --test'], fix_rounds: 1}},
        script: {implement: {'*': [{files: BAD}, {files: {'src/sum.js': 'export const sum = () => 0\n'}}]}},
      },
    },
    {
      name: 'verify fails and the fix round changes nothing', exit: 1, failure: 'verify_failed',
      gates: ['implement', 'commit', 'implement'], labels: FAILED, branch: false, pulls: 0,
      counted: 1, options: {script: {implement: {'*': {files: BAD}}}},
    },
    {
      name: 'the review rejects: branch pushed, no pull request', exit: 1, failure: 'review_rejected',
      gates: ['implement', 'commit', 'review', 'implement', 'commit', 'review'], labels: FAILED, branch: true,
      pulls: 0, counted: 1,
      options: {
        config: {review: {max_rounds: 1}},
        script: {implement: {'*': [{files: {'src/a.js': '1\n'}}, {files: {'src/a.js': '2\n'}}]}, review: {'*': REJECT}},
      },
    },
    {
      name: 'the review rejects once and is content then', exit: 0, failure: null,
      gates: ['implement', 'commit', 'review', 'implement', 'commit', 'review', 'draft'], labels: ['pilot'], branch: true,
      pulls: 1, counted: 1,
      options: {
        script: {
          implement: {'*': [{files: {'src/a.js': '1\n'}}, {files: {'src/a.js': '2\n'}}]},
          review: {'*': [REJECT, {say: {verdict: 'approve', summary: 'ok', findings: []}}]},
        },
      },
    },
    {
      name: 'an unreadable review is the reviewer\'s fault', exit: 6, failure: 'overloaded', gates: ['implement', 'commit', 'review'],
      labels: ['pilot'], branch: false, pulls: 0, counted: 0,
      options: {script: {review: {'*': {say: 'looks good to me!'}}}},
    },
    {
      name: 'the baseline is broken: nothing is spawned', exit: 3, failure: 'baseline_broken', gates: [], labels: ['pilot'], branch: false,
      pulls: 0, counted: 0, options: {files: BAD},
    },
    {
      name: 'protected paths', exit: 5, failure: 'protected_paths', gates: ['implement'],
      labels: ['pilot', 'pilot-failed', 'pilot-needs-human'], branch: false, pulls: 0,
      counted: 1, options: {script: {implement: {'*': {files: {'.github/workflows/x.yml': 'on: push\n'}}}}},
    },
    {
      name: 'the agent is gone when it is started', exit: 6, failure: 'cli_missing', gates: [], labels: ['pilot'], branch: false, pulls: 0, counted: 0,
      options: {config: {executor: {default: 'shell', shell: {command: 'exit 127'}}}},
    },
    {
      name: 'the agent fails', exit: 1, failure: 'agent_error', gates: ['implement'], labels: FAILED, branch: false, pulls: 0, counted: 1,
      options: {script: {implement: {'*': {exit: 3}}}},
    },
  ]
  it.each(rows)('$name', async ({options, exit, failure, gates, labels, branch, pulls, counted}) => {
    const s = await scene(options)
    s.addIssue({title: 'Write the work', body: 'Please.'})
    const before = await s.checkoutState()
    const ran = await s.pilot('execute', '1', '--json')
    expect([ran.exit, ran.items[0]!['failure']], ran.stdout).toEqual([exit, failure])
    expect(await s.gates()).toEqual(gates)
    expect(s.labels(1)).toEqual(labels)
    const refs = await s.refs()
    expect([Object.keys(refs).includes('refs/heads/pilot/GH-1'), s.pulls().length, await claims(s)]).toEqual([branch, pulls, []])
    expect(s.attempts(1)).toMatchObject([{outcome: exit === 0 ? 'passed' : 'failed', failure}])
    // an attempt that counts takes its number with it; one that does not is started again under the same
    const next = await s.pilot('execute', '1', '--dry-run', '--json')
    if (labels.includes('pilot-needs-human')) expect(next.json.error!.code).toBe('NEEDS_HUMAN')
    else expect(exit === 0 ? next.json.status : next.items[0]!['attempt']).toBe(exit === 0 ? 'noop' : counted + 1)
    expect(JSON.parse(await s.read('runs/GH-1/attempt-1/result.json'))).toMatchObject({failure})
    expect(await s.checkoutState()).toBe(before)
    if (exit !== 0) {
      expect(ran.json.error!.suggestions.length).toBeGreaterThan(0)
      for (const _ of ran.json.error!.suggestions.filter((line) => line === 'pilot logs 1')) expect((await s.pilot('logs', '1')).exit, 'what is advised works').toBe(0)
      if (branch) expect(s.attempts(1)[0]!.headSha).toBe(refs['refs/heads/pilot/GH-1'])
    }
  })
})
