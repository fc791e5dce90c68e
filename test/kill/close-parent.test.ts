import {killTests} from '../support/kill-sweep.js'

killTests('close-parent', {everyNth: 6})
