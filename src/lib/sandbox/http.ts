import {type Permission, type RepoState, type UserState} from './state.js'
import {type World} from './world.js'

/** What a handler answers; the server turns it into a Response. `text` is for media types that are not JSON. */
export interface Reply {status: number; body?: unknown; text?: string; headers?: Record<string, string>}
export type Json = Record<string, unknown>
export interface Links {api: string; git: string; web: string}

export interface Call {
  world: World; method: string; url: URL; params: Record<string, string>; query: URLSearchParams
  body: Json; user: UserState | null; accept: string; apiVersion: string; links: Links
}
export interface RepoCall extends Call {repo: RepoState; permission: Permission}

export type Handler = (call: Call) => Reply | Promise<Reply>
export type RepoHandler = (call: RepoCall) => Reply | Promise<Reply>
export interface Route {method: string; template: string; run: Handler}

export const ok = (body: unknown, status = 200): Reply => ({status, body})
export const created = (body: unknown): Reply => ({status: 201, body})
export const noContent = (): Reply => ({status: 204})

/** The login that acts; routes that write have already refused anonymous calls. */
export const actor = (call: Call): string => call.user?.login ?? 'ghost'
