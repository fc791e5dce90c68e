import {killTests} from '../support/kill-sweep.js'

killTests('plan-epic', {everyNth: 16, everyWrite: 4})
