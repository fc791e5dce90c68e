import {ApiError, badCredentials, errorReply, notFound} from './errors.js'
import {etagOf, matchesEtag} from './etag.js'
import {suffer} from './faults.js'
import {type Json, type Links, type Reply, type Route} from './http.js'
import {type Resource} from './limits.js'
import {createRouter} from './router.js'
import {checkRoutes} from './routes/checks.js'
import {commentRoutes} from './routes/comments.js'
import {commitRoutes} from './routes/commits.js'
import {contentRoutes} from './routes/contents.js'
import {dependencyRoutes} from './routes/dependencies.js'
import {eventRoutes} from './routes/events.js'
import {gitDataRoutes} from './routes/git-data.js'
import {issueRoutes} from './routes/issues.js'
import {labelRoutes} from './routes/labels.js'
import {mergeRoutes} from './routes/merge.js'
import {pullRoutes} from './routes/pulls.js'
import {refRoutes} from './routes/refs.js'
import {reviewRoutes} from './routes/reviews.js'
import {searchRoutes} from './routes/search.js'
import {subIssueRoutes} from './routes/sub-issues.js'
import {userRoutes} from './routes/users.js'
import {type UserState} from './state.js'
import {type World} from './world.js'

export const ROUTES: readonly Route[] = [
  ...userRoutes, ...issueRoutes, ...labelRoutes, ...commentRoutes, ...subIssueRoutes, ...dependencyRoutes, ...eventRoutes, ...pullRoutes,
  ...mergeRoutes,
  ...reviewRoutes, ...refRoutes, ...gitDataRoutes, ...commitRoutes, ...contentRoutes, ...checkRoutes, ...searchRoutes,
]
const DEFAULT_VERSION = '2022-11-28'
const VERSIONS = [DEFAULT_VERSION, '2026-03-10']

/** Who a header or Basic password stands for: null without one, 401 when nobody has the token. */
export function authenticate(world: World, header: string | null): UserState | null {
  if (!header) return null
  const [scheme = '', value = ''] = header.split(' ')
  const token = scheme.toLowerCase() === 'basic' ? Buffer.from(value, 'base64').toString('utf8').replace(/^[^:]*:/, '') : value
  const user = Object.values(world.state.users).find((u) => u.tokens.includes(token))
  if (!user) throw badCredentials()
  return user
}

/** The REST side of the sandbox: one request in, one answer out. Rejects with ConnectionCut when a fault cuts the connection. */
export function createHandler(world: World, git: () => string | null): (request: Request) => Promise<Response> {
  const find = createRouter(ROUTES)
  return async (request) => {
    const url = new URL(request.url)
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const write = method !== 'GET'
    const path = url.pathname
    const resource: Resource = path.startsWith('/search/') ? 'search' : 'core'
    const free = path === '/rate_limit' || path === '/'
    const links: Links = {api: url.origin, git: git() ?? 'https://github.com', web: 'https://github.com'}
    const entry = {method: request.method, path: url.pathname + url.search, status: 0, user: null as string | null}
    world.log.push(entry)
    const faults = world.faults.due(request.method, url.pathname)

    const answer = async (): Promise<Reply> => {
      const user = authenticate(world, request.headers.get('authorization'))
      entry.user = user?.login ?? null
      if (!free) world.limits.admit(resource, write, user ? `user ID ${user.id}` : 'anonymous')
      const apiVersion = request.headers.get('x-github-api-version') ?? DEFAULT_VERSION
      if (!VERSIONS.includes(apiVersion)) throw new ApiError(400, `"${apiVersion}" is not a valid API version.`)
      const found = find(method, path)
      if (!found) throw notFound()
      return found.route.run({
        world, method, url, params: found.params, query: url.searchParams, body: readBody(await request.text()), user,
        accept: request.headers.get('accept') ?? '', apiVersion, links,
      })
    }
    const instead = await suffer(faults.before)
    const reply = instead ?? await answer().catch((error: unknown) => {
      if (error instanceof ApiError) return errorReply(error)
      throw error
    })
    const replaced = await suffer(faults.after)
    const response = toResponse(world, request, replaced ?? reply, resource, free)
    entry.status = response.status
    return response
  }
}

/** Bodies are JSON objects; a bare array, which GitHub takes for labels, arrives as `items`. */
function readBody(text: string): Json {
  if (text.trim() === '') return {}
  let value: unknown
  try { value = JSON.parse(text) } catch {
    throw new ApiError(400, 'Problems parsing JSON')
  }
  if (Array.isArray(value)) return {items: value}
  if (typeof value !== 'object' || value === null) throw new ApiError(400, 'Body should be a JSON object')
  return value as Json
}

function toResponse(world: World, request: Request, reply: Reply, resource: Resource, free: boolean): Response {
  const text = reply.text ?? (reply.body === undefined ? '' : JSON.stringify(reply.body))
  const read = request.method === 'GET' || request.method === 'HEAD'
  const etag = read && reply.status === 200 ? etagOf(text) : null
  const unchanged = etag !== null && matchesEtag(request.headers.get('if-none-match'), etag)
  // An answer that says "unchanged" costs nothing against the limit.
  if (unchanged && !free) world.limits.refund(resource)
  const headers = new Headers({
    'content-type': 'application/json; charset=utf-8', 'x-github-media-type': 'github.v3; format=json', 'x-github-request-id': 'SANDBOX',
    ...world.limits.headers(resource), ...(etag && {etag, 'cache-control': 'private, max-age=60, s-maxage=60'}), ...reply.headers,
  })
  const empty = unchanged || reply.status === 204 || request.method === 'HEAD'
  if (empty || text === '') headers.delete('content-type')
  return new Response(empty ? null : text, {status: unchanged ? 304 : reply.status, headers})
}
