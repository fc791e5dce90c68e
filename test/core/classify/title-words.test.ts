import {describe, expect, test} from 'vitest'
import {classify} from '../../../src/lib/core/classify/classify.js'
import {clausesOf} from '../../../src/lib/core/classify/clauses.js'
import {isDefect, isNothingToBuild} from '../../../src/lib/core/classify/subjects.js'
import {trivialTitle} from '../../../src/lib/core/classify/trivial-title.js'
import {versionChange} from '../../../src/lib/core/classify/version-change.js'
import {asksForWriting} from '../../../src/lib/core/classify/writing.js'

const verdict = (title: string, body = ''): ReturnType<typeof classify> => classify({number: null, title, body, labels: []},
  {enabled: true, min_complexity: 'epic', max_subtasks: 5, min_description_words: 100})

describe('a small word in the title of a larger thing', () => {
  test.each([
    'Upgrade Rails from 5.2 to 7.1', 'Rewrite the formatting engine', 'Add import from CSV, Excel and Google Sheets',
    'Add logging and distributed tracing to all services', 'New release pipeline with signed artifacts',
    'Grammar for the new query language and a parser for it', 'Detect dead links in all customer sites every night',
    'Broken link checker for the crawler', 'Add typo tolerance to search', 'Handle typos in search queries', 'Deep links are broken on Android',
    'Spelling correction in the editor', 'Whitespace-sensitive grammar for templates', 'Copyright detection for uploaded images',
    'Fix import of contacts from CSV', 'Add import and export of projects', 'Formatting of currencies by locale', 'Add logging',
    'Fix a typo and rewrite the parser', 'Fix typos, add a scheduler and a storage engine', 'Update all clients to the latest protocol version negotiation',
    'Update the scheduler to the latest protocol', 'Bump the storage format from v1 to v2', 'Upgrade the web framework to 5',
    'Update the queue to 5 priorities', 'Remove unused tenants and the sync subsystem', 'Remove unused code across all services',
    'Rename variable groups in the editor', 'Update version handling in the protocol', 'Crash since the last release',
    'Agenda view for the calendar', 'Add an announcement banner', 'Thank you page after checkout', 'Wording suggestions by a language model',
    'Update comments of a post in place', 'Fix comment threading', 'Lint fix suggestions in the editor',
    'Fix typos and slow startup', 'Fix typos in the docs and a new storage engine', 'Bump version of the wire protocol to 3', 'New release of the mobile app crashes',
    'Delete unused accounts after 90 days', 'Add log viewer', 'Wording of the consent dialog for five countries',
  ])('%s is not trivial', (title) => {
    expect(verdict(title).complexity).not.toBe('trivial')
    expect(trivialTitle(title.toLowerCase())).toBeNull()
  })
  test.each<[string, string]>([
    ['Upgrade Rails from 5.2 to 7.1', 'medium'], ['Rewrite the formatting engine', 'complex'], ['Add logging and distributed tracing to all services', 'complex'],
    ['Write docs for and implement a plugin system, a scheduler and a new storage engine', 'complex'],
    ['[no-plan] Move the CLI to TypeScript, rewrite the docs', 'complex'], ['Fix a typo and rewrite the parser', 'complex'],
    ['Docs and a distributed scheduler', 'complex'], ['Add import from CSV, Excel and Google Sheets', 'medium'],
    ['Grammar for the new query language and a parser for it', 'medium'], ['New release pipeline with signed artifacts', 'simple'],
    ['Detect dead links in all customer sites every night', 'simple'], ['Add author and title', 'simple'], ['Fix a crash on a, b and c', 'simple'],
  ])('%s is %s', (title, want) => { expect(verdict(title).complexity).toBe(want) })
})

describe('the same word as the thing itself', () => {
  test.each([
    'Fix typo in the migration guide', 'Typo in README.md', 'Minor typo', 'docs: fix typos in the performance chapter', 'fix(ui): typo on settings page',
    'Typo: "recieve" should be "receive"', 'Error message typo', 'Several spelling mistakes in the tutorial', 'Fix spelling', 'Fix wording of the login page',
    'Fix formatting in the changelog', 'Grammar in README', 'Broken link in docs', 'Broken links to the API reference', '4.0: dead link in the wiki',
    'The documentation links in Readme.md are broken', 'Links to the manual are dead', 'Remove dead links from the docs', 'Bump lodash from 4.17.20 to 4.17.21',
    'build(deps): bump lodash from 4.17.20 to 4.17.21', 'Update the parser to the latest version', 'Upgrade the linter to 3.4.1', 'Bump version to 2.0',
    'Version bump', 'Remove unused imports', 'Delete unused variable in main', 'Remove chart.js if it is unused', 'Rename variable in the loop',
    'Update copyright year', 'Update copyright year from 2023 to 2024', 'Fix typos, spelling and grammar in the docs', 'Fix typos in the docs, the README and the CLI help',
    'Add missing import', 'Add a log line to the worker', 'Fix lint errors',
    'Fix broken links in the performance docs and the migration guide', 'Rename variable foo to bar', 'Add log message when retry gives up', 'Change the wording of the error message',
  ])('%s is trivial', (title) => { expect(verdict(title, 'As said.')).toMatchObject({complexity: 'trivial', confidence: 0.85}) })
  test('and the keywords show it', () => {
    expect(verdict('Fix typo in the migration guide').signals.keywords).toContain('typo')
    expect(verdict('Rewrite the formatting engine').signals.keywords).toEqual(['rewrite'])
  })
})

test.each<[string, ReturnType<typeof versionChange>]>([
  ['upgrade rails from 5.2 to 7.1', 'major'], ['upgrade x 3.2 → 5.0', 'major'], ['bump x 16 -> 20', 'major'], ['update the wire format to 3', null], ['upgrade the database from v9 to v12', 'major'], ['bump x from 1.2.3 to 2.0.0', 'major'], ['upgrade x to 5', 'major'],
  ['upgrade x to 5.0', 'major'], ['bump x from 1.2.3 to 1.3.0', 'small'], ['update x to 1.3', 'small'], ['update x to the latest release', 'small'], ['bump version', 'small'],
  ['bump certs from 2021.5.30 to 2022.1.1', 'small'], ['update the timeout from 5 to 10 seconds', null], ['raise the limit from 5 to 10', 'small'], ['update x from v1 to v2', 'major'], ['upgrade users to paid plans', null],
  ['update all packages to latest', null], ['move the cli to 2 packages', null], ['version bump', 'small'], ['update x to latest, drop y', null],
])('%s: %s change of version', (title, want) => { expect(versionChange(title)).toBe(want) })

test.each<[string, boolean]>([
  ['improve the docs', true], ['refactor documentation for 1.0', true], ['rewrite the docs', true], ['architecture overview and example', true],
  ['testing docs are very confusing', true], ['add a section on proxies to the readme', true], ['docs: explain retries', true], ['document retries in the guide', true],
  ['write docs for the api, the cli and the scheduler', true], ['add docs and tests', true], ['update readme and changelog', true], ['docs for the migration', true],
  ['editorial comments', true], ['wrong flag in the tutorial', true],
  ['write docs for and implement a plugin system', false], ['move the cli to another language, rewrite the docs', false], ['add search to the documentation', false],
  ['build a documentation generator', false], ['tutorial mode for new players', false], ['guide users through setup', false], ['export crashes in the tutorial', false],
  ['typos in the docs and a new storage engine', false], ['support docstrings in the formatter', false], ['show documentation on hover', false],
  ['tutorial does not load', false], ['slow search in the docs', false], ['memory leak in the guide', false], ['docs for the race detector', true], ['docs, a scheduler and a storage engine', false], ['improve the rules and the guide', false], ['docs: rewrite the storage engine', false], ['overview dashboard', false],
])('%s: all of it text for readers: %s', (title, want) => { expect(asksForWriting(title)).toBe(want) })

test('text for readers does not hide what is to be built', () => {
  expect(verdict('Write docs for the scheduler').reason).toBe('text for readers')
  expect(verdict('Write docs for the scheduler and build it').reason).not.toBe('text for readers')
})

test.each<[string, boolean]>([
  ['add retry for failed uploads', false], ['support servers that don\'t send a length', false], ['implement error pages', false], ['allow a retry when the upload fails', false],
  ['feature request: add a wrong-password counter', false], ['feat(api): add error codes', false], ['introduce invalid-row reports', false],
  ['support for proxies doesn\'t work', true], ['create button does not work', true], ['add-on crashes', true], ['upload fails', true], ['fix wrong total', true],
  ['failed uploads are not retried', true], ['import is broken', true],
])('%s: a defect: %s', (title, want) => { expect(isDefect(title)).toBe(want) })

test('a feature that names a failure is a request', () => {
  expect(verdict('Add retry for failed uploads', 'Uploads over a bad line stop half way. Please retry three times.').reason).toBe('short text, nothing that points at more')
  expect(verdict('Failed uploads are not retried', 'Uploads over a bad line stop half way and stay so. Nothing is said of it anywhere.').reason).toBe('a defect with a symptom')
})

test.each<[string, boolean]>([
  ['8 months since the last release', true], ['new release?', true], ['please make a new release', true], ['when is the next release', true], ['new release with the fix', true],
  ['weekly digest (3 november - 10 november)', true], ['meeting notes 2024', true], ['new release pipeline with signed artifacts', false], ['crash since the last release', false],
  ['automate the next release', false], ['thank you page', false], ['add meeting notes', false], ['agenda view', false], ['slow start in the new release', false],
])('%s: nothing to build: %s', (title, want) => { expect(isNothingToBuild(title)).toBe(want) })

test.each<[string, string, string[]]>([
  ['[docs] fix(ui): add a, b and c', '[docs] fix(ui): ', ['add a', 'b', 'c']], ['one thing', '', ['one thing']], ['', '', ['']], ['[epic]', '', ['[epic]']], ['a, and then b; c', '', ['a', 'b', 'c']],
  [',', '', [',']], [' and , ; ', '', ['and , ;']],
])('%j is read in parts', (title, prefix, parts) => { expect(clausesOf(title)).toEqual({prefix, parts}) })
