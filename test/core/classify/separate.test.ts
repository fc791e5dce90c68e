import {describe, expect, test} from 'vitest'
import {classify} from '../../../src/lib/core/classify/classify.js'
import {separateWork} from '../../../src/lib/core/classify/separate.js'
import {signalsOf} from '../../../src/lib/core/classify/signals.js'

const why = (title: string, body: string, labels: string[] = []): string | null => separateWork(signalsOf({title, body, labels}))
const list = (marker: string, items: readonly string[]): string => items.map((item) => `${marker} ${item}`).join('\n')
const PLACES = ['Store the totals in `db/totals/schema.sql`', 'Serve the totals from `api/totals/routes.ts`', 'Show the totals in `web/totals/page.tsx`']
const WISHES = ['It would be nice to sort the shelf', 'Please add a search', 'The cover should be larger']
const NOUNS = ['Night mode', 'Bulk import', 'Shared shelves']

describe('separate work', () => {
  test.each<[string, string, string, string[], RegExp]>([
    ['pieces in places of their own', 'Totals', list('1.', PLACES.map((p) => p.replace('Store', 'Add'))), [], /3 places of their own/],
    ['pieces that name their part first', 'Sign in with a card', list('1.', ['Backend: implement the flow in `services/login`', 'Web: add the button in `apps/web`', 'iOS: add the button in `apps/ios`', 'CLI: support a device code in `cmd/card`']), [], /4 places of their own/],
    ['two numbered headings in two packages', 'Totals', '### 1. Broken sum in `api/sum.ts`\nText.\n### 2. Broken page in `web/page.tsx`\nText.', [], /2 places/],
    ['pieces in three areas', 'Totals', list('- [ ]', ['Add the endpoint', 'Build the web page', 'Add a CLI command', 'Add the database table']), [], /areas/],
    ['bugs that are numbered one by one', 'The shelf', '### Bug 1: sorting\nIt is wrong.\n\n### Bug 2: covers\nThey are small.', [], /2 numbered findings/],
    ['phases with steps of their own', 'Sync shelves', ['One', 'Two', 'Three'].map((p, i) => `## Phase ${i + 1}: ${p}\n- add this\n- add that`).join('\n'), [],
      /3 phases, each with steps/],
    ['a task list in sentences, under a heading for work', 'The shelf', `## Tasks\n${list('- [ ]', ['a', 'b', 'c', 'd'].map((x) => `Make the ${x} of every shelf an object with a name of its own`))}`, [],
      /task list of 4/],
    ['a title of several things', 'Some suggestions', list('1.', WISHES), [], /collection of 3/],
    ['nouns below such a title', 'Ideas', list('1)', NOUNS), [], /collection of 3/],
    ['a text that says so', 'The shelf', `I have a few suggestions.\n\n${list('1.', WISHES)}`, [], /collection of 3/],
    ['a container with bullets', 'Roadmap for 2031', list('-', NOUNS), [], /called roadmap/],
    ['a container with themes', 'Release plan 3.1', NOUNS.map((noun) => `## ${noun}\nWe want this soon.`).join('\n\n'), [], /collection of 3/],
    ['a title that is a version', 'v3.1.0', NOUNS.map((noun) => `### ${noun}\nWe want this soon.`).join('\n\n'), [], /collection of 3/],
    ['a version that is talked about', 'Version 4 ideas', list('1.', NOUNS), [], /collection of 3/],
    ['themes below a heading that frames them', 'Release 4.x', `# What we want\n${NOUNS.map((noun) => `## ${noun}\nWe want this soon.`).join('\n')}`, [],
      /collection of 3/],
    ['groups of bullets', 'Backlog', '- Shelf\n  - Add a search\n  - Sort by name\n- Covers\n  - Make them larger', [], /collection of 3/],
    ['a list of other issues', 'Next', '- [ ] #11\n- [ ] #12\n- [ ] [covers](https://github.com/o/r/issues/13)', [], /a list of 3 other issues/],
    ['a container that names issues in its text', 'Wrapping up for 3.1', 'Must: #1, #2, #3. Nice: #4 and #5.', [], /names 5 other issues/],
    ['a label', 'The shelf', 'All of it.', ['type: epic'], /called type: epic/],
  ])('%s', (_name, title, body, labels, reason) => { expect(why(title, body, labels)).toMatch(reason) })

  test.each<[string, string, string, string[]]>([
    ['steps of one change', 'Totals', list('1.', ['Add a field', 'Fill the field', 'Show the field']), []],
    ['a change with its tests and docs', 'Totals', list('- [ ]', ['Add the endpoint', 'Add integration tests', 'Update the docs', 'Update the changelog']), []],
    ['a change with its tests and docs that calls itself several', 'Several changes', list('1.', ['Add the endpoint', 'Add integration tests', 'Update the docs']), []],
    ['one directory', 'Totals', list('1.', ['Add `api/a.ts`', 'Add `api/b.ts`', 'Add `api/c.ts`']), []],
    ['directories of one package', 'Totals', list('1.', ['Add `packages/api/a/x.ts`', 'Add `packages/api/b/y.ts`', 'Add `packages/api/c/z.ts`']), []],
    ['pieces that meet in one directory', 'Totals', list('1.', ['Add `api/a/x.ts` and `web/a.ts`', 'Add `api/a/y.ts` and `web/b.ts`', 'Add `api/a/z.ts`']), []],
    ['alternatives', 'Totals', '### Option 1: in `api/sum.ts`\nText.\n### Option 2: in `web/page.tsx`\nText.', []],
    ['solutions to choose from', 'Totals', `## Possible solutions\n${list('1.', PLACES.map((p) => p.replace('Store', 'Add')))}`, []],
    ['steps that a reader takes', 'Several problems', ['Open the shelf', 'Click a cover', 'Select all', 'Press delete', 'Scroll down'].map((s, i) => `Step ${i + 1}: ${s}`).join('\n'), []],
    ['a checklist of texts for readers', 'Documentation improvements', list('- [ ]', ['Add a guide', 'Add a page on shelves', 'Fix the tables']), []],
    ['a part that names its parent', 'Covers', `Part of the tracking issue #4.\n\n${list('-', WISHES)}`, []],
    ['a version beside something else', 'v3.1 loses covers', list('-', NOUNS), []],
    ['a version of which only two things are said', 'v4', NOUNS.slice(1).map((noun) => `## ${noun}\nWe want this soon.`).join('\n\n'), []],
    ['a number that is no version', '404', list('1.', NOUNS), []],
    ['findings that begin with a word and a colon', 'Totals', list('1.', ['Database: the table is empty', 'API: it answers 500',
      'Page: nothing is shown', 'CLI: nothing is printed']), []],
    ['a word in passing', 'Number of the tracking is not shown', list('-', NOUNS), []],
    ['a question about it', 'Roadmap?', 'Is there one?', []],
    ['a label of another kind', 'The shelf', 'All of it.', ['epicenter', 'needs-tracking-number']],
    ['the verdict of an earlier run', 'The shelf', 'All of it.', ['complexity:epic']],
  ])('not %s', (_name, title, body, labels) => { expect(why(title, body, labels)).toBeNull() })
})

const settings = {enabled: true, min_complexity: 'epic', max_subtasks: 5, min_description_words: 100} as const
const decompose = (title: string, body: string, labels: string[] = []) => classify({number: 1, title, body, labels}, settings).decompose
const context = 'The people who keep shelves asked for this in every talk of the last year and we agree with them. '.repeat(6)

test('what is separate is an epic and is split; a bare list of links is an epic and is not', () => {
  expect(decompose('Totals', `${context}\n\n${list('1.', PLACES.map((p) => p.replace('Store', 'Add')))}`)).toEqual({eligible: true, reason: 'epic', code: null})
  expect(decompose('[epic] Shelves', list('- [ ]', Array.from({length: 40}, (_, i) => `https://github.com/o/r/issues/${i + 1}`))).code).toBe('description_too_short')
  expect(decompose('Umbrella: shelves', list('- [ ]', Array.from({length: 40}, (_, i) => `#${i + 1}`))).code).toBe('description_too_short')
})
test('no announcement beats one package or a veto', () => {
  const inOne = `${context}\n\n## Tasks\n${list('- [ ]', ['Add `api/a.ts`', 'Add `api/b.ts`', 'Add `api/c.ts`'])}`
  expect(decompose('Umbrella: shelves', inOne).code).toBe('single_package')
  expect(decompose('[single] Umbrella: shelves', inOne).code).toBe('no_decompose_title')
  expect(decompose('Umbrella: shelves', inOne, ['no-decompose']).code).toBe('no_decompose_label')
})
