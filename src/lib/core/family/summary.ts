import type {Issue} from '../issue/issue.js'
import {head} from '../issue/marker.js'
import type {Progress} from '../issue/progress-comment.js'
import {cap, inline, MAX_BODY} from '../issue/text.js'

/** The comment that says, once, why an epic was closed. */
export function printSummary(progress: Progress, waived: readonly Issue[]): string {
  const cost = progress.costUsd === null ? 'unknown' : `$${progress.costUsd.toFixed(2)}`
  const rows = progress.children.map((c) => `| #${c.number} | ${inline(c.title)} | ${c.pr === null ? '–' : `#${c.pr}`} |`)
  const table = rows.length === 0 ? [] : ['', '| sub-issue | title | merged by |', '|---|---|---|', ...rows]
  const left = waived.length === 0 ? [] : ['', 'Not waited for:', '', ...waived.map((issue) => `- #${issue.number} ${inline(issue.title)}`)]
  const first = `All ${progress.children.length} sub-issues are merged. This issue is closed with them. Cost so far: ${cost}.`
  return cap([head('summary'), '', first, ...table, ...left, ''].join('\n'), MAX_BODY)
}
