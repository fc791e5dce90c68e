import type {Finding} from '../../flow/doctor.js'
import type {DoctorResult, InitJson} from '../results.js'
import {table} from '../table.js'
import type {StyleName, Ui} from '../ui.js'

const STYLE: Record<Finding['state'], StyleName> = {ok: 'green', warning: 'yellow', failed: 'red'}

export const doctorView = ({findings}: DoctorResult, ui: Ui): string => table<Finding>([
  {title: 'check', value: (f) => f.check}, {title: 'state', value: (f) => f.state, style: (f) => STYLE[f.state]}, {title: 'detail', value: (f) => f.detail, flex: true}, {title: 'fix', value: (f) => f.fix},
], findings, ui)

type Step = {what: string; state: string}
const planned = (actions: readonly string[]): Step[] => actions.map((what) => ({what, state: 'would be done'}))
const steps = (rows: readonly Step[], ui: Ui): string => table<Step>([{title: 'what', value: (r) => r.what}, {title: 'state', value: (r) => r.state}], rows, ui)

/** The answer of a dry run. */
export const plannedView = (actions: readonly string[], ui: Ui): string => steps(planned(actions), ui)

/** Of a dry run there is nothing but what would be done. */
export const initView = ({written, kept, labels, actions}: InitJson, ui: Ui): string => {
  const open = written.length + labels.length === 0 ? planned(actions) : []
  return steps([...open, ...written.map((what) => ({what, state: 'written'})), ...kept.map((what) => ({what, state: 'kept'})), ...labels.map((name) => ({what: `label ${name}`, state: 'created'}))], ui)
}
