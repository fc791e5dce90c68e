/** How a child of an epic stands. `merged`: its pull request is merged but the issue is not settled yet; `done`: both. */
export const CHILD_STATES = [
  'done', 'merged', 'open-pr', 'running', 'failed', 'retry-ready', 'exhausted', 'blocked', 'ready', 'closed-unmerged', 'needs-human',
] as const
export type ChildState = (typeof CHILD_STATES)[number]

/** Its change is on the default branch: it counts as completed and blocks nothing. */
export const isCompleted = (state: ChildState): boolean => state === 'done' || state === 'merged'
