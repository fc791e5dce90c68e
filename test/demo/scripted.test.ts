import {spawnSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, describe, expect, test} from 'vitest'
import {classify} from '../../src/lib/core/classify/classify.js'
import {DEFAULTS} from '../../src/lib/core/config/defaults.js'
import {checkPlan} from '../../src/lib/core/plan/check.js'
import {planAnswerSchema} from '../../src/lib/core/plan/draft.js'
import {planPrompt} from '../../src/lib/core/plan/prompt.js'
import {checkedMessage} from '../../src/lib/core/run/commit-message.js'
import {commitPrompt, draftPrompt, fixPrompt, implementPrompt, reviewPrompt} from '../../src/lib/core/run/prompts.js'
import {readReview} from '../../src/lib/core/run/review.js'
import {baseFiles, EPIC_BODY, EPIC_TITLE} from '../../src/lib/demo/sample-project.js'
import {scriptedAnswer} from '../../src/lib/demo/scripted-answers.js'
import {SUBTASKS, type ScriptedSubtask} from '../../src/lib/demo/scripted-work.js'
import {issue as issueOf} from '../support/issues.js'

const NONCE = 'nonce-of-a-test'
const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
const asIssue = ({title, description}: ScriptedSubtask) => issueOf(7, {title, body: `Parent: GH-1\n\n${description}`})
const answered = (gate: string, prompt: string, attempt = 1): {text: string; files: Readonly<Record<string, string>>} => {
  const answer = scriptedAnswer({gate, attempt, prompt})
  if (answer.kind !== 'answer') throw new Error(answer.message)
  return answer
}
const PLAN_PROMPT = planPrompt({title: EPIC_TITLE, body: EPIC_BODY, nonce: NONCE, tree: ['src/index.js'], maxSubtasks: 5, made: []}, null)

test('the rules call the epic an epic that may be split in four', () => {
  const result = classify({number: 1, title: EPIC_TITLE, body: EPIC_BODY, labels: ['pilot']}, DEFAULTS.decompose)
  expect(result).toMatchObject({complexity: 'epic', source: 'heuristic', decompose: {eligible: true}, signals: {splitPoints: 4}})
})

test('the plan passes the checks unchanged', () => {
  const draft = planAnswerSchema.parse(JSON.parse(answered('plan', PLAN_PROMPT).text))
  const checked = checkPlan(draft, {
    epic: {number: 1, title: EPIC_TITLE, bodySha: hash(EPIC_BODY), updatedAt: '2026-01-01T00:00:00Z'}, base: {branch: 'main', sha: 'a'.repeat(40)},
    maxSubtasks: 5, source: 'model', hash,
  })
  expect(checked).toMatchObject({ok: true, plan: {decision: 'split', waves: [[1], [2, 3], [4]]}})
  expect(checked.ok && checked.plan.subtasks.map(({title}) => title)).toEqual(SUBTASKS.map(({title}) => title))
})

describe.each(SUBTASKS.map((subtask) => [subtask.title, subtask] as const))('%s', (_title, subtask) => {
  const issue = asIssue(subtask)
  const paths = Object.keys(subtask.files(1))
  const patch = (files: readonly string[]): string => files.map((file) => `diff --git a/${file} b/${file}\n@@ -0,0 +1 @@\n+x`).join('\n')
  const verdict = (files: readonly string[]) => readReview(answered('review', reviewPrompt(issue, NONCE, subtask.acceptance, patch(files))), 'sha')

  test('is recognised by its title', () => expect(Object.keys(answered('implement', implementPrompt(issue, NONCE, ['node --test'], null)).files)).toEqual(paths))
  test('writes what is meant in a fix round', () =>
    expect(answered('implement', fixPrompt(issue, NONCE, {what: 'A verify command failed on your change.', output: '', patch: ''}), 2).files).toEqual(subtask.files(2)))
  test('has a commit message that needs no mending', () => {
    expect(checkedMessage(answered('commit', commitPrompt(issue, NONCE, paths, '')).text, 7, (text) => text)).toBe(`${subtask.commit} (GH-7)`)
  })
  test('has a summary for its pull request', () => {
    const counts = paths.map((path) => ({path, additions: 1, deletions: 0}))
    const verification = {version: 1, sha: 'a', passed: true, commands: [], flags: []} as const
    expect(answered('draft', draftPrompt(issue, NONCE, 'done', counts, {...verification, commands: [], flags: []})).text).toContain(subtask.title)
  })
  test('is approved with its files, and not with more or fewer', () => {
    expect(verdict(paths)).toMatchObject({verdict: 'approve', findings: []})
    expect(verdict(paths.slice(1))).toMatchObject({verdict: 'request_changes', findings: [{severity: 'blocker', file: paths[0]}]})
    expect(verdict([...paths, 'other.js'])).toMatchObject({verdict: 'request_changes', findings: [{file: 'other.js'}]})
  })
})

test.each([
  ['plan', 'Another epic'], ['implement', '#7 something else'], ['implement', `see ${SUBTASKS[0]!.title} for more`], ['decide', `#7 ${SUBTASKS[0]!.title}`],
])('gate %s of a strange prompt is not answered', (gate, prompt) => expect(scriptedAnswer({gate, attempt: 1, prompt}).kind).toBe('unknown'))

describe('the sample project', () => {
  const dirs: string[] = []
  afterEach(() => { for (const dir of dirs.splice(0)) rmSync(dir, {recursive: true}) })
  const testsPass = (files: Readonly<Record<string, string>>): boolean => {
    const dir = mkdtempSync(join(tmpdir(), 'demo-test-'))
    dirs.push(dir)
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, path)), {recursive: true})
      writeFileSync(join(dir, path), content)
    }
    // a test run inside another one reports to it unless this is taken away
    const {NODE_TEST_CONTEXT: _context, ...env} = process.env
    return spawnSync(process.execPath, ['--test'], {cwd: dir, env}).status === 0
  }
  const after = (orders: readonly number[], attempt: number): Record<string, string> =>
    Object.assign(baseFiles(''), ...orders.map((order) => SUBTASKS[order - 1]!.files(attempt))) as Record<string, string>

  test('is green before anything is done', () => expect(testsPass(baseFiles(''))).toBe(true))
  test.each([[[1]], [[1, 2]]])('is green after %j', (orders) => expect(testsPass(after(orders, 1))).toBe(true))
  test('one subtask is mended in its fix round', () => {
    expect(SUBTASKS.map(({firstRound}) => firstRound !== undefined)).toEqual(SUBTASKS.map((_, i) => i === 0))
    expect(testsPass({...baseFiles(''), ...SUBTASKS[0]!.firstRound})).toBe(false)
  })
  test('one subtask slips in its first attempt and only then', () => {
    expect(testsPass(after([1, 3], 1))).toBe(false)
    expect(testsPass(after([1, 3], 2))).toBe(true)
    expect(SUBTASKS.filter(({files}) => JSON.stringify(files(1)) !== JSON.stringify(files(2)))).toEqual([SUBTASKS[2]])
  })
  test('is green in the end', () => expect(testsPass(after([1, 2, 3, 4], 2))).toBe(true))
})
