import type {EpicPlan} from './plan/plan.js'

/** What a child issue is made from. `dependsOn` and `order` are orders within the plan; numbers are known only when earlier children exist. */
export type ChildDraft = {
  order: number
  key: string
  planHash: string
  title: string
  description: string
  acceptance: readonly string[]
  dependsOn: readonly number[]
  labels: readonly string[]
}

/** Everything pilot may change on GitHub or in its own files, as data. Decisions return these; `apply` performs them, `--dry-run` prints them. */
export type Action =
  | {kind: 'add-labels'; issue: number; labels: readonly string[]}
  | {kind: 'remove-label'; issue: number; label: string}
  | {kind: 'create-comment'; issue: number; what: string; body: string}
  | {kind: 'update-comment'; issue: number; comment: number; what: string; body: string}
  | {kind: 'close-issue'; issue: number; reason: 'completed' | 'not_planned'}
  | {kind: 'create-child'; parent: number; child: ChildDraft}
  | {kind: 'link-child'; parent: number; order: number}
  | {kind: 'block-child'; order: number; by: number}
  /** of issues that exist; `id` is what the API wants */
  | {kind: 'link-issue'; parent: number; issue: number; id: number}
  | {kind: 'block-issue'; issue: number; by: number; id: number}
  | {kind: 'clear-claim'; issue: number}
  | {kind: 'create-pull'; issue: number; head: string; base: string; title: string; body: string}
  | {kind: 'update-pull'; pull: number; title: string; body: string}
  | {kind: 'merge-pull'; pull: number; sha: string; method: 'squash' | 'merge' | 'rebase'}
  | {kind: 'delete-branch'; branch: string}
  | {kind: 'write-plan'; plan: EpicPlan}

/** One line for a person: what the action changes. */
export function describeAction(a: Action): string {
  switch (a.kind) {
    case 'add-labels': return `#${a.issue} labels ${a.labels.map((l) => `+${l}`).join(' ')}`
    case 'remove-label': return `#${a.issue} labels -${a.label}`
    case 'create-comment': return `#${a.issue} comment: ${a.what}`
    case 'update-comment': return `#${a.issue} comment ${a.comment} updated: ${a.what}`
    case 'close-issue': return `#${a.issue} close as ${a.reason}`
    case 'create-child': return `#${a.parent} create child ${a.child.order}: ${a.child.title}`
    case 'link-child': return `#${a.parent} link child ${a.order} as sub-issue`
    case 'block-child': return `child ${a.order} is blocked by child ${a.by}`
    case 'link-issue': return `#${a.parent} link #${a.issue} as sub-issue`
    case 'block-issue': return `#${a.issue} is blocked by #${a.by}`
    case 'clear-claim': return `#${a.issue} claim of a dead runner deleted`
    case 'create-pull': return `#${a.issue} open pull request ${a.head} → ${a.base}: ${a.title}`
    case 'update-pull': return `pull request #${a.pull} title and body updated`
    case 'merge-pull': return `pull request #${a.pull} ${a.method} merge of ${a.sha.slice(0, 12)}`
    case 'delete-branch': return `branch ${a.branch} deleted`
    case 'write-plan': return `.pilot/epics/${a.plan.epic.number}/plan.json written`
  }
}
