import {killTests} from '../support/kill-sweep.js'

killTests('retry', {kinds: ['api', 'remote'], everyNth: 13})
killTests('retry at its end', {everyNth: 6})
