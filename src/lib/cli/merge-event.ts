import {PilotError} from '../errors.js'
import {readText} from './context.js'
import type {Env} from './io.js'

/** The pull request of a `pull_request: closed` event under GitHub Actions; any other event is not a merge and says so. */
export async function mergedInEvent(env: Env): Promise<{pr: number}> {
  const path = env['GITHUB_EVENT_PATH']
  if (path === undefined || path === '') throw new PilotError('USAGE', '--event needs $GITHUB_EVENT_PATH, which GitHub Actions sets', ['pilot close-parent --pr N'])
  const pull = field(parse(await readText(path, {})), 'pull_request')
  const number = field(pull, 'number')
  if (typeof number !== 'number' || field(pull, 'merged') !== true) {
    throw new PilotError('WAITING', 'the event is not the merge of a pull request', ['run this on `pull_request: types: [closed]`'])
  }
  return {pr: number}
}

const field = (value: unknown, name: string): unknown =>
  (typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined)

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new PilotError('FILE_UNREADABLE', '$GITHUB_EVENT_PATH is not JSON', ['pilot close-parent --pr N'], {cause})
  }
}
