import {expect, test} from 'vitest'
import {draftFromIssue, planFromIssue} from '../../../src/lib/core/plan/from-issue.js'
import {context} from './support.js'

const titles = (body: string, title = 'Epic: shelves', labels: string[] = []): string[] =>
  (draftFromIssue({title, body, labels})?.subtasks ?? []).map((subtask) => subtask.title)
const boxes = (...items: string[]): string => items.map((item) => `- [ ] ${item}`).join('\n')

test.each<[string, string, string[]]>([
  ['a plain line', `## Tasks\n${boxes('Blue shelf', 'Red shelf')}\n  Acceptance criteria:\n  - refund works\n  - [ ] it is quick\n${boxes('Green shelf', 'White shelf')}`, ['Blue shelf', 'Red shelf', 'Green shelf', 'White shelf']],
  ['the first of numbers', '## Tasks\n1. Blue shelf\n\n   Acceptance criteria:\n   - [ ] charge works\n   - [ ] refund works\n\n2. Red shelf\n\n   **Notes:**\n   - it is there\n\n   **Acceptance criteria**\n   - charge works\n3. Green shelf',
    ['Blue shelf', 'Red shelf', 'Green shelf']],
  ['a list below a line with a colon', `Tasks:\n${boxes('Blue shelf')}\n  Expected:\n  - it holds\n${boxes('Red shelf', 'Green')}`, ['Blue shelf', 'Red shelf', 'shelves: Green']],
  ['bullets', '- Blue shelf\n  **Out of scope**\n  - covers of it\n- Red shelf\n- Green shelf', ['Blue shelf', 'Red shelf', 'Green shelf']],
])('criteria inside an item are of that item only: %s', (_name, body, want) => {
  const draft = draftFromIssue({title: '[Epic] shelves', body, labels: []})!
  expect(draft.subtasks.map(({title}) => title)).toEqual(want)
  for (const {description} of draft.subtasks) expect(description).not.toMatch(/stands under "[^"]*(?:criteria|Notes|Expected|scope)/i)
})
test('what heads a part of an item closes no section of the text', () => {
  expect(titles(`Tasks:\n${boxes('Blue shelf')}\n  Expected:\n  - it holds\n${boxes('Red shelf', 'Green shelf')}`, 'Shelves')).toEqual(['Blue shelf', 'Red shelf', 'Green shelf'])
})
test('criteria of the text stay criteria, whatever its items hold', () => {
  const body = `## Tasks\n${boxes('Blue shelf')}\n  Notes:\n  - none\n${boxes('Red shelf')}\n\n**Acceptance criteria**\n${boxes('Green shelf', 'White shelf')}\n  - Hints:\n    - none\n${boxes('Black shelf')}`
  expect(titles(body)).toEqual(['Blue shelf', 'Red shelf'])
})

const PARTS = ['Browser extension', 'Configuration', 'Approval workflow', 'Usage metering', 'Attachments', 'Platforms', 'Prerequisites', 'Hardware', 'Checklist', 'Steps']
test.each(PARTS)('%s is a part of an epic, in boxes and in numbers', (heading) => {
  const list = ['Save shelves from the bar', 'Weekly report']
  expect(titles(`Why.\n\n## ${heading}\n${boxes(...list)}`)).toEqual(list)
  expect(titles(`Why.\n\n### ${heading}\n1. ${list.join('\n2. ')}`)).toEqual(list)
  expect(titles(`## ${heading}\n${boxes('I have searched the issues', ...list)}`, 'Shelves', ['epic'])).toEqual(list)
})
test.each(['Configuration', 'Platforms', 'Prerequisites', 'Checklist', 'Steps', 'Browser version', 'Device details', 'OS and browser used', 'About your system'])('%s is of a form in any other issue', (heading) => {
  expect(titles(`## ${heading}\n${boxes('Add a shelf', 'Add a cover')}`, 'Shelves')).toEqual([])
})
test.each<[string, string]>([
  ['criteria', 'Acceptance criteria'], ['limits', 'Out of scope'], ['limits', 'Non-goals'], ['limits', 'Hors périmètre'], ['a form', 'Environment'], ['a way to see a bug', 'Steps to reproduce'],
])('an epic has %s too: %s', (_name, heading) => {
  expect(titles(`## Tasks\n${boxes('Blue shelf', 'Red shelf')}\n\n## ${heading}\n${boxes('Add the green shelf')}\n1. Add the white shelf`)).toEqual(['Blue shelf', 'Red shelf'])
})
test('the steps of a tracking issue are a procedure', () => {
  expect(titles(`### About tracking issues\nRead it.\n\n### Steps\n${boxes('Implement the proposal', 'Adjust the guide')}\n\n### Unresolved questions\nNone.\n\n### Implementation history\nNone.`, 'Tracking issue for shelves')).toEqual([])
})

test.each<[string, string[], string[]]>([
  ['letters behind numbers', ['Phase 1: Blue', 'Phase 2a: Red shelf', 'Phase 2b Green shelf', 'Phase 3: White shelf'], ['shelves: Blue', 'Red shelf', 'Green shelf', 'White shelf']],
  ['letters', ['Phase A: Blue shelf', 'Phase B - Red shelf', 'Phase C'], ['Blue shelf', 'Red shelf', 'Phase C']],
  ['Roman numbers', ['Part I: Blue shelf', 'Part II: Red shelf', 'Part IV – Green shelf'], ['Blue shelf', 'Red shelf', 'Green shelf']],
  ['German', ['Schritt 1: Blue shelf', 'Schritt 2: Red shelf'], ['Blue shelf', 'Red shelf']], ['Spanish', ['Paso 1: Blue shelf', 'Paso 2: Red shelf'], ['Blue shelf', 'Red shelf']],
  ['French', ['Étape 1 : Blue shelf', 'Étape 2 : Red shelf'], ['Blue shelf', 'Red shelf']], ['Chinese', ['步骤1：Blue shelf', '步骤2：Red shelf'], ['Blue shelf', 'Red shelf']],
])('phases are numbered by %s', (_name, headings, want) => {
  expect(titles(headings.map((heading) => `## ${heading}\nIt stands.`).join('\n\n'))).toEqual(want)
})
test.each<[string, string]>([
  ['words', '## Part a of it\nx\n## Part in time\nx\n## Stage fright\nx'], ['what a reader does', 'Schritt 1: Öffne das Regal\nSchritt 2: Klicke auf den Umschlag\nSchritt 3: Regal auswählen\nSchritt 4: Namen eingeben\nPaso 5: Abrir el estante'],
])('%s make no phases', (_name, body) => { expect(titles(body, 'Shelves')).toEqual([]) })

const SHELVES = ['Frame in `services/api`', 'Board in `services/gateway`', 'Screw in `services/worker`', 'Read the plan in `config/a.yaml`']
const numbers = (items: readonly string[]): string => items.map((item, i) => `${i + 1}. ${item}`).join('\n')
test.each<[string, string, string[]]>([
  ['numbers with places beside boxes', `${numbers(SHELVES)}\n\nSubtasks for later:\n${boxes('Blue shelf', 'Red shelf')}`, [...SHELVES, 'Blue shelf', 'Red shelf']],
  ['numbers beside boxes of no other rank', `1. Sign in with a card\n2. Shelf of a reader\n3. Order history\n\n## Later\n${boxes('Blue shelf', 'Red shelf')}`, ['Sign in with a card', 'Shelf of a reader', 'Order history', 'Blue shelf', 'Red shelf']],
  ['an item without a known verb', `## Plan\n1. Frame: create it\n2. Board: read it\n3. Screw: expose it\n\n## Open points\n${boxes('Ask the owner', 'Decide on the name')}`, ['Frame: create it', 'Board: read it', 'Screw: expose it', 'Ask the owner', 'Decide on the name']],
  ['bullets of one list with boxes', `- Drop the old shelf\n- New shelf board\n${boxes('Blue shelf', 'Red shelf')}`, ['Drop the old shelf', 'New shelf board', 'Blue shelf', 'Red shelf']],
])('no list of an epic is lost to another: %s', (_name, body, want) => { expect(titles(body)).toEqual(want) })
test('a numbered list of which most items say what to build is work as a whole', () => {
  expect(titles(`## Work\n1. Add the frame\n2. Read the board\n3. Add the screw\n\n## Tasks\n${boxes('Blue shelf', 'Red shelf')}`, 'Shelves')).toEqual(['Add the frame', 'Read the board', 'Add the screw', 'Blue shelf', 'Red shelf'])
})
test.each<[string, string]>([
  ['an inventory above the tasks', `This includes:\n\n1. Front shelf\n2. Back shelf\n\n## Tasks\n${boxes('Blue shelf', 'Red shelf')}`],
  ['bullets of another list', `Remarks of the owner:\n- it is old\n\nThis is left.\n\n${boxes('Blue shelf', 'Red shelf')}\n\nThat is all.\n- thanks to all readers`],
  ['aims in numbers', `${boxes('Blue shelf', 'Red shelf')}\n\n## Goals\n1. Fewer calls by 5%\n2. Happy readers`],
  ['what a reader does', `${boxes('Blue shelf', 'Red shelf')}\n\n## What I see\n1. Open the shelf\n2. Click on a cover\n3. The cover falls`],
  ['questions in numbers', `${boxes('Blue shelf', 'Red shelf')}\n\n## Open questions\n1. Which wood?\n2. Who owns it?\n\n## Rejected\n1. Add glass\n2. Add steel`],
])('nor is anything made of %s', (_name, body) => { expect(titles(body)).toEqual(['Blue shelf', 'Red shelf']) })

const warningsOf = (body: string, title = 'Epic: shelves'): string[] => {
  const {source: _source, ...facts} = context()
  return planFromIssue({title, body, labels: []}, facts, null)?.warnings ?? []
}
test('an open box in no part is told of', () => {
  const tasks = `## Tasks\n${boxes('Blue shelf in `a/b.ts`', 'Red shelf in `c/d.ts`')}\n- [x] White shelf\n`
  expect(warningsOf(`${tasks}\n## Risks\n${boxes('It may be slow', 'It may fall')}`)).toEqual(['2 open items of the text are in no part: "It may be slow", "It may fall"'])
  expect(warningsOf(`${tasks}\n## Environment\n${boxes('Staging shelf', 'Windows 11')}`)).toEqual(['1 open item of the text is in no part: "Staging shelf"'])
  expect(warningsOf(`${tasks}\n## Risks\n${boxes(...Array.from({length: 7}, (_, i) => `Risk ${i} of it`))}`)).toEqual([expect.stringMatching(/^7 open items .*"Risk 4 of it" and 2 more$/)])
  // criteria, limits, forms, what is dropped or done, and boxes that only group parts
  expect(warningsOf(`${tasks}\n## Acceptance criteria\n${boxes('it holds')}\n\n## Out of scope\n${boxes('Covers')}\n\n## More\n${boxes('I have searched the issues')}\n- [ ] ~~Glass~~\n  - [ ] its colour\n\n## Risks\n- [ ] ~~It may fall~~\n  - [ ] at night\n`)).toEqual([])
  expect(warningsOf(`## Environment\n${boxes('Staging shelf')}\n\n${tasks}`, 'Shelves')).toEqual([])
  expect(warningsOf(`## Tasks\n${boxes('Frame in `a/b.ts`', 'Board in `a/c.ts`')}\n\n## Risks\n${boxes('It may be slow')}`)).toEqual([])
  expect(warningsOf('## Tasks\n- [ ] Blue\n  - [ ] Frame in `a/b.ts`\n  - [ ] Board in `c/d.ts`\n- [ ] Red\n  - [ ] Screw in `e/f.ts`\n')).toEqual([])
})

test('what the work is for makes no part, unless the text lists nothing else', () => {
  const aims = ['Goals', 'Target users', 'Constraints', 'Success metrics', 'Tech notes', 'Assumptions', 'Stakeholders'].map((heading) => `## ${heading}\n- Raise it by 5%\n- Markets`).join('\n\n')
  expect(titles(`${aims}\n\n## Tasks\n- Build the frame\n- Build the board`)).toEqual(['Build the frame', 'Build the board'])
  expect(titles(`${aims}\n\n## Tasks\n1. Blue shelf\n2. Red shelf`)).toEqual(['Blue shelf', 'Red shelf'])
  expect(titles('## Goals\n- Blue shelf\n- Red shelf\n- Green shelf', 'Roadmap')).toEqual(['Blue shelf', 'Red shelf', 'Green shelf'])
  expect(titles('## Users\n- List of readers\n- Page of a reader\n\n## Metrics\n- Number of readers')).toHaveLength(3)
})
test('numbered headings are work when two of them name places', () => {
  const body = (how: string): string => `### 1. Why\nThey ask.\n\n### 2. What\n${how}\n\n### 3. How\n- in \`db/shelf\`\n- in \`web/shelf\`\n\n### 4. When\nSoon.`
  expect(titles(body('All of it.'), 'Feature: shelves')).toEqual([])
  expect(titles(body('It is in `api/shelf.ts`.'), 'Feature: shelves')).toHaveLength(4)
})

test('what stands below an item is part of it, and no part of its own', () => {
  const draft = draftFromIssue({title: 'Epic: shelves', labels: [], body: '- Blue\n  - Frame of it\n    - four screws\n    - two boards\n  - Board of it\n    - Oak\n- Red\n    - Cover of it\n- White'})!
  expect(draft.subtasks.map(({title}) => title)).toEqual(['Frame of it', 'Board of it', 'Cover of it', 'shelves: White'])
  expect(draft.subtasks[0]!.description).toContain('- four screws\n- two boards')
  expect(titles('- [ ] Blue\n    - [ ] Frame of it\n        - [ ] four screws\n        - [ ] two boards\n- [ ] Red\n    - [ ] Cover of it')).toEqual(['Frame of it', 'Cover of it'])
  // where the second level only groups too, the third is the work
  expect(titles('- Blue\n  - Frame\n    - Four long screws\n    - Two boards\n  - Cover\n    - One red cover')).toEqual(['Four long screws', 'Two boards', 'One red cover'])
})

test.each(['Message list (#45)', 'Message list [#45]', 'Message list - #45', 'Message list — [#45](https://github.com/a/b/issues/45)', 'Message list: #45', 'Composer #45', 'Message list (acme/app#45).', 'Message list (GH-45)', 'Phase 2: Message list (#45)',
  'Message list (https://github.com/a/b/issues/45)'])('%s is an issue already', (item) => {
  const draft = draftFromIssue({title: 'Shelves', body: `## Tasks\n${boxes('Add the shelf', item, 'Add the cover')}`, labels: []})!
  expect(draft.subtasks.map(({title}) => title)).toEqual(['Add the shelf', 'Add the cover'])
  expect(draft.reason).toMatch(/are issues already: \S*45$/)
})
test.each(['Typing mark, blocked by #45', 'Typing mark (after #45)', 'Typing mark (see #45)', 'Make it like #45', 'Add the page of #45', 'Fix #45', 'Typing mark, fixes #45', 'Typing mark - depends on #45', 'Typing mark; issue #45',
  'Move #44 and #45', 'Pages (#44), boards (#45)', 'Merge #45', 'Add player #2', 'Paint it #222222', 'Set the colour #333', 'Finish what #45 began', 'Typing mark (needs #45)'])('%s is work', (item) => {
  expect(titles(`## Tasks\n${boxes('Add the shelf', item, 'Add the cover')}`, 'Shelves')).toHaveLength(3)
})

const AREAS = ['Role checks (`services/rights`)', 'Role pages (`web/roles`)', 'Role commands (`tools/roles`)']
test('below a heading of work, what lies apart is work without a verb', () => {
  expect(titles(`## Tasks\n${numbers(AREAS)}`, 'Rights')).toEqual(AREAS)
  expect(titles(`## Tasks\n- ${AREAS.join('\n- ')}`, 'Rights')).toEqual(AREAS)
  expect(titles(`## Tasks\n${numbers(AREAS.map((area) => area.replace(/`.*`/, '`web/roles`')))}`, 'Rights')).toEqual([])
  expect(titles(`## Overview\n${numbers(AREAS)}`, 'Rights')).toEqual([])
})
test.each(['Aufgaben', 'Tareas', 'Tâches', '任务'])('nor does work below %s need an English verb', (heading) => {
  const items = ['Regal aufbauen', 'Umschlag bereitstellen', 'Seite umstellen']
  expect(titles(`## ${heading}\n${numbers(items)}`, 'Regale')).toEqual(items)
  expect(titles(`## ${heading}\n- ${items.join('\n- ')}`, 'Regale')).toEqual(items)
  expect(titles(`## Tasks\n${boxes('Add a shelf', 'Add a cover')}\n\n## ${heading}\n- ${items.join('\n- ')}`, 'Regale')).toEqual(['Add a shelf', 'Add a cover', ...items])
})
