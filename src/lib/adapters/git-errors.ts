import {PilotError, type Code} from '../errors.js'
import type {RawResult} from './git.js'

/** What git says when something outside is wrong. Only its own `fatal:` and `error:` lines are read: a `remote:` line is the server's free text. */
const MEANINGS: readonly (readonly [RegExp, Code])[] = [
  [/Authentication failed|could not read (?:Username|Password)|terminal prompts disabled|returned error: 401/i, 'BAD_TOKEN'],
  [/returned error: 403/i, 'FORBIDDEN'],
  [/repository '.*' not found|returned error: 404/i, 'REPOSITORY_NOT_FOUND'],
  [/returned error: (?:429|5\d\d)/i, 'GITHUB_UNAVAILABLE'],
  [/Could not resolve|Failed to connect|Couldn't connect|Connection (?:refused|timed out|reset)|Operation timed out|timed out after/i, 'GITHUB_UNREACHABLE'],
  [/remote end hung up|early EOF|unexpected disconnect|Empty reply|SSL|TLS|certificate|Proxy/i, 'GITHUB_UNREACHABLE'],
]

const ADVICE: Partial<Record<Code, readonly string[]>> = {
  BAD_TOKEN: ['gh auth login', 'pilot doctor'],
  FORBIDDEN: ['give the token contents: write on this repository', 'pilot doctor'],
  REPOSITORY_NOT_FOUND: ['check the name behind --repo, and that the token may see it'],
  NO_SPACE: ['free some space, then run the same command again'],
  GITHUB_UNAVAILABLE: ['try again later'],
  GITHUB_UNREACHABLE: ['check the network and the proxy settings, then try again'],
}

/** The last lines of an output, whole lines, at most `max` characters. */
const tailOf = (text: string, max: number): string => text.trim().slice(-max).replace(/^[^\n]*\n(?=[^\n])/, (cut) => text.trim().length > max ? '' : cut)

/** The failure of a git command as an expected error, with the masked end of what git said. */
export function gitError(o: {args: readonly string[]; result: RawResult; remote: boolean; mask: (text: string) => string}): PilotError {
  const {args, result, remote, mask} = o
  const said = tailOf(mask(result.stderr || result.stdout), 2000)
  const name = args.find((arg) => /^[a-z][a-z-]+$/.test(arg)) ?? 'command'
  if (result.timedOut) {
    return new PilotError(remote ? 'GITHUB_UNREACHABLE' : 'GIT_FAILED', `git ${name} took too long and was stopped.`, remote ? ADVICE.GITHUB_UNREACHABLE : [])
  }
  if (/No space left on device|Out of diskspace|Disk quota exceeded/.test(result.stderr)) return new PilotError('NO_SPACE', `git ${name} failed: ${said}`, ADVICE.NO_SPACE)
  const own = result.stderr.split('\n').filter((line) => /^(?:fatal|error):/.test(line)).join('\n')
  const code = remote ? MEANINGS.find(([pattern]) => pattern.test(own))?.[1] ?? 'GIT_FAILED' : 'GIT_FAILED'
  return new PilotError(code, `git ${name} failed: ${said || `exit code ${result.exitCode}`}`, ADVICE[code] ?? [])
}
