import {killTests} from '../support/kill-sweep.js'

killTests('execute', {kinds: ['api', 'remote', 'agent'], everyNth: 46, everyWrite: 6})
// what an undisturbed run leaves is an issue that may be executed again
killTests('execute that fails', {kinds: ['api'], everyNth: 58, everyWrite: 6, notOnce: true})
