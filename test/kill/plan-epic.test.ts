import {killTests} from '../support/kill-sweep.js'

killTests('plan-epic', {everyNth: 27, everyWrite: 6})
