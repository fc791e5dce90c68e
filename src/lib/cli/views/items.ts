import type {ClassifyItem} from '../../flow/classify.js'
import type {ExecuteItem} from '../../flow/execute.js'
import {table} from '../table.js'
import type {StyleName, Ui} from '../ui.js'
import type {Status} from '../../errors.js'

const STATUS_STYLE: Record<Status, StyleName> = {done: 'green', noop: 'dim', waiting: 'yellow', refused: 'red', failed: 'red', invalid: 'red', unavailable: 'yellow'}

export const usd = (value: number | null): string => (value === null ? '' : `$${value.toFixed(2)}`)

/** One row an issue: what became of it and why. */
export const executeView = ({items}: {items: readonly ExecuteItem[]}, ui: Ui): string => table<ExecuteItem>([
  {title: 'issue', value: (i) => i.issue},
  {title: 'status', value: (i) => i.status, style: (i) => STATUS_STYLE[i.status]},
  {title: 'attempt', value: (i) => i.attempt, align: 'right'},
  {title: 'pr', value: (i) => (i.pr === null ? null : `#${i.pr}`)},
  {title: 'cost', value: (i) => usd(i.costUsd), align: 'right'},
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
  return rows + items.map(({issue, signals: s}) => ui.style.dim(
    `  ${issue === null ? '' : `#${issue}: `}${s.words} words, ${s.checkboxes} checkboxes, ${s.phases} phases, ${s.splitPoints} split points`
    + `${s.splitPoints === 0 ? '' : ` (${s.splitSource})`}${s.directories.length > 0 ? `, in ${s.directories.join(' ')}` : ''}${s.keywords.length > 0 ? `, keywords ${s.keywords.join(' ')}` : ''}\n`)).join('')
}
