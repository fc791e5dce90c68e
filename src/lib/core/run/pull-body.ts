import {cap, capNeutral, neutralise} from '../issue/text.js'
import type {Attempts} from './attempt.js'
import type {Evidence, Review, Verification} from './outcome.js'

const BODY_MAX = 60_000
const SUMMARY_MAX = 10_000
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\s+/g, ' ')
const usd = (value: number | null): string => (value === null ? 'unknown' : `$${value.toFixed(2)}`)

/** null: the runner that verified died, and this one knows only what the attempts comment says. */
export type PullFacts = {issue: number; headSha: string; summary: string; evidence: Evidence | null; verification: Verification | null; review: Review; attempts: Attempts}
const ELSEWHERE = 'Passed on another machine; its details are in that machine\'s `.pilot/`.'

/** The pull request's body, from evidence only: what git, the verify commands and the reviewer said about exactly this commit. */
export function pullBody(of: PullFacts): string {
  const {issue, headSha, summary, evidence, verification, review, attempts} = of
  const rows = (verification?.commands ?? []).map((c) => `| \`${cell(c.command)}\` | ${c.exitCode === 0 ? '✅ passed' : '❌ failed'} | ${seconds(c.durationMs)} |`)
  const flags = verification?.flags ?? []
  const findings = review.findings.map((f) => `- **${f.severity}** ${f.file}${f.line === null ? '' : `:${f.line}`}: ${cell(neutralise(f.message))}`)
  const spent = attempts.attempts.map((a) => `| ${a.attempt} | ${a.outcome} | ${a.models.join(', ') || '–'} | ${usd(a.costUsd)} |`)
  return cap([
    `Closes #${issue}`, '',
    capNeutral(summary.trim(), SUMMARY_MAX).trim() || `Changes for #${issue}.`, '',
    ...(evidence === null ? [] : [`${evidence.files.length} files changed, +${evidence.additions} −${evidence.deletions}.`, '']),
    '### Verification', '',
    ...(rows.length > 0 ? ['| command | result | time |', '|---|---|---|', ...rows] : [verification === null ? ELSEWHERE : 'No verify command is configured or was found.']), '',
    ...flags.map((flag) => `> ⚠️ ${cell(flag)}`), ...(flags.length > 0 ? [''] : []),
    '### Review', '',
    review.verdict === 'skipped' ? 'Switched off.' : `${review.verdict === 'approve' ? '✅ approved' : '❌ changes requested'}: ${neutralise(review.summary)}`, ...findings, '',
    `Verified and reviewed commit: \`${headSha}\``, '',
    '### Attempts', '', '| attempt | outcome | models | cost |', '|---|---|---|---|', ...spent, '',
  ].join('\n'), BODY_MAX)
}
