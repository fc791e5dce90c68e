import {PilotError} from '../errors.js'
import type {MergeOf} from '../flow/close-parent.js'
import {readText} from './context.js'
import type {Env} from './io.js'

const ADVICE = 'run this on `pull_request: types: [closed]` or `issues: types: [closed]`'

/**
 * What the event under GitHub Actions settles: a merged pull request, or an issue that was closed.
 * @throws PilotError WAITING when a pull request is not merged, USAGE for events of another kind, OTHER_REPOSITORY
 */
export async function mergedInEvent(env: Env, repo: string): Promise<MergeOf> {
  const path = env['GITHUB_EVENT_PATH']
  if (path === undefined || path === '') throw new PilotError('USAGE', '--event needs $GITHUB_EVENT_PATH, which GitHub Actions sets', ['pilot close-parent --help'])
  const event = parse(await readText(path, {}))
  const home = field(field(event, 'repository'), 'full_name')
  if (typeof home === 'string' && home.toLowerCase() !== repo.toLowerCase()) throw new PilotError('OTHER_REPOSITORY', `the event is one of ${home}, not of ${repo}`, [`--repo ${home}`])
  const [pull, issue] = [field(event, 'pull_request'), field(event, 'issue')]
  const pr = numberOf(pull)
  // only events of the pull request itself say whether it is merged; those of its reviews and comments do not
  if (pr !== undefined && typeof field(pull, 'merged') === 'boolean') {
    if (field(pull, 'merged') === true) return {pr}
    throw new PilotError('WAITING', `the event is not the merge of a pull request: #${pr} is not merged`, [ADVICE])
  }
  const number = numberOf(issue)
  if (number !== undefined && field(event, 'action') === 'closed') return {issue: number}
  throw new PilotError('USAGE', 'the event is neither of a pull request nor of an issue that was closed', [ADVICE])
}

const numberOf = (value: unknown): number | undefined => {
  const number = field(value, 'number')
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : undefined
}

const field = (value: unknown, name: string): unknown =>
  (typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined)

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new PilotError('FILE_UNREADABLE', '$GITHUB_EVENT_PATH is not JSON', ['pilot close-parent --help'], {cause})
  }
}
