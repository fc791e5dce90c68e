import {killTests} from '../support/kill-sweep.js'

killTests('close-parent', {everyNth: 54, everyWrite: 10})
killTests('close-parent of an epic within an epic', {everyNth: 68, everyWrite: 10})
