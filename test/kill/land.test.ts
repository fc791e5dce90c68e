import {killTests} from '../support/kill-sweep.js'

killTests('land', {everyNth: 40, everyWrite: 8})
killTests('land on a base that moved on', {kinds: ['api', 'remote'], everyNth: 60, everyWrite: 10})
