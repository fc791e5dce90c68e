import {killTests} from '../support/kill-sweep.js'

killTests('execute with a fix round after verify', {kinds: ['agent', 'command'], everyNth: 38, everyWrite: 8})
killTests('execute with a fix round after review', {kinds: ['agent', 'command'], everyNth: 46, everyWrite: 8})
killTests('execute a child of an epic', {kinds: ['api', 'remote'], everyNth: 34, everyWrite: 8})
