import type {Reporter} from '../flow/world.js'
import type {Progress} from './progress.js'

/** Progress and performed actions go to stderr; warnings to the command, which also keeps them for the JSON envelope. */
export const reporterFor = (progress: Progress, warn: (text: string) => void, note: (text: string) => void): Reporter => ({
  progress: (line) => { progress.say(line) },
  warn,
  action: (line) => { note(line) },
  activity: (activity) => { progress.activity(activity) },
})
