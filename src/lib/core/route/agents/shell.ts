import {jsonIn} from '../../answer.js'
import {resultEvent, type AgentDescriptor, type AgentRequest} from './descriptor.js'

/** A path at the start of a command line: at least one slash, nothing that the shell would read in its own way. */
const RELATIVE_PATH = /^(?![/~-])[^\s'"`$\\;|&<>(){}*?#!]*\/[^\s'"`$\\;|&<>(){}*?#!]+/

/**
 * The user's command line with a leading relative path made absolute from the root of the user's checkout. Not from the worktree: a script in
 * there is whatever the agent of an earlier round made of it, and the reviewer must not be written by the reviewed.
 */
export function commandLine(command: string, root: string | null): string {
  const first = RELATIVE_PATH.exec(command)?.[0]
  if (first === undefined || root === null) return command
  const path = `${root.replace(/\/$/, '')}/${first.replace(/^(?:\.\/)+/, '')}`
  return `'${path.replaceAll("'", "'\\''")}'${command.slice(first.length)}`
}

/** Words that `sh` itself knows; what follows one of them is its own business. */
const SHELL_WORDS: readonly string[] = [
  '.', ':', '[', '!', 'alias', 'case', 'cd', 'command', 'eval', 'exec', 'exit', 'export', 'false', 'for', 'if', 'printf', 'echo', 'read', 'readonly', 'return', 'set', 'shift', 'test',
  'times', 'trap', 'true', 'ulimit', 'umask', 'unset', 'until', 'wait', 'while',
]
const FIRST_WORD = /^\s*(?:'([^']+)'|"([^"$`\\]+)"|([^\s'"`$\\;|&<>(){}*?#!~=]+))(?=[\s;|&<>]|$)/

/** The program that a command line begins with, as it would be looked up; null where only the shell can tell. */
export function programOf(line: string): string | null {
  const [, single, double, bare] = FIRST_WORD.exec(line) ?? []
  const word = single ?? double ?? bare
  return word === undefined || SHELL_WORDS.includes(word) ? null : word
}

/** Exit codes of `sh` for a command that is not there or not executable. */
const NO_COMMAND = [126, 127]

const env = (request: AgentRequest): Record<string, string> => ({
  PILOT_GATE: request.gate, PILOT_ISSUE: request.issue === null ? '' : String(request.issue), PILOT_ATTEMPT: String(request.attempt),
  PILOT_TIER: request.tier ?? '', PILOT_MODEL: request.model, PILOT_WORKTREE: request.cwd,
  ...(request.runDir === null ? {} : {PILOT_RUN_DIR: request.runDir}),
})

/**
 * Any command of the user's: the prompt on stdin, the facts in PILOT_* variables, stdout is the answer. PILOT_SCHEMA and PILOT_USAGE_FILE name
 * files of one run, so the spawner adds those two.
 */
export const shell: AgentDescriptor = {
  executor: 'shell',
  capabilities: {tools: false, schema: true, resume: false, cost: true, budget: false, experimental: false},
  argv: ({command, root, extraArgs}) => ['sh', '-c', extraArgs.length === 0 ? commandLine(command, root) : `${commandLine(command, root)} "$@"`, ...(extraArgs.length === 0 ? [] : ['sh', ...extraArgs])],
  env,
  parse: () => [],
  finish(stdoutText, {exitCode, signal, stderr}) {
    const text = stdoutText.trim()
    if (exitCode === 0) return resultEvent({ok: true, text, structured: jsonIn(text)})
    if (exitCode === null) return undefined
    const last = stderr.trim().split('\n').at(-1) ?? ''
    return resultEvent({
      ok: false, text, failure: NO_COMMAND.includes(exitCode) ? 'cli_missing' : 'agent_error',
      message: `the command ended with exit code ${exitCode}${signal === null ? '' : ` (${signal})`}${last === '' ? '' : `: ${last}`}`,
    })
  },
}
