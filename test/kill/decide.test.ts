import {killTests} from '../support/kill-sweep.js'

killTests('decide', {everyNth: 51, everyWrite: 13})
