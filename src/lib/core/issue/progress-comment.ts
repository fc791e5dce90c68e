import {z} from 'zod'
import {shownCost} from '../cost/shown.js'
import {CHILD_STATES, isCompleted, type ChildState} from '../family/child-state.js'
import {mermaid} from './graph.js'
import {head, parseComment, printComment} from './marker.js'
import {inline} from './text.js'

const progressSchema = z.strictObject({
  version: z.literal(1),
  epic: z.int().min(1),
  children: z.array(z.strictObject({
    number: z.int().min(1), title: z.string(), order: z.int().nullable(), state: z.enum(CHILD_STATES), pr: z.int().nullable(), after: z.array(z.int()),
  })),
  /** the child that is being started now */
  starting: z.int().nullable(),
  /** US dollars so far; null = unknown */
  costUsd: z.number().min(0).nullable(),
  /** attempts whose cost nobody reported */
  unpricedAttempts: z.int().min(0),
  /** the last applied decision as it was validated; whoever applies it again reads it with its own schema */
  decision: z.unknown(),
  learnings: z.array(z.string()),
})
/** What the progress comment of an epic holds. */
export type Progress = z.infer<typeof progressSchema>

const GREEN = 'fill:#dafbe1,stroke:#1a7f37,color:#1f2328'
const RED = 'fill:#ffebe9,stroke:#cf222e,color:#1f2328'
const BLUE = 'fill:#ddf4ff,stroke:#0969da,color:#1f2328'
const GREY = 'fill:#f6f8fa,stroke:#6e7781,color:#1f2328'
const YELLOW = 'fill:#fff8c5,stroke:#9a6700,color:#1f2328'
const STYLES: Readonly<Record<ChildState, string>> = {
  'done': GREEN, 'merged': GREEN, 'open-pr': BLUE, 'running': BLUE, 'failed': RED, 'retry-ready': YELLOW, 'exhausted': RED,
  'needs-human': RED, 'blocked': GREY, 'ready': GREY, 'closed-unmerged': RED,
}

function headline(p: Progress): string {
  const total = p.children.length
  const done = p.children.filter((child) => isCompleted(child.state)).length
  if (total > 0 && done === total) return `✅ Completed: ${done}/${total} sub-issues done\n\nAll sub-tasks executed successfully.`
  const starting = p.children.find((child) => child.number === p.starting)
  return `⏳ Progress: ${done}/${total}${starting === undefined ? '' : ` - Starting: **${inline(starting.title)}** (#${starting.number})`}`
}

function cost({costUsd, unpricedAttempts: n}: Progress): string {
  const unpriced = n > 0 ? ` (${n} ${n === 1 ? 'attempt' : 'attempts'} without a known price)` : ''
  return `Cost of the sub-issues so far: ${shownCost(costUsd, n)}${unpriced}`
}

/** The children with what each depends on (`after`: issue numbers), coloured by state. */
function graph(p: Progress): string {
  const known = new Set(p.children.map((child) => child.number))
  const nodes = p.children.map((child) => ({
    id: child.number, title: `#${child.number} ${child.title}`, after: child.after.filter((n) => known.has(n)), style: child.state,
  }))
  return mermaid(nodes, STYLES)
}

/**
 * The progress comment. Its memory is help, not state: where it is too long for GitHub, the oldest learnings go first and then
 * the decision, rather than an epic stopping because of it.
 */
export function printProgressComment(progress: Progress): string {
  for (let p = progress; ;) {
    const body = printComment('progress', [headline(p), cost(p), graph(p)], p)
    if (body !== undefined) return body
    if (p.learnings.length > 0) p = {...p, learnings: p.learnings.slice(Math.ceil(p.learnings.length / 2))}
    else if (p.decision !== null) p = {...p, decision: null}
    else return `${head('progress')}\n\n${headline(p)}\n`
  }
}

export const parseProgressComment = (body: string): Progress | undefined => parseComment('progress', body, progressSchema)
