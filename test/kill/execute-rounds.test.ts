import {killTests} from '../support/kill-sweep.js'

killTests('execute with a fix round after verify', {kinds: ['agent', 'command'], everyNth: 300, everyWrite: 60})
killTests('execute with a fix round after review', {kinds: ['agent', 'command'], everyNth: 330, everyWrite: 60})
killTests('execute a child of an epic', {kinds: ['api', 'remote'], everyNth: 200, everyWrite: 45})
