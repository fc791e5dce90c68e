import {createServer, request as send, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {Sandbox} from '../../src/lib/sandbox/index.js'
import {createContract, validatingFetch} from './openapi.js'

const contract = createContract()
const GIT = /\/(info\/refs|git-upload-pack|git-receive-pack)$/

/** A sandbox as clients find it. `violations`: what broke GitHub's published contract, on either side. */
export type Front = {url: string; violations: string[]; close: () => Promise<void>}

/** Puts a listener in front of a sandbox: git passes through, every REST request and answer is held against GitHub's OpenAPI. */
export async function openFront(sandbox: Sandbox): Promise<Front> {
  const inner = await sandbox.listen()
  const violations: string[] = []
  const checked = validatingFetch(sandbox.fetch, {contract})
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://front').pathname
    if (GIT.test(path)) return passGit(inner.gitUrl, request, response)
    rest(checked, request, response).catch((error: unknown) => {
      // a connection cut on purpose arrives as a TypeError; everything else is a finding
      if (!(error instanceof TypeError)) violations.push(String((error as Error).message))
      request.socket.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => new Promise<void>((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()))
    server.closeAllConnections()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, violations,
    close: async () => { await Promise.all([close(), inner.close()]) },
  }
}

async function rest(checked: typeof fetch, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const method = request.method ?? 'GET'
  const headers = Object.entries(request.headers).flatMap(
    ([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]]),
  )
  const answer = await checked(new Request(`http://${request.headers.host}${request.url}`, {
    method, headers, redirect: 'manual', ...(method !== 'GET' && method !== 'HEAD' && chunks.length > 0 && {body: Buffer.concat(chunks)}),
  }))
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  response.end(Buffer.from(await answer.arrayBuffer()))
}

function passGit(to: string, request: IncomingMessage, response: ServerResponse): void {
  const on = send(`${to}${request.url}`, {method: request.method, headers: request.headers, agent: false}, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(response)
  })
  on.on('error', () => request.socket.destroy())
  request.pipe(on)
}
