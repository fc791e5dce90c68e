import {killTests} from '../support/kill-sweep.js'

killTests('decide', {everyNth: 30, everyWrite: 8})
