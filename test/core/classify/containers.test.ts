import {describe, expect, test} from 'vitest'
import {classify} from '../../../src/lib/core/classify/classify.js'
import {signalsOf} from '../../../src/lib/core/classify/signals.js'

const settings = {enabled: true, min_complexity: 'epic', max_subtasks: 5, min_description_words: 100} as const
const REPORT = 'Since the last update this happens to everybody who keeps more than one shelf, on the phone and at the desk, and it does not matter who is signed in. '
  + 'The console stays quiet, the server answers as it always did, and a reload helps for some minutes until it all comes back. We sell the thing to libraries, '
  + 'and three of them have called about it by now, so it would be good to have it mended before the holidays, when most people use it. '.repeat(2)
const SYMPTOMS = '- the shelf stays empty\n- the number of covers is zero\n- sorting is not applied\n- please mend the spinner too'
const STEPS = '1. Open the shelf\n2. Click on a cover\n3. Change the sorting\n4. See the empty shelf'
const eligible = (title: string, body: string): boolean => classify({number: 1, title, body, labels: []}, settings).decompose.eligible
const points = (title: string, body: string): number => signalsOf({title, body, labels: []}).split.points.length

/** Words for containers of work are ordinary nouns as well. */
const REPORTS = [
  'Epic fail on start', 'Epic board does not scroll', 'Epic view is empty', 'Epics are sorted by id', 'Epic Games login fails', 'Epic link is lost on import', 'Add an epic field to the form',
  'Umbrella theme has no icon', 'Umbrella header is not found', 'Package umbrella missing from the index', 'Milestone date shows the wrong day', 'Milestone 3 badge is cut off', 'Milestones cannot be closed',
  'Tracking pixel is blocked', 'Tracking of parcels is late', 'Tracking number is not saved', 'Time tracking stops at midnight', 'Meta tags are missing', 'Meta key does nothing', 'Meta data is lost',
  'To-do list loses items', 'Todo widget crashes', 'Todos are shown twice', 'Roadmap page returns 404', 'Roadmap shows last year', 'The roadmap link in the footer is dead', 'Backlog view is slow', 'Backlog items jump when dragged',
  'Wish list button disappears', 'Adding to the wishlist fails', 'Release plan page is empty', 'Project plan export is cut off', 'Feature requests page is broken', 'Feature requests cannot be sorted', 'Many requests time out',
  'Some requests are sent twice', 'Multiple tabs: changes are lost', 'Several changes are lost on save', 'Two factor issues with SMS', 'Some tasks never finish', 'Multi-phase query returns nothing',
  'Sort the backlog by votes', 'Show the roadmap on the front page', 'Export the wish list as a file', 'Allow comments on milestones', 'Support to-do lists in cards',
]
describe('a title that says something about a thing', () => {
  test.each(REPORTS)('%s', (title) => {
    expect([eligible(title, `${REPORT}\n\n${SYMPTOMS}`), eligible(title, `${REPORT}\n\n${STEPS}`), points(title, STEPS)]).toEqual([false, false, 0])
  })
})

const WORK = '- Covers of shelves\n- Bulk import\n- Shared shelves'
describe('a title that names what holds the work', () => {
  test.each([
    'Epic: shelves', '[epic] Shelves', 'EPIC - shelves', 'Epic – shelves', 'Shelves (epic)', 'Shelves epic', 'Umbrella: shelves', 'Umbrella issue for shelves', 'Shelves: umbrella issue', '[Umbrella] shelves',
    'Tracking: shelves', 'Tracking issue for shelves', 'Shelves tracking issue', '[Tracking] Shelves', 'Meta: shelves', '[META] Shelves', 'Meta issue: shelves', 'Milestone: shelves', 'Milestone 3', 'Milestone 3: shelves',
    'Todo', 'TODO: shelves', 'To-do list', 'TODO list for 3.0', 'Shelves todos', 'Roadmap', 'Roadmap 2031', 'Shelves roadmap', 'Roadmap for shelves', 'Product roadmap and ideas', 'Backlog', 'Shelves backlog', 'Backlog of small things', 'Wish list', 'Release plan 3.1', 'Remaining work on shelves',
    'Complete the remaining features', 'Technical debt of shelves', 'Fix technical debt in shelves', '3.0 release checklist', 'Items needed for 3.0',
  ])('%s', (title) => {
    expect([eligible(title, `${REPORT}\n\n${WORK}`), points(title, WORK)]).toEqual([true, 3])
  })
  test.each(['Several small fixes', 'Some ideas for shelves', 'Various bugs', 'Two bugs and a wish', 'Feature requests', 'Multiple improvements for shelves', 'A few things are broken', 'Many features are missing'])('%s: several things', (title) => {
    expect(signalsOf({title, body: '- the shelf does not scroll\n- please add a search\n- export is broken', labels: []}).split.points).toHaveLength(3)
  })
})

test('work that begins like what a reader does is work where the issue is a container', () => {
  const body = '1. Install wizard\n2. Sign in with a library card\n3. Select several shelves\n4. Print the covers'
  expect([points('[epic] Shelves', body), points('Shelves', body)]).toEqual([4, 0])
})

test.each<[string, boolean]>([
  ['This is an umbrella issue for shelves.', true], ['This issue is meant as a tracking issue.', true], ['This is the epic for shelves.', true], ['It is a meta ticket.', true], ['This is our master issue.', true],
  ['This tracks the remaining work.', true],
  ['This looks like the master branch tracks the work of others.', false], ['It is a tracking pixel.', false], ['This is the master key of the shelf.', false], ['It is an epic fail.', false], ['This happens on the master branch.', false],
])('%s', (sentence, container) => {
  expect(points('Shelves', `${sentence}\n\n${WORK}`)).toBe(container ? 3 : 0)
})

test.each(['## Definition of done checklist', '## Release checklist (template)'])('%s holds no work', (heading) => {
  expect(points('Add covers', `${heading}\n- [ ] Add the page\n- [ ] Add the endpoint\n- [ ] Add the database table`)).toBe(0)
})
