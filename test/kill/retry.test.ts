import {killTests} from '../support/kill-sweep.js'

killTests('retry', {kinds: ['api', 'remote'], everyNth: 119, everyWrite: 15})
killTests('retry at its end', {everyNth: 85, everyWrite: 15})
killTests('retry that splits what was killed', {everyNth: 68, everyWrite: 17})
killTests('a split, and the retry that finds it half done', {everyNth: 34, everyWrite: 6})
