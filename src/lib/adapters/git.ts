import {existsSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {PilotError} from '../errors.js'
import {maskSecrets} from '../core/run/mask.js'
import {gitError} from './git-errors.js'
import {signalFamily} from './process-family.js'

/** Where the repository lives, and the token that opens it. The token travels in the environment of one child, never in argv or a file. */
export type Remote = {url: string; token: string | null}

export type GitResult = {exitCode: number; stdout: string; stderr: string}
export type GitOptions = {
  cwd: string
  /** makes this a network operation: sign-in and the user's `http.*` settings are added, and a longer timeout */
  remote?: Remote
  /** read the user's own git configuration; for looking at the user's checkout, where safe.directory and insteadOf matter */
  userConfig?: boolean
  env?: Readonly<Record<string, string>>
  input?: string
  /** exit codes that are an answer and no error; [0] unless told */
  ok?: readonly number[]
  timeoutMs?: number
  /** stop reading stdout here instead of failing; characters */
  cap?: number
}
/** Runs one git command. Errors are PilotError: GIT_MISSING, BAD_TOKEN, FORBIDDEN, REPOSITORY_NOT_FOUND, GITHUB_UNREACHABLE, GITHUB_UNAVAILABLE, GIT_FAILED. */
export type Git = (args: readonly string[], options: GitOptions) => Promise<GitResult>

type Env = Readonly<Record<string, string | undefined>>
type Setting = readonly [key: string, value: string]

const LOCAL_TIMEOUT_MS = 120_000
/** a first fetch of a large repository takes its time */
const REMOTE_TIMEOUT_MS = 900_000
const MAX_OUTPUT = 256 * 1024 * 1024

/** Beats every configuration file: no program that a repository or an agent could name in a configuration is started. */
const ALWAYS: readonly Setting[] = [
  ['core.hooksPath', '/dev/null'], ['core.fsmonitor', 'false'], ['credential.helper', ''], ['core.quotePath', 'false'], ['gc.auto', '0'],
  ['maintenance.auto', 'false'], ['commit.gpgSign', 'false'], ['protocol.ext.allow', 'never'], ['submodule.recurse', 'false'],
]

/**
 * What of the caller's environment git may see: the GIT_DIR of a hook that pilot runs in, or a GIT_TRACE that prints headers, must not get in, and
 * neither must a token, for whatever program git may come to start.
 */
function inherited(env: Env): Record<string, string> {
  const unwanted = (name: string) => /(?:TOKEN|SECRET|PASSWORD|_KEY)S?$/i.test(name)
    || (/^(GIT|SSH)_/i.test(name) && !/^GIT_(SSL_|PROXY_SSL_|EXEC_PATH$)/.test(name))
  const kept = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && !unwanted(entry[0]))
  return Object.fromEntries(kept)
}

/** `http.<origin>.extraHeader` with the token, so that it goes to this host and no other. */
function signIn({url, token}: Remote): Setting[] {
  if (token === null || !/^https?:\/\//.test(url)) return []
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  return [[`http.${new URL(url).origin}/.extraHeader`, `Authorization: Basic ${basic}`]]
}

const asEnv = (settings: readonly Setting[]): Record<string, string> => ({
  GIT_CONFIG_COUNT: String(settings.length),
  ...Object.fromEntries(settings.flatMap(([key, value], i): Setting[] => [[`GIT_CONFIG_KEY_${i}`, key], [`GIT_CONFIG_VALUE_${i}`, value]])),
})

/**
 * The one runner of git: argument arrays, an explicit directory, plain C messages, no hooks, no credential helper, no prompt.
 *
 * The user's and the system's configuration are not read, because an alias, a filter or `insteadOf` in there changes what a command means. Network
 * operations still need its proxy and certificate settings, so exactly the `http.*` keys (without headers and cookies) are read once and passed on.
 * git runs in a process group of its own: a Ctrl-C at the terminal reaches pilot, which then decides, and does not cut a push in half.
 */
export function openGit({env}: {env: Env}): Git {
  const base = {...inherited(env), LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', GIT_OPTIONAL_LOCKS: '0', GIT_NO_REPLACE_OBJECTS: '1'}
  let network: Promise<Setting[]> | undefined
  const userHttp = async (): Promise<Setting[]> => {
    // the system's settings, then the user's, which count more; GIT_DIR keeps out those of a repository around the temp folder
    const {stdout, exitCode} = await spawnGit(['config', '--includes', '--null', '--get-regexp', '^http\\.'], {cwd: tmpdir()}, {...base, GIT_DIR: '/dev/null'})
    return exitCode === 0 ? httpSettings(stdout) : []
  }
  return async (args, options) => {
    const settings: Setting[] = []
    if (options.remote !== undefined) settings.push(...await (network ??= userHttp()), ...signIn(options.remote))
    const isolated = options.userConfig === true ? {} : {GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null'}
    const whole = [...ALWAYS.flatMap(([key, value]) => ['-c', `${key}=${value}`]), ...args]
    const result = await spawnGit(whole, options, {...base, ...isolated, ...asEnv(settings), ...options.env})
    if ((options.ok ?? [0]).includes(result.exitCode) || result.capped) return result
    const mask = maskSecrets(options.remote?.token ? [options.remote.token] : [])
    throw gitError({args, result, remote: options.remote !== undefined, mask})
  }
}

/** `key\nvalue\0` pairs; headers and cookies are somebody's credentials and stay out. */
const httpSettings = (stdout: string): Setting[] => stdout.split('\0').filter(Boolean).flatMap((entry): Setting[] => {
  const cut = entry.indexOf('\n')
  const [key, value] = cut === -1 ? [entry, 'true'] : [entry.slice(0, cut), entry.slice(cut + 1)]
  return /\.(extraheader|cookiefile|savecookies)$/i.test(key) ? [] : [[key, value]]
})

export type RawResult = GitResult & {timedOut: boolean; capped: boolean}

async function spawnGit(args: readonly string[], options: GitOptions, env: Readonly<Record<string, string>>): Promise<RawResult> {
  const {execa} = await import('execa')
  const child = execa('git', args, {
    cwd: options.cwd, env, extendEnv: false, reject: false, detached: true, stripFinalNewline: false, maxBuffer: options.cap ?? MAX_OUTPUT,
    ...(options.input === undefined ? {stdin: 'ignore' as const} : {input: options.input}),
  })
  let timedOut = false
  // the whole group: git's helper for http would live on and keep the pipes open
  const timer = setTimeout(() => {
    timedOut = true
    if (child.pid !== undefined) signalFamily(child.pid, [], 'SIGKILL')
  }, options.timeoutMs ?? (options.remote === undefined ? LOCAL_TIMEOUT_MS : REMOTE_TIMEOUT_MS))
  const result = await child.finally(() => clearTimeout(timer))
  if (result.code === 'ENOENT' || result.code === 'ENOTDIR') {
    if (!existsSync(options.cwd)) throw new PilotError('GIT_FAILED', `git cannot run in ${options.cwd}: there is no such directory.`)
    throw new PilotError('GIT_MISSING', 'git was not found on the PATH.', ['install git 2.32 or newer: https://git-scm.com/downloads'], {cause: result})
  }
  return {
    exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr === '' && result.exitCode === undefined ? result.shortMessage ?? '' : result.stderr,
    timedOut, capped: options.cap !== undefined && result.isMaxBuffer,
  }
}

const OBJECT_ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/
/** A full object id, or GIT_FAILED: what an agent or a server said must not become an option or an expression. */
export function objectId(text: string): string {
  if (OBJECT_ID.test(text)) return text
  throw new PilotError('GIT_FAILED', `${JSON.stringify(text.slice(0, 80))} is not a commit id.`)
}

/** `refs/heads/NAME` for a name that git accepts and no shell, pattern or option parser can misread; GIT_FAILED otherwise. */
export function branchRef(name: string): string {
  const fine = /^[A-Za-z0-9_][\w./@+#=-]*$/.test(name) && !/\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)|[./]$/.test(name)
  if (!fine) throw new PilotError('GIT_FAILED', `${JSON.stringify(name.slice(0, 80))} is not a branch name that pilot uses.`)
  return `refs/heads/${name}`
}
