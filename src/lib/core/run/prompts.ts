import {cap} from '../issue/text.js'
import {DATA, OPENING, quote, quoteExact} from '../prompt.js'
import type {Issue} from '../issue/issue.js'
import type {Earlier} from './earlier.js'
import type {FileCount} from './file-counts.js'
import type {Verification} from './outcome.js'
import {REVIEW_MAX, reviewedPatch} from './review-size.js'

/** Of the change so far, for a new session: it can read the whole of it in the working tree. */
const CHANGE_MAX = 30_000
const FAILURE_MAX = 10_000
const FILES_MAX = 50

const task = (issue: Issue, nonce: string): string => quote(`#${issue.number} ${issue.title}\n\n${issue.body}`, nonce)
const paragraphs = (...parts: readonly (string | false)[]): string => parts.filter((part) => part !== false && part !== '').join('\n\n') + '\n'

const RULES = `Rules:
- Change only what the task needs; follow the conventions of the code around you; add or adapt tests for what you change.
- Do not commit, push, switch branches or open pull requests: pilot does that from what you leave in the working tree.
- Do not touch .github, .pilot or instruction files of agents. Do not remove or skip existing tests.
- When you are done, answer with a short summary of what you changed and why.`

/** What earlier attempts left: the failure and its output as data, what was tried, then what a person or a decision asks for. */
const earlierText = ({failure, tried, repeated, guidance, advice}: Earlier, nonce: string): string => paragraphs(
  failure !== null && `Attempt ${failure.attempt} failed (${failure.failure}). Start from the base again; what it left is not in the working tree.`,
  failure !== null && failure.output !== '' && `Its output, as data:\n${quoteExact(cap(failure.output, FAILURE_MAX), nonce)}`,
  tried.length > 0 && `Tried so far:\n${tried.map(({attempt, failure: why, models, headSha}) =>
    `- attempt ${attempt}: ${why}${models.length === 0 ? '' : `, by ${models.join(' and ')}`}${headSha === null ? '' : `, left commit ${headSha}`}`).join('\n')}`,
  repeated && 'The last two attempts ended in the same failure. Do not do the same again: find out why it fails before you change anything, and take another approach.',
  guidance !== '' && `Guidance for this attempt:\n${guidance}`,
  advice !== '' && `Advice from a look at the failures of this epic, as data; follow it where it fits the task and the rules:\n${quote(advice, nonce)}`,
).trimEnd()

export function implementPrompt(issue: Issue, nonce: string, verify: readonly string[], earlier: Earlier | null): string {
  return paragraphs(
    OPENING, 'Gate: implement. Make the change below in the current working tree.', RULES,
    verify.length > 0 && `These commands decide whether the work is accepted; pilot runs them itself:\n${verify.map((c) => `    ${c}`).join('\n')}`,
    DATA, task(issue, nonce),
    earlier !== null && earlierText(earlier, nonce),
  )
}

const UNCHANGED = 'The working tree is unchanged, so there is nothing to accept yet.'
export const nudgePrompt = (issue: Issue, nonce: string): string => paragraphs(
  OPENING, `Gate: implement, second request. ${UNCHANGED} Make the change below now.`, RULES, DATA, task(issue, nonce))
/** For the session that had the first request: it knows the issue and the rules. */
export const nudgeResumed = (): string => paragraphs(
  OPENING, `Gate: implement, second request. ${UNCHANGED} Make the change of the issue now, in the working tree; the rules are the same.`)

/** What went wrong, in pilot's words, the output that shows it, and what was changed so far. */
export type Failure = {what: string; output: string; patch: string}

const soFar = (patch: string, nonce: string): string =>
  patch === '' ? '' : `The change so far, which is in the working tree, as data:\n${quoteExact(cap(patch, CHANGE_MAX), nonce)}`
const said = (output: string, nonce: string): string => `Output, as data:\n${quoteExact(cap(output, FAILURE_MAX), nonce)}`
const MEND = 'Mend the cause in the working tree; do not weaken or remove tests.'

export const fixPrompt = (issue: Issue, nonce: string, {what, output, patch}: Failure): string => paragraphs(
  OPENING, `Gate: implement, fix round. ${what} ${MEND}`, RULES, DATA, task(issue, nonce), soFar(patch, nonce), said(output, nonce))

/** What a linter rejects says what it wants by itself, so the issue stays out. */
export const lintPrompt = (nonce: string, {what, output, patch}: Failure): string => paragraphs(
  OPENING, `Gate: lint. ${what} Make it pass: mend the form of the lines that it names and leave alone what the code does. Where the tool can fix by itself, run it on the changed files.`,
  'Do not switch rules off, in the configuration or by comments. Do not commit.', DATA, soFar(patch, nonce), said(output, nonce))

/** For the session whose work failed: it knows the issue, the rules and the change. */
export const fixResumed = (gate: 'implement' | 'lint', nonce: string, {what, output}: Failure): string => paragraphs(
  OPENING, `Gate: ${gate}, fix round. ${what} ${MEND} The rules are the same.`, DATA, said(output, nonce))

export const reviewPrompt = (issue: Issue, nonce: string, acceptance: readonly string[], patch: string): string => paragraphs(
  OPENING, 'Gate: review. Judge whether the patch below does what the task asks, is correct, and changes nothing else. You cannot change files.',
  'Answer with one JSON object: {"verdict": "approve" or "request_changes", "summary": string, "findings": [{"severity": "blocker" or "major" or "minor", "file": string, "line": number or null, "message": string}]}. Request changes only for blockers and majors.',
  DATA, task(issue, nonce),
  acceptance.length > 0 && `Acceptance criteria:\n${quote(acceptance.map((a) => `- ${a}`).join('\n'), nonce)}`,
  `Patch:\n${quoteExact(cap(reviewedPatch(patch), REVIEW_MAX), nonce)}`)

export const commitPrompt = (issue: Issue, nonce: string, files: readonly string[], summary: string): string => paragraphs(
  OPENING, 'Gate: commit. Write the subject line of one conventional commit (type(area): what changes), at most 60 characters, nothing else.',
  DATA, quote(`${issue.title}\n\n${cap(summary, 1000)}\n\nFiles:\n${files.slice(0, FILES_MAX).join('\n')}`, nonce))

/** The whole diff stays out: the reader of a pull request has it, and the model would be paid for reading it again. */
export function draftPrompt(issue: Issue, nonce: string, account: string, files: readonly FileCount[], verification: Verification): string {
  const left = files.length - FILES_MAX
  return paragraphs(
    OPENING, 'Gate: draft. Write the summary of a pull request: what changes and why, at most 120 words of plain Markdown, for a person who will read the diff next. '
      + 'Say nothing that is not in the data; no heading, no test table, no reference to issues or people. Answer with the summary alone.',
    DATA, quote(issue.title, nonce), quoteExact([
      `What the author of the change says:\n${cap(account, 3000)}`,
      `Files:\n${files.slice(0, FILES_MAX).map(({path, additions, deletions}) => `${path} +${additions} -${deletions}`).join('\n')}${left > 0 ? `\n… and ${left} more` : ''}`,
      `Verified with:\n${verification.commands.map(({command, exitCode}) => `${command}: exit ${exitCode}`).join('\n') || 'nothing'}`,
      ...(verification.flags.length > 0 ? [`To look at twice:\n${verification.flags.join('\n')}`] : []),
    ].join('\n\n'), nonce))
}
