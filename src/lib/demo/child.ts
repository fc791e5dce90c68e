import {spawn} from 'node:child_process'
import {createInterface} from 'node:readline'
import {PilotError} from '../errors.js'

export type ChildOptions = {
  argv: readonly [string, ...string[]]; cwd: string; env: Readonly<Record<string, string>>; signal: AbortSignal
  onStderr?: (line: string) => void
}
/** `code` null: ended by a signal. */
export type Ended = {code: number | null; stdout: string; stderr: string}

/** From asking a command to stop until it is ended: pilot needs up to 6 s to end an agent, and then saves its work. */
const PATIENCE_MS = 10_000

/**
 * Runs a command to its end. It has a process group of its own, so that a Ctrl-C at the terminal reaches it once, through us: pilot takes a
 * second one as "at once".
 */
export function runChild({argv: [command, ...args], cwd, env, signal, onStderr}: ChildOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error)
    const child = spawn(command, args, {cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe']})
    const ended: Ended = {code: null, stdout: '', stderr: ''}
    let kill: NodeJS.Timeout | undefined
    const stop = (): void => {
      child.kill('SIGINT')
      kill = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
    }
    const over = (): void => {
      clearTimeout(kill)
      signal.removeEventListener('abort', stop)
    }
    signal.addEventListener('abort', stop, {once: true})
    child.stdout.setEncoding('utf8').on('data', (text: string) => { ended.stdout += text })
    createInterface({input: child.stderr}).on('line', (line) => {
      ended.stderr += `${line}\n`
      onStderr?.(line)
    })
    child.once('error', (error) => {
      over()
      reject(error)
    })
    child.once('close', (code) => {
      over()
      if (signal.aborted) reject(signal.reason as Error)
      else resolve({...ended, code})
    })
  })
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** @throws PilotError AGENT_UNAVAILABLE when the agent's command is not installed */
export async function present(command: string, options: Omit<ChildOptions, 'argv'>): Promise<void> {
  await runChild({...options, argv: [command, '--version']}).catch((error: unknown) => {
    if (!isMissing(error)) throw error
    throw new PilotError('AGENT_UNAVAILABLE', `${command} was not found on the PATH`,
      [`install ${command} and sign in, or run pilot demo with the script`], {cause: error})
  })
}

/** @throws PilotError GIT_MISSING, or GIT_FAILED with what git said */
export async function git(args: readonly string[], options: Omit<ChildOptions, 'argv'>): Promise<void> {
  const env = {...options.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0'}
  const ended = await runChild({...options, env, argv: ['git', ...args]}).catch((error: unknown) => {
    if (!isMissing(error)) throw error
    throw new PilotError('GIT_MISSING', 'git was not found on the PATH, and the demo needs it',
      ['install git (https://git-scm.com), then run pilot demo again'], {cause: error})
  })
  if (ended.code !== 0) throw new PilotError('GIT_FAILED', `git ${args[0]} failed: ${ended.stderr.trim()}`)
}
