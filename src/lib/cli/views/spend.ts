import type {SpendRow} from '../../core/cost/spend.js'
import {shownCost} from '../../core/cost/shown.js'
import type {SpendResult} from '../../flow/spend.js'
import {table} from '../table.js'
import {inert, type Ui} from '../ui.js'

const usd = (value: number | null): string => shownCost(value, 0)
/** What is known of a cost; `+` where calls of unknown cost come on top. */
const atLeast = ({usd: known, unpriced}: {usd: number | null; unpriced: number}): string => shownCost(known, unpriced)
const percent = (share: number): string => `${Math.round(share * 100)} %`
const plural = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`

/** The calls without a price are among all calls. */
const unpricedOf = ({calls, unpricedCalls}: SpendResult): string => `${unpricedCalls >= calls ? 'all' : `${unpricedCalls} of them`} of unknown cost`

/** The table, and on a terminal what it adds up to. */
export function spendView(result: SpendResult, ui: Ui): string {
  const rows = table<SpendRow>([
    {title: result.by, value: (row) => row.key, flex: true},
    {title: 'calls', value: (row) => row.calls, align: 'right'},
    {title: 'tokens', value: (row) => row.tokens, align: 'right'},
    {title: 'cost', value: (row) => atLeast(row), align: 'right'},
  ], result.rows, ui)
  return ui.stdoutTty ? `${rows}${rows === '' ? '' : '\n'}${lines(result).map((line) => `${inert(line)}\n`).join('')}` : rows
}

/** What a person reads below the table, one fact a line. */
function lines(result: SpendResult): string[] {
  const {totalUsd, unpricedCalls, calls, mergedPrs, usdPerMergedPr, mergedFrom, counterfactual: other, repriced} = result
  const prs = mergedFrom === 'github' ? `merged ${mergedPrs === 1 ? 'pull request' : 'pull requests'}` : `opened ${mergedPrs === 1 ? 'pull request' : 'pull requests'} (whether they are merged only GitHub knows)`
  return [
    `total ${usd(totalUsd)} for ${plural(calls, 'call')}${unpricedCalls > 0 ? `, ${unpricedOf(result)}` : ''}`,
    `${mergedPrs} ${prs}${usdPerMergedPr === null ? '' : `, ${atLeast({usd: usdPerMergedPr, unpriced: unpricedCalls})} each`}`,
    ...result.perMergedPr.map((group) => `  ${group.complexity} at ${group.tier}: ${group.prs}, ${shownCost(group.usdPerPr, group.unpricedCalls)} each${group.usdPerPr !== null && group.unpriced > 0 ? `, without ${group.unpriced} of unknown cost` : ''}`),
    ...(result.cacheShare === null ? [] : [`input read from a cache: ${percent(result.cacheShare)}`]),
    ...result.escalations.map(({what, calls: n}) => `escalated: ${what} (${plural(n, 'call')})`),
    ...result.fallbacks.map(({what, calls: n}) => `fallback: ${what} (${plural(n, 'call')})`),
    ...(repriced === null ? [] : [`at today's prices: ${plural(repriced.calls, 'call')} ${usd(repriced.afterUsd)} instead of ${shownCost(repriced.beforeUsd, repriced.beforeUnpriced)}; ${repriced.kept} as they were`]),
    ...(other === null ? [] : [
      `the same ${plural(other.calls, 'priced call')} cost ${usd(other.actualUsd)}; at ${other.model} alone ${usd(other.sameCallsUsd)}, with default tools and MCP servers ${usd(other.withoutDietUsd)}`,
      ...other.assumptions.map((assumption) => `  assumed: ${assumption}`),
    ]),
    ...result.economics.flatMap(({complexity, advice, starts}) => [
      `${complexity}: ${advice}`,
      ...starts.map(({tier, expectedUsd, passes}) => `  starting at ${tier}: ${usd(expectedUsd)} an issue is to be expected, and ${percent(passes)} pass within three attempts`),
    ]),
    ...(result.skippedLines.length === 0 ? [] : [`${plural(result.skippedLines.length, 'ledger line')} left out of every sum`]),
  ]
}

/** Rows of a chart beyond these are too thin to read. */
const MOST_BARS = 12

/** For step summaries and comments: the figures, two charts, the table and what stands below it. */
export function spendPage(result: SpendResult): string {
  const {rows, by} = result
  return [
    `**${usd(result.totalUsd)}** for ${plural(result.calls, 'call')}${result.unpricedCalls > 0 ? `, ${unpricedOf(result)}` : ''}`, '',
    ...chart(result), ...counterfactualChart(result),
    `| ${by} | calls | tokens | cost |`, '|---|---:|---:|---:|',
    ...rows.map((row) => `| ${cell(row.key)} | ${row.calls} | ${row.tokens ?? ''} | ${atLeast(row)} |`), '',
    ...lines(result).slice(1).map((line) => `${line.startsWith('  ') ? '  ' : ''}- ${cell(line.trim())}`), '',
  ].join('\n')
}

const cell = (text: string): string => inert(text).replace(/[|<>`\\]/g, (sign) => `\\${sign}`).replace(/\s+/g, ' ')
/** Inside quotes of a chart nothing is escaped; what would end the quotes or the line is left out. */
const quoted = (text: string): string => `"${inert(text).replace(/["\n\r;#[\]<>`]/g, ' ').trim().slice(0, 60)}"`

/** Days are a line of time; everything else is a share of the whole. */
function chart({rows, by}: SpendResult): string[] {
  const priced = rows.flatMap(({key, usd: cost}) => (cost === null || cost <= 0 ? [] : [{key, cost}]))
  if (priced.length === 0) return []
  if (by !== 'day') return ['```mermaid', 'pie showData', `  title cost by ${by}, in dollars`, ...priced.slice(0, MOST_BARS).map(({key, cost}) => `  ${quoted(key)} : ${Math.max(cost, 0.01).toFixed(2)}`), '```', '']
  return bars('cost by day, in dollars', priced.slice(-MOST_BARS).map(({key, cost}) => ({name: key, cost})))
}

function counterfactualChart({counterfactual: other}: SpendResult): string[] {
  if (other === null) return []
  return bars('the same calls, in dollars', [
    {name: 'as routed', cost: other.actualUsd}, {name: `all ${other.model}`, cost: other.sameCallsUsd}, {name: 'and default tools', cost: other.withoutDietUsd},
  ])
}

const bars = (title: string, of: readonly {name: string; cost: number}[]): string[] => [
  '```mermaid', 'xychart-beta', `  title ${quoted(title)}`, `  x-axis [${of.map(({name}) => quoted(name)).join(', ')}]`, '  y-axis "dollars"',
  `  bar [${of.map(({cost}) => cost.toFixed(2)).join(', ')}]`, '```', '',
]
