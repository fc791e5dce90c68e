import type {Config} from '../core/config/layers.js'
import {PilotError} from '../errors.js'
import type {Env} from './io.js'

/** The root of the API in use: from the environment, else from the configuration; undefined: github.com's own. @throws PilotError USAGE for what is no address */
export function apiUrlOf(env: Env, config: Config): string | undefined {
  const fromEnv = env['GITHUB_API_URL'] ?? ''
  const url = fromEnv === '' ? config.settings.github.api_url ?? undefined : fromEnv
  if (url === undefined || /^https?:\/\/[^/]/.test(url) && URL.canParse(url)) return url
  throw new PilotError('USAGE', `${fromEnv === '' ? 'github.api_url' : 'GITHUB_API_URL'} is ${JSON.stringify(url)}: expected the root of an API, such as https://github.example.com/api/v3`,
    ['unset GITHUB_API_URL for github.com'])
}
