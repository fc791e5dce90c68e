import type {LedgerLine} from './ledger.js'
import {spentOf, type Spent} from './spend.js'

/**
 * What merged pull requests of one complexity and tier cost. `usd` null: no call for them has a price; `unpriced`: how many of `prs` that holds for.
 * `usdPerPr` is the mean of the others. `unpricedCalls`: calls of unknown cost for any of them, which `usd` lacks.
 */
export type MergedCost = {complexity: string; tier: string; prs: number; unpriced: number; unpricedCalls: number; usd: number | null; usdPerPr: number | null}

/**
 * Merged pull requests by complexity and by the tier that did the work in the end, with all that was spent on their issues: failed attempts, reviews and
 * other machines included.
 */
export function perMergedPr(lines: readonly LedgerLine[], elsewhere: readonly Spent[], merged: readonly number[], complexityOf: (issue: number) => string | null): MergedCost[] {
  const groups = new Map<string, MergedCost>()
  for (const issue of merged) {
    const own = lines.filter((line) => line.issue === issue)
    const complexity = complexityOf(issue) ?? 'unknown'
    const spent = [...own.map((line) => spentOf(line, complexity)), ...elsewhere.filter((one) => one.issue === issue)]
    const known = spent.flatMap((one) => one.usd ?? [])
    const tier = own.findLast(({gate}) => gate === 'implement')?.tierUsed ?? 'unknown'
    const usd = known.length === 0 ? null : known.reduce((sum, part) => sum + part, 0)
    const before = groups.get(`${complexity} ${tier}`) ?? {complexity, tier, prs: 0, unpriced: 0, unpricedCalls: 0, usd: null, usdPerPr: null}
    const total = before.usd === null || usd === null ? before.usd ?? usd : before.usd + usd
    const [prs, unpriced] = [before.prs + 1, before.unpriced + (usd === null ? 1 : 0)]
    const unpricedCalls = before.unpricedCalls + spent.reduce((sum, one) => sum + one.unpriced, 0)
    groups.set(`${complexity} ${tier}`, {complexity, tier, prs, unpriced, unpricedCalls, usd: total, usdPerPr: total === null ? null : total / (prs - unpriced)})
  }
  return [...groups.values()].sort((a, b) => (b.usd ?? 0) - (a.usd ?? 0) || `${a.complexity} ${a.tier}`.localeCompare(`${b.complexity} ${b.tier}`))
}
