import {killTests} from '../support/kill-sweep.js'

killTests('plan-epic')
