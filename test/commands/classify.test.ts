import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {child} from '../support/scene-epic.js'
import {scene} from '../support/scene.js'

const TYPO = {title: 'Fix typo in README', body: 'It says teh.'}
const verdict = {complexity: 'complex', decompose: false, confidence: 0.9, reason: 'deep'}
const USAGE = {model: 'm', inFresh: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 1, costUsd: 0.01}

describe('classify', () => {
  it('judges by rules, writes nothing, and puts a label on once', async () => {
    const s = await scene()
    s.addIssue({...TYPO, labels: ['pilot', 'complexity:epic']})
    const plain = await s.pilot('classify', '1', '--json')
    expect(plain.items[0]).toMatchObject({
      issue: 1, complexity: 'trivial', source: 'heuristic', decompose: {eligible: false, code: 'below_min_complexity'}, costUsd: null,
      actions: [],
    })
    const piped = await s.pilot('classify', '#1')
    expect(piped.rows).toEqual([[
      '1', 'trivial', 'no: below_min_complexity', 'heuristic', expect.stringMatching(/^\d+%$/), expect.any(String),
    ]])
    const dry = await s.pilot('classify', '1', '--apply-label', '--dry-run', '--json')
    expect([dry.items[0]!['actions'], s.writes()]).toEqual([['#1 labels +complexity:trivial', '#1 labels -complexity:epic'], []])
    await s.pilot('classify', '1', '--apply-label', '--json')
    expect(s.labels(1)).toEqual(['complexity:trivial', 'pilot'])
    s.forget()
    expect((await s.pilot('classify', '1', '--apply-label', '--json')).json.status).toBe('noop')
    expect(s.writes()).toEqual([])
  })

  it('knows what only GitHub knows', async () => {
    const s = await scene()
    const tasks = ['api', 'web', 'cli', 'db'].map(
      (p) => `- [ ] Build the ${p} side of the new billing system in \`${p}/\` with storage, screens and reports of its own`,
    ).join('\n')
    const padding = 'Every part can be merged on its own and is used by another team. '.repeat(12)
    const body = `We need a new billing system across the product.\n\n## Tasks\n\n${tasks}\n\n${padding}`
    s.addIssue({title: '[epic] New billing system', body})
    s.addIssue({title: '[epic] New billing system', body, state: 'closed'})
    s.addIssue({title: '[epic] New billing system', body, labels: ['pilot', 'no-decompose']})
    s.addIssue({title: '[epic] New billing system', body})
    const {issue} = await child(s, 4, 'open')
    await s.api('POST', '/issues/4/sub_issues', {sub_issue_id: s.issue(issue).id})
    const ran = await s.pilot('classify', '1', '2', '3', '4', '--json')
    expect(ran.items.map((i) => [i['complexity'], (i['decompose'] as {code: string | null}).code])).toEqual([
      ['epic', null], ['epic', 'closed'], ['epic', 'no_decompose_label'], ['epic', 'already_decomposed'],
    ])
  })

  it('--llm asks the model, books it, and falls back to the rules with a warning', async () => {
    const s = await scene({script: {classify: {'1': {say: verdict, usage: USAGE}, '2': {say: 'hm, hard to say'}}}})
    s.addIssue(TYPO)
    s.addIssue(TYPO)
    const dry = await s.pilot('classify', '1', '--llm', '--dry-run', '--json')
    expect([dry.items[0]!['source'], await s.calls()]).toEqual(['heuristic', []])
    const asked = await s.pilot('classify', '1', '--llm', '--json')
    expect(asked.items[0]).toMatchObject({complexity: 'complex', source: 'llm', confidence: 0.9, costUsd: 0.01})
    expect(JSON.parse((await s.read('ledger.ndjson')).trim())).toMatchObject({
      command: 'classify', gate: 'classify', issue: 1, costUsd: 0.01,
    })
    const failed = await s.pilot('classify', '2', '--llm', '--json')
    expect([failed.exit, failed.items[0]!['source'], failed.items[0]!['complexity']]).toEqual([0, 'heuristic', 'trivial'])
    expect(failed.json.warnings.join('\n')).toMatch(/rules decide/)
    expect(s.writes()).toEqual([])
  })

  it('reads files and lines without GitHub, a token or a repository', async () => {
    const s = await scene()
    const env = {PILOT_GITHUB_TOKEN: undefined, GITHUB_API_URL: 'http://127.0.0.1:9'}
    await writeFile(join(s.dir, 'issue.md'), `\uFEFF# ${TYPO.title}\r\n\r\n${TYPO.body}\r\n`)
    const file = await s.pilotWith({env, cwd: s.dir}, 'classify', '--file', 'issue.md', '--json')
    expect([file.exit, file.items]).toMatchObject([0, [{issue: null, complexity: 'trivial'}]])
    const lines = [{number: 7, ...TYPO}, {title: '[epic] All', labels: null, extra: 1}].map((row) => JSON.stringify(row)).join('\n')
    const piped = await s.pilotWith({env, cwd: s.dir, stdin: lines}, 'classify', '--stdin', '--json')
    expect(piped.items.map((i) => [i['issue'], i['complexity']])).toEqual([[7, 'trivial'], [null, 'epic']])
    for (const [argv, stdin, code] of [
      [['--stdin'], 'nope\n', 'EMPTY_INPUT'], [['--file', 'none.md'], '', 'FILE_UNREADABLE'],
      [['--file', 'issue.md', '--stdin'], '', 'USAGE'], [[], '', 'USAGE'],
    ] as const) {
      const bad = await s.pilotWith({env, cwd: s.dir, stdin}, 'classify', ...argv, '--json')
      expect([argv, bad.exit, bad.json.error?.code]).toEqual([argv, 2, code])
    }
  })
})
