import {execFile} from 'node:child_process'
import {access, readFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {agentEnvironment, credentialFiles, credentialNames} from '../core/run/environment.js'
import type {Probe} from '../ports.js'
import {isOnPath} from './agent-ready.js'

type Env = Readonly<Record<string, string | undefined>>
const VERSION_TIMEOUT_MS = 10_000
const ENDPOINT_TIMEOUT_MS = 3000

/** `env` is pilot's own; `home` the user's, where agents keep their sign-in. */
export const openProbe = (o: {env: Env; home: string; cwd: string}): Probe => ({
  version: (command) => new Promise((resolve) => {
    // the command comes from the repository's configuration: it gets no token of pilot's
    execFile(command, ['--version'], {cwd: o.cwd, env: agentEnvironment(o.env, {home: o.home, tmp: tmpdir(), executor: null}), timeout: VERSION_TIMEOUT_MS}, (error, stdout, stderr) => {
      const line = `${stdout}\n${stderr}`.split('\n').map((text) => text.trim()).find((text) => text !== '')
      resolve(error === null ? line ?? 'unknown version' : null)
    })
  }),
  has: (program) => isOnPath(program, o.env['PATH'] ?? '', o.cwd),
  async signIn(executor) {
    const variable = credentialNames(executor).find((name) => !name.endsWith('_BASE_URL') && (o.env[name] ?? '') !== '')
    if (variable !== undefined) return variable
    for (const file of credentialFiles(executor)) if (await exists(join(o.home, file))) return `~/${file}`
    return null
  },
  async endpoint(url, apiKeyEnv) {
    if (apiKeyEnv !== null && (o.env[apiKeyEnv] ?? '') === '') return `${apiKeyEnv} is not set`
    try {
      const key = apiKeyEnv === null ? undefined : o.env[apiKeyEnv]
      const answer = await fetch(`${url.replace(/\/$/, '')}/models`, {headers: key === undefined ? {} : {authorization: `Bearer ${key}`}, signal: AbortSignal.timeout(ENDPOINT_TIMEOUT_MS)})
      await answer.body?.cancel()
      return answer.ok ? null : `answers ${answer.status}`
    } catch (error) {
      const cause = (error as {cause?: {code?: string}}).cause?.code
      return cause ?? (error as Error).name
    }
  },
  async contained() {
    if (await exists('/.dockerenv') || await exists('/run/.containerenv')) return true
    return readFile('/proc/1/cgroup', 'utf8').then((text) => /docker|kubepods|containerd|lxc/.test(text), () => false)
  },
})

const exists = (path: string): Promise<boolean> => access(path).then(() => true, () => false)
