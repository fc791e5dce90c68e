import type {Finding} from '../../flow/doctor.js'
import type {DoctorResult, InitJson} from '../results.js'
import {table} from '../table.js'
import type {StyleName, Ui} from '../ui.js'

const STYLE: Record<Finding['state'], StyleName> = {ok: 'green', warning: 'yellow', failed: 'red'}

export const doctorView = ({findings}: DoctorResult, ui: Ui): string => table<Finding>([
  {title: 'check', value: (f) => f.check}, {title: 'state', value: (f) => f.state, style: (f) => STYLE[f.state]}, {title: 'detail', value: (f) => f.detail, flex: true}, {title: 'fix', value: (f) => f.fix},
], findings, ui)

/** Of a dry run there is nothing but what would be done. */
export const initView = ({written, kept, labels, actions}: InitJson, ui: Ui): string => {
  const planned = written.length + labels.length === 0 ? actions : []
  const rows = [...planned.map((what) => ({what, state: 'would be done'})), ...written.map((what) => ({what, state: 'written'})), ...kept.map((what) => ({what, state: 'kept'})), ...labels.map((name) => ({what: `label ${name}`, state: 'created'}))]
  return table<(typeof rows)[number]>([{title: 'what', value: (r) => r.what}, {title: 'state', value: (r) => r.state}], rows, ui)
}
