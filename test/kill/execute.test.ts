import {killTests} from '../support/kill-sweep.js'

killTests('execute', {kinds: ['api', 'remote', 'agent'], everyNth: 60, everyWrite: 9})
// what an undisturbed run leaves is an issue that may be executed again
killTests('execute that fails', {kinds: ['api'], everyNth: 70, everyWrite: 9, notOnce: true})
