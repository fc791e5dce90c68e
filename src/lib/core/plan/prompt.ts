import {cap} from '../issue/text.js'
import {DATA, OPENING, quote} from '../prompt.js'
import {planAnswerJsonSchema} from './draft.js'

/** GitHub's own limit of a body; longer text cannot come from an issue. */
const ISSUE_MAX = 65_536
const TREE_MAX = 400
const RAW_MAX = 20_000


const rules = (maxSubtasks: number): string => `Gate: plan. Read the repository with the tools you have, then decide whether the
issue below should be split into subtasks, and how.

Each subtask becomes one issue and one pull request, written by an agent that sees that subtask alone.
- Answer "single" when the work lies in one package or directory, or is one coherent change however long its description is.
  That is a good answer.
- Split only into parts that can be reviewed and merged one by one and that change different files.
  At most ${maxSubtasks} subtasks; fewer are better.
- What has to change in the same file belongs in the same subtask, or depends on the earlier one.
- What others build on comes first. Tests and documentation of a change belong to that change.
  No subtask only verifies, reviews or tests what others built.
- Every description names what to build and where, and is complete without the rest of the plan.
  Acceptance criteria can be checked by a reviewer.
- Titles read TYPE(SCOPE): WHAT_CHANGES, in the repository's own words.
- touches lists globs relative to the repository root, as narrow as you can tell.`

const ANSWER = (): string => `Answer with one JSON object by this schema and nothing else:\n${planAnswerJsonSchema()}`
  + ' or these rules.'

export type PlanQuestion = {title: string; body: string; nonce: string; tree: readonly string[]; maxSubtasks: number}

/** The planning model's question. `tree`: paths of the repository, most telling first; `nonce` is new for every run. */
export function planPrompt({title, body, nonce, tree, maxSubtasks}: PlanQuestion): string {
  const shown = tree.slice(0, TREE_MAX)
  const more = tree.length - shown.length
  return [
    OPENING, rules(maxSubtasks), ANSWER(), DATA,
    `The issue:\n${quote(cap(`${title}\n\n${body}`, ISSUE_MAX), nonce)}`,
    shown.length > 0
      ? `Files of the repository${more > 0 ? ` (${more} more are not listed)` : ''}:\n${quote(shown.join('\n'), nonce)}` : '',
  ].filter((part) => part !== '').join('\n\n') + '\n'
}

/**
 * The one repair round: the question again, since the session may be a new one, what the check found wrong, and the answer it found it in.
 */
export function planRepairPrompt(question: PlanQuestion, problems: readonly string[], raw: string): string {
  const list = problems.slice(0, 50).map((problem) => `- ${problem}`).join('\n')
  return [
    planPrompt(question).trimEnd(),
    'You answered before, but the plan could not be used. Mend what is listed and keep the rest.',
    `Problems, as data:\n${quote(list, question.nonce)}`,
    `Your answer was:\n${quote(cap(raw, RAW_MAX), question.nonce)}`,
  ].join('\n\n') + '\n'
}
