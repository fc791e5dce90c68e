import {Flags} from '@oclif/core'
import {parseDuration} from '../core/config/duration.js'
import {EXECUTORS, TIERS} from '../core/config/words.js'
import {PilotError} from '../errors.js'

const GLOBAL = {helpGroup: 'GLOBAL'} as const

/** Read by every command with the same meaning. */
export const globalFlags = {
  repo: Flags.string({
    ...GLOBAL, helpValue: 'owner/name', description: 'repository to work on (else GITHUB_REPOSITORY, else the origin remote)',
    parse: async (value) => repository(value),
  }),
  config: Flags.string({...GLOBAL, helpValue: 'FILE', description: 'configuration file to read instead of .pilot/config.yaml'}),
  cwd: Flags.string({...GLOBAL, char: 'C', helpValue: 'DIR', description: 'work as if started in this directory'}),
  'dry-run': Flags.boolean({...GLOBAL, description: 'print every write that would be made, make none, spawn no model'}),
  json: Flags.boolean({...GLOBAL, description: 'print exactly one JSON document on stdout'}),
  quiet: Flags.boolean({...GLOBAL, description: 'no progress and no warnings on stderr'}),
  verbose: Flags.boolean({...GLOBAL, description: 'more on stderr, stack traces included'}),
  'no-color': Flags.boolean({...GLOBAL, description: 'no colour (as NO_COLOR)'}),
}

/** A person's choice of what runs an issue; beats labels and configuration. */
export const routeFlags = {
  executor: Flags.string({description: 'what runs the agent', options: [...EXECUTORS], helpGroup: 'ROUTING'}),
  model: Flags.string({description: 'model of the work itself', helpGroup: 'ROUTING'}),
  tier: Flags.string({description: 'tier of the work itself', options: [...TIERS], helpGroup: 'ROUTING'}),
}

/** `--wait`, as the configuration writes it. */
export const waitFlag = (description: string) => Flags.string({description, helpValue: 'TIME', parse: async (value) => duration('wait', value)})

/** The text of a duration, which is a value of the configuration that the command line sets. */
function duration(flag: string, value: string): string {
  if (parseDuration(value) !== undefined) return value
  throw new PilotError('USAGE', `--${flag} ${JSON.stringify(value)} is no duration of at most 596h: expected 30m, 60s, 1.5h or 250ms`, [`give --${flag} 30m`])
}

export type GlobalFlags = {
  repo?: string | undefined; config?: string | undefined; cwd?: string | undefined
  'dry-run': boolean; json: boolean; quiet: boolean; verbose: boolean; 'no-color': boolean
}

/** owner/name as GitHub spells it; a leading dash, dots alone or a path would end up in URLs and file names. */
export function repository(value: string): string {
  const [owner, name, ...rest] = value.split('/')
  const good = /^[A-Za-z0-9][\w-]*$/.test(owner ?? '') && /^[\w.-]+$/.test(name ?? '') && !/^\.{1,2}$/.test(name ?? '')
  if (good && rest.length === 0) return value
  throw new PilotError('USAGE', `--repo ${JSON.stringify(value)} is not owner/name`, ['git remote -v'])
}

/** Whether a switch stands in the arguments, for the time before (or without) a successful parse. */
export function switched(argv: readonly string[], flag: string): boolean {
  const end = argv.indexOf('--')
  return argv.slice(0, end === -1 ? argv.length : end).includes(flag)
}
