import {killTests} from '../support/kill-sweep.js'

killTests('land', {everyNth: 20, everyWrite: 4})
killTests('land on a base that moved on', {kinds: ['api', 'remote'], everyNth: 30, everyWrite: 5})
