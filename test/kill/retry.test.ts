import {killTests} from '../support/kill-sweep.js'

killTests('retry', {kinds: ['api', 'remote'], everyNth: 70, everyWrite: 9})
killTests('retry at its end', {everyNth: 50, everyWrite: 9})
killTests('retry that splits what was killed', {everyNth: 40, everyWrite: 10})
killTests('a split, and the retry that finds it half done', {everyNth: 20, everyWrite: 4})
