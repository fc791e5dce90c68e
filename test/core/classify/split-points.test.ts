import {expect, test} from 'vitest'
import {signalsOf} from '../../../src/lib/core/classify/signals.js'
import {readProse} from '../../../src/lib/core/classify/prose.js'
import {collectionOf, splitPointsOf} from '../../../src/lib/core/classify/split-points.js'

const split = (body: string, title = 'Exports'): {source: string; titles: string[]} => {
  const prose = readProse(body)
  const {source, points} = splitPointsOf(prose, collectionOf(title, prose))
  return {source, titles: points.map((point) => point.title)}
}
const none = {source: 'none', titles: []}

test.each<[string, string, string, number]>([
  ['a task list', '## Tasks\n- [ ] Export route\n- [x] Export page', 'checkbox', 2],
  ['boxes that say what to do', '- [ ] Add a route\n- [ ] Build a page', 'checkbox', 2],
  ['boxes of issues', '- [ ] #12\n- [ ] https://github.com/o/r/issues/3', 'checkbox', 2],
  ['numbered work', '1. Add a route\n2. Build a page\n3. Write a command', 'numbered', 3],
  ['numbered work in brackets', '1) Add a route\n2) Build a page', 'numbered', 2],
  ['numbered work with the part that it is in', '1. Backend: implement the login\n2. Web app: show the form\n3. **CLI**: add a command\n4. Docs & help: write a page', 'numbered', 4],
  ['phases', '## Phase 1: Store\nx\n## Phase 2: Page\ny', 'headings', 2],
  ['steps in bold', '**Step 1: Store**\nx\n\n**Step 2: Page**\ny', 'headings', 2],
  ['tasks in a list', '- Task 1: store\n- Task 2: page', 'headings', 2],
  ['phases win over the boxes in them', '## Phase 1: Store\n- [ ] Add a\n- [ ] Add b\n## Phase 2: Page\n- [ ] Add c', 'headings', 2],
  ['numbered headings in several places', '### 1. Export in `api/a.ts`\n### 2. Show it in `web/b.ts`', 'headings', 2],
  ['only the outer level', '## Tasks\n- [ ] Add a route\n  - [ ] Add a test\n- [ ] Build a page', 'checkbox', 2],
])('%s', (_name, body, source, n) => {
  const got = split(body)
  expect(got.source).toBe(source)
  expect(got.titles).toHaveLength(n)
})

test.each([
  ['acceptance criteria', '## Acceptance Criteria\n- [ ] Add a route\n- [ ] Build a page'],
  ['criteria below a nested heading', '## Definition of done\n### Web\n1. Add a\n2. Add b'],
  ['bold criteria', '**Acceptance criteria:**\n- [ ] Add a route\n- [ ] Build a page'],
  ['criteria after a plain line', 'Acceptance criteria:\n1. Add a\n2. Add b\n3. Add c'],
  ['steps to reproduce', '### Steps to reproduce\n1. Add an item\n2. Remove it\n3. Add it again'],
  ['numbered steps under them', '## How to reproduce\n### Step 1\nx\n### Step 2\ny'],
  ['an environment', '## Environment\n- [x] Windows desktop\n- [x] Linux server'],
  ['platforms', '- [x] Android\n- [ ] iOS\n- [ ] Windows 11'],
  ['ritual boxes',
    '- [x] I have searched the existing issues\n- [x] I agree to follow the code of conduct\n- [ ] I am willing to submit a PR'],
  ['a checklist', '### Checklist\n- [x] Added a title\n- [x] Used the search'],
  ['what a reader does', '1. Open the page\n2. Click export\n3. Select all\n4. See it fail'],
  ['an inventory', '- [ ] Users\n- [ ] Orders\n- [ ] Invoice lines\n- [ ] Taxes'], ['one item', '- [ ] Add a route'],
  ['plain bullets', '- Add a route\n- Build a page\n- Write a command'],
  ['quoted', '> - [ ] Add a route\n> - [ ] Build a page'], ['fenced', '```\n1. Add a\n2. Add b\n```'],
  ['an analysis', '1. The value is null here\n2. The caller passes a string\n3. So it fails'],
])('not %s', (_name, body) => { expect(split(body)).toEqual(none) })

test('bullets count where the title says that it is a collection', () => {
  const body = '- the list does not scroll\n- please add a search\n- export is broken'
  expect(split(body, 'So many bugs')).toMatchObject({source: 'prose',
    titles: ['the list does not scroll', 'please add a search', 'export is broken']})
  expect(split(body, 'The list')).toEqual(none)
})

test('a container loses none of its items for being short; any other list of single words is an inventory', () => {
  const body = '- [ ] Covers\n- [ ] Android\n- [ ] Web console\n- [ ] Sort the shelf by name\n- [ ] I have searched the existing issues'
  const points = ['Covers', 'Android', 'Web console', 'Sort the shelf by name']
  expect(split(body, 'Roadmap')).toMatchObject({source: 'checkbox', titles: points})
  expect(split(body, 'Various ideas')).toEqual(none)
  const groups = '- Storage\n  - Sharding\n  - Backups\n- Web\n  - Themes'
  expect(split(groups, 'Roadmap')).toMatchObject({source: 'prose', titles: ['Sharding', 'Backups', 'Themes']})
  expect(split(groups, 'Various ideas')).toEqual(none)
})

test('what is ticked or struck out as a whole is done with', () => {
  const body = '- [x] Covers of shelves\n- [ ] ~~Bulk import~~\n- [ ] ~~Bulk~~ import by hand\n- [ ] Shared shelves'
  expect(signalsOf({title: 'Roadmap', body, labels: []}).split.points.map(({done}) => done)).toEqual([true, true, false, false])
})

test('an investigation ends in an answer, so its steps are not split', () => {
  const body = '## Tasks\n- [ ] Add a probe\n- [ ] Write up the result'
  expect(signalsOf({title: 'Spike: which queue to use', body, labels: []}).split.points).toEqual([])
  expect(signalsOf({title: 'Use a queue', body, labels: []}).split.points).toHaveLength(2)
})

test('boxes of a form are no work even in a collection, and are not counted', () => {
  const body = '- [x] I have searched the existing issues\n- [x] I agree to the code of conduct\n- [ ] I am willing to help'
  const {split: found, checkboxes} = signalsOf({title: 'Various bugs', body, labels: []})
  expect({found, checkboxes}).toEqual({found: {source: 'none', points: []}, checkboxes: 0})
})
