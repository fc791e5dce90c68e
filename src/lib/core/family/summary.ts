import {shownCost} from '../cost/shown.js'
import type {Moved} from './children.js'
import type {Issue} from '../issue/issue.js'
import {head} from '../issue/marker.js'
import type {Progress} from '../issue/progress-comment.js'
import {cap, inline, MAX_BODY} from '../issue/text.js'

/** The sub-issues that a summary says nobody waited for. */
export const notWaitedFor = (summary: string): number[] =>
  [...(/^Not waited for:\n\n((?:- #[0-9]+ .*\n?)*)/m.exec(summary.replace(/\r\n/g, '\n'))?.[1] ?? '').matchAll(/^- #([0-9]+) /gm)].map(([, n]) => Number(n))

/** The comment that says, once, why an epic was closed. */
export function printSummary(progress: Progress, waived: readonly Issue[], moved: readonly Moved[] = []): string {
  const cost = shownCost(progress.costUsd, progress.unpricedAttempts)
  const rows = progress.children.map((c) => `| #${c.number} | ${inline(c.title)} | ${c.pr === null ? '–' : `#${c.pr}`} |`)
  const table = rows.length === 0 ? [] : ['', '| sub-issue | title | merged by |', '|---|---|---|', ...rows]
  const left = waived.length === 0 ? [] : ['', 'Not waited for:', '', ...waived.map((issue) => `- #${issue.number} ${inline(issue.title)}`)]
  const away = moved.length === 0 ? [] : ['', 'Transferred:', '', ...moved.map((m) => `- ${m.url} ${inline(m.title)}${m.completed ? '' : ' (not waited for)'}`)]
  const merged = progress.children.length === 0 ? 'No sub-issue was merged here, and none is waited for.' : `All ${progress.children.length} sub-issues are merged. This issue is closed with them.`
  const first = `${merged} Cost of the sub-issues: ${cost}.`
  return cap([head('summary'), '', first, ...table, ...left, ...away, ''].join('\n'), MAX_BODY)
}
