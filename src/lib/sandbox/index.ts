/**
 * A local GitHub that behaves like the real one where it matters to pilot: REST with GitHub's shapes, bare repositories over git http,
 * real merges and conflicts. For `pilot demo` and the tests; in process through `fetch` or over HTTP through `listen`.
 */
import {ConnectionCut, createFaults} from './faults.js'
import {createGit} from './git.js'
import {createLimits} from './limits.js'
import {listen} from './listen.js'
import {seeding} from './seed.js'
import {createHandler} from './server.js'
import {restore, snapshot} from './snapshot.js'
import {emptyState} from './state.js'
import {type Sandbox, type SandboxOptions} from './types.js'
import {type PullEvent, type PushEvent, type World} from './world.js'

export type {FaultEffect, FaultRule} from './faults.js'
export type {Listening} from './listen.js'
export type {IssueState, Permission, RepoState, SandboxState} from './state.js'
export type {CommentSeed, CommitSeed, IssueSeed, RepoSeed, Sandbox, SandboxOptions, SandboxSnapshot, UserSeed} from './types.js'
export type {LogEntry, PullEvent, PushEvent} from './world.js'

/** The token of the default user. */
export const SANDBOX_TOKEN = 'sandbox-token'

export function createSandbox(options: SandboxOptions): Sandbox {
  const now = options.now ?? (() => new Date())
  const login = options.login ?? 'pilot-user'
  const env = options.env ?? process.env
  const world: World = {
    state: emptyState(), git: createGit(options.dir, env['PATH'] ?? ''), now, searchLagMs: options.searchLagMs ?? 0, listLagMs: 0,
    limits: createLimits(now),
    faults: createFaults(), log: [], listeners: {push: [], pull_request: []}, locks: new Map(), said: new Map(),
  }
  let gitUrl: string | null = null
  const handle = createHandler(world, () => gitUrl)
  const seeds = seeding(world, login)
  seeds.addUser({login, token: SANDBOX_TOKEN})

  async function send(input: Request | string | URL, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init)
    try {
      const response = await handle(request)
      const location = response.headers.get('location')
      if (response.status !== 301 || !location || request.method !== 'GET' || request.redirect === 'manual') return response
      return await send(location, {headers: request.headers})
    } catch (error) {
      if (error instanceof ConnectionCut) throw new TypeError('fetch failed', {cause: error})
      throw error
    }
  }
  function on(event: 'push', handler: (e: PushEvent) => unknown): void
  function on(event: 'pull_request', handler: (e: PullEvent) => unknown): void
  function on(event: 'push' | 'pull_request', handler: ((e: PushEvent) => unknown) | ((e: PullEvent) => unknown)): void {
    if (event === 'push') world.listeners.push.push(handler as (e: PushEvent) => unknown)
    else world.listeners.pull_request.push(handler as (e: PullEvent) => unknown)
  }

  return {
    token: SANDBOX_TOKEN, login, fetch: send, on, ...seeds,
    async listen() {
      const listening = await listen(world, handle)
      gitUrl = listening.gitUrl
      return listening
    },
    setSearchLag: (ms) => { world.searchLagMs = ms },
    setListLag: (ms) => { world.listLagMs = ms },
    state: () => structuredClone(world.state),
    log: () => [...world.log],
    clearLog: () => { world.log.length = 0 },
    faults: {add: world.faults.add, clear: world.faults.clear},
    limits: {setCore: world.limits.setCore, setSearch: world.limits.setSearch, secondary: world.limits.secondary, off: world.limits.off},
    snapshot: () => snapshot(world),
    restore: (s) => restore(world, s),
  }
}
