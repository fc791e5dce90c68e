import {killTests} from '../support/kill-sweep.js'

killTests('execute with a fix round after verify', {kinds: ['agent', 'command'], everyNth: 140, everyWrite: 31})
killTests('execute with a fix round after review', {kinds: ['agent', 'command'], everyNth: 160, everyWrite: 31})
killTests('execute a child of an epic', {kinds: ['api', 'remote'], everyNth: 95, everyWrite: 23})
