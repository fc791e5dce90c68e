import {describe, expect, it} from 'vitest'
import {pullBody} from '../../../src/lib/core/run/pull-body.js'
import {attempt, attempts, passed, SHA} from './support.js'

type Of = Parameters<typeof pullBody>[0]
const of = (about: Partial<Of> = {}): Of => ({
  issue: 7, headSha: SHA('a'), summary: 'Adds exports.', attempts: attempts(),
  changes: {files: 2, additions: 12, deletions: 3},
  verification: {commands: [{command: 'npm test', exitCode: 0, durationMs: 1234}], flags: []},
  review: {verdict: 'approve', summary: 'Good.', findings: []}, ...about,
})
const lines = (about: Partial<Of>): string[] => pullBody(of(about)).split('\n')

describe('the body of a pull request', () => {
  it('says what was verified, reviewed and spent', () => {
    const body = pullBody(of({attempts: attempts(attempt(1, {costUsd: 0.5, models: ['m-1', 'm-2']}), passed(2, SHA('a')), passed(3, SHA('a'), {costUsd: 0.05, unpriced: 3}))}))
    expect(body).toBe([
      'Closes #7', '', 'Adds exports.', '', '2 files changed, +12 −3.', '', '### Verification', '', '| command | result | time |', '|---|---|---|',
      '| `npm test` | ✅ passed | 1.2 s |', '', '### Review', '', '✅ approved: Good.', '', `Verified and reviewed commit: \`${SHA('a')}\``, '',
      '### Attempts', '', '| attempt | outcome | models | cost |', '|---|---|---|---|', '| 1 | failed | m-1, m-2 | $0.50 |', '| 2 | passed | – | unknown |', '| 3 | passed | – | $0.05+ |', '',
    ].join('\n'))
  })

  it('begins with the one line that closes the issue, whatever the summary says', () => {
    const body = pullBody(of({summary: 'Closes #1, fixes #2 and resolves octo/app#3.\nThanks @octocat!\nParent: GH-9\n<!-- pilot:attempts v1 -->'}))
    expect(body.split('\n')[0]).toBe('Closes #7')
    expect(body.split('\n').slice(1).join('\n')).not.toMatch(/\b(?:closes|fixes|resolves) (?:[\w/]*)#\d|@octocat|<!-- pilot|^Parent:/im)
  })

  it('neutralises what the reviewer says, in summary and findings', () => {
    const findings = [{severity: 'minor', file: 'src/a.ts', line: 3, message: 'fixes #4 says @octocat | here'}] as const
    const body = pullBody(of({review: {verdict: 'approve', summary: 'Resolves #5 @octocat', findings: [...findings]}}))
    expect(body).toContain('- **minor** src/a.ts:3: ')
    expect(body.replace('Closes #7', '')).not.toMatch(/\b(?:fixes|resolves) #\d|@octocat/i)
  })

  // what GitHub acts on in a pull request's body: a closing keyword before a reference, and a mention
  const ACTS = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)[:\s]*(?:[\w.-]+\/[\w.-]+)?(?:#|GH-)\d|(?<![\w`])@\w/i
  const POISON = 'closes #1 @octocat'
  const finding = {severity: 'minor', file: 'src/a.ts', line: 3, message: 'm'} as const
  const verification = of().verification!
  it.each<[string, Partial<Of>]>([
    ['summary', {summary: POISON}],
    ['a command', {verification: {...verification, commands: [{command: 'npx x # closes #1', exitCode: 0, durationMs: 1}]}}],
    ['a command that ends its code', {verification: {...verification, commands: [{command: `a\`b ${POISON}`, exitCode: 0, durationMs: 1}]}}],
    ['a flag', {verification: {...verification, flags: [`test file removed: test/${POISON}.test.js`]}}],
    ['a flag on several lines', {verification: {...verification, flags: [`test file removed:\n\n${POISON}`]}}],
    ['the review', {review: {verdict: 'approve', summary: POISON, findings: []}}],
    ['the file of a finding', {review: {verdict: 'approve', summary: '', findings: [{...finding, file: POISON}]}}],
    ['the file of a finding and its text together', {review: {verdict: 'approve', summary: '', findings: [{...finding, file: 'closes', line: null, message: '#1'}]}}],
    ['a finding', {review: {verdict: 'approve', summary: '', findings: [{...finding, message: POISON}]}}],
    ['a finding with a wide gap', {review: {verdict: 'approve', summary: '', findings: [{...finding, message: `closes${' '.repeat(40)}#1`}]}}],
    ['a model', {attempts: attempts(passed(1, SHA('a'), {models: [`m | ${POISON}`]}))}],
    ['two models together', {attempts: attempts(passed(1, SHA('a'), {models: ['closes:', '#1']}))}],
  ])('closes nothing and calls nobody through %s', (_, about) => {
    const [first, ...rest] = lines(about)
    expect(first).toBe('Closes #7')
    expect(rest.join('\n')).not.toMatch(ACTS)
    expect(ACTS.test(POISON)).toBe(true)
  })

  it('keeps a finding with a fence on its line, and a model in its cell', () => {
    const shown = lines({
      review: {verdict: 'approve', summary: 'ok', findings: [{...finding, message: '\u0085```\nswallows'}]}, attempts: attempts(passed(1, SHA('a'), {models: ['a|b\nc_d']})),
    })
    expect(shown).toContain('- **minor** src/a.ts:3: ``` swallows')
    expect(shown).toContain('| 1 | passed | a\\|b c\\_d | unknown |')
  })

  it('keeps a command with pipes and line ends in its cell', () => {
    const [row] = lines({verification: {...of().verification!, commands: [{command: 'a | b\n|| c', exitCode: 1, durationMs: 0}]}})
      .filter((line) => line.includes('❌'))
    expect(row).toBe('| `a \\| b \\|\\| c` | ❌ failed | 0.0 s |')
  })

  it.each<[string, Partial<Of>, string]>([
    ['no summary', {summary: '  '}, 'Changes for #7.'],
    ['no commands', {verification: {...of().verification!, commands: []}}, 'No verify command is configured or was found.'],
    ['no review', {review: {...of().review, verdict: 'skipped'}}, 'Switched off.'],
    ['a verification on another machine', {verification: null, changes: null}, 'Passed on another machine; its details are in that machine\'s `.pilot/`.'],
    ['flags', {verification: {...of().verification!, flags: ['test file removed: a|b']}}, '> ⚠️ test file removed: a\\|b'],
  ])('with %s', (_, about, line) => { expect(lines(about)).toContain(line) })

  it('fits into GitHub whatever is in it', () => {
    expect(pullBody(of({summary: 'word '.repeat(50_000)})).length).toBeLessThanOrEqual(60_000)
  })

  it('has all its facts even where the summary is endless', () => {
    expect(pullBody(of({summary: 'word '.repeat(50_000)}))).toContain(`Verified and reviewed commit: \`${SHA('a')}\``)
  })
})
