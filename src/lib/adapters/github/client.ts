import {z} from 'zod'
import {PilotError} from '../../errors.js'
import type {Clock} from '../../ports.js'
import {ambiguous, type About, rateLimited, unanswered} from './errors.js'
import {NoAnswer, Refusal} from './failure.js'
import {isLimit, isSecondary, limitWait} from './limits.js'
import {explain} from './missing.js'
import {type Answered, type Counters, type Params, type Transport} from './transport.js'

export type Request<T> = {route: string; params?: Params; schema: z.ZodType<T>; about: About}
/**
 * What a write may do after silence. `once`: creates, which GitHub does not recognise as repeated; the caller looks first.
 * `again`: the same request twice leaves what one leaves (a PATCH to fixed values, labels added or taken away, links, a merge of one sha).
 */
export type Write<T> = Request<T> & {repeat: 'once' | 'again'}
export type Answer<T> = {ok: true; data: T} | {ok: false; refusal: Refusal}

export type Client = {
  repo: string
  counters: Counters
  warn: (message: string) => void
  sleep: (ms: number) => Promise<void>
  /** one read; silence is met with two more tries */
  read<T>(request: Request<T>): Promise<T>
  /** as read, and the refusals with one of these statuses are answered instead of thrown */
  readOr<T>(request: Request<T>, statuses: readonly number[]): Promise<Answer<T>>
  /** the items of all pages, a hundred at a time, fetched as they are consumed; `schema` reads one page */
  pages<T>(request: Request<T[]>): AsyncGenerator<T, void, undefined>
  write<T>(request: Write<T>): Promise<T>
  writeOr<T>(request: Write<T>, statuses: readonly number[]): Promise<Answer<T>>
  /** issues this process has seen, so that a 404 below one of them need not be looked into again */
  known: Set<number>
}
export type ClientOptions = {
  repo: string
  transport: Transport
  clock: Clock
  warn: (message: string) => void
  maxWaitMs?: number
  beforeWrite?: () => Promise<void>
}

/** For answers whose content does not matter. */
export const anything = z.unknown()

const BACKOFF_MS = [1000, 3000] as const
const MAX_LIMIT_WAITS = 3
const DEFAULT_MAX_WAIT_MS = 60_000

const isRead = (route: string): boolean => route.startsWith('GET ')

/** The one way to GitHub: everything read goes through `read`, everything changed through `write`. */
export function openClient(options: ClientOptions): Client {
  const {repo, transport, clock, warn, beforeWrite} = options
  const maxWaitMs = options.maxWaitMs ?? DEFAULT_MAX_WAIT_MS
  const [owner = '', name = ''] = repo.split('/')
  // Once GitHub names a time, no request goes out before it: asking on while limited ends in a ban.
  let quietUntil = 0

  const calm = async (): Promise<void> => {
    const rest = quietUntil - clock.now().getTime()
    if (rest > maxWaitMs) throw rateLimited(new Date(quietUntil))
    if (rest > 0) await clock.sleep(rest)
  }

  /** Waits as long as a limit asks for; throws RATE_LIMITED when that is too long or happens too often. */
  const obey = async (limit: Refusal, route: string, nth: number): Promise<void> => {
    const wait = limitWait(limit, clock.now(), nth)
    const until = clock.now().getTime() + wait
    quietUntil = Math.max(quietUntil, until)
    if (wait > maxWaitMs || nth >= MAX_LIMIT_WAITS) throw rateLimited(new Date(quietUntil), limit)
    warn(`GitHub's ${isSecondary(limit) ? 'secondary ' : ''}rate limit: waiting ${Math.ceil(wait / 1000)} s (${route})`)
    await clock.sleep(wait)
    if (quietUntil === until) quietUntil = 0
  }

  const parse = <T>(request: Request<T>, answered: Answered): T => {
    const parsed = request.schema.safeParse(answered.data)
    if (parsed.success) return parsed.data
    // A body cut off half-way arrives as text, as does a proxy's page: the request may well have been carried out.
    throw new NoAnswer('garbled', `unexpected answer to ${request.route}: ${z.prettifyError(parsed.error).split('\n')[0] ?? ''}`)
  }

  /** Sends until there is an answer, as often as the kind of request allows. Throws Refusal, or a finished PilotError. */
  const insist = async <T>(request: Request<T>, repeat: 'once' | 'again'): Promise<{data: T; headers: Answered['headers']}> => {
    const params = request.route.includes('{owner}') ? {owner, repo: name, ...request.params} : {...request.params}
    let silences = 0
    for (let limits = 0; ;) {
      await calm()
      if (!isRead(request.route)) await beforeWrite?.()
      try {
        const answered = await transport.send(request.route, params)
        return {data: parse(request, answered), headers: answered.headers}
      } catch (error) {
        if (error instanceof Refusal && isLimit(error)) {
          await obey(error, request.route, limits)
          limits += 1
        } else if (error instanceof NoAnswer) {
          if (repeat === 'once' && !error.neverSent) throw ambiguous(error, request.about)
          const pause = error.why === 'unreachable' ? undefined : BACKOFF_MS[silences]
          if (pause === undefined) throw unanswered(error, transport.host)
          silences += 1
          await clock.sleep(pause)
        } else {
          throw error
        }
      }
    }
  }

  const answerOr = async <T>(request: Request<T>, repeat: 'once' | 'again', statuses: readonly number[]): Promise<Answer<T>> => {
    try {
      return {ok: true, data: (await insist(request, repeat)).data}
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (statuses.includes(error.status)) return {ok: false, refusal: error}
      throw await explain(client, error, request.about, isRead(request.route) ? 'read' : 'write')
    }
  }

  const pageOf = async <T>(request: Request<T[]>): Promise<{data: T[]; headers: Answered['headers']}> => {
    try {
      return await insist(request, 'again')
    } catch (error) {
      throw error instanceof Refusal ? await explain(client, error, request.about, 'read') : error
    }
  }

  const sure = async <T>(answer: Promise<Answer<T>>): Promise<T> => {
    const it = await answer
    if (it.ok) return it.data
    throw new PilotError('INTERNAL', it.refusal.message, [], {cause: it.refusal})
  }

  const client: Client = {
    repo, counters: transport.counters, warn, sleep: (ms) => clock.sleep(ms), known: new Set(),
    read: (request) => sure(answerOr(request, 'again', [])),
    readOr: (request, statuses) => answerOr(request, 'again', statuses),
    write: (request) => sure(answerOr(request, request.repeat, [])),
    writeOr: (request, statuses) => answerOr(request, request.repeat, statuses),
    async *pages(request) {
      let more: Params | null = {per_page: 100}
      while (more !== null) {
        const page = await pageOf({...request, params: {...request.params, ...more}})
        more = nextPage(page.headers['link'])
        yield* page.data
      }
    },
  }
  return client
}

/**
 * The query of the next page, or null after the last. Only the query is taken from the Link header: the token goes to the configured
 * host and no other, and cursors (`after`), which GitHub puts there for long lists, work as page numbers do.
 */
export function nextPage(link: string | undefined): Params | null {
  const url = /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1]
  return url === undefined ? null : Object.fromEntries(new URL(url, 'http://relative.invalid').searchParams)
}
