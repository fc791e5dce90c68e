import {killTests} from '../support/kill-sweep.js'

killTests('plan-epic', {everyNth: 8, everyWrite: 2})
