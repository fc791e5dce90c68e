import {killTests} from '../support/kill-sweep.js'

killTests('execute with a fix round after verify', {kinds: ['agent', 'command'], everyNth: 60, everyWrite: 14})
killTests('execute with a fix round after review', {kinds: ['agent', 'command'], everyNth: 70, everyWrite: 14})
killTests('execute a child of an epic', {kinds: ['api', 'remote'], everyNth: 56, everyWrite: 14})
