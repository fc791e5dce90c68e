import {killTests} from '../support/kill-sweep.js'

killTests('execute', {kinds: ['api', 'remote', 'agent'], everyNth: 140, everyWrite: 20})
// what an undisturbed run leaves is an issue that may be executed again
killTests('execute that fails', {kinds: ['api'], everyNth: 160, everyWrite: 20, notOnce: true})
