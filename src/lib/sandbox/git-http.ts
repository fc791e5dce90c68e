import {spawn} from 'node:child_process'
import {readFile} from 'node:fs/promises'
import {type IncomingMessage, type ServerResponse} from 'node:http'
import {join} from 'node:path'
import {ApiError} from './errors.js'
import {suffer} from './faults.js'
import {refsPushed} from './refs-model.js'
import {authenticate} from './server.js'
import {allows, fullName, type RepoState, type UserState} from './state.js'
import {permissionOf, repoOf, type World} from './world.js'

const GIT_PATH = /^\/([^/]+\/[^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/
export const isGitPath = (path: string): boolean => GIT_PATH.test(path)

const NEEDS_LOGIN = {'www-authenticate': 'Basic realm="GitHub"'}

/** Who may do what: unknown tokens 401, hidden repositories 404 (401 when anonymous), pushes without write 403. */
function admit(world: World, name: string, header: string | undefined, push: boolean): {repo: RepoState; user: UserState | null} {
  const user = authenticate(world, header ?? null)
  const repo = repoOf(world, name)
  const permission = repo ? permissionOf(repo, user) : 'none'
  if (!user && (push || permission === 'none')) throw new ApiError(401, 'Authentication required', {headers: NEEDS_LOGIN})
  if (!repo || permission === 'none') throw new ApiError(404, 'Repository not found.')
  if (push && !allows(permission, 'write')) {
    throw new ApiError(403, `Permission to ${fullName(repo)}.git denied to ${user?.login ?? 'anonymous'}.`)
  }
  return {repo, user}
}

/** Serves clone, fetch and push through `git http-backend`. */
export async function serveGit(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox')
  const [, name = '', service = ''] = GIT_PATH.exec(url.pathname) ?? []
  const push = service === 'git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack'
  const entry = {method: request.method ?? 'GET', path: url.pathname + url.search, status: 0, user: null as string | null}
  world.log.push(entry)
  const faults = world.faults.due(entry.method, url.pathname)
  const send = (status: number, headers: Record<string, string>, body: Buffer | string): void => {
    entry.status = status
    response.writeHead(status, headers).end(body)
  }
  const body = await readAll(request)
  const before = await suffer(faults.before)
  if (before) return send(before.status, before.headers, JSON.stringify(before.body))
  try {
    const {repo, user} = admit(world, name, request.headers.authorization, push)
    entry.user = user?.login ?? null
    const answer = await answered(world, repo, user, service, url, request, body)
    if (service === 'git-receive-pack') await refsPushed(world, repo, user?.login ?? 'ghost')
    const after = await suffer(faults.after)
    if (after) send(after.status, after.headers, JSON.stringify(after.body))
    else send(answer.status, answer.headers, answer.body)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    send(error.status, {'content-type': 'text/plain', ...(error.status === 401 && NEEDS_LOGIN)}, error.message)
  }
}

export interface CgiAnswer {status: number; headers: Record<string, string>; body: Buffer}

/** By git-http-backend; what it says of refs is said again while they are as they were, for a reader of refs asks a dozen times what changed once. */
async function answered(...asked: Parameters<typeof backend>): Promise<CgiAnswer> {
  const [world, repo, , service, url, request, body] = asked
  const about = (): Promise<string | null> => refsAskedFor(world, repo, service, url, request, body)
  const [key, before] = [`${fullName(repo)} ${service} ${body.toString('latin1')}`, await about()]
  if (before === null) return backend(...asked)
  const known = world.said.get(key)
  if (known?.about === before) return known.answer
  const answer = await backend(...asked)
  if (answer.status === 200 && await about() === before) world.said.set(key, {about: before, answer})
  return answer
}

/**
 * All that the answer to this request depends on beside the request, in protocol 2: nothing for the greeting, HEAD and the refs of these prefixes for
 * `ls-refs`. Null: the request is about more than refs.
 */
async function refsAskedFor(
  world: World, repo: RepoState, service: string, url: URL, request: IncomingMessage, body: Buffer,
): Promise<string | null> {
  if (request.headers['git-protocol'] !== 'version=2' || request.headers['content-encoding'] !== undefined) return null
  if (service === 'info/refs') return url.searchParams.get('service') === 'git-upload-pack' ? '' : null
  const text = body.toString('latin1')
  if (service !== 'git-upload-pack' || !/^....command=ls-refs\n/.test(text)) return null
  const prefixes = [...text.matchAll(/ref-prefix ([^\n]+)\n/g)].map(([, prefix]) => prefix!)
  const refs = Object.entries(await world.git.refs(fullName(repo)))
  const wanted = refs.filter(([ref]) => prefixes.length === 0 || prefixes.some((prefix) => ref.startsWith(prefix)))
  const head = await readFile(join(world.git.dir(fullName(repo)), 'HEAD'), 'latin1')
  return JSON.stringify([head, refs.find(([ref]) => head.trim() === `ref: ${ref}`), wanted])
}

function backend(
  world: World, repo: RepoState, user: UserState | null, service: string, url: URL, request: IncomingMessage, body: Buffer
): Promise<CgiAnswer> {
  const header = (name: string): string => String(request.headers[name] ?? '')
  const env = {
    ...world.git.env, GIT_PROJECT_ROOT: world.git.root, GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${fullName(repo).toLowerCase()}.git/${service}`,
    REQUEST_METHOD: request.method ?? 'GET', QUERY_STRING: url.search.slice(1), CONTENT_TYPE: header('content-type'),
    CONTENT_LENGTH: String(body.length),
    HTTP_CONTENT_ENCODING: header('content-encoding'), GIT_PROTOCOL: header('git-protocol'), REMOTE_USER: user?.login ?? '',
    REMOTE_ADDR: '127.0.0.1',
  }
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['http-backend'], {env, cwd: world.git.root, stdio: ['pipe', 'pipe', 'ignore']})
    const out: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.on('error', reject)
    // The backend may refuse before it has read everything; its answer counts, not the broken pipe.
    child.stdin.on('error', () => undefined)
    child.on('close', () => resolve(parseCgi(Buffer.concat(out))))
    child.stdin.end(body)
  })
}

function parseCgi(out: Buffer): CgiAnswer {
  const end = out.indexOf('\r\n\r\n')
  const lines = out.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n').filter(Boolean)
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()])
  )
  const {status = '200', ...rest} = headers
  return {status: end < 0 ? 500 : Number.parseInt(status, 10), headers: rest, body: out.subarray(end + 4)}
}

export async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
