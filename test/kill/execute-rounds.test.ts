import {killTests} from '../support/kill-sweep.js'

killTests('execute with a fix round after verify', {kinds: ['agent', 'command'], everyNth: 19, everyWrite: 4})
killTests('execute with a fix round after review', {kinds: ['agent', 'command'], everyNth: 23, everyWrite: 4})
killTests('execute a child of an epic', {kinds: ['api', 'remote'], everyNth: 17, everyWrite: 4})
