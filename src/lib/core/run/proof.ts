import {z} from 'zod'
import type {Evidence, Review, Verification} from './outcome.js'

/** As many rows as people read, and together with them an attempts comment is far from GitHub's 65,536 characters. */
const MAX_COMMANDS = 12
const MAX_FLAGS = 10
const MAX_FINDINGS = 10
const LINE = 200
const line = z.string().max(LINE)

export const proofSchema = z.strictObject({
  sha: z.string(),
  title: line,
  files: z.int().min(0),
  additions: z.int().min(0),
  deletions: z.int().min(0),
  commands: z.array(z.strictObject({command: line, exitCode: z.int().nullable(), durationMs: z.int()})).max(MAX_COMMANDS),
  flags: z.array(line).max(MAX_FLAGS),
  findings: z.array(z.strictObject({severity: z.enum(['blocker', 'major', 'minor']), file: line, line: z.int().nullable(), message: line})).max(MAX_FINDINGS),
})
/**
 * What was found about one commit, in short: kept in the attempts comment, so that a runner without the `.pilot/` of the machine that
 * verified it can open the same pull request. Durations in milliseconds.
 */
export type Proof = z.infer<typeof proofSchema>

export type Findings = {title: string; evidence: Evidence; verification: Verification; review: Review}

/** `mask` goes over every text before it is cut, so that no half of a secret is left. */
export function proofOf({title, evidence, verification, review}: Findings, mask: (text: string) => string): Proof {
  const short = (text: string): string => {
    const masked = mask(text)
    return masked.length > LINE ? `${masked.slice(0, LINE - 1)}…` : masked
  }
  return {
    sha: evidence.headSha, title: short(title), files: evidence.files.length, additions: evidence.additions, deletions: evidence.deletions,
    commands: verification.commands.slice(0, MAX_COMMANDS).map(({command, exitCode, durationMs}) => ({command: short(command), exitCode, durationMs})),
    flags: verification.flags.slice(0, MAX_FLAGS).map(short),
    findings: review.findings.slice(0, MAX_FINDINGS).map((f) => ({severity: f.severity, file: short(f.file), line: f.line, message: short(f.message)})),
  }
}
