import {killTests} from '../support/kill-sweep.js'

killTests('execute with a fix round after verify', {kinds: ['agent', 'command'], everyNth: 210, everyWrite: 45})
killTests('execute with a fix round after review', {kinds: ['agent', 'command'], everyNth: 240, everyWrite: 45})
killTests('execute a child of an epic', {kinds: ['api', 'remote'], everyNth: 140, everyWrite: 33})
