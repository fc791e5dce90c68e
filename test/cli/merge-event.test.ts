import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, onTestFinished, test} from 'vitest'
import {z} from 'zod'
import {mergedInEvent} from '../../src/lib/cli/merge-event.js'
import {PilotError} from '../../src/lib/errors.js'

/** What GitHub's published example payloads say of a merge, one of each event, action and shape; nothing else of them. */
const EVENTS = z.array(z.strictObject({event: z.string(), payload: z.looseObject({action: z.string().optional(), repository: z.looseObject({full_name: z.string()}).optional()})}))
  .parse(JSON.parse(await readFile(new URL('../fixtures/webhooks/events.json', import.meta.url), 'utf8')))

/** What was read, or the code of the refusal; anything but a PilotError fails the test. */
async function read(text: string, repo = 'acme/app'): Promise<object | string> {
  const dir = await mkdtemp(join(tmpdir(), 'event-'))
  onTestFinished(() => rm(dir, {recursive: true}))
  const path = join(dir, 'event.json')
  await writeFile(path, text)
  try {
    return await mergedInEvent({GITHUB_EVENT_PATH: path}, repo)
  } catch (error) {
    if (error instanceof PilotError) return error.code
    throw error
  }
}
const repository = {full_name: 'Acme/App'}

test.each([
  ['a merge', {action: 'closed', pull_request: {number: 7, merged: true}, repository}, {pr: 7}],
  ['a label on what is merged', {action: 'labeled', pull_request: {number: 7, merged: true}, repository}, {pr: 7}],
  ['closed without a merge', {action: 'closed', pull_request: {number: 7, merged: false}, repository}, 'WAITING'],
  ['an issue that was closed', {action: 'closed', issue: {number: 5, state: 'closed', state_reason: 'completed'}, repository}, {issue: 5}],
  ['an issue that was deleted', {action: 'deleted', issue: {number: 5, state: 'closed'}, repository}, 'USAGE'],
  ['a review of what is merged', {action: 'submitted', pull_request: {number: 7, merged_at: '2026-01-01T00:00:00Z'}, repository}, 'USAGE'],
  ['a push', {ref: 'refs/heads/main', commits: [{message: 'Closes #5'}], repository}, 'USAGE'],
  ['another repository', {action: 'closed', pull_request: {number: 7, merged: true}, repository: {full_name: 'acme/other'}}, 'OTHER_REPOSITORY'],
  ['a number that is none', {action: 'closed', pull_request: {number: '7; rm', merged: true}, repository}, 'USAGE'],
  ['a number below 1', {action: 'closed', issue: {number: 0}, repository}, 'USAGE'],
  ['null', null, 'USAGE'], ['a list', [], 'USAGE'], ['no fields', {}, 'USAGE'], ['null fields', {pull_request: null, issue: null, repository: null}, 'USAGE'],
])('%s', async (_, event, expected) => expect(await read(JSON.stringify(event))).toEqual(expected))

test.each([['', 'FILE_UNREADABLE'], ['{', 'FILE_UNREADABLE']])('%j is no event', async (text, code) => expect(await read(text)).toBe(code))

describe('the examples that GitHub publishes', () => {
  const kinds = [...new Set(EVENTS.map(({event}) => event))]
  test.each(kinds)('%s: none is a merge, and each says what to do', async (event) => {
    const said = await Promise.all(EVENTS.filter((one) => one.event === event).map(({payload}) => read(JSON.stringify(payload), payload.repository?.full_name)))
    // a new kind of event must not be taken for a merge by accident
    expect([...new Set(said)]).toEqual([event === 'pull_request' ? 'WAITING' : 'USAGE'])
  })
})
