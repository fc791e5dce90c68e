import {killTests} from '../support/kill-sweep.js'

killTests('land', {everyNth: 12, everyWrite: 2})
killTests('land on a base that moved on', {kinds: ['api', 'remote'], everyNth: 24, everyWrite: 3})
