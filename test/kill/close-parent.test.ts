import {killTests} from '../support/kill-sweep.js'

killTests('close-parent', {everyNth: 12, everyWrite: 2})
