import {killTests} from '../support/kill-sweep.js'

killTests('execute an epic to its end', {kinds: ['api', 'remote'], everyNth: 200, everyWrite: 33})
