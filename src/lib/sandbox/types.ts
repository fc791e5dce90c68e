import {type FaultRule} from './faults.js'
import {type Listening} from './listen.js'
import {type JobState, type Permission, type SandboxState} from './state.js'
import {type LogEntry, type PullEvent, type PushEvent} from './world.js'

export interface SandboxOptions {
  /** Directory that holds the bare repositories; the caller makes and removes it. */
  dir: string
  now?: () => Date
  /** How far the search index trails, 0 unless told. */
  searchLagMs?: number
  /** The user behind `sandbox.token`, admin of every repository made; `pilot-user` unless told. */
  login?: string
  /** Only PATH is used, to find git. */
  env?: Readonly<Record<string, string | undefined>>
}
export interface RepoSeed {
  owner: string; name: string; defaultBranch?: string
  /** Files of the first commit by path; a README unless told. */
  files?: Record<string, string>
  private?: boolean
  features?: {subIssues?: boolean; dependencies?: boolean}
}
export interface UserSeed {
  login: string; token?: string; permission?: Record<string, Permission>; bot?: boolean
  /** What the tokens may do with issues and labels where that is less than `permission`, as with fine-grained tokens. */
  issues?: Permission
}
export interface IssueSeed {
  title: string; body?: string; labels?: string[]; author?: string; authorAssociation?: string
  /** Who the `labeled` events name; the author unless told. */
  labeledBy?: string
  assignees?: string[]; state?: 'open' | 'closed'
}
export interface CommentSeed {body: string; author?: string; authorAssociation?: string}
export interface CommitSeed {branch: string; files: Record<string, string | null>; message?: string; from?: string; author?: string}
/** The state as JSON plus every ref; objects stay in the bare repositories, so a snapshot belongs to its sandbox. */
export interface SandboxSnapshot {state: SandboxState; refs: Record<string, Record<string, string>>}

export interface Sandbox {
  /** Token of the default user. */
  readonly token: string
  readonly login: string
  /** REST in process; answers like `fetch`, redirects included, and rejects with a TypeError when a fault cuts the connection. */
  readonly fetch: (input: Request | string | URL, init?: RequestInit) => Promise<Response>
  readonly listen: () => Promise<Listening>
  readonly createRepo: (seed: RepoSeed) => Promise<void>
  readonly addUser: (user: UserSeed) => void
  readonly seedIssue: (repo: string, issue: IssueSeed) => number
  readonly seedComment: (repo: string, issue: number, comment: CommentSeed) => number
  /** Commits files to a branch, which starts at `from` or the default branch when new. Answers the sha; tells the push listeners. */
  readonly commit: (repo: string, seed: CommitSeed) => Promise<string>
  readonly setRequiredChecks: (repo: string, branch: string, contexts: readonly string[]) => void
  /** From now on check runs come from this workflow: as on GitHub they stand in another suite, beside those of the others. 0 to begin with. */
  readonly setWorkflow: (repo: string, workflow: number) => void
  readonly setFeatures: (repo: string, features: {subIssues?: boolean; dependencies?: boolean}) => void
  readonly setSearchLag: (ms: number) => void
  /** How long a new issue is missing from the issue list; point reads and sub-issue lists show it at once. */
  readonly setListLag: (ms: number) => void
  readonly setJobs: (repo: string, jobs: readonly Omit<JobState, 'id'>[]) => void
  readonly lockIssue: (repo: string, number: number) => void
  /** From now on 410; its links and dependencies are gone. */
  readonly deleteIssue: (repo: string, number: number) => void
  /** Moves the issue to another repository, with its links where the owner stays; the old path redirects with 301. Answers the new number. */
  readonly transferIssue: (repo: string, number: number, to: string) => number
  /** A copy of everything, for assertions. */
  readonly state: () => SandboxState
  readonly log: () => readonly LogEntry[]
  readonly clearLog: () => void
  readonly faults: {readonly add: (rule: FaultRule) => void; readonly clear: () => void}
  readonly limits: {
    readonly setCore: (remaining: number, resetInS: number) => void
    readonly setSearch: (remaining: number, resetInS: number) => void
    /** After that many writes every further write is refused for `retryAfterS` seconds. */
    readonly secondary: (afterWrites: number, retryAfterS: number, status?: 403 | 429) => void
    readonly off: () => void
  }
  readonly snapshot: () => Promise<SandboxSnapshot>
  readonly restore: (snapshot: SandboxSnapshot) => Promise<void>
  readonly on: {
    (event: 'push', handler: (e: PushEvent) => unknown): void; (event: 'pull_request', handler: (e: PullEvent) => unknown): void
  }
}
