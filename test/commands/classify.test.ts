import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {pageUi} from '../../src/lib/cli/ui.js'
import {classifyView} from '../../src/lib/cli/views/items.js'
import {classify} from '../../src/lib/core/classify/classify.js'
import type {ClassifyItem} from '../../src/lib/flow/classify.js'
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
    expect([dry.items[0]!['actions'], s.writes()]).toEqual([['label #1 +complexity:trivial', 'label #1 -complexity:epic'], []])
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

  it.each([true, false])('knows the sub-issues that decompose made, on a server with sub-issues: %s', async (subIssues) => {
    const s = await scene({features: {subIssues, dependencies: subIssues}})
    const tasks = ['api', 'web', 'cli'].map((p) => `- [ ] Add the ${p} part in \`${p}/x.js\``).join('\n')
    s.addIssue({title: '[epic] Everything', body: `${'We want all of this to be done in the next months by several people. '.repeat(10)}\n\n${tasks}\n`})
    const codes = async () => (await s.pilot('classify', '1', '--json')).items.map((i) => (i['decompose'] as {code: string | null}).code)
    expect(await codes()).toEqual([null])
    expect((await s.pilot('decompose', '1', '--from-issue', '--json')).exit).toBe(0)
    expect(await codes()).toEqual(['already_decomposed'])
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
    expect(failed.json.warnings).toMatchObject([
      expect.stringMatching(/no structured answer\); shell:scripted is asked next$/), expect.stringMatching(/no structured answer\); nobody else is left to ask$/), expect.stringMatching(/rules decide/),
    ])
    // what a call may spend is kept as a git ref; nothing else is written
    expect(s.writes().filter((write) => !write.includes('git-receive-pack'))).toEqual([])
  })

  it('--llm carries what really answered: the second of the chain, with the cost of both', async () => {
    const s = await scene({script: {classify: {'1': [{say: 'hm', usage: USAGE}, {say: verdict, usage: USAGE}]}}})
    s.addIssue({title: 'Exports', body: `${'long '.repeat(2000)}the end`})
    const {items, json} = await s.pilot('classify', '1', '--llm', '--json')
    expect(items[0]).toMatchObject({complexity: 'complex', source: 'llm', costUsd: 0.02, usage: {out: 2}})
    expect(json.warnings.join('\n')).toMatch(/shell:scripted failed/)
    expect(json.warnings.join('\n')).not.toMatch(/rules decide/)
    const {prompt} = (await s.calls())[0]!
    const shown = /<untrusted-(\w+)>\n([\s\S]*?)\n<\/untrusted-\1>/.exec(prompt)![2]!
    expect([shown.length, shown.includes('the end'), prompt.includes('cut after 4000 of 10016')]).toEqual([4000, false, true])
  })

  it('--llm waits limits.text, and then the rules answer with their own word gate', async () => {
    const s = await scene({script: {classify: {'*': {sleepMs: 20_000, say: verdict}}}, config: {limits: {text: '1s'}}})
    s.addIssue({title: '[epic] Exports', body: '- [ ] Add the endpoint\n- [ ] Build the page\n- [ ] Add the command'})
    const {exit, items, json} = await s.pilot('classify', '1', '--llm', '--json')
    expect([exit, items[0]!['source'], items[0]!['decompose']]).toMatchObject([0, 'heuristic', {eligible: false, code: 'description_too_short'}])
    expect(json.warnings.join('\n')).toMatch(/failed \(timeout[\s\S]*rules decide/)
    expect(JSON.parse(await s.read('runs/GH-1/classify/spawn-plan.json'))).toMatchObject({timeoutMs: 1000, gate: 'classify'})
  })

  it('--llm decides the level and the split, but neither a veto, nor the package, nor the state on GitHub', async () => {
    const says = {complexity: 'epic', decompose: true, confidence: 0.8, reason: 'several parts'}
    const s = await scene({script: {classify: {'*': {say: says}}}})
    const inOne = '1. Add `src/export/a.js`\n2. Add `src/export/b.js`'
    s.addIssue({title: 'Exports', body: 'Everywhere.'})
    s.addIssue({title: 'Exports', body: 'Everywhere.', labels: ['pilot', 'no-decompose']})
    s.addIssue({title: '[single] Exports', body: 'Everywhere.'})
    s.addIssue({title: 'Exports', body: inOne})
    s.addIssue({title: 'Exports', body: 'Everywhere.', state: 'closed'})
    const {items} = await s.pilot('classify', '1', '2', '3', '4', '5', '--llm', '--json')
    expect(items.map((i) => [i['source'], i['complexity'], (i['decompose'] as {code: string | null}).code])).toEqual([
      ['llm', 'epic', null], ['llm', 'complex', 'no_decompose_label'], ['llm', 'complex', 'no_decompose_title'],
      ['llm', 'epic', 'single_package'], ['heuristic', 'simple', 'closed'],
    ])
  })

  it('shows people what it read, and a pipe rows only', () => {
    const body = '## Tasks\n- [ ] Migrate `api/sum.js`\n- [ ] Add `web/page.js`\n- [ ] Add `cli/sum.js`'
    const settings = {enabled: true, min_complexity: 'epic', max_subtasks: 5, min_description_words: 100} as const
    const result = classify({number: 7, title: '[epic] Sums', body, labels: ['no-decompose']}, settings)
    const directories = [...result.signals.directories, '\u001B[31mred']
    const items: ClassifyItem[] = [{...result, signals: {...result.signals, directories}, status: 'done', actions: []}]
    const shown = classifyView({items}, pageUi(new Date(0)))
    for (const fact of [
      /#7\n/, /read +\d+ words, 3 checkboxes, 0 phases/, /split points +3, from checkbox/, /directories +api web cli/, /keywords +epic, migrate/,
      /tag +\[epic\]/, /veto +label no-decompose/, /split +no: label no-decompose/,
    ]) expect(shown).toMatch(fact)
    expect(shown).not.toContain('\u001B')
    expect(classifyView({items}, {...pageUi(new Date(0)), stdoutTty: false}).trim().split('\n')).toHaveLength(1)
  })

  it('reads files and lines without GitHub, a token or a repository', async () => {
    const s = await scene()
    const env = {PILOT_GITHUB_TOKEN: undefined, GITHUB_API_URL: 'http://127.0.0.1:9'}
    await writeFile(join(s.dir, 'issue.md'), `\uFEFF# ${TYPO.title}\r\n\r\n${TYPO.body}\r\n`)
    const file = await s.pilotWith({env, cwd: s.dir}, 'classify', '--file', 'issue.md', '--json')
    expect([file.exit, file.items]).toMatchObject([0, [{issue: null, complexity: 'trivial'}]])
    const lines = [{number: 7, ...TYPO}, {title: '[epic] All', labels: null, extra: 1}, {title: '[epic] All', labels: ['pilot', {id: 'L1', name: 'no-decompose', color: 'ededed'}]}].map((row) => JSON.stringify(row)).join('\n')
    const piped = await s.pilotWith({env, cwd: s.dir, stdin: lines}, 'classify', '--stdin', '--json')
    expect(piped.items.map((i) => [i['issue'], i['complexity']])).toEqual([[7, 'trivial'], [null, 'epic'], [null, 'epic']])
    // as gh and the API write labels
    expect(piped.items[2]!['bypass']).not.toBeNull()
    for (const [argv, stdin, code] of [
      [['--stdin'], 'nope\n', 'BAD_INPUT'], [['--stdin'], ' \n', 'EMPTY_INPUT'], [['--file', 'issue.md', '5'], '', 'USAGE'], [['--file', 'none.md'], '', 'FILE_UNREADABLE'],
      [['--file', 'issue.md', '--stdin'], '', 'USAGE'], [[], '', 'USAGE'],
    ] as const) {
      const bad = await s.pilotWith({env, cwd: s.dir, stdin}, 'classify', ...argv, '--json')
      expect([argv, bad.exit, bad.json.error?.code]).toEqual([argv, 2, code])
    }
  })
})
