import {describe, expect, it} from 'vitest'
import {printAttemptsComment} from '../../src/lib/core/issue/attempts-comment.js'
import type {Comment, Issue, Pull} from '../../src/lib/core/issue/issue.js'
import {glance, preview, readTask, type Task} from '../../src/lib/flow/attempt/task.js'
import type {World} from '../../src/lib/flow/world.js'
import type {Permission} from '../../src/lib/ports.js'
import {attempts, passed, pull, SHA} from '../core/run/support.js'
import {comment, isBot, issue} from '../support/issues.js'

type GitHub = {issue: Issue; comments: Comment[]; pulls: Pull[]; blockers: Issue[]; labeller: string | null; permissions: Record<string, Permission>}
const COUNTS = {comments: 0, blockers: 0, openBlockers: 0, children: 0, openChildren: 0}
const trusted = (about: Partial<GitHub> = {}): GitHub => ({
  issue: issue(7, {labels: ['pilot'], authorAssociation: 'OWNER', author: 'ann', counts: COUNTS}), comments: [], pulls: [], blockers: [],
  labeller: 'ann', permissions: {ann: 'write'}, ...about,
})
const kept = comment(1, printAttemptsComment(attempts(passed(1, SHA('a')))))

/** What GitHub holds may be changed between two reads; every request is named in `asked`. */
function open(dryRun = false) {
  const state = {now: trusted()}
  const asked: string[] = []
  const ask = <T>(name: string, value: () => T): Promise<T> => { asked.push(name); return Promise.resolve(value()) }
  const world = {
    dryRun, report: {warn: () => undefined}, own: () => Promise.resolve(isBot),
    config: {settings: {budget: {per_issue_usd: 10}, trust: {associations: ['OWNER'], users: [], bots: []}}},
    issues: {get: (n: number) => ask(`issue ${n}`, () => (n === 7 ? state.now.issue : issue(n)))},
    comments: {list: () => ask('comments', () => state.now.comments)}, pulls: {ofBranch: () => ask('pulls', () => state.now.pulls)},
    relations: {blockers: () => ask('blockers', () => state.now.blockers)},
    people: {labelledBy: () => ask('events', () => state.now.labeller), permission: (login: string) => ask(`permission ${login}`, () => state.now.permissions[login] ?? 'none')},
  } as unknown as World
  return {state, asked, world, first: async () => preview(world, await glance(world, 7))}
}
const verdict = ({admission}: Task): string => (admission.kind === 'stop' ? admission.error.code : admission.kind)

describe('before the claim', () => {
  it.each<[string, Partial<GitHub>, string[], string]>([
    ['a fresh issue is asked for what may refuse it', {}, ['issue 7', 'events', 'permission ann'], 'go'],
    ['a server that does not count is asked for everything but pull requests', {issue: issue(7, {labels: ['pilot'], authorAssociation: 'OWNER'})}, ['issue 7', 'comments', 'blockers', 'events', 'permission ann'], 'go'],
    ['comments are read where there are some', {issue: issue(7, {labels: ['pilot'], authorAssociation: 'OWNER', counts: {...COUNTS, comments: 1}})}, ['issue 7', 'comments', 'events', 'permission ann'], 'go'],
    ['an open blocker that GitHub counts', {issue: issue(7, {authorAssociation: 'OWNER', counts: {...COUNTS, blockers: 1, openBlockers: 1}}), blockers: [issue(5)]}, ['issue 7', 'blockers'], 'BLOCKED'],
    ['one that only the text names', {issue: issue(7, {authorAssociation: 'OWNER', body: 'Depends on: #5', counts: COUNTS})}, ['issue 7', 'blockers', 'issue 5'], 'BLOCKED'],
    ['lines that GitHub has as edges, all of them closed', {issue: issue(7, {authorAssociation: 'OWNER', body: 'Depends on: #5', counts: {...COUNTS, blockers: 1}})}, ['issue 7'], 'go'],
    ['a verified pull request: nothing else matters', {issue: issue(7, {counts: {...COUNTS, comments: 1}}), comments: [kept], pulls: [pull(9)]}, ['issue 7', 'comments', 'pulls'], 'noop'],
    ['a stranger’s issue', {issue: issue(7, {author: 'mallory', counts: COUNTS})}, ['issue 7'], 'UNTRUSTED_AUTHOR'],
  ])('%s', async (_, about, requests, expected) => {
    const {state, asked, first} = open()
    state.now = trusted(about)
    expect(verdict(await first())).toBe(expected)
    expect(asked).toEqual(requests)
  })

  it('an issue with nothing left to do is not called trusted: nobody asked', async () => {
    const {state, first} = open()
    state.now = trusted({issue: issue(7, {counts: {...COUNTS, comments: 1}}), comments: [kept], pulls: [pull(9)]})
    expect((await first()).trust.trusted).toBe(false)
  })

  it('a dry run, which takes no claim, reads everything', async () => {
    const {asked, first} = open(true)
    await first()
    expect(new Set(asked)).toEqual(new Set(['issue 7', 'comments', 'pulls', 'blockers', 'events', 'permission ann']))
  })
})

describe('under the claim', () => {
  it.each<[string, Partial<GitHub>, string]>([
    ['nothing changed', {}, 'go'],
    ['a merged pull request', {pulls: [pull(9, {state: 'closed', merged: true})]}, 'noop'],
    ['an attempt that passed, with its pull request', {comments: [kept], pulls: [pull(9)]}, 'noop'],
    ['a blocker, which the counts do not show yet', {blockers: [issue(5)]}, 'BLOCKED'],
    ['closed', {issue: {...trusted().issue, state: 'closed'}}, 'ISSUE_CLOSED'],
    ['a labeller without the right', {labeller: 'mallory'}, 'UNTRUSTED_AUTHOR'],
    // the person at the command line is called operator as long as there is no label, and may do everything
    ['a labeller of a telling name', {labeller: 'operator'}, 'UNTRUSTED_AUTHOR'],
    ['nobody who put the label on', {labeller: null}, 'UNTRUSTED_AUTHOR'],
    ['another labeller who may push', {labeller: 'bob', permissions: {bob: 'maintain'}}, 'go'],
  ])('everything is read again: %s', async (_, change, expected) => {
    const {state, asked, world, first} = open()
    const before = await first()
    expect(verdict(before)).toBe('go')
    asked.length = 0
    state.now = trusted(change)
    expect(verdict(await readTask(world, 7, before))).toBe(expected)
    expect(asked).toEqual(expect.arrayContaining(['issue 7', 'comments', 'pulls', 'blockers', 'events']))
    expect(asked).not.toContain('permission ann')
  })

  it('without the label before and with it now, the labeller’s permission is asked for', async () => {
    const {state, asked, world, first} = open()
    state.now = trusted({issue: {...trusted().issue, labels: []}})
    const before = await first()
    state.now = trusted({labeller: 'operator', permissions: {operator: 'read'}})
    expect(verdict(await readTask(world, 7, before))).toBe('UNTRUSTED_AUTHOR')
    expect(asked).toContain('permission operator')
  })
})
