import {capNeutral, cutTitle, inline, neutralise} from '../issue/text.js'
import {shownCost} from '../cost/shown.js'
import {unpricedIn, type Attempts} from './attempt.js'
import type {Evidence, Review, Verification} from './outcome.js'

const BODY_MAX = 60_000
const SUMMARY_MAX = 10_000
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
/** Longer than a row can be and still be read. Characters. */
const LINE_MAX = 1_000
const oneLine = (text: string): string => cutTitle(text, LINE_MAX)

type Changes = Pick<Evidence, 'additions' | 'deletions'> & {files: number}
type Checked = {commands: readonly Pick<Verification['commands'][number], 'command' | 'exitCode' | 'durationMs'>[]; flags: readonly string[]}
/** null: the runner that verified died, and the attempts comment it left does not say. */
export type PullFacts = {
  issue: number; headSha: string; summary: string; changes: Changes | null; verification: Checked | null; review: Pick<Review, 'verdict' | 'summary' | 'findings'>
  attempts: Attempts
}
const ELSEWHERE = 'Passed on another machine; its details are in that machine\'s `.pilot/`.'

/**
 * The pull request's body, from evidence only: what git, the verify commands and the reviewer said about exactly this commit. File names, models and
 * commands are as foreign as what a model writes, and two harmless texts side by side may make one that acts: so all below the first line is made neutral as a whole.
 */
export function pullBody(of: PullFacts): string {
  const {issue, headSha, summary, changes, verification, review, attempts} = of
  const rows = (verification?.commands ?? []).map((c) => `| \`${oneLine(c.command).replace(/\|/g, '\\|')}\` | ${c.exitCode === 0 ? '✅ passed' : '❌ failed'} | ${seconds(c.durationMs)} |`)
  const flags = verification?.flags ?? []
  const findings = review.findings.map((f) => `- **${f.severity}** ${inline(f.file, LINE_MAX)}${f.line === null ? '' : `:${f.line}`}: ${oneLine(f.message)}`)
  const spent = attempts.attempts.map((a) => `| ${a.attempt} | ${a.outcome} | ${a.models.map((model) => inline(model)).join(', ') || '–'} | ${shownCost(a.costUsd, unpricedIn(a))} |`)
  const closing = `Closes #${issue}\n\n`
  return closing + capNeutral([
    capNeutral(summary.trim(), SUMMARY_MAX).trim() || `Changes for #${issue}.`, '',
    ...(changes === null ? [] : [`${changes.files} files changed, +${changes.additions} −${changes.deletions}.`, '']),
    '### Verification', '',
    ...(rows.length > 0 ? ['| command | result | time |', '|---|---|---|', ...rows] : [verification === null ? ELSEWHERE : 'No verify command is configured or was found.']), '',
    ...flags.map((flag) => `> ⚠️ ${inline(flag, LINE_MAX)}`), ...(flags.length > 0 ? [''] : []),
    '### Review', '',
    review.verdict === 'skipped' ? 'Switched off.' : `${review.verdict === 'approve' ? '✅ approved' : '❌ changes requested'}: ${neutralise(review.summary)}`, ...findings, '',
    `Verified and reviewed commit: \`${headSha}\``, '',
    '### Attempts', '', '| attempt | outcome | models | cost |', '|---|---|---|---|', ...spent, '',
  ].join('\n'), BODY_MAX - closing.length)
}
