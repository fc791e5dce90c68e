import {killTests} from '../support/kill-sweep.js'

killTests('retry', {kinds: ['api', 'remote'], everyNth: 58, everyWrite: 6})
killTests('retry at its end', {everyNth: 36, everyWrite: 6})
killTests('retry that splits what was killed', {everyNth: 30, everyWrite: 8})
