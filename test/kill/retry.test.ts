import {killTests} from '../support/kill-sweep.js'

killTests('retry', {kinds: ['api', 'remote'], everyNth: 240, everyWrite: 31})
killTests('retry at its end', {everyNth: 170, everyWrite: 28})
killTests('retry that splits what was killed', {everyNth: 130, everyWrite: 31})
killTests('a split, and the retry that finds it half done', {everyNth: 34, everyWrite: 6})
