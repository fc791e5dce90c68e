import type {DecideJson} from '../results.js'
import {table} from '../table.js'
import {inert, type Ui} from '../ui.js'

type Row = {issue: number; what: string; why: string}

/** What was decided, an issue a row; then what was not taken. */
export function decideView({epic, by, reason, decision, rejected}: DecideJson, ui: Ui): string {
  if (decision === null) return ui.stdoutTty ? `#${epic}: ${inert(reason)}\n` : ''
  const rows: Row[] = [
    ...Object.entries(decision.strategies).map(([issue, s]) => ({issue: Number(issue), what: s.action, why: s.guidance || s.reason})),
    ...decision.routedContext.map((c) => ({issue: c.issue, what: 'context', why: c.context})),
    ...decision.skip.map((s) => ({issue: s.issue, what: 'skip', why: s.reason})),
    ...decision.waves.flatMap((wave, i) => wave.map((issue) => ({issue, what: `wave ${i + 1}`, why: ''}))),
  ]
  const out = table<Row>([{title: 'issue', value: (r) => r.issue}, {title: 'decision', value: (r) => r.what}, {title: 'why', value: (r) => r.why, flex: true}], rows, ui)
  if (!ui.stdoutTty) return out
  const head = `#${epic} ${by === 'pilot' ? 'decided' : 'decided without a model'}\n`
  return head + out + rejected.map((r) => ui.style.dim(`not taken: ${r.field}: ${inert(r.reason)}\n`)).join('')
}
