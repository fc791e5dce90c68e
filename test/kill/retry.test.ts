import {killTests} from '../support/kill-sweep.js'

killTests('retry', {kinds: ['api', 'remote'], everyNth: 170, everyWrite: 23})
killTests('retry at its end', {everyNth: 120, everyWrite: 21})
killTests('retry that splits what was killed', {everyNth: 95, everyWrite: 23})
killTests('a split, and the retry that finds it half done', {everyNth: 34, everyWrite: 6})
