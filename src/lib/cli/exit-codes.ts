import {EXIT, type ExitCode} from '../errors.js'

/** What each exit code tells a script; the text of the generated command reference. */
export const EXIT_MEANING: Record<ExitCode, string> = {
  [EXIT.ok]: 'done, or nothing to do',
  [EXIT.failed]: 'the work failed (agent, verification, review), or a bug in pilot',
  [EXIT.usage]: 'wrong usage',
  [EXIT.invalid]: 'invalid configuration, plan or artifact',
  [EXIT.auth]: 'no token, token rejected, or a right is missing',
  [EXIT.refused]: 'refused by policy',
  [EXIT.unavailable]: 'GitHub, an endpoint or an agent CLI is unavailable or rate-limited: try later',
  [EXIT.budget]: 'over budget',
  [EXIT.waiting]: 'waiting: blocked by an open dependency, by CI, or claimed by another runner',
  [EXIT.interrupted]: 'interrupted; work so far is saved',
}
