import {createHash, randomBytes, randomUUID} from 'node:crypto'
import {homedir, hostname} from 'node:os'
import {dirname, join, resolve} from 'node:path'
import type {Config} from '../core/config/layers.js'
import {EXECUTORS} from '../core/config/words.js'
import type {WrittenConfig} from '../core/config/written.js'
import {webHost} from '../core/issue/ref.js'
import type {RunFlags} from '../core/route/pins.js'
import {keysOf} from '../core/run/secrets.js'
import {PilotError} from '../errors.js'
import type {DoctorDesk} from '../flow/doctor.js'
import type {InitDesk} from '../flow/init.js'
import type {LogsDesk} from '../flow/logs.js'
import type {SpendDesk} from '../flow/spend.js'
import type {Online} from '../flow/spend-sources.js'
import type {Reporter, World} from '../flow/world.js'
import type {Artifacts, Prices} from '../ports.js'
import {apiUrlOf} from './api-url.js'
import type {GlobalFlags} from './flags.js'
import type {Env} from './io.js'
import {assertIssueRefs} from './issue-refs.js'

// The composition root: the only file that names adapters, and it loads them when a command needs them.

/** What a command hands in: its flags, its environment, and where progress and warnings go. */
export type Opening = {
  flags: GlobalFlags & RunFlags
  env: Env
  version: string
  report: Reporter
  signal: AbortSignal
  mask: (text: string) => string
  /** a secret that its variable's name does not tell, or that is in none, to be masked from now on */
  conceal: (secret: string) => void
  /** this command runs code of the repository, so a checkout of another one must not be taken for it */
  runsCode?: boolean
  /** issues as they were typed: what is none is wrong usage, with or without a token */
  refs?: readonly string[]
  /** configuration keys that the command line sets */
  overrides?: WrittenConfig
}

export const workingDirectory = (flags: {cwd?: string | undefined}): string => resolve(flags.cwd ?? '.')

/** The configuration alone, for commands that need neither GitHub nor a checkout. */
export async function openConfig({flags, env, overrides, conceal}: Pick<Opening, 'flags' | 'env' | 'overrides' | 'conceal'>): Promise<Config> {
  const {loadConfig} = await import('../adapters/config-files.js')
  const config = await loadConfig({cwd: workingDirectory(flags), env, file: flags.config, flags: overrides})
  for (const key of keysOf(config.settings.endpoints, env)) conceal(key)
  return config
}

/** A text file that a person named. */
export async function readText(file: string, flags: {cwd?: string | undefined}): Promise<string> {
  const {readTextFile} = await import('../adapters/text-file.js')
  return readTextFile(resolve(workingDirectory(flags), file))
}

/** Is this a machine that is thrown away after the run? Every CI service sets `CI`. */
const underCi = (env: Env): boolean => !['', '0', 'false'].includes((env['CI'] ?? '').toLowerCase())

const expected = (error: unknown): PilotError => {
  if (error instanceof PilotError) return error
  throw error
}

/** @throws PilotError USAGE where it is none */
async function directoryOf(flags: {cwd?: string | undefined}): Promise<string> {
  const [cwd, {isDirectory}] = [workingDirectory(flags), await import('../adapters/text-file.js')]
  if (await isDirectory(cwd)) return cwd
  throw new PilotError('USAGE', `${cwd} is no directory`, [`ls ${dirname(cwd)}`])
}

const outsideOfAny = (error: unknown): null => {
  if (error instanceof PilotError && error.code === 'NOT_A_CHECKOUT') return null
  throw error
}

/** The directory whose `.pilot/` is meant: the root of the checkout, else where the command was started. */
async function openRoot({flags, env}: Pick<Opening, 'flags' | 'env'>): Promise<string> {
  const [{openGit}, {repositoryRoot}] = await Promise.all([import('../adapters/git.js'), import('../adapters/git-checkout.js')])
  const cwd = await directoryOf(flags)
  return (await repositoryRoot(openGit({env}), cwd).catch(outsideOfAny)) ?? cwd
}

/** Which repository is meant, and where its checkout is, without touching the network. */
export async function openPlace({flags, env}: Pick<Opening, 'flags' | 'env'>) {
  const [{openGit}, {repositoryRoot, originUrl}, {resolveRepo, parseRemote}] =
    await Promise.all([import('../adapters/git.js'), import('../adapters/git-checkout.js'), import('../adapters/github/remote.js')])
  const cwd = await directoryOf(flags)
  const git = openGit({env})
  const checkout = await repositoryRoot(git, cwd).catch(outsideOfAny)
  const origin = checkout === null ? null : await originUrl(git, checkout)
  const repo = resolveRepo({flag: flags.repo, env, originUrl: origin ?? undefined})
  const remote = origin === null ? null : parseRemote(origin)
  const isOwn = remote === null || `${remote.owner}/${remote.name}`.toLowerCase() === repo.toLowerCase()
  const isNamed = (flags.repo ?? '') !== '' || (env['GITHUB_REPOSITORY'] ?? '') !== ''
  return {git, cwd, repo, checkout, isOwn, origin, isNamed}
}
type Place = Awaited<ReturnType<typeof openPlace>>

/**
 * The place, compared with the API in use: the repository that another forge has under the same name is another one.
 * @throws PilotError WRONG_CHECKOUT where it is the origin alone that names the repository
 */
async function onForge(place: Place, env: Env, config: Config): Promise<Place> {
  const {isOnHost, placeOf} = await import('../adapters/github/remote.js')
  const host = webHost(apiUrlOf(env, config))
  if (place.origin === null || isOnHost(place.origin, host)) return place
  if (place.isNamed) return {...place, isOwn: false}
  throw new PilotError('WRONG_CHECKOUT', `origin is ${placeOf(place.origin)}, which is not on ${host}`, [
    'set github.api_url in .pilot/config.yaml (or GITHUB_API_URL) to the API of that server, if it is a GitHub', `name a repository on ${host} with --repo`,
  ])
}

/** Everything that a flow may touch. Opening sends nothing to GitHub and writes nothing. */
export const openWorld = async (opening: Opening): Promise<World> => (await openRecorded(opening)).world

/** The same, with what all machines tell each other of their spending. */
async function openRecorded(opening: Opening): Promise<Online> {
  const {flags, env, report, mask, signal} = opening
  // loaded while git tells where it is
  const [found, config, {openClone}, {openWorkshop}, {openClaims, LEASE_MS}, {openArtifacts}, {openCache}, {openCommands}, {openAgent}, {findDescriptor}, {ownAccounts}, {openDefaultBranch}, {openSpendRecord}, {openPurse}, {concealSignIns}, {thisRunner}] = await Promise.all([
    openPlace(opening), openConfig(opening), import('../adapters/git-clone.js'), import('../adapters/workshop.js'), import('../adapters/claims.js'), import('../adapters/artifacts.js'), import('../adapters/cache.js'),
    import('../adapters/commands.js'), import('../adapters/agent.js'), import('../core/route/agents/index.js'), import('../core/issue/trust.js'),
    import('../adapters/default-branch.js'), import('../adapters/spend-record.js'), import('../flow/purse.js'), import('../adapters/environment.js'), import('../adapters/runner.js'),
  ])
  const place = await onForge(found, env, config)
  const {repo, git, cwd} = place
  assertIssueRefs(opening.refs ?? [], {repo, apiUrl: apiUrlOf(env, config)})
  const {token, apiUrl, clock, github} = await openApi(opening, repo, config)
  const root = place.checkout ?? cwd
  const checkout = place.isOwn ? place.checkout : null
  if (!place.isOwn && opening.runsCode === true) {
    throw new PilotError('WRONG_CHECKOUT', `${root} is a checkout of another repository than ${repo}`, [`cd into a checkout of ${repo}, or name one with --cwd`])
  }
  if (!place.isOwn) report.warn(`${root} is not a checkout of ${repo}; only files under its .pilot/ are used`)
  const warn = (text: string): void => { report.warn(text) }
  const runId = `${clock.now().toISOString().replace(/\D/g, '').slice(0, 14)}-${randomBytes(4).toString('hex')}`
  const cacheDir = join(env['XDG_CACHE_HOME'] || join(env['HOME'] ?? homedir(), '.cache'), 'pilot', ...repo.toLowerCase().split('/'))
  const scratch = join(cacheDir, 'scratch')
  const remote = {url: `${new URL(apiUrl).protocol}//${webHost(apiUrl)}/${repo}.git`, token}
  const clone = openClone({git, remote, cacheDir, checkout})
  const underActions = env['GITHUB_ACTIONS'] === 'true'
  let own: Promise<(login: string) => boolean> | undefined
  // of every agent: one may read what another signs in with, and what a killed run left may hold either
  await Promise.all(EXECUTORS.map((executor) => concealSignIns(env['HOME'], executor, opening.conceal)))
  const artifacts = openArtifacts({root, id: randomUUID, mask})
  const prices = pricesOnce(artifacts, warn)
  const record = openSpendRecord({clone, clock, nonce: randomUUID, random: Math.random})
  const world: World = {
    ...github, repository: openDefaultBranch({git, remote, clone}), repo, runId, runner: thisRunner(), root, config, flags, clock, report, signal, mask, dryRun: flags['dry-run'],
    claims: openClaims({clone, runId, host: hostname(), pid: process.pid, clock, nonce: randomUUID, warn}),
    artifacts, cache: openCache(cacheDir), prices,
    purse: openPurse({record, config, artifacts, prices, clock, report, repo, runId, leaseMs: LEASE_MS}),
    workshop: openWorkshop({git, remote, cacheDir, checkout, runId, clone, warn, offsite: underCi(env) ? {mask} : null}),
    commands: openCommands({env, scratch, mask}), agent: openAgent({env, scratch, descriptors: findDescriptor, mask, conceal: opening.conceal}),
    own: () => own ??= github.people.self().then((self) =>
      ownAccounts({self, configLogin: config.settings.github.login, underActions, trustBots: config.settings.trust.bots})),
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    nonce: () => randomBytes(12).toString('hex'),
  }
  return {world, record}
}

/** The price table with the user's own prices over it. It is large, so it is loaded when it is asked for. */
function pricesOnce(artifacts: Artifacts, warn: (text: string) => void): () => Promise<Prices> {
  let opened: Promise<Prices> | undefined
  const open = async (): Promise<Prices> => {
    const [{openPrices}, {readPriceFile}] = await Promise.all([import('../adapters/prices.js'), import('../core/cost/overlay.js')])
    const text = await artifacts.readText('prices.json').catch(expected)
    const {entries, problems} = text === undefined ? {entries: [], problems: []}
      : text instanceof PilotError ? {entries: [], problems: [`${text.message} The whole file is left out`]} : readPriceFile(text)
    for (const problem of problems) warn(`.pilot/prices.json: ${problem}`)
    return openPrices({own: entries})
  }
  return () => opened ??= open()
}

/** GitHub behind pilot's ports, for a repository and a token that are known. */
async function openApi({env, version, report, conceal}: Opening, repo: string, config: Config) {
  const [{DEFAULT_API_URL, openGitHub}, {findToken}, {ghToken}, {systemClock}] =
    await Promise.all([import('../adapters/github/index.js'), import('../adapters/github/token.js'), import('../adapters/gh.js'), import('../adapters/clock.js')])
  const {token, from} = await findToken(env, () => ghToken(env))
  if (from === 'gh auth token') conceal(token)
  const apiUrl = apiUrlOf(env, config) ?? DEFAULT_API_URL
  const clock = systemClock()
  return {token, from, apiUrl, clock, github: openGitHub({repo, token, apiUrl, version, clock, warn: (text) => { report.warn(text) }})}
}

/** For `init`: the files of the directory, and the repository's labels where they are asked for. */
export async function openInit(opening: Opening, withLabels: boolean): Promise<InitDesk> {
  const {openArtifacts} = await import('../adapters/artifacts.js')
  const config = withLabels ? await openConfig(opening) : null
  const place = config === null ? null : await onForge(await openPlace(opening), opening.env, config)
  const labels = config === null || place === null ? null : (await openApi(opening, place.repo, config)).github.labels
  const root = place?.checkout ?? await openRoot(opening)
  return {artifacts: openArtifacts({root, id: randomUUID, mask: opening.mask}), labels, dryRun: opening.flags['dry-run'], report: opening.report}
}

/** For `doctor`: everything that could be opened, and the error of what could not. */
export async function openDoctor(opening: Opening): Promise<DoctorDesk> {
  const {env} = opening
  const [{openProbe}, {openArtifacts}] = await Promise.all([import('../adapters/probe.js'), import('../adapters/artifacts.js')])
  const probe = openProbe({env, home: env['HOME'] ?? homedir(), cwd: workingDirectory(opening.flags)})
  const config = await openConfig(opening).catch(expected)
  const usable = config instanceof PilotError ? undefined : config
  const root = await openRoot(opening).catch(expected)
  const artifacts = openArtifacts({root: root instanceof PilotError ? workingDirectory(opening.flags) : root, id: randomUUID, mask: opening.mask})
  const place = await openPlace(opening).then((found) => usable === undefined ? found : onForge(found, env, usable)).catch(expected)
  const api = place instanceof PilotError ? place : usable === undefined ? config as PilotError : await openApi(opening, place.repo, usable).catch(expected)
  return {
    probe, prices: await pricesOnce(artifacts, (text) => { opening.report.warn(text) })(), config, tokenFrom: api instanceof PilotError ? null : api.from, underActions: env['GITHUB_ACTIONS'] === 'true', nodeVersion: process.version,
    git: {version: await probe.version('git')}, root: place instanceof PilotError ? workingDirectory(opening.flags) : place.checkout ?? place.cwd,
    github: api instanceof PilotError ? api : place instanceof PilotError ? place : {repo: place.repo, people: api.github.people, repository: api.github.repository},
  }
}

/** For `spend`: this machine's files, and GitHub and the spend record where there are a token and a repository and nobody said `local`. */
export async function openSpend(opening: Opening, local: boolean): Promise<{desk: SpendDesk; home: {repo: string; apiUrl: string | undefined}}> {
  const {report, mask, env} = opening
  const [{openArtifacts}, {openLogFiles}, {systemClock}] = await Promise.all([import('../adapters/artifacts.js'), import('../adapters/log-files.js'), import('../adapters/clock.js')])
  const place = await openPlace(opening).catch(nothingOf('NO_REPOSITORY'))
  const world = local || place === null ? null : await openRecorded(opening).catch(nothingOf('NO_TOKEN'))
  const artifacts = openArtifacts({root: place?.checkout ?? await openRoot(opening), id: randomUUID, mask})
  const config = await openConfig(opening)
  const warn = (text: string): void => { report.warn(text) }
  return {
    desk: {artifacts, files: openLogFiles(), prices: pricesOnce(artifacts, warn), clock: systemClock(), config, repo: place?.repo ?? null, warn, online: world},
    home: {repo: place?.repo ?? '', apiUrl: apiUrlOf(env, config)},
  }
}

const nothingOf = (code: PilotError['code']) => (error: unknown): null => {
  if (error instanceof PilotError && error.code === code) return null
  throw error
}

/** For `logs`: this machine's files only; the repository is asked for just to read a URL as an issue. */
export async function openLogs(opening: Opening): Promise<{desk: LogsDesk; home: {repo: string; apiUrl: string | undefined}}> {
  const [{openArtifacts}, {openLogFiles}, {systemClock}] = await Promise.all([import('../adapters/artifacts.js'), import('../adapters/log-files.js'), import('../adapters/clock.js')])
  const place = await openPlace(opening).catch(nothingOf('NO_REPOSITORY'))
  const root = place?.checkout ?? await openRoot(opening)
  // a number is read without a configuration, which may be broken just when a log is wanted
  const isUrl = opening.refs?.some((ref) => ref.includes('/')) === true
  return {
    desk: {artifacts: openArtifacts({root, id: randomUUID, mask: opening.mask}), files: openLogFiles(), clock: systemClock(), signal: opening.signal, warn: (text) => { opening.report.warn(text) }},
    home: {repo: place?.repo ?? '', apiUrl: isUrl ? apiUrlOf(opening.env, await openConfig(opening)) : undefined},
  }
}
