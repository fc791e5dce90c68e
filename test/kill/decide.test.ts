import {killTests} from '../support/kill-sweep.js'

killTests('decide', {everyNth: 15, everyWrite: 4})
