/** Everything the sandbox remembers outside git, as plain JSON: a snapshot is a structured clone of it. */
export const PERMISSIONS = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const
export type Permission = (typeof PERMISSIONS)[number]
export const allows = (has: Permission, needs: Permission): boolean => PERMISSIONS.indexOf(has) >= PERMISSIONS.indexOf(needs)

export interface UserState {
  id: number; login: string; bot: boolean; tokens: string[]; permission: Record<string, Permission>; createdAt: string
  /** the most that its tokens may do with issues and labels; null: as its permission says */
  issues: Permission | null
}
export interface LabelState {id: number; name: string; color: string; description: string | null}
export interface CommentState {
  id: number; issue: number; author: string; body: string; createdAt: string; updatedAt: string; association: string | null
}
export interface EventState {id: number; issue: number; event: string; actor: string; createdAt: string; data: EventData}
export interface EventData {
  label?: {name: string; color: string}; assignee?: string; rename?: {from: string; to: string}; commitId?: string
  stateReason?: string | null; lockReason?: string | null; other?: number; source?: number; reviewer?: string
}
export interface ReviewState {id: number; author: string; body: string; state: string; commitId: string; submittedAt: string}
export interface PullState {
  id: number; headRef: string; headSha: string; baseRef: string; baseSha: string; draft: boolean
  merged: boolean; mergedAt: string | null; mergedBy: string | null; mergeSha: string | null
  /** The head and base the last mergeability answer is for; a first read of a new pair answers null, as GitHub does. */
  mergeKey: string | null; mergeable: boolean | null; reviews: ReviewState[]; requested: string[]
}
export interface SearchDoc {at: number; title: string; body: string; state: 'open' | 'closed'; labels: string[]}
export interface IssueState {
  id: number; number: number; title: string; body: string | null; author: string; association: string | null
  state: 'open' | 'closed'; stateReason: string | null; labels: string[]; assignees: string[]
  createdAt: string; updatedAt: string; closedAt: string | null; closedBy: string | null
  locked: boolean; lockReason: string | null; deleted: boolean; transferredTo: string | null
  parent: number | null; children: number[]; blockedBy: number[]; pull: PullState | null
  /** Versions as the search index sees them, oldest first: the index trails the issue by the configured lag. */
  docs: SearchDoc[]
}
export interface CheckRunState {
  id: number; suite: number; name: string; headSha: string; status: string; conclusion: string | null; detailsUrl: string | null; externalId: string | null
  startedAt: string | null; completedAt: string | null; output: {title: string | null; summary: string | null; text: string | null}
}
export interface StatusState {
  id: number; sha: string; state: string; context: string; description: string | null; targetUrl: string | null; creator: string
  createdAt: string
}
export interface JobState {id: number; runId: number; name: string; status: string; conclusion: string | null}
export interface RepoState {
  id: number; owner: string; name: string; private: boolean; defaultBranch: string; createdAt: string; pushedAt: string
  features: {subIssues: boolean; dependencies: boolean}
  /** Refs as last seen, to tell what a push changed. */
  refs: Record<string, string>
  nextNumber: number; labels: LabelState[]; issues: Record<number, IssueState>; comments: CommentState[]; events: EventState[]
  /** `workflow`: whose check runs are posted now; each has a suite of its own on a commit. */
  workflow: number; checkRuns: CheckRunState[]; statuses: StatusState[]; requiredChecks: Record<string, string[]>
  jobs: JobState[]; dispatches: {eventType: string; payload: unknown; actor: string}[]
}
export interface SandboxState {nextId: number; users: Record<string, UserState>; repos: Record<string, RepoState>}

/** Database ids start far from issue numbers, so mistaking one for the other fails instead of passing by luck. */
export const emptyState = (): SandboxState => ({nextId: 3_000_000_001, users: {}, repos: {}})
export const fullName = (repo: RepoState): string => `${repo.owner}/${repo.name}`
export const repoKey = (name: string): string => name.toLowerCase()
