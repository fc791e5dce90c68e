import {describe, expect, test} from 'vitest'
import {checkRunFromApi, checksState, newestChecks, statusFromApi} from '../../../src/lib/core/issue/checks.js'
import type {Check} from '../../../src/lib/core/issue/issue.js'

const run = (over: Record<string, unknown>): ReturnType<typeof checkRunFromApi.parse> =>
  checkRunFromApi.parse({id: 1, name: 'build', status: 'completed', conclusion: 'success', started_at: '2026-01-01T00:00:00Z',
    html_url: 'u', app: {id: 7}, ...over})
const status = (over: Record<string, unknown>): ReturnType<typeof statusFromApi.parse> =>
  statusFromApi.parse({id: 1, context: 'build', state: 'success', target_url: null, updated_at: '2026-01-01T00:00:00Z', ...over})

test.each([
  ['queued', null, 'pending'], ['in_progress', null, 'pending'], ['waiting', null, 'pending'], ['completed', 'success', 'success'],
  ['completed', 'neutral', 'neutral'], ['completed', 'skipped', 'neutral'], ['completed', 'failure', 'failure'],
    ['completed', 'timed_out', 'failure'],
  ['completed', 'cancelled', 'failure'], ['completed', 'action_required', 'failure'], ['completed', 'stale', 'failure'],
  ['completed', 'brand_new', 'failure'], ['completed', null, 'failure'],
])('a run %s with conclusion %s is %s', (state, conclusion, wanted) => expect(run({status: state, conclusion}).state).toBe(wanted))

test.each([['success', 'success'], ['pending', 'pending'], ['failure', 'failure'], ['error', 'failure'], ['expected', 'pending']])(
  'a status %s is %s', (state, wanted) => expect(status({state}).state).toBe(wanted))

test('the newest of each name wins, whatever the order; ids decide within a second', () => {
  const old = run({id: 1, conclusion: 'failure'})
  const fresh = run({id: 2, started_at: '2026-01-01T00:05:00Z'})
  const same = run({id: 3, started_at: '2026-01-01T00:05:00Z', conclusion: 'failure'})
  expect(newestChecks([old, fresh])).toEqual([{name: 'build', state: 'success', url: 'u'}])
  expect(newestChecks([fresh, old])).toEqual([{name: 'build', state: 'success', url: 'u'}])
  expect(newestChecks([same, fresh, old])[0]?.state).toBe('failure')
})
test('a name shared by two sources stays two checks, so that neither hides the other', () => {
  expect(newestChecks([run({conclusion: 'failure'}), status({updated_at: '2026-02-01T00:00:00Z'}), run({app: {id: 8}})]).map((c) =>
    c.state).sort())
    .toEqual(['failure', 'success', 'success'])
})
test('a name in two check suites stays two checks: a later green workflow hides no red one, and a re-run replaces within its own suite', () => {
  const suite = (id: number, over: Record<string, unknown>): ReturnType<typeof run> => run({check_suite: {id}, ...over})
  const red = suite(100, {id: 1, conclusion: 'failure'})
  const green = suite(200, {id: 2, started_at: '2026-01-01T00:00:05Z'})
  for (const seen of [[red, green], [green, red]]) {
    expect(checksState(newestChecks(seen), [])).toBe('failure')
    expect(checksState(newestChecks(seen), ['build'])).toBe('failure')
  }
  const again = suite(100, {id: 3, started_at: '2026-01-01T00:10:00Z'})
  expect(newestChecks([red, green, again]).map(({state}) => state)).toEqual(['success', 'success'])
  expect(newestChecks([red, green, suite(100, {id: 3, started_at: '2026-01-01T00:10:00Z', status: 'queued', conclusion: null})]).map(({state}) => state).sort()).toEqual(['pending', 'success'])
})
describe('what was dropped', () => {
  const at = (id: number, conclusion: string | null, over: Record<string, unknown> = {}): ReturnType<typeof run> => run({
    id, status: conclusion === null ? 'in_progress' : 'completed', conclusion, started_at: `2026-01-01T00:00:0${id}Z`, check_suite: {id: id + 100}, ...over,
  })
  test.each<[string, ReturnType<typeof run>[], string]>([
    ['cancelled, then green', [at(1, 'cancelled'), at(2, 'success')], 'success'],
    ['stale, then green', [at(1, 'stale'), at(2, 'success')], 'success'],
    ['cancelled, then running', [at(1, 'cancelled'), at(2, null)], 'pending'],
    ['cancelled, then red', [at(1, 'cancelled'), at(2, 'failure')], 'failure'],
    ['cancelled, then skipped', [at(1, 'cancelled'), at(2, 'skipped')], 'failure'],
    ['cancelled twice, then green', [at(1, 'cancelled'), at(2, 'cancelled'), at(3, 'success')], 'success'],
    ['green, then cancelled', [at(1, 'success'), at(2, 'cancelled')], 'failure'],
    ['cancelled, then green in another app', [at(1, 'cancelled'), at(2, 'success', {app: {id: 8}})], 'failure'],
    ['cancelled, then green under another name', [at(1, 'cancelled'), at(2, 'success', {name: 'test'})], 'failure'],
    ['timed out, then green', [at(1, 'timed_out'), at(2, 'success')], 'failure'],
  ])('%s', (_, seen, wanted) => {
    for (const all of [seen, seen.toReversed()]) expect(checksState(newestChecks(all), [])).toBe(wanted)
  })
})

const checks = (...states: Check['state'][]): Check[] => states.map((state, n) => ({name: `c${n}`, state, url: null}))
test.each<[Check[], string[], string]>([
  [[], [], 'none'], [[], ['c0'], 'pending'], [checks('success', 'neutral'), [], 'success'], [checks('success'), ['c0'], 'success'],
  [checks('success'), ['c0', 'c1'], 'pending'], [checks('success', 'pending'), [], 'pending'],
    [checks('pending', 'failure'), ['c9'], 'failure'],
])('%j with %j required is %s', (all, required, wanted) => expect(checksState(all, required)).toBe(wanted))
