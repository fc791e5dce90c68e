import {killTests} from '../support/kill-sweep.js'

killTests('decide', {everyNth: 9, everyWrite: 2})
