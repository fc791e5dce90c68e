import {PilotError} from '../../errors.js'

export type Remote = {host: string; owner: string; name: string}

const OWNER = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/
const NAME = /^[A-Za-z0-9._][A-Za-z0-9._-]{0,99}$/
const isRepo = (owner: string, name: string): boolean => OWNER.test(owner) && NAME.test(name) && name !== '.' && name !== '..'

/** GitHub's own door for ssh behind firewalls is the same place under another name. */
const canonical = (host: string): string => (host.toLowerCase() === 'ssh.github.com' ? 'github.com' : host.toLowerCase())

function fromPath(host: string, path: string): Remote | null {
  const [owner, last, ...rest] = path.replace(/^\/+|\/+$/g, '').split('/')
  const name = last?.replace(/\.git$/, '')
  if (owner === undefined || name === undefined || rest.length > 0 || !isRepo(owner, name)) return null
  return {host: canonical(host), owner, name}
}

/**
 * The repository behind a remote's address, or null where it cannot be one of a GitHub server (a path, a bundle, not two segments).
 * http(s), ssh and git addresses and the short form `git@host:owner/name.git`; user names and passwords are dropped; an http port
 * stays part of the host.
 */
export function parseRemote(url: string): Remote | null {
  const text = url.trim()
  if (text.includes('://')) {
    if (!URL.canParse(text)) return null
    const {protocol, host, hostname, pathname} = new URL(text)
    if (protocol === 'https:' || protocol === 'http:') return fromPath(host, pathname)
    return ['ssh:', 'git:', 'git+ssh:', 'ssh+git:'].includes(protocol) ? fromPath(hostname, pathname) : null
  }
  // One letter before the colon is a Windows drive.
  const short = /^(?:[^@/\s]+@)?([A-Za-z0-9][A-Za-z0-9.-]+):(?!\/\/)([^\s]+)$/.exec(text)
  return short === null ? null : fromPath(short[1] ?? '', short[2] ?? '')
}

/**
 * May this address be on the server of that web host? Ports differ between git and the API, and whoever has several accounts gives the host a name of
 * their own for ssh (`github.com-work`, `work`): what holds the host's name, or for ssh is no name of the internet at all, is believed.
 */
export function isOnHost(url: string, webHost: string): boolean {
  const remote = parseRemote(url)
  if (remote === null) return true
  const [there, here] = [remote.host, webHost.toLowerCase()].map((host) => host.replace(/:\d+$/, '')) as [string, string]
  return there.includes(here) || (!there.includes('.') && !/^https?:/i.test(url.trim()))
}

/** A remote's address for people, without user name and password. */
export function placeOf(url: string): string {
  const remote = parseRemote(url)
  return remote === null ? bare(url) : `${remote.host}/${remote.owner}/${remote.name}`
}

/** `owner/name` or a remote's address, as people type it after --repo. */
function fromText(text: string): string | null {
  const [owner, name, ...rest] = text.split('/')
  if (owner !== undefined && name !== undefined && rest.length === 0 && isRepo(owner, name)) return `${owner}/${name.replace(/\.git$/, '')}`
  const remote = parseRemote(text)
  return remote === null ? null : `${remote.owner}/${remote.name}`
}

export type RepoSources = {flag?: string | undefined; env: Readonly<Record<string, string | undefined>>; originUrl?: string | undefined}

/**
 * The repository to work on as `owner/name`: the --repo flag, else GITHUB_REPOSITORY, else the `origin` remote. NO_REPOSITORY when the
 * first of these that is there does not name one, because going on to the next would work somewhere the user did not mean.
 */
export function resolveRepo(from: RepoSources): string {
  const {flag, env, originUrl} = from
  const sources = [['--repo', flag], ['GITHUB_REPOSITORY', env['GITHUB_REPOSITORY']], ['the origin remote', originUrl]] as const
  const given = sources.find(([, text]) => text !== undefined && text.trim() !== '')
  const suggestions = ['name the repository with --repo', 'git remote -v']
  if (given === undefined) {
    throw new PilotError('NO_REPOSITORY', 'No repository: no --repo, no GITHUB_REPOSITORY and no origin remote.', suggestions)
  }
  const [source, text = ''] = given
  const repo = fromText(text.trim())
  if (repo === null) throw new PilotError('NO_REPOSITORY', `${source} does not name a GitHub repository: ${bare(text)}`, suggestions)
  return repo
}

/** Without the user part, which may hold a password. */
const bare = (text: string): string => text.trim().replace(/(^|\/\/)[^/@\s]*@/, '$1')
