import {killTests} from '../support/kill-sweep.js'

killTests('retry', {kinds: ['api', 'remote'], everyNth: 29, everyWrite: 3})
killTests('retry at its end', {everyNth: 18, everyWrite: 3})
killTests('retry that splits what was killed', {everyNth: 15, everyWrite: 4})
