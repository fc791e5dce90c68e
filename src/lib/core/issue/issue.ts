import {z} from 'zod'

/** A GitHub issue (or, where `isPull`, a pull request seen through the issues API), as pilot uses it. */
export type Issue = {
  number: number
  /** the integer database id, which sub-issue and dependency writes want instead of the number */
  id: number
  title: string
  body: string
  state: 'open' | 'closed'
  stateReason: 'completed' | 'not_planned' | 'duplicate' | 'reopened' | null
  labels: string[]
  author: string
  authorAssociation: string
  isPull: boolean
  /** a pull request that is merged */
  merged: boolean
  locked: boolean
  createdAt: string
  updatedAt: string
  url: string
  /** the issue of this repository that it is a sub-issue of, as its own answer says; null where there is none, or the server does not say */
  parent: number | null
  counts: IssueCounts
}

/**
 * What an issue's own answer says of the things around it; null where the server does not say. Enough to spare a look before the claim is
 * taken, never under it: GitHub keeps these numbers aside from what they count.
 */
export type IssueCounts = {comments: number | null; blockers: number | null; openBlockers: number | null; /** sub-issues, and those that are not closed */ children: number | null; openChildren: number | null}

export type Comment = {id: number; author: string; body: string; createdAt: string}

/** A pull request. `headSha` is what GitHub believes now; compare it with what was verified. */
export type Pull = {
  number: number
  title: string
  body: string
  state: 'open' | 'closed'
  merged: boolean
  /** null while GitHub is still computing it */
  mergeable: boolean | null
  headRef: string
  headSha: string
  /** owner/name of the head's repository; null when it was deleted */
  headRepo: string | null
  baseRef: string
  baseSha: string
  /** the default branch of the base's repository as it is now; null where the server does not say */
  defaultBranch: string | null
  author: string
  url: string
}

/** One check run or commit status of a commit, brought to one shape. */
export type Check = {name: string; state: 'pending' | 'success' | 'failure' | 'neutral'; url: string | null}

const user = z.looseObject({login: z.string()}).nullish()
const label = z.union([z.string(), z.looseObject({name: z.string().nullish()})])
const STATE_REASONS = ['completed', 'not_planned', 'duplicate', 'reopened'] as const

/** Both are addresses of the API; a parent in another repository is none that pilot knows. */
function parentIn(own: string, parent: string): number | null {
  const [, repo, number] = /^(.*\/)(\d+)$/.exec(parent) ?? []
  return repo !== undefined && own.toLowerCase().startsWith(repo.toLowerCase()) ? Number(number) : null
}

/** GitHub's issue JSON → Issue. Accepts every API version; a ghost author reads as `ghost`. */
export const issueFromApi = z.looseObject({
  number: z.int(), id: z.int(), title: z.string(), body: z.string().nullish(), state: z.string(), state_reason: z.string().nullish(),
  labels: z.array(label).default([]), user, author_association: z.string().default('NONE'), pull_request: z.looseObject({merged_at: z.string().nullish()}).nullish(),
  locked: z.boolean().default(false), created_at: z.string(), updated_at: z.string(), html_url: z.string(),
  url: z.string().nullish(), parent_issue_url: z.string().nullish(),
  comments: z.int().nullish(), issue_dependencies_summary: z.looseObject({blocked_by: z.int().nullish(), total_blocked_by: z.int().nullish()}).nullish(),
  sub_issues_summary: z.looseObject({total: z.int(), completed: z.int()}).nullish(),
}).transform((i): Issue => ({
  number: i.number, id: i.id, title: i.title, body: i.body ?? '', state: i.state === 'closed' ? 'closed' : 'open',
  stateReason: STATE_REASONS.find((reason) => reason === i.state_reason) ?? null,
  labels: i.labels.map((l) => (typeof l === 'string' ? l : l.name ?? '')).filter((name) => name !== ''),
  author: i.user?.login ?? 'ghost', authorAssociation: i.author_association, isPull: i.pull_request !== undefined && i.pull_request !== null,
  merged: typeof i.pull_request?.merged_at === 'string',
  locked: i.locked, createdAt: i.created_at, updatedAt: i.updated_at, url: i.html_url,
  parent: parentIn(i.url ?? '', i.parent_issue_url ?? ''),
  counts: {
    comments: i.comments ?? null, blockers: i.issue_dependencies_summary?.total_blocked_by ?? null, openBlockers: i.issue_dependencies_summary?.blocked_by ?? null,
    children: i.sub_issues_summary?.total ?? null, openChildren: i.sub_issues_summary ? i.sub_issues_summary.total - i.sub_issues_summary.completed : null,
  },
}))

export const commentFromApi = z.looseObject({id: z.int(), body: z.string().nullish(), user, created_at: z.string()})
  .transform((c): Comment => ({id: c.id, author: c.user?.login ?? 'ghost', body: c.body ?? '', createdAt: c.created_at}))

const ref = z.looseObject({ref: z.string(), sha: z.string(), repo: z.looseObject({full_name: z.string(), default_branch: z.string().nullish()}).nullish()})
export const pullFromApi = z.looseObject({
  number: z.int(), title: z.string(), body: z.string().nullish(), state: z.string(), merged: z.boolean().optional(), merged_at: z.string().nullish(),
  mergeable: z.boolean().nullish(), head: ref, base: ref, user, html_url: z.string(),
}).transform((p): Pull => ({
  number: p.number, title: p.title, body: p.body ?? '', state: p.state === 'closed' ? 'closed' : 'open',
  merged: p.merged ?? (p.merged_at !== undefined && p.merged_at !== null), mergeable: p.mergeable ?? null,
  headRef: p.head.ref, headSha: p.head.sha, headRepo: p.head.repo?.full_name ?? null, baseRef: p.base.ref, baseSha: p.base.sha, defaultBranch: p.base.repo?.default_branch ?? null,
  author: p.user?.login ?? 'ghost', url: p.html_url,
}))
