import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {counterfactual, FIRST_REQUEST} from '../../../src/lib/core/cost/counterfactual.js'
import {economicsOf, LEAST_ATTEMPTS, wilson} from '../../../src/lib/core/cost/economics.js'
import {perMergedPr} from '../../../src/lib/core/cost/merged.js'
import {cacheShare, escalations, fallbacks, samplesOf, spentElsewhere, type Sample} from '../../../src/lib/core/cost/spend.js'
import type {RunSum} from '../../../src/lib/core/cost/join.js'
import type {Rates} from '../../../src/lib/core/cost/rates.js'
import {line} from './support.js'

const samples = (tier: string, passed: number, failed: number, usd: number | null, complexity = 'simple'): Sample[] => [
  ...Array.from({length: passed}, () => ({complexity, tier, passed: true, usd})), ...Array.from({length: failed}, () => ({complexity, tier, passed: false, usd})),
]

describe('a pass rate', () => {
  it.each([[5, 10, 0.237, 0.763], [0, 10, 0, 0.278], [10, 10, 0.722, 1], [95, 100, 0.888, 0.978]])('of %i in %i lies between %d and %d', (passed, tries, low, high) => {
    const found = wilson(passed, tries)
    expect([found.low, found.high].map((bound) => Number(bound.toFixed(3)))).toEqual([low, high])
  })
  it('has bounds around it, within 0 and 1, and closer with more tries', () => {
    fc.assert(fc.property(fc.integer({min: 1, max: 500}), fc.double({min: 0, max: 1, noNaN: true}), (tries, share) => {
      const passed = Math.round(tries * share)
      const {rate, low, high} = wilson(passed, tries)
      expect(low >= 0 && high <= 1 && low <= rate + 1e-9 && high >= rate - 1e-9).toBe(true)
      const more = wilson(passed * 10, tries * 10)
      expect(more.high - more.low).toBeLessThan(high - low)
    }))
  })
})

describe('where to start', () => {
  const advice = (all: Sample[], rises = 0) => economicsOf(all, rises)[0]!.advice
  it.each<[string, Sample[], RegExp]>([
    ['too few attempts', [...samples('cheap', 9, 0, 0.1), ...samples('balanced', 50, 0, 1)], /^not enough data: 9 at cheap, 50 at balanced; two tiers with 10 priced attempts/],
    ['one tier only', samples('balanced', 50, 5, 1), /^not enough data: 55 at balanced/],
    ['no prices', [...samples('cheap', 30, 0, null), ...samples('balanced', 30, 0, 1)], /^not enough data/],
    ['cheap passes far more often than it must', [...samples('cheap', 45, 5, 0.2), ...samples('balanced', 48, 2, 1)], /^start at cheap \(routing\.complexity\.simple: cheap\): an issue that passes costs \$0\.22 starting at cheap and \$1\.04 at balanced; cheap first pays above a pass rate of 19 %, and it passed 90 % \(79 % to 96 %\) of 50/],
    ['cheap passes too seldom', [...samples('cheap', 2, 48, 0.5), ...samples('balanced', 48, 2, 1)], /^start at balanced \(routing\.complexity\.simple: balanced\)/],
    ['cheap costs as much', [...samples('cheap', 20, 0, 1), ...samples('balanced', 20, 0, 1)], /^start at balanced/],
    ['attempts without a price are no data', [...samples('cheap', 1, 0, 0.1), ...samples('cheap', 20, 0, null), ...samples('balanced', 50, 0, 1)], /^not enough data: 1 at cheap, 50 at balanced/],
    ['only the dearest of three passes', [...samples('cheap', 0, 20, 0.3), ...samples('balanced', 1, 19, 1), ...samples('frontier', 20, 0, 2)], /^start at frontier/],
    ['the dearer one fails as well', [...samples('cheap', 200, 800, 0.3), ...samples('balanced', 300, 700, 1)], /^start at cheap .* costs \$1\.50 starting at cheap and \$3\.33 at balanced/],
    ['nothing ever passed', [...samples('cheap', 0, 20, 0.3), ...samples('balanced', 0, 20, 1)], /^no advice: nothing has passed/],
    ['chance may decide', [...samples('cheap', 7, 5, 0.5), ...samples('balanced', 12, 0, 1)], /^no advice yet/],
  ])('%s', (_, all, expected) => { expect(advice(all)).toMatch(expected) })

  it('is worked out over the whole ladder of three tries', () => {
    const seen = [...samples('cheap', 10, 10, 1), ...samples('balanced', 15, 5, 4)]
    const [simple] = economicsOf(seen, 1)
    // 1 + 0.5·4 + 0.5·0.25·4, and 4 + 0.25·4 + 0.0625·4
    expect(simple?.starts.map(({tier, expectedUsd}) => [tier, expectedUsd])).toEqual([['cheap', 3.5], ['balanced', 5.25]])
    expect(simple?.starts[0]?.passes).toBeCloseTo(1 - 0.5 * 0.25 * 0.25, 9)
    // (1 + 5·x) / (1 − x·0.25·0.25) = 5.25 / (1 − 0.25³) for the failing share x
    expect(simple?.breakEven).toMatchObject({cheaper: 'cheap', dearer: 'balanced'})
    expect(simple?.breakEven?.rate).toBeCloseTo(0.1875, 6)
    // where the tier may not rise, three tries at one tier cost its price over its pass rate
    expect(economicsOf(seen, 0)[0]?.starts.map(({usdPerPass}) => usdPerPass)).toEqual([2, 4 / 0.75])
    expect(economicsOf(seen, 0)[0]?.breakEven?.rate).toBeCloseTo(0.25 * 0.75, 6)
    expect(simple?.tiers.map(({tier, attempts}) => [tier, attempts])).toEqual([['cheap', 20], ['balanced', 20]])
  })
  it('goes to the top at the second failure, with the tiers that the work itself would rise to', () => {
    const figures = {free: [5, 0.1], cheap: [10, 1], balanced: [12, 2], frontier: [18, 10]} as const
    const seen = Object.entries(figures).flatMap(([tier, [passed, usd]]) => samples(tier, passed, 20 - passed, usd))
    // every way that three tries can go, each with its share and its cost
    const worth = (tries: readonly (keyof typeof figures)[]): [number, number] => {
      let [usd, passes] = [0, 0]
      for (const end of [0, 1, 2, 3]) {
        const share = tries.slice(0, end).reduce((rest, tier) => rest * (1 - figures[tier][0] / 20), 1) * (end === 3 ? 1 : figures[tries[end]!][0] / 20)
        usd += share * tries.slice(0, end + 1).reduce((sum, tier) => sum + figures[tier][1], 0)
        passes += end === 3 ? 0 : share
      }
      return [usd, usd / passes]
    }
    const ways = {
      2: {free: ['free', 'cheap', 'frontier'], cheap: ['cheap', 'balanced', 'frontier'], balanced: ['balanced', 'frontier', 'frontier'], frontier: ['frontier', 'frontier', 'frontier']},
      1: {free: ['free', 'cheap', 'cheap'], cheap: ['cheap', 'balanced', 'balanced'], balanced: ['balanced', 'frontier', 'frontier'], frontier: ['frontier', 'frontier', 'frontier']},
      0: {free: ['free', 'free', 'free'], cheap: ['cheap', 'cheap', 'cheap'], balanced: ['balanced', 'balanced', 'balanced'], frontier: ['frontier', 'frontier', 'frontier']},
    } as const
    for (const [rises, from] of Object.entries(ways)) {
      const {starts} = economicsOf(seen, Number(rises))[0]!
      expect(starts.map(({tier}) => tier)).toEqual(Object.keys(from))
      for (const start of starts) {
        const [usd, usdPerPass] = worth(from[start.tier])
        expect([start.expectedUsd, start.usdPerPass], `${start.tier}, ${rises} rises`).toEqual([expect.closeTo(usd, 9), expect.closeTo(usdPerPass, 9)])
      }
    }
    expect(economicsOf(seen, 2)[0]!.starts.map(({usdPerPass}) => usdPerPass.toFixed(2))).toEqual(['4.78', '4.08', '6.43', '11.11'])
    expect(economicsOf(seen, 2)[0]!.advice).toMatch(/\$4\.78 starting at free and \$4\.08 at cheap/)
  })
  it('lets the next dearer tier with figures stand in for one that has too few, and the dearest that has where none is dearer', () => {
    const without = (tier: string) => economicsOf([...samples('cheap', 10, 10, 1), ...samples('balanced', 12, 8, 2), ...samples('frontier', 18, 2, 10)].filter((one) => one.tier !== tier), 2)[0]!.starts[0]!
    expect(without('frontier').expectedUsd).toBeCloseTo(1 + 0.5 * 2 + 0.5 * 0.4 * 2, 9)
    expect(without('balanced').expectedUsd).toBeCloseTo(1 + 0.5 * 10 + 0.5 * 0.1 * 10, 9)
  })
  it('the threshold is where an even rate is still open over half of all rates', () => {
    const {low, high} = wilson(LEAST_ATTEMPTS / 2, LEAST_ATTEMPTS)
    expect(high - low).toBeGreaterThan(0.5)
  })
})

describe('what the ledger says besides sums', () => {
  it('is what others know of a run beyond this machine: dollars, and calls of unknown cost', () => {
    const sum = (more: object) => ({runId: 'r1', issue: 7, epic: null, date: '2026-01-01', usd: 1, calls: 2, unpriced: 0, ...more})
    const beyond = (theirs: object, ours: object | null) => spentElsewhere([sum(theirs)], ours === null ? [] : [sum(ours)], () => true, () => null).map(({usd, calls, unpriced}) => ({usd, calls, unpriced}))
    expect(beyond({}, {})).toEqual([])
    expect(beyond({usd: 3}, {})).toEqual([{usd: 2, calls: 0, unpriced: 0}])
    // the record knows of a call that was killed, whose line was never written here
    expect(beyond({unpriced: 1}, {})).toEqual([{usd: null, calls: 0, unpriced: 1}])
    expect(beyond({usd: 2.5, unpriced: 2}, {unpriced: 1})).toEqual([{usd: 1.5, calls: 0, unpriced: 1}])
    expect(beyond({usd: 0, calls: 1, unpriced: 1}, null)).toEqual([{usd: null, calls: 1, unpriced: 1}])
  })
  it('is of a run of another machine each day’s own, and of one of this machine what is more than its whole', () => {
    const sum = (date: string, usd: number, runId = 'r1') => ({runId, issue: 7, epic: null, date, usd, calls: 1, unpriced: 0})
    const days = (sums: RunSum[], here: RunSum[], wanted: (of: RunSum) => boolean = () => true) => spentElsewhere(sums, here, wanted, () => null).map(({by, usd}) => [by.day, usd])
    const both = [sum('2026-01-01', 1), sum('2026-01-02', 5)]
    expect(days(both, [])).toEqual([['2026-01-01', 1], ['2026-01-02', 5]])
    expect(days(both, [], ({date}) => date > '2026-01-01')).toEqual([['2026-01-02', 5]])
    // reserved on the first day, ended on the second
    expect(days(both, [sum('2026-01-02', 6)])).toEqual([])
    expect(days(both, [sum('2026-01-02', 6)], ({date}) => date < '2026-01-02')).toEqual([])
    expect(days(both, [sum('2026-01-01', 1), sum('2026-01-02', 4.5)])).toEqual([['2026-01-02', 0.5]])
  })
  it('is what each attempt cost, at the tier that began it; what broke for other reasons is no sample', () => {
    const lines = [line({costUsd: 1, tierUsed: 'cheap'}), line({gate: 'review', costUsd: 0.5}), line({runId: 'r2', attempt: 2, costUsd: 2, tierUsed: 'frontier'}), line({runId: 'r3', issue: 8, costUsd: null})]
    const result = (more: object) => ({issue: 7, attempt: 1, runId: 'r1', outcome: 'failed' as const, counts: true, complexity: 'simple', pr: null, ...more})
    expect(samplesOf(lines, [result({}), result({attempt: 2, runId: 'r2', outcome: 'passed'}), result({issue: 8, runId: 'r3'}), result({counts: false}), result({complexity: null}), result({issue: 99})])).toEqual([
      {complexity: 'simple', tier: 'cheap', passed: false, usd: 1.5}, {complexity: 'simple', tier: 'frontier', passed: true, usd: 2}, {complexity: 'simple', tier: 'balanced', passed: false, usd: null},
    ])
  })
  it('is what all runs of an attempt cost, not that of other work under its number', () => {
    const lines = [
      line({runId: 'sorter', gate: 'classify', tierUsed: 'free', costUsd: 0.1}), line({runId: 'killed', tierUsed: 'cheap', costUsd: 3}), line({runId: 'killed', issue: 8, costUsd: 30}),
      line({runId: 'killed', attempt: 2, costUsd: 30}), line({runId: 'r1', gate: 'review', tierUsed: 'frontier', costUsd: 0.5}),
    ]
    const result = {issue: 7, attempt: 1, runId: 'r1', outcome: 'passed' as const, counts: true, complexity: 'simple', pr: 1}
    expect(samplesOf(lines, [result])).toEqual([{complexity: 'simple', tier: 'cheap', passed: true, usd: 3.5}])
    // the tier that the run worked with which ended it, where it worked itself
    expect(samplesOf([...lines, line({runId: 'r1', costUsd: 1, tierUsed: 'balanced'})], [result])).toEqual([{complexity: 'simple', tier: 'balanced', passed: true, usd: 4.5}])
  })
  it('is nothing of an attempt that began before what is asked for', () => {
    const result = {issue: 7, attempt: 1, runId: 'r1', outcome: 'passed' as const, counts: true, complexity: 'simple', pr: 1}
    const lines = [line({ts: '2026-01-01T23:59:00.000Z', costUsd: 3}), line({ts: '2026-01-02T00:01:00.000Z', gate: 'implement', costUsd: 0.1}), line({ts: '2026-01-02T01:00:00.000Z', attempt: 2, runId: 'r2', costUsd: 2})]
    expect(samplesOf(lines, [result, {...result, attempt: 2, runId: 'r2'}], ({ts}) => ts >= '2026-01-02')).toEqual([{complexity: 'simple', tier: 'balanced', passed: true, usd: 2}])
  })
  it('is the cost of merged pull requests, failed attempts and other machines included', () => {
    const lines = [line({costUsd: 1, tierUsed: 'cheap'}), line({costUsd: 3, tierUsed: 'balanced'}), line({issue: 8, costUsd: 2}), line({issue: 9, costUsd: 50})]
    const elsewhere = [{issue: 8, by: {} as never, calls: 1, unpriced: 0, usd: 4, tokens: null}]
    expect(perMergedPr(lines, elsewhere, [7, 8, 10], (issue) => (issue === 10 ? null : 'simple'))).toEqual([
      {complexity: 'simple', tier: 'balanced', prs: 2, unpriced: 0, unpricedCalls: 0, usd: 10, usdPerPr: 5}, {complexity: 'unknown', tier: 'unknown', prs: 1, unpriced: 1, unpricedCalls: 0, usd: null, usdPerPr: null},
    ])
    // one at $4 and one of unknown cost are $4 each, not $2
    expect(perMergedPr([line({costUsd: 4}), line({issue: 8, costUsd: null})], [], [7, 8], () => 'simple')).toMatchObject([{prs: 2, unpriced: 1, unpricedCalls: 1, usd: 4, usdPerPr: 4}])
    // calls of unknown cost come on top, here and elsewhere; one that was never asked is none
    const unknown = {costUsd: null, costSource: 'unpriced'} as const
    const never = line({...unknown, turns: null, failureClass: 'network', outcome: 'failed', inFresh: null, cacheRead: null, cacheWrite5m: null, cacheWrite1h: null, out: null})
    const more = [{issue: 7, by: {} as never, calls: 2, unpriced: 2, usd: null, tokens: null}, {issue: 8, by: {} as never, calls: 1, unpriced: 1, usd: null, tokens: null}]
    expect(perMergedPr([line({costUsd: 0.5}), line(unknown), never], more, [7], () => 'simple')).toMatchObject([{prs: 1, unpriced: 0, unpricedCalls: 3, usd: 0.5, usdPerPr: 0.5}])
  })
  it('is the share of cached input, the rises and the fallbacks with their reasons', () => {
    expect(cacheShare([line()])).toBeCloseTo(0.8, 9)
    expect(cacheShare([line({inFresh: null, cacheRead: null, cacheWrite5m: null, cacheWrite1h: null, out: null})])).toBeNull()
    const rise = {escalatedFrom: 'balanced', tierUsed: 'frontier', escalationReason: 'label ARCH'} as const
    expect(escalations([line(rise), line(rise), line()])).toEqual([{what: 'implement: balanced to frontier, label ARCH', calls: 2}])
    expect(fallbacks([line({gate: 'classify', fallbackChain: ['native:qwen'], modelRequested: 'haiku'})])).toEqual([{what: 'classify: haiku after native:qwen', calls: 1}])
    const chain = [line({gate: 'classify', failureClass: 'network'}), line({gate: 'plan'}), line({gate: 'classify', fallbackChain: ['native:qwen'], modelRequested: 'haiku'})]
    expect(fallbacks(chain)).toEqual([{what: 'classify: haiku after native:qwen: network', calls: 1}])
    expect(fallbacks(chain.map((one) => ({...one, failureClass: null})))).toEqual([{what: 'classify: haiku after native:qwen: an answer that could not be read', calls: 1}])
  })
  it('is what the same calls would have cost at one model, with and without the diet', () => {
    const rates: Rates = {version: 'v', bands: [{over: 0, inFresh: 5, cacheRead: 0.5, cacheWrite5m: 6.25, cacheWrite1h: 10, out: 25}]}
    const found = counterfactual([line({turns: 3}), line({costUsd: null, costSource: 'unpriced'})], 'opus', rates)!
    const same = (1000 * 5 + 8000 * 0.5 + 1000 * 6.25 + 500 * 25) / 1e6
    const extra = FIRST_REQUEST.default + FIRST_REQUEST.mcp - FIRST_REQUEST.execution
    expect(found).toMatchObject({model: 'opus', calls: 1, actualUsd: 0.25})
    expect(found.sameCallsUsd).toBeCloseTo(same, 9)
    expect(found.withoutDietUsd).toBeCloseTo(same + (extra * (6.25 + 2 * 0.5)) / 1e6, 9)
    expect(found.assumptions.join(' ')).toMatch(/12327 tokens .* 2\.1\.329 with Opus 5\.5; .*other models/)
    expect([counterfactual([line()], 'opus', null), counterfactual([], 'opus', rates)]).toEqual([null, null])
  })
})
