import type {z} from 'zod'
import type {Check, Comment, Issue, Pull} from './core/issue/issue.js'
import type {SpendDay} from './core/cost/budget.js'
import type {Rates} from './core/cost/rates.js'
import type {SpendEntry} from './core/cost/reservations.js'
import type {Usage} from './core/plan/plan.js'
import type {SpawnPlan} from './core/route/spawn-plan.js'
import type {FailureClass} from './core/run/failure.js'
import type {AgentEvent, AgentOutcome} from './core/run/outcome.js'

export type {Cleared, CommandOutcome, Commands, CommandsHome, Workshop, Worktree} from './ports-worktree.js'

// All that pilot needs from the world, in its own words. Errors are PilotError. A lost answer to a create is AMBIGUOUS_WRITE: the caller
// looks before it tries again, because nothing on GitHub is idempotent by itself.

export interface Issues {
  get(issue: number): Promise<Issue>
  /** issues and pull requests, oldest first, page by page; `since`: updated at or after that time */
  list(filter: {state: 'open' | 'closed' | 'all'; labels?: readonly string[]; since?: string}): AsyncIterable<Issue>
  /**
   * Issues and pull requests with a higher number than this, read one by one: what a list that trails does not show yet. Ends at the first
   * number that GitHub has not given out.
   */
  newerThan(issue: number): AsyncIterable<Issue>
  create(draft: {title: string; body: string; labels: readonly string[]}): Promise<Issue>
  close(issue: number, reason: 'completed' | 'not_planned'): Promise<void>
  addLabels(issue: number, labels: readonly string[]): Promise<void>
  /** a label that is not there is fine */
  removeLabel(issue: number, label: string): Promise<void>
}

export interface Comments {
  list(issue: number): Promise<Comment[]>
  create(issue: number, body: string): Promise<Comment>
  update(comment: number, body: string): Promise<void>
}

/** What names an issue in writes: the number for people, the database id for the API. */
export type IssueId = Pick<Issue, 'number' | 'id'>

/** Native sub-issues and dependencies. null or false: the server has no such endpoint, use the text markers. */
export interface Relations {
  children(issue: number): Promise<Issue[] | null>
  parent(issue: number): Promise<Issue | null>
  /** idempotent: already linked is fine; false where the server cannot */
  link(parent: number, child: IssueId): Promise<boolean>
  blockers(issue: number): Promise<Issue[] | null>
  block(issue: number, blocker: IssueId): Promise<boolean>
}

export interface Pulls {
  get(pull: number): Promise<Pull>
  /** every pull request whose head is this branch of the repository itself, newest first */
  ofBranch(branch: string): Promise<Pull[]>
  /** every pull request whose head is in the repository itself, newest first, page by page */
  newestFirst(): AsyncIterable<Pull>
  /** heads of all open pull requests of the repository itself */
  openBranches(): Promise<ReadonlySet<string>>
  create(draft: {title: string; body: string; head: string; base: string}): Promise<Pull>
  update(pull: number, change: {title: string; body: string}): Promise<void>
  /** merges exactly `sha`; HEAD_MOVED when the head is another one, MERGE_CONFLICT when it cannot be merged */
  merge(pull: number, merge: {sha: string; method: 'squash' | 'merge' | 'rebase'}): Promise<{sha: string}>
  /** a branch that is gone already is fine */
  deleteBranch(branch: string): Promise<void>
}

export interface Checks {
  /** check runs and commit statuses of a commit, the newest of each name */
  of(sha: string): Promise<Check[]>
  /** names of the checks that the branch's rules and protection require */
  required(branch: string): Promise<string[]>
}

export type Permission = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none'
export interface People {
  /** the login behind the token; null where the token may not ask (Actions) */
  self(): Promise<string | null>
  permission(login: string): Promise<Permission>
  /** who put the label on the issue last; null when nobody can be named */
  labelledBy(issue: number, label: string): Promise<string | null>
}

export interface Repository {
  /** default branch and its newest commit, read from GitHub now */
  defaultBranch(): Promise<{name: string; sha: string}>
}

/** An exclusive right to work on an issue, held as a ref on GitHub. */
export interface Claim {
  readonly issue: number
  /** throws CLAIM_LOST when the ref is no longer this claim's own commit: then nothing more may be written */
  assertHeld(): Promise<void>
  /** the same before money is spent; where the remote does not answer, a lease that lasts is enough, since nobody takes a claim before its end */
  assertMayPay(): Promise<void>
  release(): Promise<void>
}
export interface Claims {
  /** takes the claim and keeps renewing it until release; CLAIMED (exit 8) when another runner holds it */
  take(issue: number): Promise<Claim>
  /** who holds it now, or null; an expired claim reads as null */
  holder(issue: number): Promise<{runId: string; host: string; expiresAt: string} | null>
  /** numbers of all issues with a live claim */
  live(): Promise<ReadonlySet<number>>
  /** every claim that stands, by whether it has expired: a dead one is what a killed runner left */
  standing(): Promise<{live: ReadonlySet<number>; dead: ReadonlySet<number>}>
  /** deletes a dead claim by compare-and-swap; false when it is alive, gone, or was moved meanwhile */
  clear(issue: number): Promise<boolean>
}

/** The labels that the repository knows, whether or not an issue carries them. */
export interface Labels {
  list(): Promise<string[]>
  create(name: string, style: {color: string; description: string}): Promise<void>
}

/** The process of a run. `start`: its start time in the system's own words, so that a pid that was given to another process is told apart; '' where none is known. */
export type Runner = {machine: string; pid: number; start: string}

/** The bytes `start` to `end` of a file as text; `file` changes when another file took the place of the first. */
export type LogPiece = {text: string; start: number; end: number; totalBytes: number; file: string}
/** Files that may be large and still growing. */
export interface LogFiles {
  /** at most `bytes` from an offset, or with `from` null of the end of the file, as far as lines are whole; null when there is no such file */
  read(path: string, range: {from: number | null; bytes: number}): Promise<LogPiece | null>
  /** names in a folder; none when it is not there */
  entries(path: string): Promise<string[]>
  /** has the run that wrote them ended? False where that cannot be told, as of one on another machine */
  isGone(runner: Runner): boolean
}

/** Looks at this machine and its network without changing or spending anything. */
export interface Probe {
  /** the first line that `command --version` prints; null when there is no such program or it does not answer */
  version(command: string): Promise<string | null>
  /** is there such a program, by its path or on the PATH? Starts nothing */
  has(program: string): Promise<boolean>
  /** how an executor would sign in, as far as that can be told without a model call; null when nothing was found */
  signIn(executor: string): Promise<string | null>
  /** null when the endpoint answers, else why not */
  endpoint(url: string, apiKeyEnv: string | null): Promise<string | null>
  /** is this process inside a container or virtual sandbox, as far as it can tell? */
  contained(): Promise<boolean>
}

/** What a model costs, by its exact id. null: no price is known, which is never zero. */
export interface Prices {
  rates(model: string): Rates | null
  knows(model: string): boolean
}

/** What runners spend and hold of the shared budgets, kept in one place for all machines, a day at a time. */
export interface SpendRecord {
  /** every day that is on record; INVALID_ARTIFACT when one of them cannot be read, because then nobody knows what is left */
  days(): Promise<SpendDay[]>
  /** the same for who only looks: the days that can be read, and in words those that cannot */
  readable(): Promise<{days: SpendDay[]; damaged: string[]}>
  /**
   * Changes one day by compare-and-swap. `change` is asked again with what is there now as often as another runner comes first; null leaves everything as
   * it is. Answers what `change` answered last.
   */
  change<T>(date: string, change: (days: readonly SpendDay[]) => {entries: readonly SpendEntry[]; value: T} | {entries: null; value: T}): Promise<T>
  /** The same for a change that rests on nothing that others wrote: the day is read only where it is no longer as this process left it. */
  amend(date: string, amend: (entries: readonly SpendEntry[]) => readonly SpendEntry[]): Promise<void>
  /** calls `run` as often as a reservation must be renewed, until the answer is called; keeps no process alive */
  renewing(run: () => void): () => void
}

export interface Artifacts {
  /** undefined when the file is not there; ARTIFACT_VERSION or INVALID_ARTIFACT when it cannot be read as this schema */
  read<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined>
  /** atomic: temp file, fsync, rename; `path` is relative to `.pilot/` */
  write(path: string, value: unknown): Promise<void>
  /** undefined when the file is not there */
  readText(path: string): Promise<string | undefined>
  writeText(path: string, text: string): Promise<void>
  /** one line, appended whole */
  append(path: string, value: unknown): Promise<void>
  /** absolute path of a file or directory under `.pilot/`, for people and for child processes */
  resolve(path: string): string
}

export interface Agent {
  /** why a plan cannot be run on this machine, with the key and place that say so; null when it can. Starts nothing */
  unready(plan: SpawnPlan): Promise<{failure: FailureClass; message: string} | null>
  /** the only spawner: runs a SpawnPlan as it is; never throws for what the agent did */
  run(plan: SpawnPlan, watch: {
    onEvent?: (event: AgentEvent) => void; eventsFile?: string; logFile?: string; schemaFile?: string; runDir?: string; signal?: AbortSignal
    /** US dollars of one request where the stream tells tokens only; null: no price is known */
    price?: (model: string, usage: Usage) => number | null
    /** what it has spent so far, by what it streams and `price`; US dollars, with each usage event */
    onSpent?: (usd: number) => void
  }): Promise<AgentOutcome>
}

/** Answers worth keeping between commands on one machine; losing them costs time, never correctness. */
export interface Cache {
  get<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined>
  set(key: string, value: unknown): Promise<void>
}

export interface Clock {
  now(): Date
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}
