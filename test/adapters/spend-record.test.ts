import {randomUUID} from 'node:crypto'
import {chmodSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {openClone} from '../../src/lib/adapters/git-clone.js'
import type {PushAnswer} from '../../src/lib/adapters/git-remote.js'
import {openSpendRecord} from '../../src/lib/adapters/spend-record.js'
import {allowance, budgetStates} from '../../src/lib/core/cost/budget.js'
import {withEntry, type SpendEntry} from '../../src/lib/core/cost/reservations.js'
import {entry, NOW} from '../core/cost/support.js'
import {countedClone, git, put, sh, world, type World} from './git-fixture.js'

const DATE = '2026-01-01'
const REF = `refs/pilot/spend/${DATE}`
const clock = {now: () => NOW, sleep: (ms: number) => new Promise<void>((resolve) => { setTimeout(resolve, ms) })}

/** A runner with a clone of its own, as on another machine, unless it is given one. */
const record = (w: World, name: string, clone = openClone({git, remote: {url: w.url, token: null}, cacheDir: join(w.root, `cache-${name}`), checkout: null})) =>
  openSpendRecord({clone, clock, nonce: randomUUID, random: Math.random, every: () => () => undefined})

/** As a runner reserves: what is left, at most `wanted`. */
async function reserve(of: ReturnType<typeof record>, runId: string, wanted: number, perDayUsd: number): Promise<number> {
  return of.change(DATE, (days) => {
    const states = budgetStates({runId, issue: null, epic: null, date: DATE, isExclusive: true}, {perIssueUsd: 10, perEpicUsd: 60, perDayUsd}, days, [], NOW)
    const found = allowance(wanted, states)
    if (found.kind === 'over') return {entries: null, value: 0}
    const before = days.find(({date}) => date === DATE)?.entries ?? []
    return {entries: withEntry(before, entry({runId, issue: null, capUsd: found.usd, spentUsd: 0})), value: found.usd}
  })
}

describe('the spend record', () => {
  it('lets no more be reserved than the day has, whoever of fourteen machines comes first', async () => {
    const w = world()
    const granted = await Promise.all(Array.from({length: 14}, (_, i) => reserve(record(w, `m${i}`), `run-${i}`, 3, 10)))
    expect(granted.reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(10, 6)
    expect(granted.filter((usd) => usd > 0)).toHaveLength(4)
    const kept = (await record(w, 'reader').days()).flatMap(({entries}) => entries)
    expect(kept.reduce((sum, {capUsd}) => sum + capUsd, 0)).toBeCloseTo(10, 6)
    expect(new Set(kept.map(({runId}) => runId)).size).toBe(4)
  }, 120_000)

  it('loses no entry of twelve that write at once, and is one commit without history a day', async () => {
    const w = world()
    const put = (name: string) => record(w, name).change(DATE, (days) => ({entries: withEntry(days.find(({date}) => date === DATE)?.entries ?? [], entry({runId: name, expiresAt: null})), value: name}))
    await Promise.all(Array.from({length: 12}, (_, i) => put(`m${i}`)))
    const [day] = await record(w, 'reader').days()
    expect(day?.entries.map(({runId}) => runId).toSorted()).toEqual(Array.from({length: 12}, (_, i) => `m${i}`).toSorted())
    expect(sh(w.origin, 'rev-list', '--count', REF)).toBe('1')
  }, 120_000)

  it('is amended without a look where nobody else wrote, and loses nothing where somebody did', async () => {
    const w = world()
    const clone = openClone({git, remote: {url: w.url, token: null}, cacheDir: join(w.root, 'cache-mine'), checkout: null})
    let looks = 0
    const list: typeof clone.remote.list = (patterns) => { looks++; return clone.remote.list(patterns) }
    const [mine, other] = [record(w, 'mine', {...clone, remote: {...clone.remote, list}}), record(w, 'other')]
    const put = (of: typeof mine, runId: string, spentUsd: number) => of.amend(DATE, (entries) => withEntry(entries, entry({runId, spentUsd})))
    const kept = async () => (await record(w, 'reader').days()).flatMap(({entries}) => entries).map(({runId, spentUsd}) => [runId, spentUsd])
    // nothing was read yet, and what is there may be another's
    await put(other, 'other', 1)
    await put(mine, 'mine', 1)
    expect([looks, await kept()]).toEqual([1, [['other', 1], ['mine', 1]]])
    await put(mine, 'mine', 2)
    expect([looks, await kept()]).toEqual([1, [['other', 1], ['mine', 2]]])
    // the push asks why it was refused, then the day is read
    await put(other, 'other', 3)
    await put(mine, 'mine', 4)
    expect([looks, await kept()]).toEqual([3, [['other', 3], ['mine', 4]]])
    sh(w.checkout, 'push', '--quiet', 'origin', `:${REF}`)
    await put(mine, 'mine', 5)
    expect([looks, await kept()]).toEqual([5, [['mine', 5]]])
  })

  it('keeps days apart and reads them all', async () => {
    const w = world()
    const mine = record(w, 'a')
    expect(await mine.days()).toEqual([])
    const one = (runId: string): SpendEntry[] => [entry({runId})]
    await mine.change('2025-12-31', () => ({entries: one('old'), value: 0}))
    await mine.change(DATE, () => ({entries: one('new'), value: 0}))
    expect(await mine.change(DATE, () => ({entries: null, value: 'left alone'}))).toBe('left alone')
    expect((await record(w, 'b').days()).map(({date, entries}) => [date, entries.map(({runId}) => runId)])).toEqual([['2025-12-31', ['old']], [DATE, ['new']]])
  })

  it('that cannot be read stops everything, names the ref and says how to mend it', async () => {
    const w = world()
    sh(w.checkout, 'push', '--quiet', 'origin', `HEAD:${REF}`)
    const broken = {code: 'INVALID_ARTIFACT', exit: 3, message: expect.stringContaining(REF) as string, suggestions: expect.arrayContaining([expect.stringContaining(`git push origin :${REF}`)]) as string[]}
    await expect(record(w, 'a').days()).rejects.toMatchObject(broken)
    await expect(reserve(record(w, 'b'), 'r', 1, 10)).rejects.toMatchObject(broken)
  })

  it('of which a day cannot be read tells a reader the others, and which one it lacks', async () => {
    const w = world()
    const mine = record(w, 'a')
    await mine.change('2025-12-31', () => ({entries: [entry({runId: 'old'})], value: 0}))
    sh(w.checkout, 'push', '--quiet', 'origin', `HEAD:${REF}`)
    for (const reader of [mine, record(w, 'b')]) {
      const {days, damaged} = await reader.readable()
      expect([days.map(({date, entries}) => [date, entries.map(({runId}) => runId)]), damaged.map((problem) => problem.includes(REF))]).toEqual([[['2025-12-31', ['old']]], [true]])
    }
    await expect(mine.days()).rejects.toMatchObject({code: 'INVALID_ARTIFACT'})
  })

  /** A record whose pushes are counted, and answered by the remote unless there is an answer; its pauses take no time. */
  const counted = (w: World, answer: PushAnswer | null) => {
    const [{clone, pushed}, still] = [countedClone(w, answer), {...clock, sleep: () => Promise.resolve()}]
    return {of: openSpendRecord({clone, clock: still, nonce: randomUUID, random: Math.random, every: () => () => undefined}), pushed}
  }

  it('that a rule of the remote keeps from being written is a missing right, told at once', async () => {
    const w = world()
    const {of, pushed} = counted(w, null)
    const [first, forbidden] = [[entry({runId: 'first'})], {
      code: 'FORBIDDEN', exit: 4, message: expect.stringMatching(new RegExp(`${REF}.*pre-receive hook declined.*no spending here`)) as string, suggestions: expect.arrayContaining(['pilot doctor']) as string[],
    }]
    await of.change(DATE, () => ({entries: first, value: 0}))
    put(w.origin, {'hooks/pre-receive': '#!/bin/sh\necho no spending here >&2\nexit 1\n'})
    chmodSync(join(w.origin, 'hooks/pre-receive'), 0o755)
    await expect(reserve(of, 'r', 1, 10)).rejects.toMatchObject(forbidden)
    expect(pushed).toHaveLength(2)
    await expect(of.amend(DATE, (entries) => [...entries, entry({runId: 'more'})])).rejects.toMatchObject(forbidden)
    expect(pushed).toHaveLength(3)
  })

  it('that others change at every try is no fault of the work', async () => {
    const {of, pushed} = counted(world(), {kind: 'rejected', why: 'raced', reason: '[rejected] (stale info)'})
    await expect(reserve(of, 'r', 1, 10)).rejects.toMatchObject({code: 'GITHUB_UNAVAILABLE', retryable: true, message: expect.stringContaining('stale info') as string})
    expect(pushed).toHaveLength(60)
  }, 120_000)

  it('of a remote that does not answer stops everything too', async () => {
    const w = world()
    const gone = openClone({git, remote: {url: `file://${w.root}/gone.git`, token: null}, cacheDir: join(w.root, 'cache'), checkout: null})
    await expect(reserve(record(w, 'a', gone), 'r', 1, 10)).rejects.toMatchObject({name: 'PilotError'})
  })
})
