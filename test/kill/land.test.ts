import {killTests} from '../support/kill-sweep.js'

killTests('land', {everyNth: 50, everyWrite: 10})
killTests('land on a base that moved on', {kinds: ['api', 'remote'], everyNth: 70, everyWrite: 14})
