import {killTests} from '../support/kill-sweep.js'

killTests('execute', {kinds: ['api', 'remote', 'agent'], everyNth: 102, everyWrite: 15})
// what an undisturbed run leaves is an issue that may be executed again
killTests('execute that fails', {kinds: ['api'], everyNth: 119, everyWrite: 15, notOnce: true})
