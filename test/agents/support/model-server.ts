import {createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {Usage} from '../../../src/lib/core/plan/plan.js'
import {chatAnswer} from './chat.js'
import {geminiAnswer} from './gemini.js'
import {messagesAnswer} from './messages.js'
import {responsesAnswer} from './responses.js'

/** What the scripted model does with one request. */
export type Turn =
  | {kind: 'say'; text: string; stop?: 'refusal' | 'max_tokens'}
  /** `custom`: the input is a text (the free-form tools of the Responses dialect) */
  | {kind: 'call'; tool: string; input: object | string; custom?: boolean}
  | {kind: 'fail'; status: number; type: string; message: string; headers?: Record<string, string>}
  /** the request is taken and never answered */
  | {kind: 'hang'}

export const say = (text: string): Turn => ({kind: 'say', text})
export const call = (tool: string, input: object | string, custom = false): Turn => ({kind: 'call', tool, input, custom})
export const fail = (status: number, type: string, message: string, headers: Record<string, string> = {}): Turn => ({kind: 'fail', status, type, message, headers})

/** What so many answers of the Messages dialect come to, in the fields of the ledger. */
export const billed = (answers: number): Usage => ({inFresh: 100 * answers, cacheRead: 30 * answers, cacheWrite5m: 20 * answers, cacheWrite1h: 0, out: 10 * answers})

/** One tool as the request offers it, whatever the dialect calls it. */
type Tool = {name?: string; type?: string}
export type Seen = {method: string; path: string; headers: IncomingHttpHeaders; body: Body; text: string; bytes: number}
export type Body = {
  model?: string; stream?: boolean; system?: unknown; instructions?: string; messages?: {role: string; content: unknown}[]; input?: unknown; tools?: Tool[]
  response_format?: {type?: string}; text?: {format?: unknown}
}
export const toolsOf = ({body}: Seen): string[] => (body.tools ?? []).map((tool) => tool.name ?? tool.type ?? '?')

export type ModelServer = {
  url: string
  /** requests to a model, in order */
  requests: Seen[]
  /** everything else that was asked of this address */
  strays: string[]
  close: () => Promise<void>
}

/** A program that asks more often than this is in a loop: it gets errors that end it. */
const MAX_REQUESTS = 40
const ENDED = fail(400, 'invalid_request_error', 'the script has ended')

/**
 * A scripted model on loopback that speaks Anthropic Messages, OpenAI Responses, chat completions and Google's, as a stream or whole, and keeps every request
 * as it came. `script` gets the number of the request (from 0) and the request; undefined ends the run.
 */
export async function modelServer(script: (n: number, seen: Seen) => Turn | undefined): Promise<ModelServer> {
  const requests: Seen[] = []
  const strays: string[] = []
  const server = createServer((request, response) => {
    void read(request).then((text) => {
      const path = request.url ?? ''
      const answer = /\/messages(\?|$)/.test(path) ? messagesAnswer : /\/responses(\?|$)/.test(path) ? responsesAnswer : /\/chat\/completions/.test(path) ? chatAnswer
        : /:(?:streamG|g)enerateContent/.test(path) ? geminiAnswer : undefined
      if (request.method !== 'POST' || answer === undefined) {
        strays.push(`${request.method} ${path}`)
        return reply(response, 404, {error: {type: 'not_found_error', message: 'no such thing here'}})
      }
      const seen: Seen = {method: request.method, path, headers: request.headers, body: JSON.parse(text) as Body, text, bytes: Buffer.byteLength(text)}
      requests.push(seen)
      const turn = requests.length > MAX_REQUESTS ? ENDED : script(requests.length - 1, seen) ?? ENDED
      if (turn.kind === 'hang') return
      if (turn.kind === 'fail') return reply(response, turn.status, {type: 'error', error: {type: turn.type, message: turn.message, code: turn.type}}, turn.headers)
      const {json, events} = answer(turn, seen.body, requests.length)
      if (seen.body.stream !== true && !path.includes('alt=sse')) return reply(response, 200, json)
      response.writeHead(200, {'content-type': 'text/event-stream', 'request-id': `req_${requests.length}`})
      response.end(events.map((event) => typeof event === 'string' ? `data: ${event}\n\n` : `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''))
    }).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, strays,
    close: () => new Promise((closed) => {
      server.closeAllConnections()
      server.close(() => closed())
    }),
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function reply(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, {'content-type': 'application/json', ...headers})
  response.end(JSON.stringify(body))
}

/** An event of a stream: an object with a type, or text that goes out as it is. */
export type StreamEvent = string | ({type: string} & Record<string, unknown>)
export type Dialect = (turn: Extract<Turn, {kind: 'say' | 'call'}>, body: Body, n: number) => {json: unknown; events: StreamEvent[]}
