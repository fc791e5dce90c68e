import {killTests} from '../support/kill-sweep.js'

killTests('decompose', {everyNth: 10, everyWrite: 3})
// where lists show nothing of what was just made: the same points, fewer of them
killTests('decompose while lists and search trail', {everyNth: 14, everyWrite: 4})
