import {killTests} from '../support/kill-sweep.js'

killTests('land', {everyNth: 120, everyWrite: 23})
killTests('land on a base that moved on', {kinds: ['api', 'remote'], everyNth: 200, everyWrite: 41})
