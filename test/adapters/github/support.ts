import type {PilotError} from '../../../src/lib/errors.js'
import type {Clock} from '../../../src/lib/ports.js'
import {type GitHub, type GitHubOptions, openGitHub} from '../../../src/lib/adapters/github/index.js'

/** A clock that only moves when somebody sleeps, and keeps how long each sleep was. */
export function fakeClock(start = '2026-01-01T00:00:00Z'): Clock & {slept: number[]} {
  let at = Date.parse(start)
  const slept: number[] = []
  return {
    slept, now: () => new Date(at),
    sleep: async (ms) => {
      slept.push(ms)
      at += ms
    },
  }
}

export type Json = Readonly<Record<string, unknown>>
export type Sent = {method: string; path: string; headers: Headers; body: unknown}
export type Reply = {status?: number; body?: unknown; text?: string; headers?: Record<string, string>} | Error
type Script = Record<string, Reply | readonly Reply[] | ((sent: Sent) => Reply)>

/**
 * A GitHub that knows exactly the requests of its script, by `METHOD /path?query` below /repos/o/r (or from the root with a leading `//`).
 * A list is answered in turn; anything else, and anything after the end of a list, is an error that the test sees.
 */
export function scripted(script: Script): {fetch: typeof fetch; sent: Sent[]; unexpected: string[]; calls: () => string[]} {
  const sent: Sent[] = []
  const unexpected: string[] = []
  const used: Record<string, number> = {}
  const answer = (key: string, request: Sent): Reply => {
    const entry = script[key]
    if (typeof entry === 'function') return entry(request)
    const list = Array.isArray(entry) ? entry as readonly Reply[] : [entry as Reply]
    const nth = used[key] = (used[key] ?? 0) + 1
    const reply = list[Array.isArray(entry) ? nth - 1 : 0]
    if (reply !== undefined) return reply
    unexpected.push(key)
    return new Error(`unexpected request ${key}`)
  }
  const fake: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const path = url.pathname.startsWith('/repos/o/r') ? url.pathname.slice('/repos/o/r'.length) : `/${url.pathname}`
    const body = typeof init?.body === 'string' ? JSON.parse(init.body) as unknown : undefined
    const request = {method: init?.method ?? 'GET', path: path + url.search, headers: new Headers(init?.headers), body}
    sent.push(request)
    const reply = answer(`${request.method} ${request.path}`, request)
    if (reply instanceof Error) throw reply
    const text = reply.text ?? (reply.body === undefined ? null : JSON.stringify(reply.body))
    const headers = {...(text !== null && {'content-type': 'application/json; charset=utf-8'}), ...reply.headers}
    return new Response(text, {status: reply.status ?? 200, headers})
  }
  return {fetch: fake, sent, unexpected, calls: () => sent.map(({method, path}) => `${method} ${path}`)}
}

export type Opened = GitHub & {clock: ReturnType<typeof fakeClock>; warnings: string[]}
/** The adapter over a fetch of the test's own, with a clock that does not wait. */
export function open(fetch: typeof globalThis.fetch, options: Partial<GitHubOptions> = {}): Opened {
  const clock = fakeClock()
  const warnings: string[] = []
  const github = openGitHub({
    repo: 'o/r', token: 'secret-token', apiUrl: 'http://127.0.0.1', version: '1.2.3', clock,
      warn: (message) => void warnings.push(message), fetch, ...options,
  })
  return {...github, clock, warnings}
}

/** What Node's fetch throws when the connection fails with this code. */
export const broken = (code: string): Error => Object.assign(new TypeError('fetch failed'),
  {cause: Object.assign(new Error(`connect ${code}`), {code})})

export const issueJson = (number: number, over: Json = {}): Json => ({
  number, id: 9000 + number, title: `issue ${number}`, body: 'text', state: 'open', state_reason: null, labels: [], user: {login: 'ann'},
  author_association: 'OWNER', locked: false, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z',
  html_url: `https://github.com/o/r/issues/${number}`, ...over,
})
export const pullJson = (number: number, over: Json = {}): Json => ({
  number, title: 'pull', body: null, state: 'open', merged: false, mergeable: true, merge_commit_sha: null, user: {login: 'ann'},
  head: {ref: 'pilot/GH-1', sha: 'a'.repeat(40), repo: {full_name: 'o/r'}},
    base: {ref: 'main', sha: 'b'.repeat(40), repo: {full_name: 'o/r'}},
  html_url: `https://github.com/o/r/pull/${number}`, ...over,
})
export const notFound: Reply = {status: 404, body: {message: 'Not Found', documentation_url: 'https://docs.github.com/rest'}}
export const repoJson = {full_name: 'o/r', default_branch: 'main'}

export type Failing = Pick<PilotError, 'code' | 'message' | 'suggestions' | 'exit' | 'cause'>
/** The PilotError a promise fails with, as the fields the tests compare. */
export async function failing(work: Promise<unknown>): Promise<Failing> {
  try {
    await work
  } catch (error) {
    return error as Failing
  }
  throw new Error('expected an error')
}
export async function drain<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
