import type {GateRoute, Routes} from '../../flow/route.js'
import type {SpawnPlan} from '../../core/route/spawn-plan.js'
import {table} from '../table.js'
import {inert, type Ui} from '../ui.js'

const why = (plan: SpawnPlan, field: string): string => {
  const p = plan.provenance[field]
  return p === undefined ? '' : [p.from, p.at, p.key === p.at ? null : p.key, p.reason === null ? null : `(${p.reason})`].filter((part) => part !== null).join(' ')
}

/** One row a gate: what would run, with which means, and which layer said so. */
export function routeView(routes: Routes, ui: Ui): string {
  if (!ui.stdoutTty) return rowsView(routes, ui)
  const reasons = routes.routes.map((route) => ui.style.dim(`  ${route.gate}: ${reasonOf(route)}`))
  return `${rowsView(routes, ui)}\n${reasons.join('\n')}\n`
}

const reasonOf = (r: GateRoute): string => inert(r.plan === null ? ('error' in r ? r.error.message : 'answered without a model')
  : `executor: ${why(r.plan, 'executor')}; model: ${why(r.plan, 'model')}; tier: ${why(r.plan, 'tier')}`)

const rowsView = ({routes}: Routes, ui: Ui): string => table<GateRoute>([
  {title: 'gate', value: (r) => r.gate},
  {title: 'executor', value: (r) => r.plan?.executor ?? '–'},
  {title: 'model', value: (r) => (r.plan === null ? ('without' in r ? `none (${r.without})` : 'error') : r.plan.model)},
  {title: 'tier', value: (r) => r.plan?.tier},
  {title: 'tools', value: (r) => r.plan?.tools.join(',')},
  {title: 'effort', value: (r) => r.plan?.effort},
  {title: 'cap', value: (r) => (r.plan === null || r.plan.maxBudgetUsd === null ? '' : `$${r.plan.maxBudgetUsd.toFixed(2)}`), align: 'right'},
  {title: 'minutes', value: (r) => (r.plan === null ? null : r.plan.timeoutMs / 60_000), align: 'right'},
  ...(ui.stdoutTty ? [] : [{title: 'why', value: reasonOf}]),
], routes, ui)

/** One plan field by field: value, layer, file:line, and what it overrode. */
export function explainView(plan: SpawnPlan, ui: Ui): string {
  type Row = {field: string; value: string; why: string; over: string}
  const shown = (value: unknown): string => inert(typeof value === 'string' ? value : JSON.stringify(value))
  const rows = Object.entries(plan.provenance).map(([field, p]): Row => ({
    field, value: shown(p.value), why: why(plan, field), over: p.overrode.map((o) => `${shown(o.value)} (${[o.from, o.at].filter((x) => x !== null).join(' ')})`).join(', '),
  }))
  const fields = table<Row>([
    {title: 'field', value: (r) => r.field}, {title: 'value', value: (r) => r.value}, {title: 'from', value: (r) => r.why}, {title: 'instead of', value: (r) => r.over, flex: true},
  ], rows, ui)
  const env = Object.entries(plan.env).map(([name, value]) => `${name}=${value}`).join(' ')
  return `${fields}${ui.stdoutTty ? '\n' : ''}argv\t${inert(plan.argv.join(' '))}\nenv\t${inert(env)}\n`
}
