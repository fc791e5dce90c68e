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
  | {kind: 'merge-pull'; pull: number; sha: string; method: 'squash' | 'merge' | 'rebase'}
  | {kind: 'delete-branch'; branch: string}
  | {kind: 'write-plan'; plan: EpicPlan}
  /** the numbers of its children, into the comment that holds the plan; null: the one that was made just now */
  | {kind: 'note-children'; plan: EpicPlan; comment: number | null}

/** One line for a person: what the action changes, to be read after `would` and `did`. */
export function describeAction(a: Action): string {
  switch (a.kind) {
    case 'add-labels': return `label #${a.issue} ${a.labels.map((l) => `+${l}`).join(' ')}`
    case 'remove-label': return `label #${a.issue} -${a.label}`
    case 'create-comment': return `comment on #${a.issue}: ${a.what}`
    case 'update-comment': return `update comment ${a.comment} of #${a.issue}: ${a.what}`
    case 'close-issue': return `close #${a.issue} as ${a.reason}`
    case 'create-child': return `create child ${a.child.order} of #${a.parent}: ${a.child.title}`
    case 'link-child': return `link child ${a.order} to #${a.parent} as sub-issue`
    case 'block-child': return `mark child ${a.order} as blocked by child ${a.by}`
    case 'link-issue': return `link #${a.issue} to #${a.parent} as sub-issue`
    case 'block-issue': return `mark #${a.issue} as blocked by #${a.by}`
    case 'clear-claim': return `delete the claim of a dead runner on #${a.issue}`
    case 'merge-pull': return `merge pull request #${a.pull} (${a.method}) at ${a.sha.slice(0, 12)}`
    case 'delete-branch': return `delete branch ${a.branch}`
    case 'write-plan': return `write .pilot/epics/${a.plan.epic.number}/plan.json`
    case 'note-children': return `note the numbers of the sub-issues in the plan comment of #${a.plan.epic.number}`
  }
}
