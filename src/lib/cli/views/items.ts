import type {ClassifyItem} from '../../flow/classify.js'
import type {ExecuteItem} from '../../flow/execute.js'
import {shownCost} from '../../core/cost/shown.js'
import {table} from '../table.js'
import {inert, type StyleName, type Ui} from '../ui.js'
import type {Status} from '../../errors.js'

const STATUS_STYLE: Record<Status, StyleName> = {done: 'green', noop: 'dim', waiting: 'yellow', refused: 'red', failed: 'red', invalid: 'red', unavailable: 'yellow'}

/** Empty where there is nothing to tell, or nothing is known. */
export const cost = ({costUsd, unpricedCalls = 0}: {costUsd: number | null; unpricedCalls?: number | undefined}): string => (costUsd === null ? '' : shownCost(costUsd, unpricedCalls))

/** One row an issue: what became of it and why. */
export const executeView = ({items}: {items: readonly ExecuteItem[]}, ui: Ui): string => table<ExecuteItem>([
  {title: 'issue', value: (i) => i.issue},
  {title: 'status', value: (i) => i.status, style: (i) => STATUS_STYLE[i.status]},
  {title: 'attempt', value: (i) => i.attempt, align: 'right'},
  {title: 'pr', value: (i) => (i.pr === null ? null : `#${i.pr}`)},
  {title: 'cost', value: (i) => cost(i), align: 'right'},
  {title: 'reason', value: (i) => i.reason, flex: true},
], items, ui)

/** One row an issue, and on a terminal what the level was read from, so that a person can see why. */
export function classifyView({items}: {items: readonly ClassifyItem[]}, ui: Ui): string {
  const rows = table<ClassifyItem>([
    {title: 'issue', value: (i) => i.issue},
    {title: 'complexity', value: (i) => i.complexity, style: (i) => (i.complexity === 'epic' ? 'cyan' : undefined)},
    {title: 'split', value: (i) => (i.decompose.eligible ? 'yes' : `no: ${i.decompose.code ?? i.decompose.reason}`)},
    {title: 'source', value: (i) => i.source},
    {title: 'sure', value: (i) => `${Math.round(i.confidence * 100)}%`, align: 'right'},
    {title: 'why', value: (i) => i.reason, flex: true},
  ], items, ui)
  if (!ui.stdoutTty) return rows
  return rows + items.map((item) => ui.style.dim(evidenceOf(item))).join('')
}

/** What the level and the split were read from, one fact a line. */
function evidenceOf({issue, decompose, signals: s, bypass}: ClassifyItem): string {
  const points = s.splitPoints === 0 ? 'none' : `${s.splitPoints}, from ${s.splitSource}`
  const facts: [string, string][] = [
    ['read', `${s.words} words, ${s.checkboxes} checkboxes, ${s.phases} phases`], ['split points', points],
    ['directories', s.directories.join(' ')], ['keywords', s.keywords.join(', ')], ['tag', s.tag === null ? '' : `[${s.tag}]`],
    ['veto', bypass === null ? '' : `${bypass.kind} ${bypass.evidence}`], ['split', `${decompose.eligible ? 'yes' : 'no'}: ${decompose.reason}`],
  ]
  const shown = facts.filter(([, value]) => value !== '').map(([name, value]) => `  ${name.padEnd(12)}  ${inert(value)}\n`)
  return `\n${issue === null ? '' : `#${issue}\n`}${shown.join('')}`
}
