import type {Config} from '../core/config/layers.js'
import {targetsOf} from '../core/config/tier.js'
import {AGENT_EXECUTORS, TIERS, type Executor} from '../core/config/words.js'
import {findDescriptor} from '../core/route/agents/index.js'
import {commandLine, programOf} from '../core/route/agents/shell.js'
import {PilotError, type Code} from '../errors.js'
import type {People, Prices, Probe, Repository} from '../ports.js'

export type Finding = {check: string; state: 'ok' | 'warning' | 'failed'; detail: string; fix: string | null; code: Code | null}
export type DoctorDesk = {
  probe: Probe
  prices: Prices
  config: Config | PilotError
  /** null without a repository or a token: `github` then says which */
  github: {repo: string; people: People; repository: Repository} | PilotError
  /** where the token came from */
  tokenFrom: string | null
  underActions: boolean
  nodeVersion: string
  git: {version: string | null}
  /** where the user's relative commands start */
  root: string
}

/** The oldest release with everything that pilot's own git commands use. */
const LEAST_GIT = [2, 32] as const

/** Looks at everything a run needs; each failure names its fix. Reads only, spends nothing. */
export async function examine(desk: DoctorDesk): Promise<Finding[]> {
  const config = desk.config instanceof PilotError ? [failed('configuration', desk.config)] : [ok('configuration', desk.config.files.join(', ') || 'built-in defaults')]
  const machine = [ok('node', desk.nodeVersion), gitFinding(desk.git.version)]
  const agents = desk.config instanceof PilotError ? [] : [...await agentFindings(desk.config, desk), ...await endpointFindings(desk.config, desk.probe), ...priceFindings(desk.config, desk.prices)]
  return [...machine, ...config, ...await githubFindings(desk), ...agents, ...await isolation(desk)]
}

const ok = (check: string, detail: string): Finding => ({check, state: 'ok', detail, fix: null, code: null})
const warning = (check: string, detail: string, fix: string): Finding => ({check, state: 'warning', detail, fix, code: null})
const failed = (check: string, error: PilotError): Finding => ({check, state: 'failed', detail: error.message, fix: error.suggestions[0] ?? null, code: error.code})

function gitFinding(version: string | null): Finding {
  if (version === null) return failed('git', new PilotError('GIT_MISSING', 'git is not on PATH', [`install git ${LEAST_GIT.join('.')} or newer`]))
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version)?.slice(1) ?? []).map(Number)
  const enough = major > LEAST_GIT[0] || (major === LEAST_GIT[0] && minor >= LEAST_GIT[1])
  return enough ? ok('git', version) : failed('git', new PilotError('GIT_MISSING', `${version} is too old`, [`install git ${LEAST_GIT.join('.')} or newer`]))
}

async function githubFindings({github, tokenFrom, underActions}: DoctorDesk): Promise<Finding[]> {
  if (github instanceof PilotError) return [failed('github', github)]
  const {repo, people, repository} = github
  try {
    const branch = await repository.defaultBranch()
    const login = await people.self()
    const findings = [ok('repository', `${repo}, default branch ${branch.name} at ${branch.sha.slice(0, 12)}`), ok('token', `${tokenFrom ?? 'unknown source'}, account ${login ?? 'unknown (an Actions token)'}`)]
    if (login !== null) {
      const permission = await people.permission(login)
      findings.push(['admin', 'maintain', 'write'].includes(permission) ? ok('rights', `${login} may ${permission}`)
        : failed('rights', new PilotError('FORBIDDEN', `${login} has ${permission} on ${repo}; pilot needs write`, [`ask for write access to ${repo}`])))
    }
    if (underActions && tokenFrom === 'GITHUB_TOKEN') {
      findings.push(warning('checks', 'pull requests made with the Actions GITHUB_TOKEN start no checks', 'use a GitHub App token or a fine-grained personal token in PILOT_GITHUB_TOKEN'))
    }
    return findings
  } catch (error) {
    if (error instanceof PilotError) return [failed('github', error)]
    throw error
  }
}

/** The executors that the configuration can come to use, each once. */
function routedExecutors({settings}: Config): Executor[] {
  return [...new Set([settings.executor.default, ...TIERS.flatMap((tier) => targetsOf(settings.tiers[tier]).map((target) => target.executor))])]
}

async function agentFindings(config: Config, {probe, root}: Pick<DoctorDesk, 'probe' | 'root'>): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const executor of routedExecutors(config)) {
    const required = executor === config.settings.executor.default
    if (executor === 'shell') findings.push(await shellFinding(commandLine(config.settings.executor.shell.command, root), probe, required))
    const agent = AGENT_EXECUTORS.find((name) => name === executor)
    if (agent === undefined) continue
    const {command} = config.settings.executor[agent]
    const version = await probe.version(command)
    if (version === null) {
      const missing = new PilotError('AGENT_UNAVAILABLE', `${command} does not run`, [`install it, or set executor.${agent}.command in .pilot/config.yaml`])
      findings.push(required ? failed(executor, missing) : warning(executor, missing.message, missing.suggestions[0]!))
      continue
    }
    const signIn = await probe.signIn(executor)
    const experimental = findDescriptor(executor)?.capabilities.experimental === true ? ', experimental' : ''
    findings.push(signIn === null ? warning(executor, `${version}${experimental}; no sign-in found`, `sign in with ${command}, or set its API key in the environment`) : ok(executor, `${version}${experimental}, signs in with ${signIn}`))
  }
  return findings
}

/** The user's own command has no version to ask for; that its program is there is all that can be told without running it. */
async function shellFinding(command: string, probe: Probe, required: boolean): Promise<Finding> {
  const program = programOf(command)
  if (program === null) return ok('shell', `${command}, of which only the shell knows what it starts`)
  if (await probe.has(program)) return ok('shell', command)
  const missing = new PilotError('AGENT_UNAVAILABLE', `${program} is not there, or may not be executed`, ['make it executable, or set executor.shell.command in .pilot/config.yaml'])
  return required ? failed('shell', missing) : warning('shell', missing.message, missing.suggestions[0]!)
}

async function endpointFindings(config: Config, probe: Probe): Promise<Finding[]> {
  const used = new Set(TIERS.flatMap((tier) => targetsOf(config.settings.tiers[tier]).flatMap((target) => (target.endpoint === null ? [] : [target.endpoint]))))
  return Promise.all([...used].map(async (name): Promise<Finding> => {
    const endpoint = config.settings.endpoints[name]
    if (endpoint === undefined) return failed(`endpoint ${name}`, new PilotError('ROUTING', `endpoints.${name} is not defined`, [`define endpoints.${name}.url`]))
    const problem = await probe.endpoint(endpoint.url, endpoint.api_key_env)
    // a text gate falls back to the next in its chain, so a silent endpoint costs money and not the work
    return problem === null ? ok(`endpoint ${name}`, endpoint.url) : warning(`endpoint ${name}`, `${endpoint.url}: ${problem}`, `start the server, or point tiers at another one`)
  }))
}

function priceFindings(config: Config, prices: Prices): Finding[] {
  const {tiers, planning, endpoints} = config.settings
  // a model on this very machine has no price to know
  const isLocal = (name: string | null): boolean => /^https?:\/\/(?:localhost|127\.|\[::1\])/.test(endpoints[name ?? '']?.url ?? '')
  const targets = TIERS.flatMap((tier) => targetsOf(tiers[tier])).filter(({executor, endpoint}) => executor !== 'shell' && !(executor === 'native' && isLocal(endpoint)))
  const plans = targetsOf(tiers.frontier).every(({executor}) => executor === 'shell') ? [] : [planning.model]
  const models = new Set([...targets.map(({model}) => model), ...plans])
  const unknown = [...models].filter((model) => !prices.knows(model))
  return unknown.length === 0 ? [ok('prices', `${models.size} models priced`)]
    : [warning('prices', `no list price for ${unknown.join(', ')}: calls count as unpriced unless the agent reports a cost`, 'name a model by its full id, or accept unpriced calls')]
}

async function isolation({probe}: DoctorDesk): Promise<Finding[]> {
  if (await probe.contained()) return [ok('isolation', 'inside a container')]
  return [warning('isolation', 'agents run as this user: a filtered environment and a HOME of their own are no isolation', 'run pilot in a container or a throw-away machine')]
}

/** The exit code is the first failure's; warnings are no failure. */
export const worstFinding = (findings: readonly Finding[]): Finding | undefined => findings.find((finding) => finding.state === 'failed')
