import {type Faults} from './faults.js'
import {type Git} from './git.js'
import type {CgiAnswer} from './git-http.js'
import {type Limits} from './limits.js'
import {fullName, type IssueState, type Permission, repoKey, type RepoState, type SandboxState, type UserState} from './state.js'

export interface PushEvent {repo: string; ref: string; before: string | null; after: string | null; pusher: string}
export interface PullEvent {
  repo: string; number: number; action: 'opened' | 'synchronize' | 'closed' | 'reopened'; headSha: string; merged: boolean
}
export interface LogEntry {method: string; path: string; status: number; user: string | null}

/** One sandbox: its state, its git repositories and its clock. Handlers get it as an argument; nothing here is global. */
export interface World {
  state: SandboxState
  readonly git: Git
  readonly now: () => Date
  searchLagMs: number
  /** how long a new issue is missing from issue lists, as from a replica that trails */
  listLagMs: number
  readonly limits: Limits
  readonly faults: Faults
  readonly log: LogEntry[]
  readonly listeners: {push: ((e: PushEvent) => unknown)[]; pull_request: ((e: PullEvent) => unknown)[]}
  readonly locks: Map<string, Promise<unknown>>
  /** what git said last to a request about refs, and what that answer depended on */
  readonly said: Map<string, {about: string; answer: CgiAnswer}>
}

/** Now as GitHub prints it: ISO 8601 without milliseconds. */
export const stamp = (world: World): string => `${world.now().toISOString().slice(0, 19)}Z`
export const newId = (world: World): number => world.state.nextId++
export const repoOf = (world: World, name: string): RepoState | undefined => world.state.repos[repoKey(name)]
export const userOf = (world: World, login: string): UserState | undefined => world.state.users[login.toLowerCase()]
export const reposOf = (world: World): RepoState[] => Object.values(world.state.repos)

export function permissionOf(repo: RepoState, user: UserState | null | undefined): Permission {
  const open: Permission = repo.private ? 'none' : 'read'
  if (!user) return open
  if (user.login.toLowerCase() === repo.owner.toLowerCase()) return 'admin'
  return user.permission[repoKey(fullName(repo))] ?? open
}

export function ensureUser(world: World, login: string, bot = login.endsWith('[bot]')): UserState {
  const key = login.toLowerCase()
  return world.state.users[key] ??= {id: newId(world), login, bot, tokens: [], permission: {}, createdAt: stamp(world), issues: null}
}

export function issueById(world: World, id: number): {repo: RepoState; issue: IssueState} | null {
  for (const repo of reposOf(world)) {
    const issue = Object.values(repo.issues).find((i) => i.id === id && !i.deleted)
    if (issue) return {repo, issue}
  }
  return null
}

/** Runs `work` after everything earlier under the same key: ref writes and merges of a repository happen one by one. */
export function locked<T>(world: World, key: string, work: () => Promise<T>): Promise<T> {
  const before = world.locks.get(key) ?? Promise.resolve()
  const mine = before.then(work, work)
  world.locks.set(key, mine.catch(() => undefined))
  return mine
}
