import {Octokit} from '@octokit/rest'
import {throttling} from '@octokit/plugin-throttling'
import {failureOf, NoAnswer, Refusal, refusal} from './failure.js'

/** Supported until at least March 2028 and by every GitHub Enterprise Server in support, so there is no newer one to fall back from. */
export const API_VERSION = '2022-11-28'
/** Polling asks for few addresses again and again; a listing of 10,000 issues must not stay in memory for it, so pages of one never do. */
const REMEMBERED = 32

export type Fetch = typeof globalThis.fetch
export type Params = Readonly<Record<string, unknown>>
export type Answered = {data: unknown; headers: Readonly<Record<string, string>>}

/** What went over the wire, retries included: for the measures and the tests. */
export type Counters = {
  requests(): Readonly<Record<string, number>>
  total(): number
  writes(): number
}
export type Transport = {
  host: string
  counters: Counters
  /** one request, one answer; throws Refusal or NoAnswer */
  send(route: string, params: Params): Promise<Answered>
}
export type TransportOptions = {
  token: string
  apiUrl: string
  version: string
  fetch?: Fetch
  pacing?: 'github' | 'none'
  timeoutMs?: number
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/
const noise = (): void => undefined
const silent = {debug: noise, info: noise, warn: noise, error: noise}

/**
 * A counting fetch that gives up after `timeoutMs` and hands redirects back: a followed 301 turns a POST into a GET, or an issue into
 * another repository's.
 */
function counting(inner: Fetch, timeoutMs: number): {fetch: Fetch; counters: Counters} {
  const counts: Record<string, number> = {}
  const sum = (methods: readonly string[]): number => methods.reduce((all, method) => all + (counts[method] ?? 0), 0)
  const fetch: Fetch = async (input, init) => {
    const method = init?.method ?? 'GET'
    counts[method] = (counts[method] ?? 0) + 1
    return inner(input, {...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs)})
  }
  return {
    fetch,
    counters: {
      requests: () => ({...counts}), total: () => sum(Object.keys(counts)),
      writes: () => sum(Object.keys(counts).filter((method) => method !== 'GET' && method !== 'HEAD')),
    },
  }
}

/**
 * Octokit, told to be quiet, to name its version and API version on every request, and to pace itself as GitHub asks: ten at a time, a
 * second between writes, three between those that notify people. That pace makes a loopback server slow for nothing, so there the
 * default is none.
 */
function octokit(options: TransportOptions, fetch: Fetch): Octokit {
  const {hostname} = new URL(options.apiUrl)
  const pacing = options.pacing ?? (LOOPBACK.test(hostname) ? 'none' : 'github')
  const Paced = Octokit.plugin(throttling)
  const made = new Paced({
    auth: options.token, baseUrl: options.apiUrl.replace(/\/+$/, ''), log: silent, request: {fetch, log: silent},
    throttle: pacing === 'none' ? {enabled: false} : {onRateLimit: noise, onSecondaryRateLimit: noise},
  })
  made.hook.before('request', (request) => {
    request.headers['x-github-api-version'] = API_VERSION
    request.headers['user-agent'] = `pilot/${options.version}`
  })
  return made
}

const strings = (headers: object): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

/** The wire: Octokit with ETags remembered for the addresses asked last. A 304 costs nothing against GitHub's limit. */
export function openTransport(options: TransportOptions): Transport {
  const {fetch, counters} = counting(options.fetch ?? globalThis.fetch, options.timeoutMs ?? 30_000)
  const api = octokit(options, fetch)
  const seen = new Map<string, Answered & {etag: string}>()

  const remember = (url: string, answer: Answered): void => {
    const etag = answer.headers['etag']
    seen.delete(url)
    if (etag === undefined || answer.headers['link'] !== undefined) return
    seen.set(url, {...answer, etag})
    for (const oldest of seen.keys()) if (seen.size > REMEMBERED) seen.delete(oldest)
  }

  return {
    host: new URL(options.apiUrl).host,
    counters,
    async send(route, params) {
      const {method, url} = api.request.endpoint(route, params)
      const known = method === 'GET' ? seen.get(url) : undefined
      try {
        const response = await api.request(route, {...params, ...(known && {headers: {'if-none-match': known.etag}})})
        const answer = {data: response.data as unknown, headers: strings(response.headers)}
        if (response.status >= 300) throw refusal(response.status, answer.data, answer.headers)
        if (method === 'GET') remember(url, answer)
        return answer
      } catch (error) {
        if (known !== undefined && (error as {status?: unknown}).status === 304) {
          remember(url, {...known})
          return known
        }
        throw error instanceof Refusal || error instanceof NoAnswer ? error : failureOf(error)
      }
    },
  }
}
