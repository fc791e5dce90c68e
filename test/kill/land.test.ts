import {killTests} from '../support/kill-sweep.js'

killTests('land', {everyNth: 85, everyWrite: 17})
killTests('land on a base that moved on', {kinds: ['api', 'remote'], everyNth: 150, everyWrite: 31})
