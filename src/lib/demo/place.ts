import {mkdir, mkdtemp, readdir, realpath, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {delimiter, dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {credentialNames} from '../core/run/environment.js'
import {PilotError} from '../errors.js'

type Env = Readonly<Record<string, string | undefined>>
/** The local GitHub, as a client finds it. */
type Access = {apiUrl: string; token: string}
export const DEMO_AGENTS = ['scripted', 'claude'] as const
export type DemoAgent = (typeof DEMO_AGENTS)[number]

const AGENT = fileURLToPath(new URL('scripted-agent.js', import.meta.url))

/** The folders of one demo. Nothing outside `dir` is written. */
type Folders = {dir: string; sandbox: string; checkout: string; cache: string; config: string; home: string}
export type Place = Folders & {remove: () => Promise<void>}

/** @param wanted absolute; it must be new or empty, because all that is in it is removed at the end. null: a new temp directory. */
export async function openPlace(wanted: string | null): Promise<Place> {
  const found = wanted !== null && await mkdir(wanted, {recursive: true}) === undefined
  if (wanted !== null && (await readdir(wanted)).length > 0) {
    const message = `${wanted} is not empty, and the demo removes what is in its directory`
    throw new PilotError('USAGE', message, [`pilot demo --dir ${join(wanted, 'pilot-demo')}`, 'pilot demo'])
  }
  const dir = await realpath(wanted ?? await mkdtemp(join(tmpdir(), 'pilot-demo-')))
  const below = (name: string): string => join(dir, name)
  const place: Folders = {
    dir, sandbox: below('sandbox'), checkout: below('checkout'), cache: below('cache'), config: below('config'), home: below('home'),
  }
  for (const folder of [place.sandbox, place.cache, place.config, place.home]) await mkdir(folder)
  // a directory that was there before stays there, empty as it was
  const mine = found ? Object.values(place).filter((folder) => folder !== dir) : [dir]
  return {...place, remove: async () => { for (const folder of mine) await rm(folder, {recursive: true, force: true, maxRetries: 3}) }}
}

const PLAIN = ['LANG', 'LANGUAGE', 'TERM', 'TZ', 'TMPDIR', 'NO_COLOR', 'FORCE_COLOR', 'SystemRoot', 'SYSTEMROOT', 'COMSPEC', 'PATHEXT']
/** What a real agent needs to reach and to know its model's server. */
const OUTWARD = [
  'HOME', 'USER', 'LOGNAME', 'SHELL', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy',
  'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR',
]
const LOOPBACK = '127.0.0.1,localhost'

/**
 * The whole environment of the commands that the demo runs: no token of the user's, no configuration of theirs, not even their HOME, unless
 * a real agent has to sign in. Where the PATH has no node, the sample's tests run with the one that runs pilot.
 */
export function demoEnvironment(env: Env, place: Folders, github: Access, agent: DemoAgent, noColor: boolean): Record<string, string> {
  const names = [...PLAIN, ...(agent === 'scripted' ? [] : [...OUTWARD, ...credentialNames(agent)])]
  const kept = Object.entries(env).filter((entry): entry is [string, string] =>
    entry[1] !== undefined && (names.includes(entry[0]) || entry[0].startsWith('LC_')))
  const past = [env['NO_PROXY'] ?? env['no_proxy'], LOOPBACK].filter(Boolean).join(',')
  return {
    HOME: place.home, ...Object.fromEntries(kept), NO_PROXY: past, no_proxy: past,
    PATH: [env['PATH'], dirname(process.execPath)].filter(Boolean).join(delimiter),
    XDG_CACHE_HOME: place.cache, XDG_CONFIG_HOME: place.config, GITHUB_API_URL: github.apiUrl, PILOT_GITHUB_TOKEN: github.token,
    ...(noColor ? {NO_COLOR: '1'} : {}),
  }
}

const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`

/** `.pilot/config.yaml` of the sample project. */
export function demoConfig(agent: DemoAgent): string {
  const land = 'land: {wait: 1m}'
  const verify = '{setup: [], commands: ["node --test"]}'
  if (agent === 'claude') return ['version: 1', 'executor: {default: claude}', `verify: ${verify}`, land, ''].join('\n')
  const command = `${quoted(process.execPath)} ${quoted(AGENT)}`
  return [
    'version: 1', 'executor:', '  default: shell', `  shell: {command: ${JSON.stringify(command)}}`, 'planning: {model: scripted}',
    'tiers: {free: "shell:scripted", cheap: "shell:scripted", balanced: "shell:scripted", frontier: "shell:scripted"}',
    'verify: {setup: [], commands: ["node --test"], fix_rounds: 1}', 'decide: {enabled: false}', land, '',
  ].join('\n')
}
