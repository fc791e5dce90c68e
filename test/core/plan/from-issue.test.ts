import {expect, test} from 'vitest'
import {draftFromIssue, planFromIssue} from '../../../src/lib/core/plan/from-issue.js'
import {readdirSync, readFileSync} from 'node:fs'
import {context} from './support.js'

const issue = (body: string): {title: string; body: string; labels: string[]} => ({title: 'Exports for everyone', body, labels: []})

test('a task list becomes independent subtasks with their detail and paths', () => {
  const draft = draftFromIssue(issue('## Tasks\n- [ ] Add the export route in `api/export.ts`\n  - streams rows'
    + '\n- [x] Add the table in `db/rows.sql`\n- [ ] Add the button in `web/list.tsx`'
    + '\n\n## Acceptance criteria\n- [ ] exports a file'))
  expect(draft?.subtasks.map((s) => [s.order, s.title, s.dependsOn, s.touches])).toEqual([
    [1, 'Add the export route in `api/export.ts`', [], ['api/export.ts']], [2, 'Add the button in `web/list.tsx`', [], ['web/list.tsx']],
  ])
  expect(draft?.subtasks[0]!.description).toBe('Add the export route in `api/export.ts`\n\n- streams rows')
  const {source: _source, ...facts} = context()
  const checked = planFromIssue(issue('- [ ] Add the export route in `api/export.ts`\n- [ ] Add the button in `web/list.tsx`'), facts)
  expect(checked?.ok && checked.plan).toMatchObject({decision: 'split', source: 'issue', waves: [[1, 2]]})
})

test('phases wait for each other and lose their numbers', () => {
  const draft = draftFromIssue(issue('## Phase 1: Store\nTable and queries.'
    + '\n\n## Phase 2: Route\nServes them.\n\n## Phase 3: Page\nShows them.'))
  expect(draft?.subtasks.map((s) => [s.title, s.dependsOn])).toEqual([['Store', []], ['Route', [1]], ['Page', [2]]])
  expect(draft?.subtasks[1]!.description).toContain('Serves them.')
})

test('headings of nothing but their number still make a plan', () => {
  const {source: _source, ...facts} = context()
  const checked = planFromIssue(issue('## Step 1:\nAdd the route in `api/export.ts`.\n\n## Step 2:\nAdd the button in `web/list.tsx`.'), facts)
  expect(checked?.ok && checked.plan.subtasks.map(({title, description}) => [title, description])).toEqual([
    ['Step 1', 'Step 1:\n\nAdd the route in `api/export.ts`.'], ['Step 2', 'Step 2:\n\nAdd the button in `web/list.tsx`.'],
  ])
})

test.each([
  ['prose', 'Make the exports faster, please.'], ['acceptance criteria', '## Acceptance criteria\n- [ ] Add a route\n- [ ] Add a page'],
  ['all done', '## Tasks\n- [x] Add a route\n- [x] Add a page'], ['one open', '## Tasks\n- [ ] Add a route\n- [x] Add a page'],
  ['empty', ''],
])('no plan from %s', (_name, body) => {
  const {source: _source, ...facts} = context()
  expect([draftFromIssue(issue(body)), planFromIssue(issue(body), facts)]).toEqual([null, null])
})

test('no phase of a long issue is lost', () => {
  const body = Array.from({length: 12}, (_, i) => `## Phase ${i + 1}: Shelf ${i + 1}\n${Array.from({length: 45}, (_b, j) => `- add row ${j} of it`).join('\n')}`).join('\n\n')
  const draft = draftFromIssue(issue(body))!
  expect(draft.subtasks.map(({title}) => title)).toEqual(Array.from({length: 12}, (_, i) => `Shelf ${i + 1}`))
  for (const {description} of draft.subtasks) expect(description).toContain('- add row 44 of it')
})

test('a part keeps its code, quotes and sections, whatever its headings are called', () => {
  const draft = draftFromIssue(issue('## Phase 1: Store\n### Configuration\n```sql\nselect 1\n```\n> as agreed\n\n## Phase 2: Route\nOutput:\n- one row a line\n\n## Notes\nNot this.'))!
  expect(draft.subtasks.map(({description}) => description)).toEqual([
    'Phase 1: Store\n\n### Configuration\n```sql\nselect 1\n```\n> as agreed', 'Phase 2: Route\n\nOutput:\n- one row a line',
  ])
})

test('code below an item stays, what follows the list does not', () => {
  const draft = draftFromIssue(issue('1. Add the route\n   ```ts\n   serve()\n   ```\n2. Add the page\n\nThanks for reading.'))!
  expect(draft.subtasks.map(({description}) => description)).toEqual(['Add the route\n\n```ts\nserve()\n```', 'Add the page'])
})

test('parts that no plan holds are cut, and say so', () => {
  const {source: _source, ...facts} = context()
  const body = ['api', 'web'].map((place, i) => `## Phase ${i + 1}: Add ${place}\nIn \`${place}/a.ts\`.\n${'more "words" here\n'.repeat(1700)}`).join('\n')
  const checked = planFromIssue(issue(body), facts)
  expect(checked?.ok && checked.plan.subtasks.map(({description}) => /\(Cut here: this part has \d+ characters\./.test(description))).toEqual([true, true])
})

test.each(['Workstream', 'Story', 'PR', 'Phase'])('%s N is a phase for the split and for the order', (word) => {
  const draft = draftFromIssue(issue(`## ${word} 1: Store\nTable.\n\n## ${word} 2: Page\nShows it.`))
  expect(draft?.subtasks.map((s) => [s.title, s.dependsOn])).toEqual([['Store', []], ['Page', [1]]])
})

test('only this module turns split points into subtasks, and whoever plans goes through it', () => {
  const root = new URL('../../../src/lib/', import.meta.url)
  const sources = readdirSync(root, {recursive: true, encoding: 'utf8'}).filter((name) => name.endsWith('.ts')).map((name) => ({name: name.replaceAll('\\', '/'), text: readFileSync(new URL(name, root), 'utf8')}))
  const naming = (word: string): string[] => sources.filter(({text}) => new RegExp(`\\b${word}\\b`).test(text)).map(({name}) => name).sort()
  expect(naming('SplitPoint').filter((name) => !name.startsWith('core/classify/'))).toEqual(['core/plan/from-issue.ts'])
  const users = naming('planFromIssue')
  expect(users).toEqual(expect.arrayContaining(['core/plan/from-issue.ts', 'flow/decompose.ts', 'flow/plan-epic.ts']))
  // a draft without its check is only ever asked whether it is there
  for (const {name, text} of sources) if (name !== 'core/plan/from-issue.ts') expect(text, name).not.toMatch(/checkPlan\([^)]*draftFromIssue|= draftFromIssue\(/)
})
