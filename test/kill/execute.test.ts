import {killTests} from '../support/kill-sweep.js'

killTests('execute', {kinds: ['api', 'remote', 'agent'], everyNth: 9})
// what an undisturbed run leaves is an issue that may be executed again
killTests('execute that fails', {kinds: ['api'], everyNth: 11, notOnce: true})
