import type {Finding} from '../../flow/doctor.js'
import type {DoctorResult, InitJson} from '../results.js'
import {table} from '../table.js'
import type {StyleName, Ui} from '../ui.js'

const STYLE: Record<Finding['state'], StyleName> = {ok: 'green', warning: 'yellow', failed: 'red'}

export const doctorView = ({findings}: DoctorResult, ui: Ui): string => table<Finding>([
  {title: 'check', value: (f) => f.check}, {title: 'state', value: (f) => f.state, style: (f) => STYLE[f.state]}, {title: 'detail', value: (f) => f.detail, flex: true}, {title: 'fix', value: (f) => f.fix},
], findings, ui)

export const initView = ({written, kept, labels}: InitJson, ui: Ui): string => {
  const rows = [...written.map((what) => ({what, state: 'written'})), ...kept.map((what) => ({what, state: 'kept'})), ...labels.map((name) => ({what: `label ${name}`, state: 'created'}))]
  return table<(typeof rows)[number]>([{title: 'what', value: (r) => r.what}, {title: 'state', value: (r) => r.state}], rows, ui)
}
