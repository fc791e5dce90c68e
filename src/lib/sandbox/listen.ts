import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import {type AddressInfo} from 'node:net'
import {ConnectionCut} from './faults.js'
import {isGitPath, readAll, serveGit} from './git-http.js'
import {type World} from './world.js'

export interface Listening {
  apiUrl: string
  /** Clone URLs are `${gitUrl}/owner/name.git`. */
  gitUrl: string
  readonly close: () => Promise<void>
}

/** REST and git over HTTP on one free loopback port. */
export async function listen(world: World, handle: (request: Request) => Promise<Response>): Promise<Listening> {
  const server: Server = createServer((request, response) => {
    const work = isGitPath(new URL(request.url ?? '/', 'http://sandbox').pathname)
      ? serveGit(world, request, response)
      : serveRest(request, response, handle)
    work.catch((error: unknown) => fail(error, request, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    apiUrl: url, gitUrl: url,
    close: () => new Promise((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()))
      server.closeAllConnections()
    }),
  }
}

async function serveRest(
  request: IncomingMessage, response: ServerResponse, handle: (request: Request) => Promise<Response>
): Promise<void> {
  const body = await readAll(request)
  const headers = Object.entries(request.headers).flatMap(
    ([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]])
  )
  const method = request.method ?? 'GET'
  const answer = await handle(new Request(`http://${request.headers.host}${request.url}`, {
    method, headers, ...(method !== 'GET' && method !== 'HEAD' && {body: new Uint8Array(body)}),
  }))
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  response.end(Buffer.from(await answer.arrayBuffer()))
}

/** A cut is a destroyed socket; anything else is a bug in the sandbox and must be seen. */
function fail(error: unknown, request: IncomingMessage, response: ServerResponse): void {
  if (error instanceof ConnectionCut || response.headersSent) request.socket.destroy()
  else response.writeHead(500, {'content-type': 'application/json'}).end(
    JSON.stringify({message: `sandbox: ${String((error as Error).stack)}`})
  )
}
