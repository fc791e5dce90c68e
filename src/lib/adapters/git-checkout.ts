import {PilotError} from '../errors.js'
import type {Git} from './git.js'

/** The root of the working tree around `cwd`; NOT_A_CHECKOUT when there is none. */
export async function repositoryRoot(git: Git, cwd: string): Promise<string> {
  const {exitCode, stdout, stderr} = await git(['rev-parse', '--show-toplevel'], {cwd, userConfig: true, ok: [0, 128]})
  if (exitCode === 0 && stdout.trim() !== '') return stdout.replace(/\n$/, '')
  if (/dubious ownership/.test(stderr)) {
    throw new PilotError('NOT_A_CHECKOUT', `git refuses ${cwd} because it belongs to another user.`, [`git config --global --add safe.directory ${cwd}`])
  }
  if (!/not a git repository|must be run in a work tree/i.test(stderr)) throw new PilotError('GIT_FAILED', `git failed in ${cwd}: ${stderr.trim().slice(-300)}`, ['git status'])
  throw new PilotError('NOT_A_CHECKOUT', `${cwd} is not inside a git checkout.`, ['cd into the repository, or name it with --cwd'])
}

/** The address of the remote `origin`, after the user's own rewriting rules; null when there is no such remote. */
export async function originUrl(git: Git, cwd: string): Promise<string | null> {
  const {exitCode, stdout} = await git(['remote', 'get-url', 'origin'], {cwd, userConfig: true, ok: [0, 2, 128]})
  return exitCode === 0 && stdout.trim() !== '' ? stdout.trim() : null
}
