import {killTests} from '../support/kill-sweep.js'

killTests('close-parent', {everyNth: 16, everyWrite: 3})
killTests('close-parent of an epic within an epic', {everyNth: 20, everyWrite: 3})
