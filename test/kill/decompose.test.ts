import {killTests} from '../support/kill-sweep.js'

killTests('decompose', {everyNth: 17, everyWrite: 5})
// where lists show nothing of what was just made: the same points, fewer of them
killTests('decompose while lists and search trail', {everyNth: 23, everyWrite: 6})
