import {killTests} from '../support/kill-sweep.js'

killTests('status --repair', {everyNth: 12, everyWrite: 2})
