import type {StatusResult, StatusRow} from '../../flow/status.js'
import type {DecomposeJson, LandJson, CloseParentResult, NextResult, PlanEpicResult} from '../results.js'
import {table} from '../table.js'
import {inert, type StyleName, type Ui} from '../ui.js'
import {cost} from './items.js'

const STATE_STYLE: Record<StatusRow['state'], StyleName> = {
  'done': 'green', 'merged': 'green', 'open-pr': 'cyan', 'running': 'cyan', 'failed': 'red', 'retry-ready': 'yellow', 'exhausted': 'red', 'blocked': 'dim', 'ready': 'bold',
  'closed-unmerged': 'red', 'needs-human': 'red',
}

/**
 * The tree of an epic, or the open work, with the command that moves each row on; what drifted stands below it on a terminal, in the
 * JSON's `drift`, and where the rows are piped in warnings. `depth`: how many epics stand between a row and the top.
 */
export function statusView({epic, children, drift}: StatusResult, ui: Ui, depth: ReadonlyMap<number, number> = new Map()): string {
  const top = children.filter((c) => (depth.get(c.number) ?? 0) === 0)
  const done = top.filter((c) => c.state === 'done' || c.state === 'merged').length
  const head = epic === null || !ui.stdoutTty ? '' : `${ui.style.bold(`#${epic.number} ${inert(epic.title)}`)}  ${epic.state}, ${done}/${epic.planned ?? top.length} done\n`
  const rows = table<StatusRow>([
    {title: 'issue', value: (c) => (ui.stdoutTty ? `${branchAt(depth.get(c.number) ?? 0)}${c.number}` : c.number)},
    {title: 'state', value: (c) => c.state, style: (c) => STATE_STYLE[c.state]},
    {title: 'attempt', value: (c) => c.attempt, align: 'right'},
    {title: 'pr', value: (c) => (c.pr === null ? null : `#${c.pr}`)},
    {title: 'checks', value: (c) => c.checks},
    {title: 'cost', value: (c) => cost(c), align: 'right'},
    {title: 'blocked by', value: (c) => c.blockedBy.map((n) => `#${n}`).join(' ')},
    {title: 'next', value: (c) => c.next},
    {title: 'title', value: (c) => c.title, flex: true},
  ], children, ui)
  return head + rows + driftView(drift, ui)
}

/** What indents a row on a terminal; a table's cells lose the blanks they begin with. */
const branchAt = (depth: number): string => (depth === 0 ? '' : `└${'─'.repeat(depth)} `)

/** Piped rows are issues, one a line, and stay so. */
const driftView = (drift: StatusResult['drift'], ui: Ui): string => drift.length === 0 || !ui.stdoutTty ? '' : `\n${ui.style.yellow('does not agree:')}\n${
  drift.map(({issue, detail, repair}) => `  #${issue} ${inert(detail)}: ${inert(repair)}\n`).join('')}`

export function planView({plan}: PlanEpicResult, ui: Ui): string {
  if (plan === null) return ''
  if (plan.decision === 'single') return ui.stdoutTty ? `#${plan.epic.number} stays one issue: ${inert(plan.reason)}\n` : `${plan.epic.number}\tsingle\t${inert(plan.reason).replace(/\s+/g, ' ')}\n`
  const wave = (order: number): number => plan.waves.findIndex((orders) => orders.includes(order)) + 1
  return table<(typeof plan.subtasks)[number]>([
    {title: 'order', value: (s) => s.order, align: 'right'},
    {title: 'wave', value: (s) => wave(s.order), align: 'right'},
    {title: 'after', value: (s) => s.dependsOn.join(' ')},
    {title: 'complexity', value: (s) => s.complexity},
    {title: 'title', value: (s) => s.title, flex: true},
  ], plan.subtasks, ui)
}

export const decomposeView = ({decision, created, existing}: DecomposeJson, ui: Ui): string => {
  if (decision === 'single') return ui.stdoutTty ? 'planned as one issue: no sub-issues\n' : ''
  const rows = [...existing.map((c) => ({...c, what: 'existing'})), ...created.map((c) => ({...c, what: 'created'}))].sort((a, b) => a.order - b.order)
  return table<(typeof rows)[number]>([
    {title: 'issue', value: (c) => c.number}, {title: 'order', value: (c) => c.order, align: 'right'}, {title: 'sub-issue', value: (c) => c.what},
  ], rows, ui)
}

/** Issue numbers first, so that `pilot next | pilot execute -` works. */
export const nextView = ({include}: NextResult, ui: Ui): string => table<NextResult['include'][number]>([
  {title: 'issue', value: (c) => c.issue}, {title: 'title', value: (c) => c.title, flex: true}, {title: 'branch', value: (c) => c.branch},
], include, ui)

export const landView = ({issue, pr, headSha, merged, parent}: LandJson, ui: Ui): string => {
  if (!ui.stdoutTty) return `${pr}\t${merged ? 'merged' : 'open'}\t${headSha}\n`
  return `#${pr} ${merged ? 'merged' : 'would be merged'} at ${headSha.slice(0, 12)}, issue #${issue} ${merged ? 'done' : 'open'}\n${parent === null ? '' : closeParentView(parent, ui)}`
}

export const closeParentView = ({parent, outcome, reasons}: CloseParentResult, ui: Ui): string =>
  ui.stdoutTty ? `${parent === null ? 'no parent' : `#${parent}`} ${outcome === 'close' ? ui.style.green('closed') : outcome}\n${reasons.map((reason) => `  ${inert(reason)}\n`).join('')}` : `${parent ?? ''}\t${outcome}\t${inert(reasons.join('; '))}\n`
