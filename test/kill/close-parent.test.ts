import {killTests} from '../support/kill-sweep.js'

killTests('close-parent', {everyNth: 32, everyWrite: 6})
killTests('close-parent of an epic within an epic', {everyNth: 40, everyWrite: 6})
