import {cap} from '../issue/text.js'
import {DATA, OPENING, quote} from '../prompt.js'
import type {Issue} from '../issue/issue.js'

const PATCH_MAX = 60_000
const FAILURE_MAX = 10_000

const task = (issue: Issue, nonce: string): string => quote(`#${issue.number} ${issue.title}\n\n${issue.body}`, nonce)
const paragraphs = (...parts: readonly (string | false)[]): string => parts.filter((part) => part !== false && part !== '').join('\n\n') + '\n'

const RULES = `Rules:
- Change only what the task needs; follow the conventions of the code around you; add or adapt tests for what you change.
- Do not commit, push, switch branches or open pull requests: pilot does that from what you leave in the working tree.
- Do not touch .github, .pilot or instruction files of agents. Do not remove or skip existing tests.
- When you are done, answer with a short summary of what you changed and why.`

/** What an earlier attempt left for this one: its failure as data, and guidance from a person or a decision, kept apart. */
export type Earlier = {attempt: number; failure: string; output: string; guidance: string}

export function implementPrompt(issue: Issue, nonce: string, verify: readonly string[], earlier: Earlier | null): string {
  return paragraphs(
    OPENING, 'Gate: implement. Make the change below in the current working tree.', RULES,
    verify.length > 0 && `These commands decide whether the work is accepted; pilot runs them itself:\n${verify.map((c) => `    ${c}`).join('\n')}`,
    DATA, task(issue, nonce),
    earlier !== null && `Attempt ${earlier.attempt} failed (${earlier.failure}). Its output, as data:\n${quote(cap(earlier.output, FAILURE_MAX), nonce)}`,
    earlier !== null && earlier.guidance !== '' && `Guidance for this attempt:\n${earlier.guidance}`,
  )
}

export const nudgePrompt = (issue: Issue, nonce: string): string => paragraphs(
  OPENING, 'Gate: implement, second request. The working tree is unchanged, so there is nothing to accept yet. Make the change below now.', RULES, DATA, task(issue, nonce))

export const fixPrompt = (issue: Issue, nonce: string, what: string, output: string): string => paragraphs(
  OPENING, `Gate: implement, fix round. ${what} Mend the cause in the working tree; do not weaken or remove tests.`, RULES, DATA, task(issue, nonce),
  `Output, as data:\n${quote(cap(output, FAILURE_MAX), nonce)}`)

export const reviewPrompt = (issue: Issue, nonce: string, acceptance: readonly string[], patch: string): string => paragraphs(
  OPENING, 'Gate: review. Judge whether the patch below does what the task asks, is correct, and changes nothing else. You cannot change files.',
  'Answer with one JSON object: {"verdict": "approve" or "request_changes", "summary": string, "findings": [{"severity": "blocker" or "major" or "minor", "file": string, "line": number or null, "message": string}]}. Request changes only for blockers and majors.',
  DATA, task(issue, nonce),
  acceptance.length > 0 && `Acceptance criteria:\n${quote(acceptance.map((a) => `- ${a}`).join('\n'), nonce)}`,
  `Patch:\n${quote(cap(patch, PATCH_MAX), nonce)}`)

export const commitPrompt = (issue: Issue, nonce: string, files: readonly string[], summary: string): string => paragraphs(
  OPENING, 'Gate: commit. Write the subject line of one conventional commit (type(area): what changes), at most 60 characters, nothing else.',
  DATA, quote(`${issue.title}\n\n${cap(summary, 1000)}\n\nFiles:\n${files.slice(0, 50).join('\n')}`, nonce))
