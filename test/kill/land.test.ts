import {killTests} from '../support/kill-sweep.js'

killTests('land', {everyNth: 6})
killTests('land on a base that moved on', {kinds: ['api', 'remote'], everyNth: 12})
