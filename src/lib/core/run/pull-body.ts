import {cap, neutralise} from '../issue/text.js'
import type {Attempts} from './attempt.js'
import type {Evidence, Review, Verification} from './outcome.js'

const BODY_MAX = 60_000
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\s+/g, ' ')
const usd = (value: number | null): string => (value === null ? 'unknown' : `$${value.toFixed(2)}`)

/** The pull request's body, from evidence only: what git, the verify commands and the reviewer said about exactly this commit. */
export function pullBody(of: {issue: number; summary: string; evidence: Evidence; verification: Verification; review: Review; attempts: Attempts}): string {
  const {issue, summary, evidence, verification, review, attempts} = of
  const rows = verification.commands.map((c) => `| \`${cell(c.command)}\` | ${c.exitCode === 0 ? '✅ passed' : '❌ failed'} | ${seconds(c.durationMs)} |`)
  const findings = review.findings.map((f) => `- **${f.severity}** ${f.file}${f.line === null ? '' : `:${f.line}`}: ${cell(neutralise(f.message))}`)
  const spent = attempts.attempts.map((a) => `| ${a.attempt} | ${a.outcome} | ${a.models.join(', ') || '–'} | ${usd(a.costUsd)} |`)
  return cap([
    `Closes #${issue}`, '',
    neutralise(summary).trim() || `Changes for #${issue}.`, '',
    `${evidence.files.length} files changed, +${evidence.additions} −${evidence.deletions}.`, '',
    '### Verification', '',
    ...(rows.length > 0 ? ['| command | result | time |', '|---|---|---|', ...rows] : ['No verify command is configured or was found.']), '',
    ...verification.flags.map((flag) => `> ⚠️ ${cell(flag)}`), ...(verification.flags.length > 0 ? [''] : []),
    '### Review', '',
    review.verdict === 'skipped' ? 'Switched off.' : `${review.verdict === 'approve' ? '✅ approved' : '❌ changes requested'}: ${neutralise(review.summary)}`, ...findings, '',
    `Verified and reviewed commit: \`${evidence.headSha}\``, '',
    '### Attempts', '', '| attempt | outcome | models | cost |', '|---|---|---|---|', ...spent, '',
  ].join('\n'), BODY_MAX)
}
