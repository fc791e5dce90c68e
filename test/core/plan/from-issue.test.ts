import {describe, expect, it, test} from 'vitest'
import {draftFromIssue, planFromIssue} from '../../../src/lib/core/plan/from-issue.js'
import {readdirSync, readFileSync} from 'node:fs'
import {bodySha} from '../../../src/lib/core/plan/plan-inputs.js'
import type {EpicPlan} from '../../../src/lib/core/plan/plan.js'
import {context, sha256} from './support.js'

const issue = (body: string): {title: string; body: string; labels: string[]} => ({title: 'Exports for everyone', body, labels: []})
/** Before a title of one word. */
const TOPIC = 'Exports for everyone: '
const PART = 'This is one part of "Exports for everyone"; the other parts are issues of their own.'

test('a task list becomes independent subtasks with their detail and paths', () => {
  const draft = draftFromIssue(issue('## Tasks\n- [ ] Add the export route in `api/export.ts`\n  - streams rows'
    + '\n- [x] Add the table in `db/rows.sql`\n- [ ] Add the button in `web/list.tsx`'
    + '\n\n## Acceptance criteria\n- [ ] exports a file'))
  expect(draft?.subtasks.map((s) => [s.order, s.title, s.dependsOn, s.touches])).toEqual([
    [1, 'Add the export route in `api/export.ts`', [], ['api/export.ts']], [2, 'Add the button in `web/list.tsx`', [], ['web/list.tsx']],
  ])
  expect(draft?.subtasks[0]!.description).toBe('Add the export route in `api/export.ts`\n\n- streams rows')
  const {source: _source, ...facts} = context()
  const checked = planFromIssue(issue('- [ ] Add the export route in `api/export.ts`\n- [ ] Add the button in `web/list.tsx`'), facts, null)
  expect(checked?.ok && checked.plan).toMatchObject({decision: 'split', source: 'issue', waves: [[1, 2]]})
})

test('phases wait for each other and lose their numbers', () => {
  const draft = draftFromIssue(issue('## Phase 1: Store\nTable and queries.'
    + '\n\n## Phase 2: Route\nServes them.\n\n## Phase 3: Page\nShows them.'))
  expect(draft?.subtasks.map((s) => [s.title, s.dependsOn])).toEqual([[`${TOPIC}Store`, []], [`${TOPIC}Route`, [1]], [`${TOPIC}Page`, [2]]])
  expect(draft?.subtasks[1]!.description).toContain('Serves them.')
})

test('headings of nothing but their number still make a plan', () => {
  const {source: _source, ...facts} = context()
  const checked = planFromIssue(issue('## Step 1:\nAdd the route in `api/export.ts`.\n\n## Step 2:\nAdd the button in `web/list.tsx`.'), facts, null)
  expect(checked?.ok && checked.plan.subtasks.map(({title, description}) => [title, description])).toEqual([
    [`${TOPIC}Step 1`, `Step 1:\n\nAdd the route in \`api/export.ts\`.\n\n${PART}`], [`${TOPIC}Step 2`, `Step 2:\n\nAdd the button in \`web/list.tsx\`.\n\n${PART}`],
  ])
})

test.each([
  ['prose', 'Make the exports faster, please.'], ['acceptance criteria', '## Acceptance criteria\n- [ ] Add a route\n- [ ] Add a page'],
  ['one open', '## Tasks\n- [ ] Add a route\n- [x] Add a page'],
  ['empty', ''],
])('no plan from %s', (_name, body) => {
  const {source: _source, ...facts} = context()
  expect([draftFromIssue(issue(body)), planFromIssue(issue(body), facts, null)]).toEqual([null, null])
})

const titles = (body: string, title = 'Exports for everyone'): string[] => (draftFromIssue({title, body, labels: []})?.subtasks ?? []).map((subtask) => subtask.title)

test.each<[string, string, string[]]>([
  ['work that begins like the box of a form', '1. Read the rows as a stream\n2. Validate them\n3. Write them in batches', ['Read the rows as a stream', 'Validate them', 'Write them in batches']],
  ['boxes that begin like those of a form', '## Tasks\n- [ ] We will move the table\n- [ ] You can upload covers\n- [ ] Read the totals from the cache\n- [ ] This is the web part\n- [ ] Option 1 of the menu opens help\n- [ ] Add the route',
    ['We will move the table', 'You can upload covers', 'Read the totals from the cache', 'This is the web part', 'Option 1 of the menu opens help', 'Add the route']],
  ['short items', '## Tasks\n- [ ] Add the export route\n- [ ] Add the export page\n- [ ] iOS\n- [ ] Documentation\n- [ ] Android app', ['Add the export route', 'Add the export page', `${TOPIC}iOS`, `${TOPIC}Documentation`, 'Android app']],
  ['a short item of a list that no heading names', '- [ ] Add the export route\n- [ ] Add the export page\n- [ ] Build the export command\n- [ ] iOS', ['Add the export route', 'Add the export page', 'Build the export command', `${TOPIC}iOS`]],
  ['boxes at another depth', '## Tasks\n- API\n  - [ ] Add the route\n  - [ ] Add the rows\n- Web\n    - [ ] Add the page\n    - [ ] Add the button', ['Add the route', 'Add the rows', 'Add the page', 'Add the button']],
  ['a second list of another kind', '## Tasks\n- [ ] Add the route\n- [ ] Add the page\n\n## Follow-up tasks\n1. Add the command\n2. Add the schema\n- Add the widget', ['Add the route', 'Add the page', 'Add the command', 'Add the schema', 'Add the widget']],
  ['a list below the first without a heading', '- [ ] Add the route\n- [ ] Add the page\n\nLater:\n\n   - [ ] Add the command', ['Add the route', 'Add the page', 'Add the command']],
  ['a list beside the phases', '## Phase 1: Store\n- [ ] Add the table\n## Phase 2: Page\n- [ ] Add the button\n## Documentation\n- [ ] Write the guide', [`${TOPIC}Store`, `${TOPIC}Page`, 'Write the guide']],
  ['a list above the phases', '- [ ] Decide on the format\n\n## Phase 1: Store\nTable.\n## Phase 2: Page\nShows it.', ['Decide on the format', `${TOPIC}Store`, `${TOPIC}Page`]],
  ['an open box below a ticked one', '## Tasks\n- [x] Add the route\n  - [ ] Stream the rows\n- [ ] Add the page\n- [ ] Add the command', ['Stream the rows', 'Add the page', 'Add the command']],
  ['a group beside groups of boxes', '## Tasks\n- API\n  - [ ] Add the route\n- Web\n  - [ ] Add the page\n- Docs\n- Printing of labels', ['Add the route', 'Add the page', 'Docs', 'Printing of labels']],
  ['a group that has no parts yet', '- Storage\n  - Sharding by shelf\n  - Backups at night\n- Web\n  - Themes for shelves\n- Printing', ['Sharding by shelf', 'Backups at night', 'Themes for shelves', 'Printing']],
])('no open work is lost: %s', (_name, body, want) => { expect(titles(body, _name.startsWith('a group') ? 'Roadmap' : undefined)).toEqual(want) })

test.each<[string, string]>([
  ['criteria', '\n## Acceptance criteria\n- [ ] exports a file\n1. Add a header line'], ['steps to reproduce', '\n## Steps to reproduce\n1. Add a shelf\n2. Save it'],
  ['an environment', '\n## Environment\n- [ ] Windows\n- [ ] Chrome'], ['platforms', '\n## Where?\n- [ ] Windows 11\n- [ ] macOS'],
  ['boxes of a form', '\n## Before you file\n- [ ] I have read the contributing guide\n\nThanks!\n- [ ] I searched the issues\n- [ ] Read the documentation'],
  ['what is done or dropped', '\n## Later\n- [x] Add the command\n- [ ] ~~Add the widget~~\n'], ['alternatives', '\n## Alternatives\n1. Add a script\n- Use a spreadsheet'],
  ['remarks of an item that are not indented', '- covers are drawn\n- rows are streamed\n'], ['risks', '\n## Risks\n- [ ] It may be slow\n'], ['what is out of scope', '\n## Out of scope\n- [ ] Add the command\n### Phones\n- [ ] Add the app\n'],
  ['remarks', '\n## Notes\n- Add it to the next release notes\n'], ['goals in bullets', '\n## Goals\n- Support large shelves\n- Allow exports at night'],
  ['what a reader does', '\n## What I see\n1. Open the page\n2. Click export'], ['what a dropped group holds', '- [ ] ~~Add a command~~\n  - [ ] Add its flags\n'],
])('nor is anything else made of %s', (_name, more) => {
  expect(titles(`## Tasks\n- [ ] Add the route\n- [ ] Add the page\n${more}`)).toEqual(['Add the route', 'Add the page'])
})

test('a group ends the item above it', () => {
  const draft = draftFromIssue(issue('## Tasks\n- API\n  - [ ] Add the route\n    - streams rows\n- Web\n  - [ ] Add the page'))
  expect(draft?.subtasks[0]!.description).toBe('Add the route\n\nIn the issue it stands under "API".\n\n- streams rows')
})

test('phases wait for the phase before, whatever stands between them', () => {
  const draft = draftFromIssue(issue('# Plan\n- [ ] Choose the format\n\n## Phase 1: Store\nTable.\n\n## Printing\n- [ ] Print the table\n\n## Phase 2: Page\nShows it.'))
  expect(draft?.subtasks.map((s) => [s.order, s.title, s.dependsOn])).toEqual([[1, 'Choose the format', []], [2, `${TOPIC}Store`, []], [3, 'Print the table', []], [4, `${TOPIC}Page`, [2]]])
})

const planOf = (body: string, title?: string): ReturnType<typeof planFromIssue> => {
  const {source: _source, ...facts} = context()
  return planFromIssue({...issue(body), ...(title === undefined ? {} : {title})}, facts, null)
}

test.each([
  '#2', 'GH-2', 'acme/app#2', 'https://github.com/acme/app/issues/2', 'https://git.example.com/acme/app/pull/2#issuecomment-5', '#2 Login is slow', '#2: Login is slow',
  '[Login is slow](https://github.com/acme/app/issues/2)', '**#2**', '[#2](https://github.com/acme/app/issues/2)', '`#2`',
])('%s is an issue already and makes no second one', (item) => {
  const draft = draftFromIssue(issue(`## Tasks\n- [ ] Add the route in \`api/a.ts\`\n- [ ] ${item}\n- [ ] Add the page in \`web/a.ts\``))
  expect(draft?.subtasks.map(({title}) => title)).toEqual(['Add the route in `api/a.ts`', 'Add the page in `web/a.ts`'])
  expect(draft?.reason).toMatch(/^2 split points of the issue \(checkbox\); left out, since they are issues already: \S*2$/)
})

test.each(['Add the list of #2', 'Paint it #222222', 'Add what #2 asks for', 'Add a [link](https://github.com/acme/app/issues/2) to the page', 'GH-200s are no issue'])('%s is work', (item) => {
  expect(titles(`## Tasks\n- [ ] Add the route\n- [ ] Add the page\n- [ ] ${item}`)).toHaveLength(3)
})

test.each<[string, string, [string, number[]][]]>([
  ['items by their numbers', '## Tasks\n1. Add the table in `db/a.sql`\n2. Add the route in `api/a.js` (depends on 1)\n3. Add the page in `web/a.js`, after task 2',
    [['Add the table in `db/a.sql`', []], ['Add the route in `api/a.js`', [1]], ['Add the page in `web/a.js`, after task 2', [2]]]],
  ['boxes by their place', '## Tasks\n- [ ] Add the table\n- [ ] Add the route [after 1]\n- [ ] Add the page\n  - blocked by tasks 1 and 2', [['Add the table', []], ['Add the route', [1]], ['Add the page', [1, 2]]]],
  ['what is done holds nothing up', '## Tasks\n- [x] Add the table\n- [ ] Add the route (depends on 1)\n- [ ] Add the page (depends on 2)', [['Add the route', []], ['Add the page', [1]]]],
  ['a field', '## Tasks\n- [ ] Add the table\n- [ ] Add the route\n  Depends on: Add the table\n- [ ] Add the page\n  - **Depends on:** 1, 2', [['Add the table', []], ['Add the route', [1]], ['Add the page', [1, 2]]]],
  ['other issues are none of them', '## Tasks\n- [ ] Add the table\n- [ ] Add the route (depends on #1)\n- [ ] Add the page, after issue #2', [['Add the table', []], ['Add the route (depends on #1)', []], ['Add the page, after issue #2', []]]],
  ['nor is a number of anything else', '## Tasks\n- [ ] Add the table\n- [ ] Log out after 1 minute\n- [ ] Stop after step 9', [['Add the table', []], ['Log out after 1 minute', []], ['Stop after step 9', []]]],
  ['what a sentence ends with', '## Tasks\n1. Add the table\n2. Add the route. Depends on: 1\n3. Add the page; requires 1 and 2\n4. Have it take 2 approvals, requires 2 approvals\n5. Add the guide. Depends on #1',
    [['Add the table', []], ['Add the route. Depends on: 1', [1]], ['Add the page; requires 1 and 2', [1, 2]], ['Have it take 2 approvals, requires 2 approvals', []], ['Add the guide. Depends on #1', []]]],
  ['phases', '## Phase 1: Table\nx\n## Phase 2: Route\nx\n## Phase 3: Page (depends on phase 1)\nx', [[`${TOPIC}Table`, []], [`${TOPIC}Route`, [1]], [`${TOPIC}Page`, [1, 2]]]],
  ['a list of its own', '## Tasks\n- [ ] Add the table\n- [ ] Add the route\n\n## Follow-up tasks\n1. Add the widget\n2. Add the command (after 1)', [['Add the table', []], ['Add the route', []], ['Add the widget', []], ['Add the command', [3]]]],
])('dependencies that the text names: %s', (_name, body, want) => {
  expect(draftFromIssue(issue(body))?.subtasks.map((s) => [s.title, s.dependsOn])).toEqual(want)
})

test('a list of issues makes no plan, and says why', () => {
  expect(planOf('- [ ] #2\n- [ ] #3\n- [x] #4', 'Tracking: flaky tests')).toEqual({ok: false, problems: ['all are issues already (#2, #3)'], warnings: [], isListed: true})
  expect(planOf('- [ ] #2\n- [ ] #3\n- [ ] Add the page', 'Tracking: flaky tests')).toEqual({ok: false, problems: ['all but one are issues already (#2, #3)'], warnings: [], isListed: true})
  expect(planOf('## Tasks\n- [x] Add a route\n- [x] Add a page')).toEqual({ok: false, problems: ['all of them are done'], warnings: [], isListed: true})
  expect(draftFromIssue(issue('## Tasks\n- [x] Add a route\n- [x] Add a page'))).toBeNull()
  const warnings = [expect.stringMatching(/^#2 is an issue already and is not made again/)]
  expect(planOf('## Tasks\n- [ ] #2\n- [ ] Add the page\n- [ ] Add the route')).toMatchObject({ok: true, warnings})
})

test('what the rules call one package stays whole here too', () => {
  const body = 'The importer in src/import/csv.ts reads all rows. Everything stays in src/import/csv.ts.\n\n## Tasks\n1. Add a stream reader\n2. Validate each row as it arrives\n3. Write in batches'
  const checked = planOf(body)
  expect(checked?.ok && checked.plan).toMatchObject({decision: 'single', reason: 'all work is in src/import', subtasks: []})
  const beyond = planOf('## Tasks\n1. Add `api/a.ts`\n2. Add `api/b.ts`\n\n## Later tasks\n- [ ] Show it in `web/page.ts`')
  expect(beyond?.ok && beyond.plan.decision).toBe('split')
})

test('no phase of a long issue is lost', () => {
  const body = Array.from({length: 12}, (_, i) => `## Phase ${i + 1}: Shelf ${i + 1}\n${Array.from({length: 45}, (_b, j) => `- add row ${j} of it`).join('\n')}`).join('\n\n')
  const draft = draftFromIssue(issue(body))!
  expect(draft.subtasks.map(({title}) => title)).toEqual(Array.from({length: 12}, (_, i) => `${TOPIC}Shelf ${i + 1}`))
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
  const checked = planFromIssue(issue(body), facts, null)
  expect(checked?.ok && checked.plan.subtasks.map(({description}) => /\(Cut here: it has \d+ characters\./.test(description))).toEqual([true, true])
})

test.each<[string, number[]]>([['Workstream', []], ['Story', []], ['Task', []], ['PR', [1]], ['Step', [1]], ['Phase', [1]]])('%s N is a part, and waits for the one before only where that is what the word says', (word, before) => {
  const draft = draftFromIssue(issue(`## ${word} 1: Store\nTable.\n\n## ${word} 2: Page\nShows it.`))
  expect(draft?.subtasks.map((s) => [s.title, s.dependsOn])).toEqual([[`${TOPIC}Store`, []], [`${TOPIC}Page`, before]])
})

test('only this module turns split points into subtasks, and whoever plans goes through it', () => {
  const root = new URL('../../../src/lib/', import.meta.url)
  const sources = readdirSync(root, {recursive: true, encoding: 'utf8'}).filter((name) => name.endsWith('.ts')).map((name) => ({name: name.replaceAll('\\', '/'), text: readFileSync(new URL(name, root), 'utf8')}))
  const naming = (word: string): string[] => sources.filter(({text}) => new RegExp(`\\b${word}\\b`).test(text)).map(({name}) => name).sort()
  const makers = naming('SubtaskDraft')
  expect(naming('SplitPoint').filter((name) => makers.includes(name))).toEqual(['core/plan/from-issue.ts'])
  const users = naming('planFromIssue')
  expect(users).toEqual(expect.arrayContaining(['core/plan/from-issue.ts', 'flow/decompose.ts', 'flow/plan-epic.ts']))
  // a draft without its check is only ever asked whether it is there
  for (const {name, text} of sources) if (name !== 'core/plan/from-issue.ts') expect(text, name).not.toMatch(/checkPlan\([^)]*draftFromIssue|= draftFromIssue\(/)
})

describe('a part is told what it belongs to', () => {
  const parts = (body: string, maxSubtasks = 5, title = '[epic] Orders for export'): [string, string][] => {
    const {source: _source, ...facts} = context({maxSubtasks})
    const checked = planFromIssue({title, body, labels: []}, facts, null)
    return checked?.ok === true ? checked.plan.subtasks.map((subtask) => [subtask.title, subtask.description]) : []
  }
  const WHOLE = 'This is one part of "Orders for export"; the other parts are issues of their own.'

  it('the purpose, the criteria and the limits of the whole, as a quote, without forms and without the other parts', () => {
    const body = 'We lose orders at night.\n\n## Environment\n- Linux\n\n## Tasks\n- [ ] Add the route in `api/a.ts`\n- [x] Add the table\n- [ ] Add the page in `web/a.ts`\n- [ ] #12\n'
      + '\n## Acceptance criteria\n- [ ] an order is kept\n\n## Empty\n\n## Out of scope\n- PDF\n'
    const context = `${WHOLE} What the issue says of the whole, as context:\n\n> We lose orders at night.\n>\n> ## Acceptance criteria\n> - [ ] an order is kept\n>\n> ## Out of scope\n> - PDF`
    expect(parts(body)).toEqual([['Add the route in api/a.ts', `Add the route in \`api/a.ts\`\n\n${context}`], ['Add the page in web/a.ts', `Add the page in \`web/a.ts\`\n\n${context}`]])
  })

  it('at most so much of it, and where the rest is', () => {
    const [[, description] = ['', '']] = parts(`${'Why it is so. '.repeat(400)}\n\n- [ ] Add the route in \`api/a.ts\`\n- [ ] Add the page in \`web/a.ts\`\n`)
    expect(description.length).toBeLessThan(3500)
    expect(description).toMatch(/^> \(Cut here: it has 5599 characters\. The rest is in the parent issue\.\)$/m)
  })

  it('the group that it stands in, also where parts are put together', () => {
    const body = '## Backend\n### Implementation steps\n- [ ] Add the route\n- [ ] Add the job\n\n## Web\n- [ ] Add the page\n- [ ] iOS\n'
    expect(parts(body).map(([title]) => title)).toEqual(['Add the route', 'Add the job', 'Add the page', 'Web: iOS'])
    const [, , rest] = parts(body, 3)
    expect(rest).toEqual(['Add the page', `Add the page\n\nIn the issue it stands under "Web".\n\n**Web: iOS**\n\niOS\n\nIn the issue it stands under "Web".\n\n${WHOLE}`])
    expect(parts(body)[0]![1]).toBe(`Add the route\n\nIn the issue it stands under "Backend".\n\n${WHOLE}`)
  })

  it('but neither place nor criterion of the whole counts as its own', () => {
    const body = 'All of it was in `src/orders/old.ts`.\n\n## Tasks\n- [ ] Add the route\n- [ ] Add the page\n\n## Acceptance criteria\n- [ ] `web/orders/new.ts` answers\n'
    const {source: _source, ...facts} = context()
    const checked = planFromIssue({title: 'Orders', body, labels: []}, facts, null)
    expect(checked?.ok && checked.plan.subtasks.map(({acceptance, touches}) => [acceptance, touches])).toEqual([[[], []], [[], []]])
  })
})

test.each<[string, string, number[][]]>([
  ['a list said to be in order', '## Tasks\nPlease do them in this order:\n- [ ] Add the table\n- [ ] Add the route\n- [ ] Add the page', [[], [1], [2]]],
  ['numbered steps', '## Implementation steps\n1. Add the table\n2. Add the route\n3. Add the page', [[], [1], [2]]],
  ['a mere numbered list', '## Tasks\n1. Add the table\n2. Add the route', [[], []]],
  ['next steps', '## Next steps\n1. Add the table\n2. Add the route', [[], []]],
  ['items that follow', '## Tasks\n- [ ] Add the table\n- [ ] Add the guide page\n- [ ] Then add the route\n- [ ] Finally, add the page', [[], [], [2], [3]]],
  ['a page that is the last one', '## Tasks\n- [ ] Add the table\n- [ ] Last page gets a button\n- [ ] Next page gets one', [[], [], []]],
  ['a step that is done', '## Implementation steps\n1. Add the table\n2. ~~Add the route~~\n3. Add the page', [[], [1]]],
  ['each list for itself', '## Steps in the store\n1. Add the table\n2. Add the route\n\n## Steps in the web\n1. Add the page\n2. Add the button', [[], [1], [], [3]]],
  ['tests and documentation', '## Tasks\n- [ ] Add the table\n- [ ] Add tests\n- [ ] Add the route\n- [ ] Update the docs and the changelog', [[], [1], [], [1, 3]]],
  ['a plan of a migration', '## Migration plan\n1. Add the new table\n2. Write to both\n3. Drop the old table', [[], [1], [2]]],
  ['numbered sections of a rollout', '# Rollout plan\n\n### 1. Add the new table in `db/a.sql`\nx\n\n### 2. Write to both in `api/b.ts`\nx\n\n### 3. Drop the old one in `ops/c.sql`\nx', [[], [1], [2]]],
  ['what waits for everything', '## Tasks\n- [ ] Add the table\n- [ ] Add the page\n- [ ] Remove the old search once everything above is live', [[], [], [1, 2]]],
  ['after all, an idiom', '## Tasks\n- [ ] Add the table\n- [ ] Add the page, after all people asked for it', [[], []]],
  ['items that are named', '## Tasks\n- [ ] API: add the route\n- [ ] Web: add the page. Needs API\n- [ ] Mobile: add the screen\n  - blocked by the API', [[], [1], [1]]],
  ['a field that says none', '## Step 1: Add the table\nx\n## Step 2: Add the page\n**Depends on:** none\n## Step 3: Add the guide page\nDepends on: Step 1', [[], [], [1]]],
  ['tests of one part', '## Tasks\n- [ ] Add the table\n- [ ] Draw charts\n- [ ] Add tests for charts', [[], [], [2]]],
  ['what the text says, against what follows from the list', '## Tasks\n- [ ] Add the route (depends on 2)\n- [ ] Add tests\n- [ ] Add the page', [[2], [], []]],
  ['phases that say otherwise', '## Phase 1: Add the table\nDepends on: phase 3\n## Phase 2: Add the route\nx\n## Phase 3: Add the page\nx', [[3], [1], []]],
  ['documentation in a section of its own', '## Store tasks\n- [ ] Add the table\n\n## Web tasks\n- [ ] Add the page\n\n## Documentation\n- [ ] Update the README', [[], [], [1, 2]]],
])('what waits for what: %s', (_name, body, want) => { expect(draftFromIssue(issue(body))?.subtasks.map(({dependsOn}) => dependsOn)).toEqual(want) })

test.each<[string, string, string | null]>([
  ['tests and documentation of one package', '- [ ] Add the parser in `src/import/csv.ts`\n- [ ] Add the stream in `src/import/read.ts`\n- [ ] Add tests\n- [ ] Update README.md and docs', 'all work is in src/import'],
  ['tests alone', '- [ ] Add unit tests\n- [ ] Add documentation', null],
  ['a piece that names no place', '- [ ] Add the parser in `src/import/csv.ts`\n- [ ] Add the stream in `src/import/read.ts`\n- [ ] Add tests for a new uploader page\n- [ ] Add the page', null],
])('tests and documentation lie where their change does: %s', (_name, body, want) => {
  const draft = draftFromIssue(issue(`## Tasks\n${body}`))
  expect(draft?.decision === 'single' ? draft.reason : null).toBe(want)
})

describe('what an issue says around its parts', () => {
  const parts = (body: string, title: string): [string, string][] => {
    const {source: _source, ...facts} = context()
    const checked = planFromIssue({title, body, labels: []}, facts, null)
    return checked?.ok === true ? checked.plan.subtasks.map((subtask) => [subtask.title, subtask.description]) : []
  }

  it('a topic is no kind of issue, and a title that is there twice has its group', () => {
    expect(parts('- [ ] Search\n- [ ] Message list', '🚀 Epic: chat').map(([title]) => title)).toEqual(['chat: Search', 'Message list'])
    const body = '## Tasks\n- VS Code\n  - [ ] Syntax highlighting\n  - [ ] Code snippets\n- JetBrains\n  - [ ] Syntax highlighting\n'
    expect(parts(body, '[epic] Editors').map(([title]) => title)).toEqual(['VS Code: Syntax highlighting', 'Code snippets', 'JetBrains: Syntax highlighting'])
    expect(parts('- [ ] Search\n- [ ] Message list', 'Epic: chat')[0]![1]).toContain('This is one part of "chat";')
  })

  it('what holds for all has its room however long the rest is', () => {
    const [[, description] = ['', '']] = parts(`## Background\n${'Why it is so. '.repeat(400)}\n\n## Tasks\n- [ ] Add the route\n- [ ] Add the page\n\n## Acceptance criteria\n- [ ] keeps orders\n`, 'Orders')
    expect(description).toMatch(/\(Cut here: it has \d+ characters\. The rest is in the parent issue\.\)\n>\n> ## Acceptance criteria\n> - \[ \] keeps orders$/)
    expect(description.match(/Cut here|cut/g)).toHaveLength(1)
  })

  it('halves of folds and what pilot wrote itself stay out', () => {
    const body = 'Parent: GH-1\n\nWhy.\n\n<details>\n<summary>More</summary>\n\n- [ ] Add the route\n- [ ] Add the page\n\n</details>\n\nDepends on: #12\n'
    for (const [, description] of parts(body, 'Orders')) expect(description).not.toMatch(/details|summary|Parent|Depends on/)
  })
})

describe('the plan in force', () => {
  const {source: _source, ...facts} = context({maxSubtasks: 3})
  const of = (title: string, body: string): {issue: Parameters<typeof planFromIssue>[0]; facts: typeof facts} => ({issue: {title, body, labels: []}, facts: {...facts, epic: {...facts.epic, title, bodySha: bodySha(title, body, sha256)}}})
  const plan = (title: string, body: string, kept: EpicPlan | null): EpicPlan => {
    const {issue: text, facts: now} = of(title, body)
    const checked = planFromIssue(text, now, kept)
    if (checked?.ok !== true) throw new Error(JSON.stringify(checked))
    return checked.plan
  }
  const ITEMS = ['Add the parser', 'Add the formatter', 'Playground', 'Add the website', 'Add the posts']
  const list = (done: readonly number[], more = ''): string => `${ITEMS.map((item, i) => `- [${done.includes(i) ? 'x' : ' '}] ${item}`).join('\n')}\n${more}`
  const first = plan('Epic: tools', list([]), null)
  const keys = (made: EpicPlan): string[] => made.subtasks.map(({key}) => key)

  it.each<[string, string, string]>([
    ['a ticked box', 'Epic: tools', list([0])], ['all boxes but one', 'Epic: tools', list([0, 1, 2, 3])], ['all boxes', 'Epic: tools', list([0, 1, 2, 3, 4])],
    ['another title', 'Epic: tools (beta)', list([])], ['other words around it', 'Epic: tools', `Why.\n\n${list([])}`],
  ])('stands after %s, brought to the text of now', (_name, title, body) => {
    const again = plan(title, body, first)
    expect(keys(again)).toEqual(keys(first))
    expect(again.epic).toMatchObject({title, bodySha: bodySha(title, body, sha256)})
    expect(again.planHash).not.toBe(first.planHash)
    expect(plan(title, body, again)).toBe(again)
  })

  it('the same text is the same plan, whatever limit is set meanwhile', () => {
    expect(planFromIssue(of('Epic: tools', list([])).issue, {...of('Epic: tools', list([])).facts, maxSubtasks: 10}, first)).toMatchObject({ok: true, plan: first})
  })

  it.each<[string, string]>([
    ['a new item', list([0], '- [ ] Add the guide page\n')], ['an item that is gone', list([]).replace('- [ ] Add the parser\n', '')], ['the same words in another group', list([0], '\n## JetBrains\n- [ ] Add the parser\n')],
  ])('is made anew after %s', (_name, body) => { expect(keys(plan('Epic: tools', body, first))).not.toEqual(keys(first)) })

  it('of a model is not taken for one of the text', () => { expect(plan('Epic: tools', list([0]), {...first, source: 'model'}).subtasks.map(({title}) => title)).not.toContain('Add the parser') })
})
