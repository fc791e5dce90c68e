import {killTests} from '../support/kill-sweep.js'

killTests('status --repair', {everyNth: 20, everyWrite: 3})
