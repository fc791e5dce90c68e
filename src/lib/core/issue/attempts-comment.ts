import {shownCost} from '../cost/shown.js'
import {attemptsSchema, unpricedIn, type Attempt, type Attempts} from '../run/attempt.js'
import {parseComment, printComment, tooLong} from './marker.js'
import {inline} from './text.js'

const short = (sha: string | null): string => (sha === null ? '–' : sha.slice(0, 12))

function row(a: Attempt): string {
  const tokens = a.usage === null ? '–' : Object.values(a.usage).reduce((sum, n) => sum + n, 0).toLocaleString('en-US')
  return `| ${[
    a.attempt, a.outcome, a.failure ?? '–', a.models.map((model) => inline(model)).join(', ') || '–', tokens,
    shownCost(a.costUsd, unpricedIn(a)),
    short(a.baseSha), short(a.headSha), a.pr === null ? '–' : `#${a.pr}`, inline(a.runId),
  ].join(' | ')} |`
}

/** The attempts comment of an issue: a table for people, JSON for the next runner. */
export function printAttemptsComment(attempts: Attempts): string {
  const columns = '| attempt | outcome | failure | models | tokens | cost | base | head | PR | run |'
  const table = [columns, '|---|---|---|---|---|---|---|---|---|---|', ...attempts.attempts.map(row)]
  const body = printComment('attempts', ['**Attempts**', table.join('\n')], attempts)
  if (body === undefined) throw tooLong('the history of attempts', 'close the issue and open a new one for what is left of it')
  return body
}

export const parseAttemptsComment = (body: string): Attempts | undefined => parseComment('attempts', body, attemptsSchema)
