import {killTests} from '../support/kill-sweep.js'

killTests('status --repair', {everyNth: 68, everyWrite: 10})
