import {killTests} from '../support/kill-sweep.js'

killTests('execute an epic to its end', {kinds: ['api', 'remote'], everyNth: 60, everyWrite: 9})
