import {randomUUID} from 'node:crypto'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {openClaims, parseClaim, type ClaimsOptions} from '../../src/lib/adapters/claims.js'
import {openClone} from '../../src/lib/adapters/git-clone.js'
import {PilotError} from '../../src/lib/errors.js'
import type {Claim} from '../../src/lib/ports.js'
import {countedClone, git, sh, world, type World} from './git-fixture.js'

const REF = 'refs/pilot/claims/issue-7'
const START = Date.parse('2026-01-01T00:00:00Z')

/** A runner with a clock of its own that is set by hand, and a renewal timer that is pulled by hand. */
function runner(w: World, name: string, more: Partial<ClaimsOptions> = {}) {
  const clock = {at: START, now: () => new Date(clock.at), sleep: () => Promise.resolve()}
  const timer: {tick: (() => void) | null} = {tick: null}
  const warnings: string[] = []
  const claims = openClaims({
    clone: openClone({git, remote: {url: w.url, token: null}, cacheDir: join(w.root, `cache-${name}`), checkout: null}),
    runId: name, host: 'here', pid: 1, clock, nonce: randomUUID, warn: (text) => warnings.push(text),
    every: (_, run) => { timer.tick = run; return () => { timer.tick = null } }, ...more,
  })
  return {claims, clock, timer, warnings}
}
const onRemote = (w: World) => sh(w.origin, 'for-each-ref', '--format=%(objectname)', REF)

describe('a claim', () => {
  it('has one winner among twenty that start at once', async () => {
    const w = world()
    const shared = runner(w, 'warm')
    await shared.claims.live() // one clone for all: what is raced for is the ref on the remote
    const clone = openClone({git, remote: {url: w.url, token: null}, cacheDir: join(w.root, 'cache-warm'), checkout: null})
    const results = await Promise.allSettled(Array.from({length: 20}, (_, i) => runner(w, `run-${i}`, {clone}).claims.take(7)))
    const won = results.flatMap((result, i) => result.status === 'fulfilled' ? [i] : [])
    expect(won).toHaveLength(1)
    const lost = results.flatMap((result) => result.status === 'rejected' ? [result.reason as {code: string; exit: number; message: string}] : [])
    expect(lost).toHaveLength(19)
    for (const error of lost) expect(error).toMatchObject({code: 'CLAIMED', exit: 8, message: expect.stringMatching(new RegExp(`run-${won[0]} on here.*2026-01-01T00:10:00`)) as string})
    for (const result of results) if (result.status === 'fulfilled') await result.value.assertHeld()
  })

  it('has one winner even between two that are alike to the last letter', async () => {
    const w = world()
    const clone = openClone({git, remote: {url: w.url, token: null}, cacheDir: w.cacheDir, checkout: null})
    await runner(w, 'same', {clone}).claims.take(7)
    await expect(runner(w, 'same', {clone}).claims.take(7)).rejects.toMatchObject({code: 'CLAIMED'})
  })

  it('is taken, seen by others, renewed and released', async () => {
    const w = world()
    const [a, b] = [runner(w, 'a'), runner(w, 'b')]
    const claim = await a.claims.take(7)
    expect(JSON.parse(sh(w.origin, 'log', '-1', '--format=%B', REF))).toMatchObject(
      {runId: 'a', host: 'here', pid: 1, startedAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-01T00:10:00.000Z'})
    expect(await b.claims.holder(7)).toEqual({runId: 'a', host: 'here', expiresAt: '2026-01-01T00:10:00.000Z'})
    const other = await b.claims.take(70)
    expect(await a.claims.live()).toEqual(new Set([7, 70]))
    const before = onRemote(w)
    a.clock.at = START + 180_000
    a.timer.tick?.()
    await claim.assertHeld()
    expect(onRemote(w)).not.toBe(before)
    expect(await b.claims.holder(7)).toMatchObject({expiresAt: '2026-01-01T00:13:00.000Z'})
    await claim.release()
    await claim.release()
    await other.release()
    expect(a.timer.tick).toBeNull()
    expect(sh(w.origin, 'for-each-ref', 'refs/pilot')).toBe('')
    expect(await b.claims.holder(7)).toBeNull()
    expect(a.warnings).toEqual([])
    await expect(claim.assertHeld()).rejects.toMatchObject({code: 'CLAIM_LOST'})
  })

  it('is taken over after it expired; the woken holder stops, and its release leaves the other’s claim', async () => {
    const w = world()
    const [sleeper, next] = [runner(w, 'sleeper'), runner(w, 'next')]
    const old = await sleeper.claims.take(7)
    next.clock.at = START + 599_000
    await expect(next.claims.take(7)).rejects.toMatchObject({code: 'CLAIMED'})
    next.clock.at = START + 600_000
    expect(await next.claims.holder(7)).toBeNull()
    expect(await next.claims.live()).toEqual(new Set())
    const fresh = await next.claims.take(7)
    const theirs = onRemote(w)
    sleeper.clock.at = START + 700_000
    await expect(old.assertHeld()).rejects.toMatchObject({code: 'CLAIM_LOST', exit: 8})
    await old.release()
    expect(onRemote(w)).toBe(theirs)
    await fresh.assertHeld()
  })

  it.each([['a day', 86_400_000, true], ['a day and a moment', 86_401_000, false], ['ten years', 10 * 365 * 86_400_000, false]])(
    'of a clock that is %s ahead is believed: %s ms, %s', async (_, ahead, believed) => {
      const w = world()
      const [wrong, right] = [runner(w, 'wrong'), runner(w, 'right')]
      wrong.clock.at = START + ahead
      const theirs = await wrong.claims.take(7)
      expect(await right.claims.standing()).toEqual(believed ? {live: new Set([7]), dead: new Set()} : {live: new Set(), dead: new Set([7])})
      expect(await right.claims.holder(7) !== null).toBe(believed)
      if (believed) {
        expect(await right.claims.clear(7)).toBe(false)
        await expect(right.claims.take(7)).rejects.toMatchObject({code: 'CLAIMED'})
        return
      }
      const taken = await right.claims.take(7)
      await taken.assertHeld()
      await expect(theirs.assertHeld()).rejects.toMatchObject({code: 'CLAIM_LOST'})
      await taken.release()
      await wrong.claims.take(7)
      expect(await right.claims.clear(7)).toBe(true)
      expect(onRemote(w)).toBe('')
    })

  it('stays its own when only the timer slept, by renewing before it answers', async () => {
    const w = world()
    const [a, b] = [runner(w, 'a'), runner(w, 'b')]
    const claim = await a.claims.take(7)
    a.clock.at = b.clock.at = START + 900_000
    await claim.assertHeld()
    await expect(b.claims.take(7)).rejects.toMatchObject({code: 'CLAIMED'})
  })

  it('pays for nothing once it is another’s; while its lease lasts, a remote that does not answer is no reason to stop', async () => {
    const w = world()
    const inner = openClone({git, remote: {url: w.url, token: null}, cacheDir: w.cacheDir, checkout: null})
    let isDown = false
    const down = () => Promise.reject(new PilotError('GITHUB_UNREACHABLE', 'no answer'))
    const list: typeof inner.remote.list = (patterns) => (isDown ? down() : inner.remote.list(patterns))
    const push: typeof inner.remote.push = (change) => (isDown ? down() : inner.remote.push(change))
    const [a, b] = [runner(w, 'a', {clone: {...inner, remote: {...inner.remote, list, push}}}), runner(w, 'b')]
    const claim = await a.claims.take(7)
    await claim.assertMayPay()
    isDown = true
    a.clock.at = START + 599_000
    await claim.assertMayPay()
    await expect(claim.assertHeld()).rejects.toThrow('no answer')
    a.clock.at = START + 600_000
    await expect(claim.assertMayPay()).rejects.toThrow('no answer')
    b.clock.at = START + 600_000
    await b.claims.take(7)
    isDown = false
    await expect(claim.assertMayPay()).rejects.toMatchObject({code: 'CLAIM_LOST'})
    isDown = true
    a.clock.at = START
    await expect(claim.assertMayPay()).rejects.toMatchObject({code: 'CLAIM_LOST'})
  })

  it.each<[string, (claim: Claim) => Promise<void>]>([
    ['renewal', (claim) => claim.assertHeld()], ['release', (claim) => claim.release()],
  ])('goes on after a %s whose predecessor arrived without an answer', async (_, next) => {
    const w = world()
    const inner = openClone({git, remote: {url: w.url, token: null}, cacheDir: w.cacheDir, checkout: null})
    let deaf = false
    const clone = {...inner, remote: {...inner.remote, push: async (change: Parameters<typeof inner.remote.push>[0]) => {
      const answer = await inner.remote.push(change)
      if (deaf) { deaf = false; throw new Error('the connection broke after the push') }
      return answer
    }}}
    const a = runner(w, 'a', {clone})
    deaf = true
    const claim = await a.claims.take(7)
    deaf = true
    a.timer.tick?.()
    await next(claim)
    expect(a.warnings.join()).toContain('the connection broke')
    await claim.release()
    expect(onRemote(w)).toBe('')
  })

  it('that cannot be read is held until its commit’s date plus the lease', async () => {
    const w = world()
    const empty = sh(w.origin, 'hash-object', '-t', 'tree', '-w', '/dev/null')
    const junk = sh(w.origin, 'commit-tree', empty, '-m', 'not a claim')
    sh(w.origin, 'update-ref', REF, junk)
    const born = Number(sh(w.origin, 'log', '-1', '--format=%ct', junk)) * 1000
    const a = runner(w, 'a')
    a.clock.at = born + 599_000
    await expect(a.claims.take(7)).rejects.toMatchObject({code: 'CLAIMED', message: expect.stringContaining('unknown') as string})
    a.clock.at = born + 600_000
    await (await a.claims.take(7)).assertHeld()
  })

  it('that the remote forbids is a missing right, told at once with its reason, not a claim of somebody', async () => {
    const w = world()
    sh(w.origin, 'config', 'receive.hideRefs', 'refs/pilot')
    const {clone, pushed} = countedClone(w, null)
    await expect(runner(w, 'a', {clone}).claims.take(7)).rejects.toMatchObject(
      {code: 'FORBIDDEN', exit: 4, message: expect.stringMatching(/#7.*deny updating a hidden ref/) as string, suggestions: expect.arrayContaining(['pilot doctor']) as string[]})
    expect(pushed).toEqual([REF])
    await expect(runner(w, 'a').claims.take(-1)).rejects.toMatchObject({code: 'BAD_ISSUE'})
  })

  it('that is lost every time to one that is gone again is no fault of the work', async () => {
    const {clone, pushed} = countedClone(world(), {kind: 'rejected', why: 'raced', reason: '[rejected] (stale info)'})
    await expect(runner(world(), 'a', {clone}).claims.take(7)).rejects.toMatchObject({code: 'GITHUB_UNAVAILABLE', retryable: true, message: expect.stringContaining('stale info') as string})
    expect(pushed).toHaveLength(5)
  })

  it('survives a message that was made to confuse', () => {
    expect(parseClaim('1767225600\n{"runId":"a\\u001b[31m","host":"h","pid":1,"startedAt":"x","expiresAt":"2026-01-01T00:00:00.000Z"}', 1000))
      .toEqual({runId: 'a?[31m', host: 'h', expiresAt: '2026-01-01T00:00:00.000Z'})
    for (const text of ['', '[]', '{"runId":1}', '{"runId":"a","host":"h","pid":1,"startedAt":"x","expiresAt":"never"}']) {
      expect(parseClaim(`1767225600\n${text}`, 1000)).toEqual({runId: 'unknown', host: 'unknown', expiresAt: '2026-01-01T00:00:01.000Z'})
    }
  })
})
