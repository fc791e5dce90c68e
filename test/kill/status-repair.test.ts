import {killTests} from '../support/kill-sweep.js'

killTests('status --repair', {everyNth: 40, everyWrite: 6})
