import {targetsOf} from './tier.js'
import type {Settings} from './settings.js'
import {AGENT_EXECUTORS, TIERS} from './words.js'

/** A combination that cannot work. `key` is the setting to change. */
export type Finding = {key: string; expected: string; seen?: string; meant?: string}
/** `broken(key)` says that a key was wrong in itself, so that nothing may be concluded from what stands in for it. */
export type RuleInput = {settings: Settings; broken: (key: string) => boolean}
export type Rule = (input: RuleInput) => Finding[]

const targets = (settings: Settings) =>
  TIERS.flatMap((tier) => targetsOf(settings.tiers[tier]).map((target) => ({...target, key: `tiers.${tier}`})))

/** Only claude has the stop hook. */
export const stopHookNeedsClaude: Rule = ({settings, broken}) => {
  if (!settings.hooks.run_tests_on_stop || broken('executor.default') || settings.executor.default === 'claude') return []
  const seen = `true with executor.default ${settings.executor.default}`
  return [{key: 'hooks.run_tests_on_stop', expected: 'false, because only executor claude has a stop hook', seen}]
}

/** `native` is a request to a server, so it needs to know which. */
export const nativeNeedsEndpoint: Rule = ({settings}) => targets(settings)
  .filter(({executor, endpoint}) => executor === 'native' && endpoint === null)
  .map(({key, model}) => ({key, expected: 'native@endpoint with a name from endpoints', seen: `native:${model}`}))

/** Agent command lines and `shell` know their servers themselves and never get one. */
export const onlyNativeHasEndpoint: Rule = ({settings}) => targets(settings)
  .filter(({executor, endpoint}) => executor !== 'native' && endpoint !== null)
  .map(({key, executor, endpoint, model}) => ({
    key, expected: `${executor} without an endpoint, because only native uses one`,
    seen: `${executor}@${endpoint}:${model}`, meant: `${executor}:${model}`,
  }))

export const endpointIsDefined: Rule = ({settings, broken}) => targets(settings).flatMap(({key, executor, endpoint}) => {
  if (executor !== 'native' || endpoint === null || broken(`endpoints.${endpoint}`)) return []
  if (Object.hasOwn(settings.endpoints, endpoint)) return []
  const expected = `an endpoint of ${Object.keys(settings.endpoints).join(', ')}`
  return [{key, expected, seen: `endpoint ${endpoint}, which endpoints does not define`}]
})

/** Preset local promises that its free steps stay on the machine. */
export const localStaysLocal: Rule = ({settings, broken}) => {
  if (settings.routing.preset !== 'local' || broken('routing.preset') || broken('tiers.free')) return []
  return targetsOf(settings.tiers.free).flatMap(({executor, endpoint}): Finding[] => {
    if (executor !== 'native' && executor !== 'shell') {
      return [{key: 'tiers.free', expected: 'native@endpoint or shell, because routing.preset is local', seen: `executor ${executor}`}]
    }
    const url = endpoint !== null && Object.hasOwn(settings.endpoints, endpoint) ? settings.endpoints[endpoint]!.url : null
    if (url === null || isNear(new URL(url).hostname)) return []
    const expected = 'a server on this machine or network, because routing.preset is local and tiers.free uses it'
    return [{key: `endpoints.${endpoint}`, expected, seen: new URL(url).host}]
  })
}

/** This machine, a private network (RFC 1918, RFC 4193), or a name that only resolves inside one. */
const NEAR = [
  /^[^.[]+$/, /\.(localhost|local|internal|lan|home\.arpa)$/, /^\[(::1|f[cd][0-9a-f]{2}:.*)\]$/,
  /^(127|10)\.\d+\.\d+\.\d+$/, /^192\.168\.\d+\.\d+$/, /^172\.(1[6-9]|2\d|3[01])\.\d+\.\d+$/,
]
const isNear = (host: string): boolean => NEAR.some((pattern) => pattern.test(host))

/** The model comes from the tier alone; a second one on the command line would win silently. */
export const argsNameNoModel: Rule = ({settings}) => AGENT_EXECUTORS.flatMap((name) => {
  const flag = settings.executor[name].extra_args.find((arg) => /^(?:(?:--model|--fallback-model|-m)(?:=.*)?|(?:(?:-c|--config)=?)?model=.*)$/.test(arg))
  if (flag === undefined) return []
  return [{key: `executor.${name}.extra_args`, expected: 'arguments that do not name a model, because tiers do', seen: flag}]
})

export const RULES: readonly Rule[] = [
  stopHookNeedsClaude, nativeNeedsEndpoint, onlyNativeHasEndpoint, endpointIsDefined, localStaysLocal, argsNameNoModel,
]
