import {describe, expect, it} from 'vitest'
import type {SpendDay} from '../../src/lib/core/cost/budget.js'
import {resolveConfig} from '../../src/lib/core/config/layers.js'
import {capPlan} from '../../src/lib/core/route/cap-plan.js'
import type {SpawnPlan} from '../../src/lib/core/route/spawn-plan.js'
import {PilotError} from '../../src/lib/errors.js'
import {openPurse, type PurseOptions} from '../../src/lib/flow/purse.js'
import type {SpendRecord} from '../../src/lib/ports.js'
import {entry, line, NOW} from '../core/cost/support.js'

const config = resolveConfig([{from: 'local', file: '.pilot/config.yaml', lineOf: () => 5, data: {budget: {per_issue_usd: 4, per_epic_usd: 20, per_day_usd: 6}}}])
const plan = (more: Partial<SpawnPlan> = {}): SpawnPlan => ({
  issue: 7, gate: 'implement', attempt: 1, executor: 'claude', tier: 'balanced', model: 'claude-sonnet-4-6', effort: null, endpoint: null,
  argv: ['claude', '--max-budget-usd', '4', '--x'], stdin: 'p', env: {}, cwd: '/w', tools: [], mcpConfigPath: null, timeoutMs: 1, stallMs: null, resume: null, maxTurns: null, maxBudgetUsd: 4,
  schema: null, escalation: null, provenance: {maxBudgetUsd: {value: 4, from: 'local', at: 'x:1', key: 'budget.per_issue_usd', reason: null, overrode: []}}, ...more,
})
const BOOKING = {command: 'execute', epic: null}

function open(more: Partial<PurseOptions> = {}) {
  const days = new Map<string, SpendDay>()
  const [warnings, state]: [string[], {writes: number; renew: (() => void) | null; broken: boolean}] = [[], {writes: 0, renew: null, broken: false}]
  const list = () => [...days.values()]
  const record: SpendRecord = {
    days: () => (state.broken ? Promise.reject(new PilotError('GIT_FAILED', 'no network')) : Promise.resolve(list())),
    readable: () => Promise.resolve({days: list(), damaged: []}),
    change(date, change) {
      if (state.broken) return Promise.reject(new Error('no network'))
      const {entries, value} = change(list())
      if (entries !== null) {
        days.set(date, {date, entries})
        state.writes++
      }
      return Promise.resolve(value)
    },
    amend: (date, amend) => record.change(date, () => ({entries: amend(days.get(date)?.entries ?? []), value: undefined})),
    renewing(run) {
      state.renew = run
      return () => { state.renew = null }
    },
  }
  const none = (): never => { throw new Error('not to be called') }
  const purse = openPurse({
    record, config, clock: {now: () => NOW, sleep: none}, repo: 'octo/app', runId: 'me', leaseMs: 600_000, prices: () => Promise.resolve({rates: () => null, knows: (model) => model.startsWith('claude')}),
    report: {progress: () => undefined, action: none, activity: none, warn: (text) => { warnings.push(text) }},
    artifacts: {readText: () => Promise.resolve(undefined), read: none, write: none, writeText: none, append: none, resolve: none}, ...more,
  })
  return {purse, warnings, state, days: list, entries: () => list().flatMap(({entries}) => entries), put: (...entries: SpendDay['entries'][number][]) => days.set('2026-01-01', {date: '2026-01-01', entries})}
}

describe('the purse of a run', () => {
  it('reserves once for all calls of an issue, and gives back what is left', async () => {
    const {purse, state, entries} = open()
    expect(await purse.draw(plan(), BOOKING)).toEqual({kind: 'granted', cap: null})
    expect(entries()).toMatchObject([{runId: 'me', issue: 7, capUsd: 4, spentUsd: 0, expiresAt: '2026-01-01T12:15:00.000Z'}])
    purse.book(plan(), 1.5)
    purse.book(plan(), null)
    expect(await purse.draw(plan({gate: 'review', maxBudgetUsd: 2.5}), BOOKING)).toEqual({kind: 'granted', cap: null})
    expect(await purse.draw(plan({gate: 'commit', maxBudgetUsd: 2.5}), BOOKING)).toEqual({kind: 'granted', cap: {usd: 1, key: null}})
    // and tells what a call cost when it has ended: whoever is killed in the next one cannot
    expect([state.writes, entries()]).toMatchObject([2, [{capUsd: 4, spentUsd: 1.5}]])
    await purse.settle(7)
    await purse.close()
    expect(entries()).toMatchObject([{capUsd: 1.5, spentUsd: 1.5, calls: 2, unpriced: 1, expiresAt: null}])
    expect([state.writes, state.renew]).toEqual([3, null])
  })

  it('tells what is spent with each renewal, and only warns when the record cannot be written any more', async () => {
    const {purse, state, entries, warnings} = open()
    await purse.draw(plan(), BOOKING)
    purse.book(plan(), 2)
    state.renew?.()
    await new Promise(setImmediate)
    expect(entries()).toMatchObject([{capUsd: 4, spentUsd: 2}])
    state.broken = true
    await purse.close()
    expect(warnings).toEqual([expect.stringMatching(/reserved for #7 could not be given back; it ends by itself at 2026-01-01T12:15/)])
  })

  it('tells what a call streams while it is under way, first at once and then by the tenth of what is reserved, and books the final figure in its place', async () => {
    const {purse, state, entries} = open()
    await purse.draw(plan(), BOOKING)
    const told: [number, number, number][] = []
    for (const usd of [0, 0.05, 0.1, 0.3, 0.5, 0.6]) {
      purse.note(plan(), usd)
      await new Promise(setImmediate)
      told.push([usd, entries()[0]!.streamedUsd ?? 0, state.writes])
    }
    expect(told).toEqual([[0, 0, 1], [0.05, 0.05, 2], [0.1, 0.05, 2], [0.3, 0.05, 2], [0.5, 0.5, 3], [0.6, 0.5, 3]])
    state.renew?.()
    await new Promise(setImmediate)
    expect(entries()).toMatchObject([{spentUsd: 0, streamedUsd: 0.6, capUsd: 4, calls: 0}])
    // the agent's own figure is less than what the table made of its stream
    purse.book(plan(), 0.55)
    purse.note(plan({gate: 'review'}), 0.2)
    expect(await purse.draw(plan({gate: 'review', maxBudgetUsd: 3.25}), BOOKING)).toEqual({kind: 'granted', cap: null})
    purse.book(plan({gate: 'review'}), 0.25)
    await purse.close()
    expect(entries()).toMatchObject([{capUsd: 0.8, spentUsd: 0.8, streamedUsd: 0, calls: 2, unpriced: 0, expiresAt: null}])
  })

  it('keeps what was streamed of a call whose cost is unknown in the end, or that was never booked', async () => {
    const {purse, entries} = open()
    await purse.draw(plan(), BOOKING)
    purse.note(plan(), 0.5)
    purse.book(plan(), null)
    purse.note(plan(), 0.25)
    await purse.close()
    expect(entries()).toMatchObject([{capUsd: 0.75, spentUsd: 0.75, streamedUsd: 0, calls: 2, unpriced: 2, expiresAt: null}])
  })

  it('warns where what is streamed cannot be told, and goes on', async () => {
    const {purse, state, warnings} = open()
    purse.note(plan(), 1)
    await purse.draw(plan(), BOOKING)
    state.broken = true
    purse.note(plan(), 1)
    purse.note(plan(), 1.1)
    await new Promise(setImmediate)
    expect(warnings).toEqual([expect.stringMatching(/could not be renewed: Error: no network/)])
  })

  it('does not renew what ran out while the runner slept, tells what was spent, and reserves anew what is still there', async () => {
    let now = NOW
    const {purse, state, entries, put} = open({clock: {now: () => now, sleep: () => Promise.reject(new Error('not to be called'))}})
    await purse.draw(plan(), BOOKING)
    purse.book(plan(), 1)
    now = new Date(NOW.getTime() + 601_000)
    state.renew?.()
    await new Promise(setImmediate)
    expect(entries()).toMatchObject([{runId: 'me', spentUsd: 1, expiresAt: '2026-01-01T12:15:00.000Z'}])
    put(...entries(), entry({runId: 'other', issue: 8, spentUsd: 0, capUsd: 4, expiresAt: new Date(now.getTime() + 600_000).toISOString()}))
    // 6 a day, 1 spent, 4 held by the other
    expect(await purse.draw(plan({gate: 'review', maxBudgetUsd: 3}), BOOKING)).toEqual({kind: 'granted', cap: {usd: 1, key: 'budget.per_day_usd'}})
    expect(entries().find(({runId}) => runId === 'me')).toMatchObject({spentUsd: 1, capUsd: 2})
  })

  describe('over midnight', () => {
    const nextDay = new Date('2026-01-02T00:30:00.000Z')
    async function spentYesterday(usd: number) {
      let now = NOW
      const opened = open({clock: {now: () => now, sleep: () => Promise.reject(new Error('not to be called'))}})
      await opened.purse.draw(plan(), BOOKING)
      opened.purse.book(plan(), usd)
      await opened.purse.settle(7)
      return {...opened, later: () => { now = nextDay }}
    }

    it('what was spent yesterday is no reason to refuse today', async () => {
      const {purse, put, entries, later} = await spentYesterday(1)
      put(...entries(), entry({runId: 'other', issue: 8, spentUsd: 5, expiresAt: null}))
      expect(await purse.draw(plan({maxBudgetUsd: 3}), BOOKING)).toMatchObject({kind: 'refused'})
      later()
      await purse.check([plan({maxBudgetUsd: 3})], {issue: 7, epic: null})
      expect(await purse.draw(plan({maxBudgetUsd: 3}), BOOKING)).toEqual({kind: 'granted', cap: null})
    })

    it('what is spent today counts for today, and for the issue with what was spent yesterday', async () => {
      const {purse, days, later} = await spentYesterday(1)
      later()
      await purse.draw(plan({issue: 8}), BOOKING)
      purse.book(plan({issue: 8}), 4)
      await purse.settle(8)
      // 6 a day and 4 spent; 4 an issue and 1 spent
      expect(await purse.draw(plan({maxBudgetUsd: 3}), BOOKING)).toEqual({kind: 'granted', cap: {usd: 2, key: 'budget.per_day_usd'}})
      purse.book(plan(), 1.5)
      expect(await purse.draw(plan({gate: 'review', maxBudgetUsd: 1.5}), BOOKING)).toEqual({kind: 'granted', cap: {usd: 0.5, key: 'budget.per_day_usd'}})
      await purse.close()
      expect(days().map(({date, entries}) => [date, entries.map(({issue, spentUsd, expiresAt}) => [issue, spentUsd, expiresAt])])).toEqual([
        ['2026-01-01', [[7, 1, null]]], ['2026-01-02', [[8, 4, null], [7, 1.5, null]]],
      ])
    })

    it('a reservation that is still held is settled for its own day, and the next call asks the new day', async () => {
      let now = NOW
      const {purse, days} = open({clock: {now: () => now, sleep: () => Promise.reject(new Error('not to be called'))}})
      await purse.draw(plan(), BOOKING)
      now = new Date('2026-01-02T00:01:00.000Z')
      // begun before midnight, so it is paid by the day before
      purse.book(plan(), 1)
      await purse.draw(plan({gate: 'review', maxBudgetUsd: 3}), BOOKING)
      expect(days().map(({date, entries}) => [date, entries.map(({capUsd, spentUsd}) => [capUsd, spentUsd])])).toEqual([['2026-01-01', [[1, 1]]], ['2026-01-02', [[3, 0]]]])
    })
  })

  it('takes the least that any budget has, puts it into the command line, and names the key', async () => {
    const {purse, put} = open()
    put(entry({runId: 'other', issue: 8, spentUsd: 3, expiresAt: null}))
    const drawn = await purse.draw(plan(), BOOKING)
    expect(drawn).toEqual({kind: 'granted', cap: {usd: 3, key: 'budget.per_day_usd'}})
    const capped = capPlan(plan(), {usd: 3, key: 'budget.per_day_usd'}, config)
    expect(capped).toMatchObject({maxBudgetUsd: 3, argv: ['claude', '--max-budget-usd', '3', '--x'], provenance: {maxBudgetUsd: {value: 3, key: 'budget.per_day_usd', from: 'local'}}})
    expect(capped.provenance['maxBudgetUsd']?.overrode[0]).toMatchObject({from: 'budget.per_issue_usd', value: 4})
  })

  it.each<[string, Partial<SpawnPlan>, RegExp]>([
    ['the day', {}, /^2026-01-01 has cost \$6\.00 of its \$6\.00: raise budget\.per_day_usd \(local \.pilot\/config\.yaml:5\)$/],
    ['the issue, by attempts that only GitHub knows of', {maxBudgetUsd: 0.01}, /^#7 has cost at least \$4\.00 of its \$4\.00: raise budget\.per_issue_usd/],
  ])('refuses when %s has nothing left', async (_, more, message) => {
    const {purse, put, state} = open()
    put(entry({runId: 'other', issue: 8, spentUsd: 6, expiresAt: null}))
    const drawn = await purse.draw(plan(more), BOOKING)
    expect(drawn.kind === 'refused' && drawn.message).toMatch(message)
    expect(state.writes).toBe(0)
    await expect(purse.check([plan()], {issue: 7, epic: null})).rejects.toMatchObject({code: 'OVER_BUDGET', exit: 7})
  })

  it('refuses what is used up with the sum that was really spent', async () => {
    const {purse} = open()
    await purse.draw(plan(), BOOKING)
    purse.book(plan(), 5.46)
    expect(await purse.draw(plan({gate: 'commit', maxBudgetUsd: 0.01}), BOOKING)).toEqual({
      kind: 'refused', message: '#7 has cost $5.46 of its $4.00: raise budget.per_issue_usd (local .pilot/config.yaml:5)',
    })
  })

  const cap = (value: number, key: string | null) => ({maxBudgetUsd: {value, from: 'local' as const, at: 'x:1', key, reason: null, overrode: []}})
  it.each<[string, Partial<SpawnPlan>, Partial<SpawnPlan>, RegExp]>([
    ['its issue', {}, {}, /^#7 has cost \$4\.20 of its \$4\.00: raise budget\.per_issue_usd \(local \.pilot\/config\.yaml:5\)$/],
    ['its issue, by attempts that only GitHub knows of', {maxBudgetUsd: 1}, {maxBudgetUsd: 1}, /^#7 has cost at least \$7\.20 of its \$4\.00: raise budget\.per_issue_usd/],
    ['the day', {}, {maxBudgetUsd: 3, provenance: cap(3, 'budget.per_day_usd')}, /^2026-01-01 has cost \$5\.20 of its \$6\.00 and \$0\.50 more is held .*: try again when they have ended, or raise budget\.per_day_usd/],
    ['a text gate', {gate: 'review'}, {gate: 'commit', maxBudgetUsd: 1, provenance: cap(1, null)}, /^this call of gate commit has cost \$4\.20 of the \$1\.00 that it may cost at most$/],
    ['a gate that pays from the epic', {gate: 'plan'}, {gate: 'plan', maxBudgetUsd: 4, provenance: cap(4, null)}, /^this call of gate plan has cost \$4\.20 of the \$4\.00 that it may cost at most: raise budget\.per_issue_usd \(local/],
  ])('says of a call that was stopped for its cost what was spent of the budget of %s, and what to raise', async (_, planned, capped, message) => {
    const {purse, put} = open()
    put(entry({runId: 'other', issue: 8, spentUsd: 1, capUsd: 1.5, expiresAt: '2026-01-01T12:14:00.000Z'}))
    await purse.draw(plan(), BOOKING)
    purse.book(plan(), 4.2)
    expect(await purse.whyStopped(plan(planned), plan(capped), {...BOOKING, costUsd: 4.2})).toMatch(message)
  })

  it('names what it knows where the record cannot be read any more', async () => {
    const {purse, state} = open()
    await purse.draw(plan(), BOOKING)
    purse.book(plan(), 4.2)
    state.broken = true
    expect(await purse.whyStopped(plan(), plan(), {...BOOKING, costUsd: 4.2})).toMatch(/^#7 has cost at least \$4\.20 of its \$4\.00: raise budget\.per_issue_usd/)
  })

  it('asks nobody about a call that nobody can price', async () => {
    const {purse, put, state} = open()
    put(entry({runId: 'other', issue: 8, spentUsd: 6, expiresAt: null}))
    const free = plan({executor: 'native', model: 'qwen', gate: 'commit'})
    expect(await purse.draw(free, BOOKING)).toEqual({kind: 'granted', cap: null})
    await purse.check([free], {issue: 7, epic: null})
    purse.book(free, null)
    await purse.close()
    expect(state.writes).toBe(0)
  })

  it('waits for a sibling that holds what it needs, and goes on when that gives back; other machines are not waited for', async () => {
    const {purse, entries} = open()
    await purse.draw(plan(), BOOKING)
    expect(await purse.draw(plan({issue: 8}), BOOKING)).toMatchObject({cap: {usd: 2}})
    let done = false
    const third = purse.draw(plan({issue: 9}), BOOKING).finally(() => { done = true })
    purse.book(plan(), 0.5)
    await new Promise(setImmediate)
    expect(done).toBe(false)
    // nor does a fourth that comes before its claim find a budget that is used up: its siblings will give back
    await purse.check([plan({issue: 10})], {issue: 10, epic: null})
    await purse.settle(7)
    expect(await third).toEqual({kind: 'granted', cap: {usd: 3.5, key: 'budget.per_day_usd'}})
    expect(entries().reduce((sum, {capUsd}) => sum + capUsd, 0)).toBe(6)

    const {purse: alone, put} = open()
    put(entry({runId: 'other', issue: 8, capUsd: 6, spentUsd: 0}))
    const drawn = await alone.draw(plan(), BOOKING)
    expect(drawn.kind === 'refused' && drawn.message).toMatch(/\$6\.00 more is held by calls that are still running: try again when they have ended/)
    // a claim, a worktree and a baseline run would come to nothing but this same refusal, so it comes before them
    await expect(alone.check([plan()], {issue: 7, epic: null})).rejects.toMatchObject({code: 'OVER_BUDGET', exit: 7, message: expect.stringMatching(/try again when they have ended/) as string})
    // what a dead run holds for the same issue is free for whoever gets its claim
    await alone.check([plan({issue: 8})], {issue: 8, epic: null})
  })

  it('counts what this machine’s ledger has of earlier runs, and names the lines that it cannot read', async () => {
    const artifacts = {readText: () => Promise.resolve(`${JSON.stringify(line({costUsd: 3.5, runId: 'killed'}))}\nrubbish\n`)} as unknown as PurseOptions['artifacts']
    const {purse, warnings} = open({artifacts})
    expect(await purse.draw(plan(), BOOKING)).toMatchObject({cap: {usd: 0.5, key: 'budget.per_issue_usd'}})
    expect(warnings).toEqual([expect.stringMatching(/1 lines? count in no sum \(line 2: no JSON\)/)])
  })
})
