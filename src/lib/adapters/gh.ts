import {execFile} from 'node:child_process'

const TIMEOUT_MS = 5000

/** The token of the GitHub CLI's own sign-in; undefined when `gh` is not there, not signed in, or does not answer. */
export const ghToken = (env: Readonly<Record<string, string | undefined>>): Promise<string | undefined> => new Promise((resolve) => {
  execFile('gh', ['auth', 'token'], {env: {...env}, timeout: TIMEOUT_MS}, (error, stdout) => {
    resolve(error === null && stdout.trim() !== '' ? stdout.trim() : undefined)
  })
})
